"""What many dimensions do: distances become alike, samples too few, features harm, corners take over."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from explorer.analysis.measure import N_RESAMPLES, Interval, around

Array = NDArray[np.float32]
Floats = NDArray[np.float64]
# Pairs whose distance is measured, no sample in two of them; classifiers that are trained for each number of features.
N_PAIRS, N_CLASSIFIERS = 2000, 400
# d times the limit of spread²: for uniform values Var((x - y)²) / (2 E[(x - y)²])² = (7/180) / (2/6)².
SPREAD_OF_CUBE = 0.35


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances of independent pairs of samples, as multiples of their mean.

    relative: (P,); spread: their standard deviation over their mean, 0 where all are alike.
    """

    relative: Floats
    spread: Interval

    @property
    def like_uniform_in(self) -> float:
        """The dimension d of a cube whose uniform points have this spread, by its limit √(0.35 / d)."""
        return SPREAD_OF_CUBE / self.spread.value**2


def distances_of_pairs(x: Array, seed: int) -> Distances:
    """Euclidean distances of up to 2,000 pairs of rows of x (N, D), no row in two pairs; N is at least 4."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(x))[: 2 * min(N_PAIRS, len(x) // 2)].reshape(2, -1)
    distance = np.linalg.norm(x[rows[0]].astype(np.float64) - x[rows[1]], axis=1)  # (P,)
    drawn = distance[rng.integers(len(distance), size=(N_RESAMPLES, len(distance)))]
    spread = around(float(distance.std() / distance.mean()), drawn.std(axis=1) / drawn.mean(axis=1))
    return Distances(distance / distance.mean(), spread)


def uniform_points(n: int, n_dimensions: int, seed: int) -> Array:
    """Points evenly in the cube [0, 1]^d, (n, d)."""
    return np.random.default_rng(seed).random((n, n_dimensions), np.float32)


def log10_samples_needed(n_dimensions: ArrayLike, radius: float) -> Floats:
    """log₁₀ of how many uniform points of a unit ball put the nearest to its centre within `radius` half of the time.

    From the median distance (1 - 2^(-1/n))^(1/d) (Hastie et al. 2009, eq. 2.24): n = -ln 2 / ln(1 - radius^d).
    """
    log_share = np.asarray(n_dimensions, np.float64) * math.log(radius)  # ln of the volume within the radius
    # ln(1 - v) is -v where v is too small for a double.
    log_rate = np.where(log_share < -30, log_share, np.log(-np.log1p(-np.exp(np.maximum(log_share, -30)))))
    return np.asarray((math.log(math.log(2)) - log_rate) / math.log(10))


def dimensions_for(n_samples: int, radius: float) -> float:
    """The dimension up to which so many samples suffice, the inverse of `log10_samples_needed`."""
    share = -math.expm1(-math.log(2) / n_samples)
    return math.log(share) / math.log(radius)


@dataclass(frozen=True, eq=False)
class Peaking:
    """Error of a classifier against its number of features, the i-th of which is worth 1/√i (Trunk 1979).

    n_features: (F,); known: (F,), with the true means; learned: (F,), mean over classifiers whose means come from n
    samples; low, high: (F,), its 95 % interval.
    """

    n_features: NDArray[np.int64]
    known: Floats
    learned: Floats
    low: Floats
    high: Floats

    @property
    def best(self) -> int:
        """The number of features with the least error."""
        return int(self.n_features[self.learned.argmin()])


def peaking(n_samples: int, n_features: NDArray[np.int64], seed: int) -> Peaking:
    """Two classes N(±μ, I) with μ_i = 1/√i, told apart by the sign of m̂ᵀx; m̂ is the mean of n signed samples.

    Given m̂ the error is Φ(-μᵀm̂ / ‖m̂‖) exactly, so nothing but m̂ is drawn; with m̂ = μ it is Φ(-‖μ‖).
    """
    mean = 1 / np.sqrt(np.arange(1, n_features.max() + 1))  # (D,)
    noise = np.random.default_rng(seed).standard_normal((N_CLASSIFIERS, len(mean))) / math.sqrt(n_samples)
    learned = mean + noise  # (C, D)
    along, length = np.cumsum(learned * mean, axis=1), np.sqrt(np.cumsum(np.square(learned), axis=1))
    errors = stats.norm.cdf(-(along / length)[:, n_features - 1])  # (C, F)
    margin = stats.t.ppf(0.975, N_CLASSIFIERS - 1) * stats.sem(errors, axis=0)
    known = stats.norm.cdf(-np.sqrt(np.cumsum(np.square(mean))))[n_features - 1]
    return Peaking(n_features, known, errors.mean(axis=0), errors.mean(axis=0) - margin, errors.mean(axis=0) + margin)


@dataclass(frozen=True, eq=False)
class Radii:
    """Distances from the middle of draws in K dimensions with variance 1 in each: uniform in a cube, and N(0, I).

    at: (R,); uniform, normal: (R,), densities of ‖z‖; face, corner: where the cube's sides and its corners are.
    """

    at: Floats
    uniform: Floats
    normal: Floats
    face: float
    corner: float


def radii(n_dimensions: int, seed: int, n_draws: int = 20_000) -> Radii:
    """The densities of ‖z‖: of N(0, I) in closed form (the χ law), of the cube [-√3, √3]^K by draws."""
    side = math.sqrt(3)
    drawn = np.random.default_rng(seed).uniform(-side, side, (n_draws, n_dimensions))
    edges = np.linspace(0, 1.15 * side * math.sqrt(n_dimensions), 121)
    density, _ = np.histogram(np.linalg.norm(drawn, axis=1), edges, density=True)
    middles = (edges[1:] + edges[:-1]) / 2
    return Radii(middles, density, stats.chi.pdf(middles, n_dimensions), side, side * math.sqrt(n_dimensions))
