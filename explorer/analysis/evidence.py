"""log p(x) of a VAE whose plane can be covered by a grid, and two estimates of it by draws."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.analysis.likelihood import log_standard_normal_nats, log_weights_nats
from explorer.analysis.measure import mean_interval
from explorer.errors import SpecError
from explorer.models.autoencoder import VariationalAutoencoder, distortion_nats
from explorer.models.latent_model import Array, Gaussian
from explorer.models.objectives import gaussian_kl_nats, reparameterise
from explorer.models.spec import VAESpec

Floats = NDArray[np.float64]
_ROWS = 8192
# N(0, I) has 1e-6 of its mass beyond; a posterior that is narrower than two cells is met by a second, finer grid.
_REACH, _COARSE, _FINE = 5.3, 107, 161
# What lies this far below the highest density has 2e-9 of its height.
_NEGLIGIBLE_NATS = 20.0
_N_SIGMA = 6.0


@dataclass(frozen=True, eq=False)
class Observation:
    """A sample x (1, D) seen by a VAE with the prior N(0, I); raises SpecError for another prior or a condition."""

    model: VariationalAutoencoder
    x: Tensor

    def __post_init__(self) -> None:
        network = self.model.network
        if not isinstance(self.model.spec, VAESpec) or network.prior is not None or network.n_conditions:
            raise SpecError(
                f"{self.model.spec.title} has no prior N(0, I) of its own; choose a plain VAE without conditions."
            )

    @property
    def posterior(self) -> Gaussian:
        """The encoder's q(z|x), one row."""
        return self.model.posterior(self.x.cpu().numpy())

    def log_likelihood_nats(self, z: Tensor) -> Tensor:
        """log p(x|z); z: (n, K) -> (n,)."""
        assert isinstance(self.model.spec, VAESpec)
        return -distortion_nats(self.model.spec, self.model.network, self.x.expand(len(z), -1), z)

    def log_joint_nats(self, z: Tensor) -> Tensor:
        """log p(x, z) = log p(x|z) + log p(z); z: (n, K) -> (n,)."""
        return self.log_likelihood_nats(z) + log_standard_normal_nats(z)


def observed(model: VariationalAutoencoder, x: Array) -> Observation:
    """One sample x (D,) and the model that sees it; raises SpecError."""
    return Observation(model, torch.from_numpy(x[None]).to(model.network.log_variance.device))


@dataclass(frozen=True, eq=False)
class TruePosterior:
    """p(z|x) on a grid, and what it was divided by.

    x, y: (G,) places along z1 and z2; density: (G, G), y down, 1 when summed times the area of a cell;
    log_evidence_nats: log p(x); draws_nats: log p(x) by importance weights instead, of `n_draws` draws of q(z|x);
    n_effective: as how many equally weighted draws they count, (Σ w)² / Σ w² (Kong, Liu & Wong 1994).
    """

    x: Floats
    y: Floats
    density: Floats
    log_evidence_nats: float
    draws_nats: float
    n_draws: int
    n_effective: float

    @property
    def cell(self) -> float:
        """The area of a cell."""
        return float((self.x[1] - self.x[0]) * (self.y[1] - self.y[0]))


def true_posterior(of: Observation, n_draws: int = 5000, seed: int = 0) -> TruePosterior:
    """p(z|x) = p(x|z) p(z) / p(x) on a grid over the plane where it is not negligible; K must be 2.

    p(x) is the sum over the grid; beside it stands the importance-weighted bound of Burda et al. 2016, eq. 8, which a
    grid that is too coarse would not meet.
    """
    x, y = _window(of)
    log_joint = _on_grid(of, x, y)
    log_cell = math.log((x[1] - x[0]) * (y[1] - y[0]))
    log_evidence = float(np.logaddexp.reduce(log_joint, axis=None)) + log_cell
    log_weights = elbo_estimates_nats(of, n_draws, seed)
    draws, n_effective = float(_log_mean(log_weights)), _n_effective(log_weights)
    return TruePosterior(x, y, np.exp(log_joint - log_evidence), log_evidence, draws, n_draws, n_effective)


def _window(of: Observation) -> tuple[Floats, Floats]:
    """The places of the fine grid: around all that is not negligible on a coarse one, and around q(z|x)."""
    places = np.linspace(-_REACH, _REACH, _COARSE)
    log_joint = _on_grid(of, places, places)
    matters = log_joint > log_joint.max() - _NEGLIGIBLE_NATS  # (y, x)
    mean, std = of.posterior.mean[0], of.posterior.std[0]
    step = places[1] - places[0]
    return tuple(  # type: ignore[return-value]
        np.linspace(min(own.min() - step, m - _N_SIGMA * s), max(own.max() + step, m + _N_SIGMA * s), _FINE)
        for own, m, s in zip((places[matters.any(axis=0)], places[matters.any(axis=1)]), mean, std, strict=True)
    )


