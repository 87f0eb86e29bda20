"""The straight path from one code to another, and how far it leads away from the data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.interpolation import linear_path, nearest_code_distance
from explorer.analysis.measure import Interval, share_interval

Array = NDArray[np.float32]
N_HELD_OUT, N_PAIRS = 2_000, 1_000
NULL_QUANTILE = 0.99


@dataclass(frozen=True, eq=False)
class StraightInterpolation:
    """codes: (n, K) from start to end; distance: (n,) to the nearest training code, in standard deviations of codes.

    null: the distance that 99 % of held-out codes stay below; a step beyond it has left the data.
    """

    codes: Array
    distance: NDArray[np.float64]
    null: float

    @property
    def farthest(self) -> int:
        """The step that is farthest from the training codes."""
        return int(self.distance.argmax())

    @property
    def leaves(self) -> bool:
        """Whether a step is farther from the training codes than 99 % of held-out codes are."""
        return bool(self.distance.max() > self.null)


@dataclass(frozen=True)
class LeavingRate:
    """How many of n random pairs of held-out codes of different classes have a straight path that leaves the data."""

    share: Interval
    n_pairs: int


def leaving_rate(
    train: Array, held_out: Array, labels: NDArray[np.int64], n_steps: int, rng: np.random.Generator
) -> LeavingRate:
    """The share of ways that leave; train: (N, K), held_out: (M, K) with labels (M,); raises AnalysisError.

    Pairs with an end beyond the limit are left out: their ways would leave by their ends.
    """
    nearest = nearest_code_distance(train)
    limit = np.quantile(nearest.distance(held_out[:N_HELD_OUT]), NULL_QUANTILE)
    first, second = rng.integers(len(held_out), size=(2, N_PAIRS))
    differ = labels[first] != labels[second]
    start, end = held_out[first[differ]], held_out[second[differ]]  # (P, K)
    along = np.linspace(0, 1, n_steps, dtype=np.float32)[:, None, None]
    ways = start + along * (end - start)  # (S, P, K)
    distance = nearest.distance(ways.reshape(-1, ways.shape[-1])).reshape(ways.shape[:2])  # (S, P)
    is_fair = np.all(distance[[0, -1]] <= limit, axis=0)  # (P,)
    return LeavingRate(share_interval(np.any(distance[:, is_fair] > limit, axis=0)), int(is_fair.sum()))


def straight_interpolation(start: Array, end: Array, n: int, train: Array, held_out: Array) -> StraightInterpolation:
    """n equally spaced codes from start (K,) to end (K,), beside training codes (N, K) and held-out codes (M, K).

    Raises AnalysisError for identical ends, fewer than two steps, or codes without spread.
    """
    codes = linear_path(start, end, n).codes
    nearest = nearest_code_distance(train)
    expected = nearest.distance(held_out[:N_HELD_OUT])
    return StraightInterpolation(codes, nearest.distance(codes), float(np.quantile(expected, NULL_QUANTILE)))
