"""A code from a few learned vectors beside codes that are rounded afterwards: the error at equal bits per image.

van den Oord, Vinyals & Kavukcuoglu 2017 (VQ-VAE); Lloyd 1982 (levels of each number of a code).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from explorer.analysis.anomaly import learn
from explorer.analysis.compression import BITS as LEVEL_BITS
from explorer.analysis.compression import error, fit_levels, quantised
from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.data import Dataset
from explorer.models.autoencoder import Autoencoder
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, PCASpec
from explorer.training import RunSpec

Counts = NDArray[np.int64]
Wide = NDArray[np.float64]
# Vectors of a codebook, and the parts of the code that have one each.
SETTINGS = ((16, 1), (64, 1), (64, 2), (64, 4), (64, 8))
LATENT_DIM, HIDDEN, N_EPOCHS, SEEDS = 8, (64,), 100, (0, 1, 2)
AE_DIMS = (2, 4, 8)
VQ, AE, PCA, CLUSTERS = "codebook", "AE, rounded", "PCA, rounded", "k-means of pixels"


@dataclass(frozen=True, eq=False)
class Curve:
    """One way to a few bits: bits per image (B,), and the test error per pixel of each seed, (B, S)."""

    title: str
    bits: Counts
    mse: Wide

    def at(self, bits: int) -> Wide:
        """The errors of all seeds at a number of bits, (S,); none where it was not tried."""
        return self.mse[np.flatnonzero(self.bits == bits)].ravel()


@dataclass(frozen=True, eq=False)
class DecodedCodebook:
    """A codebook of the whole code, the most used vector first, and how often training images fall on each.

    pictures: (C, H, W) uint8, what each vector decodes to; counts: (C,), both of the first seed; perplexity, live:
    (S,), of each seed the effective number of vectors and of those that are used at all; by_clusters: (S,), the
    perplexity of as many clusters of pixels.
    """

    pictures: NDArray[np.uint8]
    counts: Counts
    perplexity: Wide
    live: Counts
    by_clusters: Wide


@dataclass(frozen=True, eq=False)
class Codebooks:
    """All curves, and the codebooks of one part by their size; mean_mse: the error of the mean image."""

    curves: tuple[Curve, ...]
    decoded: tuple[DecodedCodebook, ...]
    mean_mse: float

    def curve(self, title: str) -> Curve:
        """The curve of one way."""
        return next(one for one in self.curves if one.title == title)


def n_bits(size: int, n_parts: int) -> int:
    """Bits per image of a code whose parts have codebooks of a power of two."""
    return n_parts * (size.bit_length() - 1)


def codebook_run(dataset: str, size: int, n_parts: int, seed: int) -> RunSpec:
    """How an autoencoder with codebooks is trained."""
    model = AESpec(LATENT_DIM, HIDDEN, quantisation="codebook", codebook_size=size, code_parts=n_parts)
    return _run(dataset, model, seed)


def rounded_run(dataset: str, latent_dim: int, seed: int) -> RunSpec:
    """How an autoencoder is trained whose codes are rounded afterwards."""
    return _run(dataset, AESpec(latent_dim, HIDDEN), seed)


def _run(dataset: str, model: AESpec, seed: int) -> RunSpec:
    return RunSpec(
        model, dataset, n_epochs=N_EPOCHS, seed=seed, learning_rate=5e-3, schedule="cosine", validation_fraction=0
    )


def perplexity(counts: Counts) -> float:
    """The effective number of vectors, exp of the entropy of their use; counts: (C,)."""
    shares = counts[counts > 0] / counts.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


@torch.inference_mode()
def vector_numbers(model: Autoencoder, x: Array) -> Counts:
    """The number of the vector that each part of each code falls on; x: (N, D) -> (N, P)."""
    codebook = model.network.codebook
    if codebook is None:
        raise ValueError("the model has no codebook")
    numbers: Counts = codebook.nearest(model.network.encoder(torch.from_numpy(x))).numpy()
    return numbers


def compare_codebooks(train: Dataset, test: Dataset) -> Iterator[Progress[Codebooks | None]]:
    """Train every network with three seeds on the train split, and measure all ways on the test split."""
    runs = [codebook_run(train.name, *setting, seed) for setting in SETTINGS for seed in SEEDS]
    runs += [rounded_run(train.name, latent_dim, seed) for latent_dim in AE_DIMS for seed in SEEDS]
    models: dict[RunSpec, Autoencoder] = {}
    for run in runs:
        for step in learn(run, train):
            yield Progress(0.95 * (len(models) + step.fraction) / len(runs), _title(run), None)
        assert isinstance(step.result, Autoencoder)
        models[run] = step.result
    yield Progress(0.95, "clusters of pixels", None)
    yield Progress(1.0, "done", measured(models, train, test))


def _title(run: RunSpec) -> str:
    assert isinstance(run.model, AESpec)
    kind = f"{run.model.code_parts} × {run.model.codebook_size} vectors"
    return f"{kind if run.model.quantisation == 'codebook' else f'AE, K = {run.model.latent_dim}'}, seed {run.seed}"


def measured(models: Mapping[RunSpec, Autoencoder], train: Dataset, test: Dataset) -> Codebooks:
    """All ways on the pictures of the test split."""
    name, x = train.name, test.pixels()
    of_books = {one: [models[codebook_run(name, *one, seed)] for seed in SEEDS] for one in SETTINGS}
    bits = np.array([n_bits(*one) for one in SETTINGS])
    by_books = [[error(x, model.decode(model.encode(x))) for model in own] for own in of_books.values()]
    of_seed = [[models[rounded_run(name, dim, seed)] for dim in AE_DIMS] for seed in SEEDS]
    by_ae = [[rounded_error(own, train, x, each) for own in of_seed] for each in bits]
    pca = [_pca(train, dim) for dim in range(1, int(bits.max()) + 1)]
    by_pca = [[rounded_error(pca, train, x, each)] for each in bits]
    single = {size: of_books[size, n_parts] for size, n_parts in SETTINGS if n_parts == 1}
    clusters = {size: [_clusters(train, size, seed) for seed in SEEDS] for size in single}
    by_clusters = [[error(x, one.cluster_centers_[one.predict(x)]) for one in own] for own in clusters.values()]
    kept = ((VQ, by_books), (AE, by_ae), (PCA, by_pca), (CLUSTERS, by_clusters))
    curves = tuple(Curve(title, bits[: len(mse)], np.array(mse)) for title, mse in kept)
    decoded = tuple(decoded_codebook(own, clusters[size], train) for size, own in single.items())
    return Codebooks(curves, decoded, error(x, np.broadcast_to(train.pixels().mean(axis=0), x.shape)))


def _pca(train: Dataset, latent_dim: int) -> LatentModel:
    return fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim))


def _clusters(train: Dataset, size: int, seed: int) -> KMeans:
    return KMeans(size, n_init=1, random_state=seed).fit(train.pixels())


def rounded_error(models: Sequence[LatentModel], train: Dataset, x: Array, bits: int) -> float:
    """The error on x (N, D) of the model and the bits per number that do best on the train split within these bits."""
    of_train, best = train.pixels(), (np.inf, np.inf)
    for model in models:
        if (per_number := bits // model.latent_dim) not in LEVEL_BITS or bits % model.latent_dim:
            continue
        codes = model.encode(of_train)
        levels = fit_levels(codes, per_number)
        on_train = error(of_train, model.decode(quantised(codes, levels)))
        best = min(best, (on_train, error(x, model.decode(quantised(model.encode(x), levels)))))
    return best[1]


def decoded_codebook(models: Sequence[Autoencoder], clusters: Sequence[KMeans], train: Dataset) -> DecodedCodebook:
    """The codebooks of one part of models that differ in their seed; clusters: of as many."""
    x, size = train.pixels(), clusters[0].n_clusters
    counts = [np.bincount(vector_numbers(model, x)[:, 0], minlength=size) for model in models]
    first = models[0]
    assert first.network.codebook is not None
    order = np.argsort(-counts[0], kind="stable")
    vectors = first.network.codebook.vectors.detach().numpy()[0][order]
    pictures = np.rint(255 * first.decode(vectors)).astype(np.uint8).reshape(size, *train.sample_shape)
    return DecodedCodebook(
        pictures,
        counts[0][order],
        np.array([perplexity(own) for own in counts]),
        np.array([np.count_nonzero(own) for own in counts]),
        np.array([perplexity(np.bincount(own.labels_, minlength=size)) for own in clusters]),
    )


def gain(found: Codebooks, over: str, bits: int) -> Interval:
    """By how much a codebook lowers the error of another way at equal bits, seed by seed, with Student's interval.

    A way without seeds is the same for each of them.
    """
    return mean_interval(found.curve(over).at(bits) - found.curve(VQ).at(bits))
