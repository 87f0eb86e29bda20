"""The rate of a VAE taken apart: what the codes tell about the sample, and how far their whole is from the prior."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.log_sums import log_sum_rows
from explorer.analysis.measure import Interval, mean_interval
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
N_DRAWS = 2_000
LOG_2_PI = math.log(2 * math.pi)
_ROWS = 64


@dataclass(frozen=True)
class Surgery:
    """R = I(n; z) + KL(q(z) || p(z)) in nats per sample, with Student's intervals over the draws of z.

    The information cannot exceed log N, N the number of samples; once it is within a nat of that the split tells of N
    and not of the model, `mutual_information` and `marginal_kl` are None and `refusal` says so.
    """

    rate_nats: float
    limit_nats: float
    mutual_information_nats: Interval | None
    marginal_kl_nats: Interval | None
    refusal: str | None


@dataclass(frozen=True)
class RateByClass:
    """E_y of a conditional model's rate and of KL(q(z|y) || p(z)), in nats per sample, over the classes of samples.

    marginal_kl_nats: None where a class is too small for its split, and refusal says so.
    """

    rate_nats: float
    marginal_kl_nats: float | None
    refusal: str | None


def rate_by_class(mean: Array, log_var: Array, labels: NDArray[np.int64], rng: np.random.Generator) -> RateByClass:
    """The rate's parts class by class, weighted by the classes' shares; mean, log_var: (N, K), labels: (N,).

    The pooled q(z) mixes the classes and may equal the prior where no single class does.
    """
    classes, counts = np.unique(labels, return_counts=True)
    parts = [rate_surgery(mean[labels == label], log_var[labels == label], rng) for label in classes]
    shares = counts / counts.sum()
    rate = float(shares @ [part.rate_nats for part in parts])
    refused = [part.refusal for part in parts if part.refusal]
    kl = [part.marginal_kl_nats.value for part in parts if part.marginal_kl_nats is not None]
    return RateByClass(rate, None if refused else float(shares @ kl), refused[0] if refused else None)


def rate_surgery(mean: Array, log_var: Array, rng: np.random.Generator) -> Surgery:
    """The rate's two parts for posteriors N(mean, exp(log_var)), each (N, K), and the prior N(0, I).

    The aggregate posterior q(z) is the exact mixture of all N posteriors, met at 2,000 draws
    (Hoffman & Johnson 2016, eq. 6). Raises AnalysisError for posteriors that are not finite or do not fit together.
    """
    _check_posteriors(mean, log_var)
    variance = np.exp(log_var.astype(np.float64))
    rate = float(0.5 * (np.square(mean) + variance - 1 - log_var).sum(axis=1).mean())
    limit = math.log(len(mean))
    aggregate = mean_interval(aggregate_log_density(_draw(mean, log_var, rng), mean, log_var))
    # E log q(z|x) and E log p(z) are known; only E log q(z) is estimated.
    conditional = float(-0.5 * (LOG_2_PI + 1 + log_var).sum(axis=1).mean())
    information = Interval(*(conditional - part for part in (aggregate.value, aggregate.high, aggregate.low)))
    if information.value > limit - 1:
        return Surgery(rate, limit, None, None, _refusal(information.value, len(mean)))
    divergence = Interval(rate - information.value, rate - information.high, rate - information.low)
    return Surgery(rate, limit, information, divergence, None)


def aggregate_log_density(z: Array, mean: Array, log_var: Array) -> Wide:
    """log q(z) = log mean_n N(z; mean_n, exp(log_var_n)) of z (n, K), (n,) in nats."""
    precision = np.exp(-log_var.astype(np.float64))
    # The square is multiplied out, so that all pairs are two matrix products.
    linear = mean * precision
    constant = -0.5 * (linear * mean + log_var + LOG_2_PI).sum(axis=1) - math.log(len(mean))
    wide = z.astype(np.float64)
    parts = [wide[start : start + _ROWS] for start in range(0, len(z), _ROWS)]
    return np.concatenate([log_sum_rows(-0.5 * (rows**2) @ precision.T + rows @ linear.T + constant) for rows in parts])


def _draw(mean: Array, log_var: Array, rng: np.random.Generator) -> Array:
    # Every sample equally often, the remainder at random: less noise than free draws.
    rows = np.concatenate([rng.permutation(len(mean)) for _ in range(-(-N_DRAWS // len(mean)))])[:N_DRAWS]
    noise = rng.standard_normal((N_DRAWS, mean.shape[1]))
    return np.asarray(mean[rows] + np.exp(0.5 * log_var[rows]) * noise, dtype=np.float32)


def _check_posteriors(mean: Array, log_var: Array) -> None:
    if mean.ndim != 2 or mean.shape != log_var.shape or len(mean) < 2:
        raise AnalysisError(
            f"The posteriors' means have the shape {mean.shape} and their log-variances {log_var.shape}, but both must "
            "be (samples, dimensions) of at least 2 samples; the rate can be taken apart for a VAE alone."
        )
    if not (np.isfinite(mean).all() and np.isfinite(log_var).all()):
        raise AnalysisError("The posteriors hold numbers that are not finite; train the model again.")


def _refusal(information: float, n_samples: int) -> str:
    limit = math.log(n_samples)
    return (
        f"The codes tell {information:.1f} nats about the sample, within a nat of the limit log N = {limit:.1f} of "
        f"{n_samples:,} samples; the split of the rate would depend on N more than on the model."
    )
