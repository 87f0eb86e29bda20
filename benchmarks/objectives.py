"""What objectives do on MNIST, measured: `python -m benchmarks.objectives [names]`; trains what it measures.

Ten epochs a model, and three seeds where a spread is given, so all of it takes about an hour on two quiet cores.
"""

import sys
from collections.abc import Iterator
from statistics import mean, stdev

from explorer.analysis.contraction import sensitivity
from explorer.analysis.denoising import restoration_errors
from explorer.analysis.evaluate import knn_accuracy
from explorer.analysis.sharpness import kept_edges
from explorer.analysis.sparsity import firing
from explorer.data import Dataset, load_dataset
from explorer.models.autoencoder import Autoencoder
from explorer.models.parameters import parameter_counts
from explorer.models.spec import AESpec, ConvAESpec
from explorer.training import RunSpec, start, train

N_EPOCHS, N_SEEDS = 10, 3
NETWORK = {"latent_dim": 8, "hidden": (128,)}
NOISES = {"gaussian": 0.5, "masking": 0.5, "salt_and_pepper": 0.3}
LABEL_WEIGHTS = (0.0, 0.01, 0.1, 1.0)
N_JACOBIANS = 1000


def table() -> Iterator[str]:
    """Every section, a heading before each."""
    for name, section in SECTIONS.items():
        yield from (f"\n### {name}\n", *section(*_splits()))


def denoising(train_split: Dataset, test_split: Dataset) -> Iterator[str]:
    """Test MSE of the plain and the denoising autoencoder under each noise, one fixed corruption."""
    x = test_split.pixels()
    noisy = {"corruption": "gaussian", "corruption_level": NOISES["gaussian"]}
    models = {
        "plain": _trained(AESpec(**NETWORK), train_split),  # type: ignore[arg-type]
        "denoising": _trained(AESpec(**NETWORK, **noisy), train_split),  # type: ignore[arg-type]
    }
    yield "| noise | level | corrupted, in [0, 1] | plain AE | denoising AE |"
    yield "|---|---|---|---|---|"
    for kind, level in {"none": 0.0, **NOISES}.items():
        found = restoration_errors(models, x, kind, (level,), seed=0)
        own = " | ".join(f"{values[0]:.4f}" for values in found.restored.values())
        yield f"| {kind} | {level:g} | {found.null[0]:.4f} | {own} |"


def k_sparse(train_split: Dataset, test_split: Dataset) -> Iterator[str]:
    """How many units of each test image's code are not 0."""
    yield "| k | K | units that are not 0: fewest, most | units that never fire |"
    yield "|---|---|---|---|"
    for k in (5, 10, 20):
        model = _trained(AESpec(64, (), sparsity="k_sparse", sparse_units=k), train_split, 2)
        used = firing(model.encode(test_split.pixels()))
        yield f"| {k} | 64 | {used.n_active.min()}, {used.n_active.max()} | {used.n_dead} |"


def contraction(train_split: Dataset, test_split: Dataset) -> Iterator[str]:
    """The mean norm of dz/dx, in the code's own units and in those of its spread, beside the error."""
    x = test_split.pixels()[:N_JACOBIANS]
    yield "| λ | mean ‖∂z/∂x‖ | in units of the codes' spread | test MSE |"
    yield "|---|---|---|---|"
    for weight in (0.0, 0.05, 0.5):
        found = sensitivity(_trained(AESpec(**NETWORK, contraction=weight), train_split), x)  # type: ignore[arg-type]
        yield f"| {weight:g} | {found.mean_norm:.3f} | {found.relative_norm:.4f} | {found.mse:.4f} |"


def classifier(train_split: Dataset, test_split: Dataset) -> Iterator[str]:
    """5-NN accuracy of codes in the plane and test MSE against λ, mean ± std over seeds."""
    yield "| λ | 5-NN accuracy of codes | test MSE |"
    yield "|---|---|---|"
    for weight in LABEL_WEIGHTS:
        spec = AESpec(2, (64, 32), classifier_weight=weight)
        models = [_trained(spec, train_split, seed=seed) for seed in range(N_SEEDS)]
        accuracies, errors = zip(*(_merits(model, train_split, test_split) for model in models), strict=True)
        own = f"{mean(accuracies):.3f} ± {stdev(accuracies):.3f} | {mean(errors):.4f} ± {stdev(errors):.4f}"
        yield f"| {weight:g} | {own} |"


def networks(train_split: Dataset, test_split: Dataset) -> Iterator[str]:
    """Dense layers against convolutions at equal K."""
    yield "| network | parameters | test MSE | edges kept |"
    yield "|---|---|---|---|"
    x = test_split.pixels()
    specs: dict[str, AESpec] = {"784-128-8": AESpec(8, (128,)), "convolutions 16-32, 8": ConvAESpec(8)}
    for title, spec in specs.items():
        model = _trained(spec, train_split)
        x_hat = model.decode(model.encode(x))
        mse, shape = float(((x - x_hat) ** 2).mean()), (-1, *test_split.sample_shape)
        edges = kept_edges(x.reshape(shape), x_hat.reshape(shape))
        n_parameters = parameter_counts(spec, test_split.sample_shape, len(test_split.class_names)).coders
        yield f"| {title} | {n_parameters:,} | {mse:.4f} | {edges:.3f} |"


SECTIONS = {
    "denoising": denoising,
    "k_sparse": k_sparse,
    "contraction": contraction,
    "classifier": classifier,
    "networks": networks,
}


def _splits() -> tuple[Dataset, Dataset]:
    return load_dataset("mnist"), load_dataset("mnist", "test")


def _trained(spec: AESpec, train_split: Dataset, n_epochs: int = N_EPOCHS, seed: int = 0) -> Autoencoder:
    state = start(RunSpec(spec, train_split.name, n_epochs, seed, schedule="cosine"), train_split)
    for _ in train(state):
        pass
    if not isinstance(state.model, Autoencoder):
        raise TypeError(f"{spec.family} became no autoencoder")
    return state.model


def _merits(model: Autoencoder, train_split: Dataset, test_split: Dataset) -> tuple[float, float]:
    x, codes = test_split.pixels(), model.encode(test_split.pixels())
    accuracy = knn_accuracy(model.encode(train_split.pixels()), train_split.labels, codes, test_split.labels)
    return accuracy, float(((x - model.decode(codes)) ** 2).mean())


def main(names: list[str]) -> None:
    """Print sections as soon as they are measured; all when none is named."""
    splits = _splits()
    for name in names or SECTIONS:
        print(f"\n## {name}\n", flush=True)
        for line in SECTIONS[name](*splits):
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
