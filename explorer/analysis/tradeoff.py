"""Rate against distortion: what a code costs in nats, dimension by dimension, and what a sweep over beta shows."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.models.latent_model import Gaussian
from explorer.models.mixture import MixtureOfGaussians

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
RANGE_SIGMAS = 4.0

SMALLEST_IN_TENTHS, SMALLEST_SAID = 0.05, 0.001


@dataclass(frozen=True, eq=False)
class Aggregate:
    """The aggregate posterior q(z) = mean of q(z|x) over samples, beside the model's prior, along each dimension.

    places: (P,); density, prior: (K, P), per unit of z; mean, std: (K,) of q(z); overlap: (K,), the integral of the
    smaller of the two densities, 1 where they are equal.
    """

    places: Array
    density: Array
    prior: Array
    mean: Array
    std: Array
    overlap: Array


@dataclass(frozen=True)
class Distortion:
    """What a reconstruction is measured by; metric: its name among a checkpoint's figures of merit.

    title: with its protocol, for an axis; words: for a sentence; unit: what follows a number.
    """

    key: str
    metric: str
    title: str
    words: str
    unit: str


NATS_OF_A_DRAW = Distortion(
    "nats", "distortion_nats", "distortion of one draw, nats per image", "the distortion −log p(x|z) of one draw z",
    " nats per image",
)  # fmt: skip
SQUARED_ERROR_OF_THE_MEAN = Distortion(
    "squared error", "sse", "squared error of the decoded mean, per image", "the squared error of the decoded mean",
    " per image",
)  # fmt: skip


@dataclass(frozen=True)
class RateDistortion:
    """What the models of a sweep over beta reach on the test split, by rising beta, as many of each.

    rates_nats: KL(q(z|x) || p(z)) per image; values: of the distortion; active_units: of latent_dim.
    """

    distortion: Distortion
    betas: tuple[float, ...]
    rates_nats: tuple[float, ...]
    values: tuple[float, ...]
    active_units: tuple[int, ...]
    latent_dim: int

    @property
    def is_curve(self) -> bool:
        """Whether the rate falls and the distortion rises from each beta to the next, as on a rate-distortion curve."""
        falls = all(later < earlier for earlier, later in pairwise(self.rates_nats))
        return falls and all(later > earlier for earlier, later in pairwise(self.values))

    def caption(self, member: int) -> str:
        """One model in one line, in the unit of the distortion."""
        rate, value, active = self.rates_nats[member], self.values[member], self.active_units[member]
        is_nats = self.distortion == NATS_OF_A_DRAW
        kl = f"KL {in_tenths(rate)}"
        costs = f"{kl} + distortion {value:.1f} nats" if is_nats else f"{kl} nats, error {value:.1f}"
        return f"β = {self.betas[member]:g} · {costs} · {active} of {self.latent_dim} units active"

    def finding(self) -> str:
        """What the numbers say, in sentences; other numbers make other sentences."""
        return f"{self._of_the_ends()} {self._of_the_curve()} {self._of_the_units()}"

    def _of_the_ends(self) -> str:
        rate, value = (_change(values[0], values[-1]) for values in (self.rates_nats, self.values))
        return (
            f"From β = {self.betas[0]:g} to β = {self.betas[-1]:g} the KL term {rate} nats per image and "
            f"{self.distortion.words} {value}{self.distortion.unit}."
        )

    def _of_the_curve(self) -> str:
        if self.is_curve:
            return (
                "At each step of β the rate falls and the reconstruction gets worse: the line is a rate–distortion "
                "curve of this network."
            )
        best = int(np.argmin(self.values))
        return (
            f"The reconstruction does not get worse at every step: it is best at β = {self.betas[best]:g} with "
            f"{self.values[best]:.1f}. Small differences may be chance, and the line joins models without being a "
            "rate–distortion curve."
        )

    def _of_the_units(self) -> str:
        first, last = self.active_units[0], self.active_units[-1]
        collapsed = [beta for beta, active in zip(self.betas, self.active_units, strict=True) if active == 0]
        if collapsed:
            return f"At β = {collapsed[0]:g} no unit is active: the posterior has collapsed onto the prior."
        if first == last:
            return f"At both ends {first} of {self.latent_dim} units are active."
        return f"Of {self.latent_dim} units {first} are active at the lowest β and {last} at the highest."


def _change(first: float, last: float) -> str:
    if in_tenths(first) == in_tenths(last):
        return f"stays at {in_tenths(last)}"
    return f"{'falls' if last < first else 'rises'} from {in_tenths(first)} to {in_tenths(last)}"


def in_tenths(value: float) -> str:
    """A number of nats with one decimal, or, where that would be 0.0, as it is to one digit, but not below 0.001."""
    if value == 0 or abs(value) >= SMALLEST_IN_TENTHS:
        return f"{value:.1f}"
    return f"{value:.1g}" if abs(value) >= SMALLEST_SAID else f"less than {SMALLEST_SAID:g}"


def kl_per_dim_nats(mean: Array, log_var: Array) -> Array:
    """The mean over samples of KL(N(mean, exp(log_var)) || N(0, 1)); both (N, K) -> nats (K,)."""
    nats: Array = (0.5 * (np.square(mean) + np.exp(log_var) - 1 - log_var)).mean(axis=0)
    return nats


def rate_per_dim_nats(posterior: Gaussian, prior: MixtureOfGaussians, rng: np.random.Generator) -> Array:
    """What each dimension costs under the model's own prior, mean over N samples: nats (K,), (K + 1,) of a mixture.

    Of a mixture the first K are KL(q(z|x) || p(z|c)) averaged over q(c|x) = p(c|z) at one draw z ~ q(z|x), the last is
    KL(q(c|x) || p(c)) (Jiang et al. 2017, eq. 12).
    """
    if len(prior.weights) == 1:
        scaled = (posterior.mean - prior.means) * np.exp(-0.5 * prior.log_vars)
        return kl_per_dim_nats(scaled, posterior.log_var - prior.log_vars)
    shares = prior.responsibilities(posterior.sample(rng))  # (N, C)
    means, log_vars = prior.means.astype(np.float64), prior.log_vars.astype(np.float64)  # (C, K)
    precision = np.exp(-log_vars)
    squared = (np.square(posterior.mean) + np.exp(posterior.log_var)) * (shares @ precision)  # (N, K)
    squared += shares @ (np.square(means) * precision) - 2 * posterior.mean * (shares @ (means * precision))
    within = 0.5 * (squared - 1 - posterior.log_var + shares @ log_vars)  # (N, K)
    log_ratio = np.log(np.maximum(shares, 1e-300)) - np.log(prior.weights)  # (N, C)
    component = (shares * log_ratio).sum(axis=1, keepdims=True)  # (N, 1)
    nats: Array = np.concatenate((within, component), axis=1).mean(axis=0).astype(np.float32)
    return nats


def nats_of_dimensions(posterior: Gaussian, prior: MixtureOfGaussians) -> Array:
    """What each latent dimension costs under the model's own prior, (K,) nats: a mixture's component left out."""
    return rate_per_dim_nats(posterior, prior, np.random.default_rng(0))[: posterior.mean.shape[1]]


def costliest_dimensions(posterior: Gaussian, prior: MixtureOfGaussians) -> tuple[int, int]:
    """The two dimensions that cost most, from 0, in their order in the code."""
    first, second = sorted(np.argsort(nats_of_dimensions(posterior, prior))[-2:].tolist())
    return first, second


def effective_beta(beta: float, variance: float) -> float:
    """beta · sigma²: with a Gaussian decoder the one number that decides the optimum.

    SSE / (2 sigma²) + beta KL = (SSE / 2 + beta sigma² KL) / sigma², so that two pairs of equal product have the same
    minimum (Lucas et al. 2019, section 4; Rybkin et al. 2021, section 3).
    """
    return beta * variance


def aggregate_posterior(posterior: Gaussian, prior: MixtureOfGaussians, n_places: int = 400) -> Aggregate:
    """The marginals of the aggregate posterior of N samples beside those of the prior (Hoffman & Johnson 2016)."""
    mean, std = posterior.mean, posterior.std  # (N, K)
    total_std = np.sqrt(np.square(std).mean(axis=0) + mean.var(axis=0))
    places = np.linspace(*_range(mean.mean(axis=0), total_std, prior), n_places, dtype=np.float32)
    n_dims = mean.shape[1]
    weights = np.full(len(mean), 1 / len(mean))
    density = np.stack([_mixture(places, weights, mean[:, k], std[:, k]) for k in range(n_dims)])  # (K, P)
    prior_std = np.exp(0.5 * prior.log_vars)
    of_prior = np.stack([_mixture(places, prior.weights, prior.means[:, k], prior_std[:, k]) for k in range(n_dims)])
    overlap = np.trapezoid(np.minimum(density, of_prior), places, axis=1)
    return Aggregate(places, density, of_prior, mean.mean(axis=0), total_std, overlap.astype(np.float32))


def _range(mean: Array, std: Array, prior: MixtureOfGaussians) -> tuple[float, float]:
    """Where prior and aggregate posterior have their mass; mean, std: (K,) of the aggregate."""
    prior_std = np.exp(0.5 * prior.log_vars)
    low = min((prior.means - RANGE_SIGMAS * prior_std).min(), (mean - RANGE_SIGMAS * std).min())
    high = max((prior.means + RANGE_SIGMAS * prior_std).max(), (mean + RANGE_SIGMAS * std).max())
    return float(low), float(high)


def _mixture(places: Array, weights: NDArray[np.floating], mean: Array, std: Array) -> Array:
    """The density of a mixture of Gaussians in one dimension; places: (P,), the others (N,) -> (P,)."""
    density: Wide = _normal(places[:, None], mean[None, :], std[None, :]) @ (weights / weights.sum())  # (P, N) @ (N,)
    return density.astype(np.float32)


def _normal(places: Array, mean: Array, std: Array) -> Array:
    density: Array = np.exp(-0.5 * np.square((places - mean) / std)) / (np.sqrt(2 * np.pi) * std)
    return density


def ellipse(mean: Array, std: Array, n_sigma: float, n_points: int = 73) -> Array:
    """The outline of a diagonal Gaussian at n_sigma standard deviations; mean, std: (2,) -> (n_points, 2), closed."""
    angle = np.linspace(0, 2 * np.pi, n_points, dtype=np.float32)
    outline: Array = mean + n_sigma * std * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return outline
