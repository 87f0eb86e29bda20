"""A VampPrior beside N(0, I): the same VAE with either, in nats on test images, for a small and a larger K."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.anomaly import learn
from explorer.analysis.likelihood import iwae_nats, rate_and_distortion_nats
from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.data import Dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.priors import VampPrior
from explorer.models.spec import VAESpec
from explorer.training import RunSpec

Bytes = NDArray[np.uint8]
SEEDS = (0, 1, 2)
PRIORS = {"N(0, I)": "standard_normal", "VampPrior": "vamp"}
N_IMPORTANCE, N_REPEATS, N_SHOWN = 100, 10, 10


@dataclass(frozen=True)
class PriorStudy:
    """What is compared on a data set: the values of K, the hidden layers, the pseudo-inputs and the epochs."""

    dims: tuple[int, ...]
    hidden: tuple[int, ...]
    n_pseudo_inputs: int
    n_epochs: int


STUDIES = {"digits": PriorStudy((2, 8), (64,), 50, 100), "mnist": PriorStudy((2, 8, 32), (256,), 100, 15)}


@dataclass(frozen=True, eq=False)
class PriorResult:
    """VAEs of one K with one prior, a value a seed, nats per test image.

    iwae_nats: the importance-weighted bound on -log p(x) of 100 draws; draws: (10, H, W), decoded from z ~ p(z) of the
    first seed; pseudo_inputs: (10, H, W) of it, none of N(0, I).
    """

    title: str
    latent_dim: int
    distortion_nats: NDArray[np.float64]
    rate_nats: NDArray[np.float64]
    iwae_nats: NDArray[np.float64]
    draws: Bytes
    pseudo_inputs: Bytes

    @property
    def negative_elbo_nats(self) -> NDArray[np.float64]:
        """Distortion + rate, a value a seed."""
        return self.distortion_nats + self.rate_nats


PriorResults = tuple[PriorResult, ...]


def gain_nats(plain: PriorResult, other: PriorResult) -> Interval:
    """By how much another prior lowers the negative ELBO, seed by seed, with Student's interval."""
    return mean_interval(plain.negative_elbo_nats - other.negative_elbo_nats)


def binary(dataset: Dataset) -> Dataset:
    """A data set of images with every pixel black or white, whichever is nearer."""
    return replace(dataset, samples=np.where(dataset.samples > dataset.samples.max() / 2, 255, 0).astype(np.uint8))


def run_with_prior(dataset: str, latent_dim: int, prior: str, seed: int) -> RunSpec:
    """How a VAE of black and white pictures of a data set is trained with a prior."""
    study = STUDIES[dataset]
    model = VAESpec(latent_dim, study.hidden, prior=prior, pseudo_inputs=study.n_pseudo_inputs)
    return RunSpec(
        model, dataset, n_epochs=study.n_epochs, seed=seed, learning_rate=2e-3, schedule="cosine", validation_fraction=0
    )


def compare_priors(train: Dataset, test: Dataset) -> Iterator[Progress[PriorResults | None]]:
    """Train each K with each prior and three seeds on the train split, and measure them on the test split."""
    x = test.pixels()
    kinds, done = list(product(STUDIES[train.name].dims, PRIORS)), list[PriorResult]()
    for place, (latent_dim, title) in enumerate(kinds):
        models: list[VariationalAutoencoder] = []
        for seed in SEEDS:
            for step in learn(run_with_prior(train.name, latent_dim, PRIORS[title], seed), train):
                share = (len(SEEDS) * place + seed + step.fraction) / (len(SEEDS) * len(kinds))
                yield Progress(share, f"{title}, K = {latent_dim}, seed {seed}", None)
            assert isinstance(step.result, VariationalAutoencoder)
            models.append(step.result)
        done.append(measured(title, models, x))
    yield Progress(1.0, "done", tuple(done))


def measured(title: str, models: list[VariationalAutoencoder], x: NDArray[np.float32]) -> PriorResult:
    """Models of one kind on pictures x (N, D); both terms with 10 draws per image."""
    terms = [[rate_and_distortion_nats(model, x, seed=draw) for draw in range(N_REPEATS)] for model in models]
    rate, distortion = (
        np.array([np.mean([of_draw[which].sum() / len(x) for of_draw in own]) for own in terms]) for which in (0, 1)
    )
    bounds = np.array([iwae_nats(model, x, N_IMPORTANCE).mean() for model in models], np.float64)
    first = models[0]
    z = first.prior().sample(N_SHOWN, np.random.default_rng(0))
    draws = _pictures(first, first.decode(z))
    return PriorResult(
        title, first.latent_dim, distortion, rate, bounds, draws, _pictures(first, _pseudo_inputs(first))
    )


@torch.no_grad()
def _pseudo_inputs(model: VariationalAutoencoder) -> NDArray[np.float32]:
    prior = model.network.prior
    if not isinstance(prior, VampPrior):
        return np.zeros((0, int(np.prod(model.sample_shape))), np.float32)
    return prior.pseudo_inputs[:N_SHOWN].numpy().astype(np.float32)


def _pictures(model: VariationalAutoencoder, pixels: NDArray[np.float32]) -> Bytes:
    return np.rint(255 * pixels).astype(np.uint8).reshape(len(pixels), *model.sample_shape)
