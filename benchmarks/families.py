"""What each family of models reaches on MNIST beside what others reached: `python -m benchmarks.families`.

Models that come along are read from checkpoints/; `python -m benchmarks.families train` also trains the others and the
mixture priors' five seeds, which takes three hours on one core. Everything is scored on the 10,000 test images.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.analysis.clustering import cluster
from explorer.analysis.conditional import label_agreement
from explorer.analysis.density import prior_of
from explorer.analysis.evaluate import evaluate
from explorer.data import Dataset, load_dataset
from explorer.models import ConditionalModel, LatentModel
from explorer.models.spec import make_spec
from explorer.store import list_checkpoints, load_checkpoint, load_classifier
from explorer.training import RunSpec, start, train

IWAE_EXPECTED = {1: 99.1, 10: 95.5, 100: 94.4, 500: 93.8}
ELBO_EXPECTED = 99.3
SHARE_WANTED = 0.95
CLUSTERING_WANTED = 0.80
N_SEEDS = 5
SIGNS = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Entry:
    """A model by the name of its checkpoint, and the run that makes it."""

    name: str
    run: RunSpec


@dataclass(frozen=True)
class Bench:
    """Both splits of MNIST, and whether to train what does not come along."""

    train_split: Dataset
    test_split: Dataset
    trains: bool


def entry(name: str, family: str, n_epochs: int, schedule: str = "constant", **fields: object) -> Entry:
    """A model of MNIST and the run that makes it."""
    return Entry(name, RunSpec(make_spec(family, fields), "mnist", n_epochs, schedule=schedule))


# Beside each: the test SSE to reach within 8 %.
AUTOENCODERS = (
    (entry("ae-10d", "ae", 15, latent_dim=10, hidden="512-256"), 784 * 0.0123),
    (entry("ae-16d", "ae", 20, latent_dim=16, hidden="512-256"), 784 * 0.0083),
    (entry("ae-32d", "ae", 15, latent_dim=32, hidden="512-256"), 784 * 0.0056),
    (entry("ae-30d-deep", "ae", 60, "cosine", latent_dim=30, hidden="1000-500-250", activation="leaky_relu"), 3.00),
)
CONVOLUTIONS = (
    entry("conv-ae-8d", "conv_ae", 10, "cosine", latent_dim=8),
    entry("conv-vae-8d", "conv_vae", 10, "cosine", latent_dim=8),
)
BINARISED = entry("vae-20d-binarised", "vae", 30, latent_dim=20, hidden="400", binarisation="dynamic")
CONDITIONAL = entry("cvae-2d", "cvae", 20, "cosine", latent_dim=2, hidden="256-128")
MIXTURE = entry("gmvae-10d", "gmvae", 16, "cosine", latent_dim=10, hidden="256-128", pretraining=10)
# The network of Jiang et al. 2017, too large to come along.
WIDE = entry("gmvae-10d-wide", "gmvae", 40, latent_dim=10, hidden="500-500-2000", pretraining=20)
WIDE_MIXTURE = Entry(WIDE.name, replace(WIDE.run, precision="bfloat16"))


def model_of(wanted: Entry, bench: Bench) -> LatentModel | None:
    """The model from its checkpoint, else trained if that is asked for, else None."""
    if any(info.name == wanted.name for info in list_checkpoints()):
        return load_checkpoint(wanted.name).model
    return trained(wanted.run, bench.train_split) if bench.trains else None


def trained(run: RunSpec, split: Dataset) -> LatentModel:
    """The model at the end of a run."""
    state = start(run, split)
    for _ in train(state):
        pass
    return state.model


def missing(wanted: Entry) -> str:
    """The line for a model that does not come along."""
    return f"{wanted.name} is not at hand; `python -m benchmarks.families train` trains it."


def autoencoders(bench: Bench) -> Iterator[str]:
    """The error of autoencoders beside what others reached with as many dimensions."""
    yield "| model | test MSE | test SSE | expected SSE | within 8 % or better |"
    yield "|---|---|---|---|---|"
    for wanted, expected in AUTOENCODERS:
        if (model := model_of(wanted, bench)) is None:
            yield f"| {missing(wanted)} | | | {expected:.2f} | |"
            continue
        error = squared_error(model, bench.test_split)
        reached = SIGNS[error <= 1.08 * expected]
        yield f"| {wanted.name} | {error / 784:.5f} | {error:.2f} | {expected:.2f} | {reached} |"


def convolutions(bench: Bench) -> Iterator[str]:
    """The error of convolutional models; nobody's figures stand beside them."""
    yield "| model | test MSE | test SSE |"
    yield "|---|---|---|"
    for wanted in CONVOLUTIONS:
        if (model := model_of(wanted, bench)) is None:
            yield f"| {missing(wanted)} | | |"
            continue
        error = squared_error(model, bench.test_split)
        yield f"| {wanted.name} | {error / 784:.5f} | {error:.2f} |"


