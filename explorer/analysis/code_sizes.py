"""How many numbers a code needs: PCA, autoencoders and VAEs, trained alike, at several K."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.anomaly import learn
from explorer.analysis.density import as_mixture, prior_of
from explorer.analysis.evaluate import evaluate, knn_accuracy
from explorer.analysis.measure import Progress
from explorer.analysis.quality import frechet_distance, judge
from explorer.analysis.tradeoff import kl_per_dim_nats
from explorer.data import Dataset
from explorer.models.classifier import Classifier
from explorer.models.latent_model import LatentModel, VariationalModel
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, ModelSpec, PCASpec, VAESpec
from explorer.training import RunSpec

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
# The data sets whose study comes with the explorer.
STUDIED = ("mnist", "digits")
SIZES = (1, 2, 3, 5, 8, 16, 32)
NETWORKS = ("ae", "vae")
FAMILIES = ("pca", *NETWORKS)
HIDDEN = (256, 64)
# A small data set needs more passes for as many steps.
N_EPOCHS, N_EPOCHS_OF = 5, {"digits": 100}
N_NEIGHBOUR_SAMPLES, N_DRAWS, SEED = 10_000, 5_000, 0
# Of the trainings at every K.
SEEDS = (SEED, 1, 2)


@dataclass(frozen=True)
class SizedModel:
    """One model of K dimensions, measured on the test split.

    sse: squared error summed over pixels, per image; knn_accuracy: of 5 nearest neighbours among 10,000 training codes;
    frechet_distance: of images decoded from a VAE's prior, or from a Gaussian fitted to the codes of another model.
    """

    family: str
    latent_dim: int
    sse: float
    knn_accuracy: float
    frechet_distance: float
    negative_elbo_nats: float | None
    active_units: int | None
    seed: int = SEED


@dataclass(frozen=True)
class Spread:
    """The mean, the lowest and the highest of a number over several trainings."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class CodeSizes:
    """The models of every family and K, of several trainings each, and what they are to be compared with.

    cut_sse: (S, 32 + 1), the SSE of the widest VAE of each seed at index n when all but its n dimensions of highest KL
    are set to 0; pixel_knn_accuracy: that of the pixels themselves; frechet_floor: the distance of test images.
    """

    models: tuple[SizedModel, ...]
    cut_sse: Wide
    pixel_knn_accuracy: float
    frechet_floor: float

    def of_family(self, family: str) -> tuple[SizedModel, ...]:
        """The models of a family, by rising K and seed."""
        of_it = (one for one in self.models if one.family == family)
        return tuple(sorted(of_it, key=lambda one: (one.latent_dim, one.seed)))

    def spread(self, family: str, pick: Callable[[SizedModel], float | None]) -> dict[int, Spread]:
        """A number of a family's models over the trainings at each K, by rising K; a K without it is left out."""
        values: dict[int, list[float]] = {}
        for one in self.of_family(family):
            if (value := pick(one)) is not None:
                values.setdefault(one.latent_dim, []).append(value)
        return {size: Spread(float(np.mean(many)), min(many), max(many)) for size, many in values.items()}


@dataclass(frozen=True, eq=False)
class Judge:
    """What every model is measured with."""

    train: Dataset
    test: Dataset
    classifier: Classifier

    @property
    def neighbours(self) -> Dataset:
        """The training samples among whose codes neighbours are sought."""
        few = slice(0, N_NEIGHBOUR_SAMPLES)
        return replace(self.train, samples=self.train.samples[few], labels=self.train.labels[few])

    def frechet(self, images: Array) -> float:
        """The Fréchet distance of images (n, D) from as many training images."""
        real = self.train.pixels(slice(0, len(images)))
        return frechet_distance(*(judge(some, self.classifier).features for some in (images, real)))


