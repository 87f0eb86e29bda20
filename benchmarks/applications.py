"""What codes are good for, in figures: search, missing pixels, a class left out, compression, noise.

`python -m benchmarks.applications` measures it on MNIST with the shipped models; parts that are named, only those.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.analysis import anomaly, compression, inpainting
from explorer.analysis.denoising import best_components, errors_by_picture
from explorer.analysis.search import RetrievalIndex, measure_search
from explorer.data import Dataset, load_dataset
from explorer.data.subsets import without_class
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA, fit_pca
from explorer.models.ppca import maximum_likelihood
from explorer.models.spec import PCASpec, PPCASpec
from explorer.store import load_checkpoint

MODELS = ("ae-16d", "vae-16d", "vae-20d", "gmvae-10d")
N_QUERIES, N_FILLED = 1_000, 200
WIDE_K = 331


def splits() -> tuple[Dataset, Dataset]:
    """MNIST, both splits."""
    return load_dataset("mnist"), load_dataset("mnist", "test")


def some_rows(n_rows: int, n: int) -> NDArray[np.int64]:
    """The rows that the page takes as well."""
    return np.sort(np.random.default_rng(0).permutation(n_rows)[:n])


def whole_pca(train: Dataset) -> PCA:
    """Every principal component of the training split."""
    return fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=2))


def search() -> Iterator[str]:
    """Precision at 10 by codes and by pixels over the same queries."""
    train, test = splits()
    rows = some_rows(len(test), N_QUERIES)
    pixels = RetrievalIndex(train.pixels(), train.labels, test.pixels(rows), test.labels[rows])
    yield f"Precision at 10, {N_QUERIES:,} test queries among {len(train):,}; difference with its 95 % interval\n"
    yield "| model | codes | pixels | codes − pixels | chance |\n|---|---|---|---|---|"
    models: dict[str, LatentModel] = {name: load_checkpoint(name).model for name in MODELS}
    for name, model in (models | {"PCA, K = 16": whole_pca(train).truncated(16)}).items():
        codes = RetrievalIndex(
            model.encode(train.pixels()), train.labels, model.encode(pixels.queries), test.labels[rows]
        )
        *_, last = measure_search(codes, pixels)
        assert last.result is not None
        by_codes, by_pixels, gap = last.result.means()
        yield (
            f"| {name} | {by_codes.value:.4f} | {by_pixels.value:.4f} | {gap.value:+.4f} "
            f"({gap.low:+.4f} to {gap.high:+.4f}) | {last.result.chance:.3f} |"
        )


def filling() -> Iterator[str]:
    """How many times smaller than the mean image's the error over hidden pixels is."""
    train, test = splits()
    x, pca = test.pixels(some_rows(len(test), N_FILLED)), whole_pca(train)
    masks = {
        "half at random, a mask a picture": np.stack([inpainting.random_half(784, seed) for seed in range(len(x))]),
        "lower half": np.tile(inpainting.lower_half(28, 28), (len(x), 1)),
    }
    for title, hidden in masks.items():
        yield f"\n{title}: MSE over hidden pixels of {N_FILLED} test images\n"
        yield "| filled in by | MSE | times smaller than the mean image's |\n|---|---|---|"
        *_, last = inpainting.measure_imputation(_imputers(train, pca), pca.mean, x, hidden)
        for error in last.result:
            yield f"| {error.title} | {error.mse:.4f} | {error.times_better:.2f} |"


def _imputers(train: Dataset, pca: PCA) -> dict[str, inpainting.Imputer]:
    ways = {"the mean image": inpainting.mean_imputer(pca.mean)}
    ways |= {
        f"PPCA, K = {k}": inpainting.ppca_imputer(maximum_likelihood(pca, PPCASpec(latent_dim=k))) for k in (16, WIDE_K)
    }
    for name in MODELS:
        checkpoint = load_checkpoint(name)
        model = checkpoint.model
        prior = inpainting.code_prior(model, checkpoint.codes.train)
        noise = inpainting.noise_variance(model, train.pixels(some_rows(len(train), 1_000)))
        ways[f"{name}, repeated projection"] = inpainting.iterative_imputer(model, pca.mean)
        ways[f"{name}, MAP code"] = inpainting.map_imputer(model, pca.mean, prior, noise)
    return ways


