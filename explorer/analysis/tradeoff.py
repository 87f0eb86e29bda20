"""Rate against distortion: what a code costs in nats, dimension by dimension, and what beta and sigma² share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Aggregate:
    """The aggregate posterior q(z) = mean of q(z|x) over samples, beside the prior, along each dimension.

    places: (P,); density, prior: (K, P) and (P,), per unit of z; mean, std: (K,) of q(z); the prior has 0 and 1.
    """

    places: Array
    density: Array
    prior: Array
    mean: Array
    std: Array


def kl_per_dim_nats(mean: Array, log_var: Array) -> Array:
    """The mean over samples of KL(N(mean, exp(log_var)) || N(0, 1)); both (N, K) -> nats (K,)."""
    nats: Array = (0.5 * (np.square(mean) + np.exp(log_var) - 1 - log_var)).mean(axis=0)
    return nats


def effective_beta(beta: float, variance: float) -> float:
    """beta · sigma²: with a Gaussian decoder the one number that decides the optimum.

    SSE / (2 sigma²) + beta KL = (SSE / 2 + beta sigma² KL) / sigma², so that two pairs of equal product have the same
    minimum (Lucas et al. 2019, section 4; Rybkin et al. 2021, section 3).
    """
    return beta * variance


def aggregate_posterior(mean: Array, log_var: Array, n_places: int = 200, reach: float = 4.0) -> Aggregate:
    """The marginals of the aggregate posterior of samples (N, K) between ±reach (Hoffman & Johnson 2016)."""
    places = np.linspace(-reach, reach, n_places, dtype=np.float32)
    std = np.exp(0.5 * log_var)
    density = np.stack([_mixture(places, mean[:, k], std[:, k]) for k in range(mean.shape[1])])
    prior = _normal(places, np.float32(0), np.float32(1))
    total_std = np.sqrt(np.square(std).mean(axis=0) + mean.var(axis=0))
    return Aggregate(places, density.astype(np.float32), prior, mean.mean(axis=0), total_std)


def _mixture(places: Array, mean: Array, std: Array) -> Array:
    average: Array = _normal(places[:, None], mean[None, :], std[None, :]).mean(axis=1)
    return average


def _normal(places: Array, mean: Array | np.float32, std: Array | np.float32) -> Array:
    density: Array = np.exp(-0.5 * np.square((places - mean) / std)) / (np.sqrt(2 * np.pi) * std)
    return density


def ellipse(mean: Array, std: Array, n_sigma: float, n_points: int = 73) -> Array:
    """The outline of a diagonal Gaussian at n_sigma standard deviations; mean, std: (2,) -> (n_points, 2), closed."""
    angle = np.linspace(0, 2 * np.pi, n_points, dtype=np.float32)
    outline: Array = mean + n_sigma * std * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return outline
