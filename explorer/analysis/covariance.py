"""The covariance of the pixels as a sum of outer products, and what the first k of them keep."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.identity import variance_kept
from explorer.analysis.measure import Interval
from explorer.models.latent_model import Array
from explorer.models.pca import PCA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Pixels whose covariances are drawn, and outer products that are drawn one by one.
MOST_PIXELS, N_TERMS = 256, 6


@dataclass(frozen=True, eq=False)
class RankK:
    """S = sum_j λ_j w_j w_jᵀ and its first k terms, for some of the pixels.

    whole, first: (P, P), S and its first k terms, in squared pixels; terms: (T, P, P), the first T terms one by one;
    trace_kept: the fraction of the trace of S, the total variance, that k terms have; norm_left: the fraction of
    ‖S‖²_F that they leave, the least of any matrix of rank k (Eckart & Young 1936).
    """

    k: int
    whole: Floats
    first: Floats
    terms: Floats
    trace_kept: float
    norm_left: float


def covariance_of_rank(model: PCA, k: int, pixels: Ints | None = None) -> RankK:
    """The covariance that PCA took apart, put together again from k of its terms, at some pixels (P,) or at all."""
    shown = np.arange(len(model.mean)) if pixels is None else pixels
    axes, variances = model.components[:, shown].astype(np.float64), model.variances.astype(np.float64)  # (D, P), (D,)
    terms = np.stack([variances[j] * np.outer(axes[j], axes[j]) for j in range(min(N_TERMS, len(axes)))])
    return RankK(
        k,
        whole=(axes.T * variances) @ axes,
        first=(axes[:k].T * variances[:k]) @ axes[:k],
        terms=terms,
        trace_kept=float(variances[:k].sum() / variances.sum()),
        norm_left=float(np.square(variances[k:]).sum() / np.square(variances).sum()),
    )


def spread_pixels(sample_shape: tuple[int, ...]) -> Ints:
    """The pixels on every s-th row and column of an image, row after row: the smallest s that leaves at most 256."""
    places = np.arange(int(np.prod(sample_shape))).reshape(sample_shape)
    step = 1
    while places[::step, ::step].size > MOST_PIXELS:
        step += 1
    return places[::step, ::step].ravel()


def variance_on(model: PCA, k: int, x: Array, seed: int) -> Interval:
    """The fraction of the variance of other images (N, D) that the first k axes keep, with its bootstrap's 95 %."""
    own = model.truncated(k)
    return variance_kept(x, own.decode(own.encode(x)), seed)