def size_run(dataset: str, family: str, latent_dim: int, seed: int = SEED) -> RunSpec:
    """How a network of K dimensions is trained: all alike but for the family, K, seed and the loss that it has."""
    spec: ModelSpec = (AESpec if family == "ae" else VAESpec)(latent_dim=latent_dim, hidden=HIDDEN)
    n_epochs = N_EPOCHS_OF.get(dataset, N_EPOCHS)
    return RunSpec(spec, dataset, n_epochs=n_epochs, seed=seed, validation_fraction=0)


def compare_sizes(judged_by: Judge) -> Iterator[Progress[CodeSizes | None]]:
    """Train and measure every family at every K, networks with each seed; raises TrainingError, AnalysisError."""
    yield Progress(0.0, "fitting PCA", None)
    train = judged_by.train
    pca = fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=1))
    sizes = [size for size in SIZES if size <= len(pca.mean)]
    found = [measure_size(pca.truncated(size), judged_by) for size in sizes]
    wanted, cuts = list(product(NETWORKS, sizes, SEEDS)), []
    for place, (family, size, seed) in enumerate(wanted):
        for step in learn(size_run(train.name, family, size, seed), train):
            yield Progress((place + step.fraction) / len(wanted), f"{family}, K = {size}: {step.doing}", None)
        found.append(replace(measure_size(step.result, judged_by), seed=seed))
        if isinstance(step.result, VariationalModel) and size == sizes[-1]:
            cuts.append(cut_sse(step.result, judged_by.test.pixels()))
    yield Progress(1.0, "done", with_references(found, cuts, judged_by))


def measure_size(model: LatentModel, judged_by: Judge) -> SizedModel:
    """One model's errors, neighbours and draws."""
    near, codes = judged_by.neighbours, model.encode(judged_by.train.pixels())
    found = evaluate(model, near, judged_by.test)
    drawn = draw_codes(model, codes, min(N_DRAWS, len(judged_by.test)))
    elbo, active = found["negative_elbo_nats"], found["active_units"]
    return SizedModel(
        model.spec.family, model.latent_dim, float(found["sse"] or 0), float(found["knn_accuracy"] or 0),
        judged_by.frechet(model.decode(drawn)), elbo, None if active is None else int(active),
    )  # fmt: skip


def draw_codes(model: LatentModel, codes: Array, n: int) -> Array:
    """n draws (n, K) of a model's prior, or of the Gaussian of its codes (N, K), which need not fill all dimensions."""
    prior, rng = prior_of(model), np.random.default_rng(SEED)
    if prior is not None:
        return as_mixture(prior).sample(n, rng)
    wide = codes.astype(np.float64)
    return rng.multivariate_normal(wide.mean(axis=0), np.atleast_2d(np.cov(wide.T)), n).astype(np.float32)


def with_references(found: Sequence[SizedModel], cuts: Sequence[Wide], judged_by: Judge) -> CodeSizes:
    """The models beside the cuts (K + 1,) of the widest VAEs, the neighbours of pixels and the distance of images."""
    near, test = judged_by.neighbours, judged_by.test
    x = test.pixels()
    return CodeSizes(
        tuple(found),
        np.stack(cuts),
        knn_accuracy(near.pixels(), near.labels, x, test.labels),
        judged_by.frechet(x[: min(N_DRAWS, len(x))]),
    )


def cut_sse(model: VariationalModel, x: Array) -> Wide:
    """The SSE per image at index n when all but the n dimensions of highest KL are set to 0, (K + 1,); x: (N, D)."""
    posterior = model.posterior(x)
    kl_nats = kl_per_dim_nats(posterior.mean, posterior.log_var)  # (K,)
    rank = np.argsort(np.argsort(-kl_nats, kind="stable"), kind="stable")
    errors = [model.decode(np.where(rank < n, posterior.mean, np.float32(0))) - x for n in range(len(kl_nats) + 1)]
    return np.array([float(np.square(error, dtype=np.float64).sum(axis=1).mean()) for error in errors])