def squared_error(model: LatentModel, split: Dataset) -> float:
    """The squared error summed over the pixels of an image, its mean over a split."""
    x = split.pixels()
    return float(np.square(x - model.decode(model.encode(x)), dtype=np.float64).sum(axis=1).mean())


def binarised(bench: Bench) -> Iterator[str]:
    """The likelihood of binarised pixels: one fixed binarisation of test, IWAE on its first 1,000 images."""
    if (model := model_of(BINARISED, bench)) is None:
        yield missing(BINARISED)
        return
    yield "| bound on -log p(x) | nats per image | expected | within .7 |"
    yield "|---|---|---|---|"
    # The neighbours' accuracy, which all of train would be needed for, is not asked for.
    few = replace(bench.train_split, samples=bench.train_split.samples[:100], labels=bench.train_split.labels[:100])
    for n_draws, expected in IWAE_EXPECTED.items():
        figures = evaluate(model, few, bench.test_split, n_draws)
        if n_draws == 1:
            yield _bound_row("-ELBO, 10,000 images", figures["negative_elbo_nats"], ELBO_EXPECTED)
        yield _bound_row(f"IWAE, K = {n_draws}, 1,000 images", figures["iwae_nats"], expected)


def _bound_row(title: str, nats: float | None, expected: float) -> str:
    assert nats is not None
    return f"| {title} | {nats:.2f} | {expected} | {SIGNS[abs(nats - expected) <= 0.7]} |"


def conditional(bench: Bench) -> Iterator[str]:
    """Fresh draws of every class that the classifier assigns to it, beside its accuracy on test images."""
    model = model_of(CONDITIONAL, bench)
    if not isinstance(model, ConditionalModel):
        yield missing(CONDITIONAL)
        return
    classifier, _ = load_classifier("mnist")
    found = label_agreement(model, classifier, bench.test_split, np.random.default_rng(0)).measure
    low, high, null = found.measured.low, found.measured.high, found.null.value
    share = found.measured.value
    yield f"Classified as their label, 1,000 draws z ~ N(0, I) a class: {share:.4f} [{low:.4f}, {high:.4f}]; real test"
    yield f"images {null:.4f}; {SHARE_WANTED} or more: {SIGNS[share >= SHARE_WANTED]}."


def mixture(bench: Bench) -> Iterator[str]:
    """Clustering accuracy by the best one-to-one matching, for seed 0 alone or over five."""
    yield f"| model | accuracy by seed | mean ± std | {CLUSTERING_WANTED} or more |"
    yield "|---|---|---|---|"
    for wanted in (MIXTURE, WIDE_MIXTURE):
        shares = clustering_accuracies(wanted, bench)
        if not shares:
            yield f"| {missing(wanted)} | | | |"
            continue
        spread = f" ± {np.std(shares, ddof=1):.3f}" if len(shares) > 1 else ", one seed"
        row = (wanted.name, ", ".join(f"{share:.4f}" for share in shares), f"{np.mean(shares):.3f}{spread}")
        yield f"| {' | '.join(row)} | {SIGNS[bool(np.mean(shares) >= CLUSTERING_WANTED)]} |"


def clustering_accuracies(wanted: Entry, bench: Bench) -> list[float]:
    """The accuracy of each seed; where nothing is trained, of the model that comes along, if one does."""
    runs = [replace(wanted.run, seed=seed) for seed in range(1, N_SEEDS if bench.trains else 1)]
    models = [model_of(wanted, bench), *(trained(run, bench.train_split) for run in runs)]
    return [clustering_accuracy(model, bench.test_split) for model in models if model is not None]


def clustering_accuracy(model: LatentModel, split: Dataset) -> float:
    """The share of a split whose likeliest component is matched with its class."""
    prior = prior_of(model)
    assert prior is not None
    return cluster(prior, model.encode(split.pixels()), split.labels, split.n_classes).accuracy.measured.value


SECTIONS: dict[str, Callable[[Bench], Iterator[str]]] = {
    "Autoencoders": autoencoders,
    "Convolutions": convolutions,
    "VAE on dynamically binarised pixels": binarised,
    "Class-conditional samples": conditional,
    "Mixture prior": mixture,
}


def table(trains: bool = False) -> Iterator[str]:
    """Every section as lines of Markdown."""
    bench = Bench(load_dataset("mnist"), load_dataset("mnist", "test"), trains)
    for title, section in SECTIONS.items():
        yield f"\n### {title}\n"
        yield from section(bench)


if __name__ == "__main__":
    for line in table(trains="train" in sys.argv[1:]):
        print(line, flush=True)