def left_out() -> Iterator[str]:
    """AUC with each class left out of training, for a small autoencoder and PCA with as many numbers."""
    train, test = splits()
    x, found = test.pixels(), list[list[float]]()
    yield "AUC with a class left out of training (.5 is guessing)\n"
    columns = [f"{title}, {kind}" for title in ("AE", "PCA") for kind in anomaly.KINDS]
    yield "| class | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns)
    for label, name in enumerate(test.class_names):
        dataset, is_foreign = without_class(train, label), test.labels == label
        models = _trained(dataset)
        *_, last = anomaly.detect(models, dataset.pixels(), x[~is_foreign], x[is_foreign], 0)
        found.append([detection.auc.value for detection in last.result])
        yield _row(name, found[-1])
    yield _row("mean", np.mean(found, axis=0).tolist())


def _trained(dataset: Dataset) -> dict[str, LatentModel]:
    run = anomaly.run_for(dataset)
    *_, last = anomaly.learn(run, dataset)
    return {"AE": last.result, "PCA": whole_pca(dataset).truncated(run.model.latent_dim)}


def _row(name: str, values: list[float]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def compressed() -> Iterator[str]:
    """Error of quantised codes, and the bytes at which PCA and JPEG come down to the same error."""
    train, test = splits()
    x, pca = test.pixels(some_rows(len(test), 500)), whole_pca(train)
    counted = train.pixels(some_rows(len(train), 5_000))
    yield "500 test images; PCA with an ideal entropy code, JPEG without its headers (with them)\n"
    yield "| model | bits a number | bytes | MSE | PCA's MSE at these bytes | PCA's bytes | JPEG's bytes |"
    yield "|---|---|---|---|---|---|---|"
    for name in MODELS:
        checkpoint = load_checkpoint(name)
        steps = compression.measure_curves(checkpoint.model, checkpoint.codes.train, pca, counted, x, (28, 28))
        *_, last = steps
        assert last.result is not None
        for bits in (3, 4, 5, 6):
            yield _compression_row(name, bits, last.result)


def _compression_row(name: str, bits: int, curves: compression.Curves) -> str:
    point = curves.codes[bits - 1]
    ordered = sorted(curves.pca, key=lambda one: one.bytes_per_picture)
    n_bytes, errors = (np.log([getattr(one, of) for one in ordered]) for of in ("bytes_per_picture", "mse"))
    linear = float(np.exp(np.interp(np.log(point.bytes_per_picture), n_bytes, errors)))
    pca, scan, file = (
        compression.bytes_at(points, point.mse) for points in (curves.pca, curves.jpeg_scans, curves.jpeg_files)
    )
    shown = [f"{value:.1f}" if value else "–" for value in (pca, scan, file)]
    return (
        f"| {name} | {bits} | {point.bytes_per_picture:g} | {point.mse:.4f} | {linear:.4f} | {shown[0]} | "
        f"{shown[1]} ({shown[2]}) |"
    )


def noise() -> Iterator[str]:
    """Error to the clean image of noisy ones, of PCA with K = 16 and with its best K, and of the models."""
    train, test = splits()
    x, chosen_on = test.pixels(some_rows(len(test), 500)), train.pixels(some_rows(len(train), 500))
    pca, level = whole_pca(train), 0.5
    models: dict[str, LatentModel] = {name: load_checkpoint(name).model for name in ("ae-16d", "dae-16d", "vae-20d")}
    yield f"MSE to the clean image, level {level}, 500 test images\n"
    yield "| noise | left as it is | PCA, K = 16 | PCA, best K | " + " | ".join(models) + " |"
    yield "|---|---|---|---|" + "---|" * len(models)
    for kind in ("gaussian", "masking", "salt_and_pepper"):
        k = best_components(pca, chosen_on, kind, level, 1)
        every = {"16": pca.truncated(16), "best": pca.truncated(k), **models}
        left, equal, best, *others = (values.mean() for values in errors_by_picture(every, x, kind, level, 0).values())
        cells = [f"{left:.4f}", f"{equal:.4f}", f"{best:.4f} (K = {k})", *(f"{value:.4f}" for value in others)]
        yield f"| {kind.replace('_', ' ')} | " + " | ".join(cells) + " |"


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "search": search,
    "filling": filling,
    "compression": compressed,
    "noise": noise,
    "left-out": left_out,
}


def table(names: list[str] | None = None) -> Iterator[str]:
    """The lines of all parts, or of those that are named."""
    for name in names or list(PARTS):
        yield f"\n### {name}\n"
        yield from PARTS[name]()


if __name__ == "__main__":
    for line in table(sys.argv[1:]):
        print(line, flush=True)
