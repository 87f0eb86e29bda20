"""Total variation of draws from a law over parts or classes, with its interval."""

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import N_RESAMPLES, Interval, around

Array = NDArray[np.float64]


def total_variation(one: Array, other: Array) -> float:
    """½ Σ |p − q| of two distributions over parts (B,): 0 where they are equal, 1 where they share nothing."""
    return float(np.abs(one - other).sum() / 2)


def variation_interval(counts: NDArray[np.int64], expected: Array, rng: np.random.Generator) -> Interval:
    """The total variation of n draws from a law, with a 95 % interval for its mean over sets of n draws.

    counts: (B,), how many draws lie in each part; expected: (B,), the law. Draws of a law lie farther from it than the
    law itself: the bootstrap resamples a distribution that is nearer to the law by what chance adds, and its interval
    is centred at the value.
    """
    n, shares = int(counts.sum()), counts / counts.sum()
    value = total_variation(shares, expected)
    drawn = rng.multinomial(n, without_chance(shares, expected, n), size=N_RESAMPLES) / n  # (r, B)
    distances = np.abs(drawn - expected).sum(axis=1) / 2
    return around(value, distances - distances.mean() + value)


def without_chance(shares: Array, expected: Array, n: int) -> Array:
    """The shares of n draws (B,), drawn towards the expected ones until ‖p − q‖² has lost its mean for equals."""
    squared = float(np.square(shares - expected).sum())
    by_chance = float(1 - np.square(expected).sum()) / n
    kept = np.sqrt(max(0.0, 1 - by_chance / squared)) if squared else 0.0
    return np.asarray(expected + kept * (shares - expected))
