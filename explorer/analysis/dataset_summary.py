"""What a data set holds, how much of its space it fills, and how empty that space is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from explorer.data import Dataset

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Array = NDArray[np.float32]
ROWS_AT_ONCE = 4096
N_COMPARED = 2000


@dataclass(frozen=True, eq=False)
class Summary:
    """Counts and moments of one split, in the units of its values.

    counts: (C,); class_means: (C, D), zero for an empty class; mean, variance: (D,), divisor N - 1; low, high: the
    extremes.
    """

    counts: Ints
    class_means: Floats
    mean: Floats
    variance: Floats
    low: float
    high: float

    @property
    def n_constant(self) -> int:
        """How many values are the same in every sample."""
        return int((self.variance <= 1e-12).sum())


def summarise(dataset: Dataset) -> Summary:
    """Moments of a split in one pass of sums, a chunk of samples at a time."""
    members = (dataset.labels == np.arange(dataset.n_classes)[:, None]).astype(np.float32)
    sums = np.zeros((dataset.n_classes, int(np.prod(dataset.sample_shape))))
    squares = np.zeros(sums.shape[1])
    for start in range(0, len(dataset), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        x = dataset.pixels(rows)
        sums += members[:, rows] @ x
        squares += np.square(x).sum(axis=0, dtype=np.float64)
    counts = members.sum(axis=1).astype(np.int64)
    mean = sums.sum(axis=0) / len(dataset)
    variance = np.maximum(squares - len(dataset) * mean**2, 0) / max(len(dataset) - 1, 1)
    scale = 255 if dataset.samples.dtype == np.uint8 else 1
    low, high = float(dataset.samples.min()) / scale, float(dataset.samples.max()) / scale
    return Summary(counts, sums / np.maximum(counts, 1)[:, None], mean, variance, low, high)


def pick_by_class(dataset: Dataset, n_each: int, seed: int) -> list[Ints]:
    """Rows of up to `n_each` samples of every class, drawn without replacement; fewer where a class has fewer."""
    rng = np.random.default_rng(seed)
    members = (np.flatnonzero(dataset.labels == label) for label in range(dataset.n_classes))
    return [rng.permutation(rows)[:n_each] for rows in members]


@dataclass(frozen=True, eq=False)
class Randoms:
    """Real samples beside random ones, each (M, D).

    uniform: every value evenly between the data's extremes; shuffled: every value that of some real sample, each of
    another one. Distances: median Euclidean distance to the nearest of 2,000 real samples that are not shown.
    """

    real: Array
    shuffled: Array
    uniform: Array
    real_distance: float
    shuffled_distance: float
    uniform_distance: float

    @property
    def times_as_far(self) -> float:
        """How many times as far a random sample lies from the nearest real one as a real sample does."""
        return self.uniform_distance / max(self.real_distance, 1e-12)


def random_samples(dataset: Dataset, low: float, high: float, n_samples: int, seed: int) -> Randoms:
    """Draw real, shuffled and uniform samples; values between `low` and `high`."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(dataset))
    n_samples = min(n_samples, len(dataset) // 2)
    real = dataset.pixels(rows[:n_samples])
    n_values = real.shape[1]
    pool = dataset.pixels(rows[n_samples : n_samples + N_COMPARED])
    shuffled = pool[rng.integers(0, len(pool), (n_samples, n_values)), np.arange(n_values)]
    uniform = rng.uniform(low, high, (n_samples, n_values)).astype(np.float32)
    distances = (_distance_to_nearest(kind, pool) for kind in (real, shuffled, uniform))
    return Randoms(real, shuffled, uniform, *distances)


def _distance_to_nearest(x: Array, pool: Array) -> float:
    """The median over x: (M, D) of the Euclidean distance to the nearest row of pool: (P, D)."""
    squared = np.square(x).sum(axis=1)[:, None] + np.square(pool).sum(axis=1) - 2 * x @ pool.T
    return float(np.median(np.sqrt(np.maximum(squared.min(axis=1), 0))))


def log10_ball_share(n_dimensions: ArrayLike) -> Floats:
    """Decimal logarithm of V(ball)/V(cube) for a ball that just fits: π^(d/2) / (d 2^(d−1) Γ(d/2))."""
    d = np.asarray(n_dimensions, np.float64)
    share = d / 2 * np.log(np.pi) - np.log(d) - (d - 1) * np.log(2) - gammaln(d / 2)
    return np.asarray(share / np.log(10), np.float64)