@torch.inference_mode()
def _on_grid(of: Observation, x: Floats, y: Floats) -> Floats:
    """log p(x, z) at each place, (len(y), len(x))."""
    across, up = np.meshgrid(x, y)
    z = torch.from_numpy(np.column_stack([across.ravel(), up.ravel()]).astype(np.float32)).to(of.x.device)
    parts = [of.log_joint_nats(part).double().cpu().numpy() for part in z.split(_ROWS)]
    return np.concatenate(parts).reshape(len(y), len(x))


@torch.inference_mode()
def elbo_estimates_nats(of: Observation, n_draws: int, seed: int = 0) -> Floats:
    """log p(x, z) - log q(z|x) of draws z of q(z|x), (n_draws,): each alone is an estimate of the ELBO."""
    parts = [
        log_weights_nats(of.model, of.x.expand(len(epsilon), -1), mean, log_var, epsilon)
        for mean, log_var, epsilon in _drawn(of, n_draws, seed)
    ]
    return np.asarray(torch.cat(parts).double().cpu().numpy())


@torch.inference_mode()
def closed_kl_estimates_nats(of: Observation, n_draws: int, seed: int = 0) -> Floats:
    """log p(x|z) - KL(q(z|x) || p(z)) of the same draws, the KL in closed form, (n_draws,)."""
    parts = [
        of.log_likelihood_nats(reparameterise(mean, log_var, epsilon)) - gaussian_kl_nats(mean, log_var).sum()
        for mean, log_var, epsilon in _drawn(of, n_draws, seed)
    ]
    return np.asarray(torch.cat(parts).double().cpu().numpy())


def _drawn(of: Observation, n_draws: int, seed: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Mean and log-variance of q(z|x), (1, K), with draws of ε, (n, K), some at a time."""
    q, device = of.posterior, of.x.device
    mean, log_var = torch.from_numpy(q.mean).to(device), torch.from_numpy(q.log_var).to(device)
    generator = torch.Generator().manual_seed(seed)
    for epsilon in torch.randn(n_draws, mean.shape[1], generator=generator).to(device).split(_ROWS):
        yield mean, log_var, epsilon


@dataclass(frozen=True, eq=False)
class BoundsByDraws:
    """Importance-weighted bounds on log p(x): n_draws (B,), means over repeats (B,), margins of 95 % intervals (B,)."""

    n_draws: tuple[int, ...]
    mean_nats: Floats
    margin_nats: Floats


def importance_weighted(of: Observation, n_draws: Sequence[int], n_weights: int, seed: int = 0) -> BoundsByDraws:
    """The bound of K draws for each K, as often as n_weights draws allow (Burda et al. 2016, eq. 8)."""
    weights = elbo_estimates_nats(of, n_weights, seed)
    bounds = [mean_interval(_log_mean(weights[: n_weights // k * k].reshape(-1, k))) for k in n_draws]
    margins = [own.high - own.value for own in bounds]
    return BoundsByDraws(tuple(n_draws), np.array([own.value for own in bounds]), np.array(margins))


@torch.inference_mode()
def prior_estimates_nats(of: Observation, n_draws: int, n_repeats: int, seed: int = 0) -> Floats:
    """log of the mean of p(x|z) over the first n draws of p(z), for every n up to n_draws: (n_repeats, n_draws)."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(n_repeats * n_draws, of.model.latent_dim, generator=generator).to(of.x.device)
    parts = [of.log_likelihood_nats(part).double().cpu().numpy() for part in z.split(_ROWS)]
    sums = np.logaddexp.accumulate(np.concatenate(parts).reshape(n_repeats, n_draws), axis=1)
    return np.asarray(sums - np.log(np.arange(1, n_draws + 1)))


def _n_effective(log_weights: Floats) -> float:
    """(Σ w)² / Σ w², from 1 where one draw has all the weight to n where all n have as much."""
    return math.exp(2 * np.logaddexp.reduce(log_weights) - np.logaddexp.reduce(2 * log_weights))


def _log_mean(log_values: Floats) -> Floats:
    """log of the mean of exp along the last axis."""
    return np.asarray(np.logaddexp.reduce(log_values, axis=-1) - math.log(log_values.shape[-1]))
