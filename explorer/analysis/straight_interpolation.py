"""The straight way from one code to another, and how far it leads away from the data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.interpolation import code_yardstick, linear_path

Array = NDArray[np.float32]
N_HELD_OUT = 2_000
NULL_QUANTILE = 0.99


@dataclass(frozen=True, eq=False)
class StraightInterpolation:
    """codes: (n, K) from start to end; distance: (n,) to the nearest training code, in standard deviations of codes.

    null: the distance that 99 % of held-out codes stay below; a step beyond it has left the data.
    """

    codes: Array
    distance: NDArray[np.float64]
    null: float


def straight_interpolation(start: Array, end: Array, n: int, train: Array, held_out: Array) -> StraightInterpolation:
    """n equally spaced codes from start (K,) to end (K,), beside training codes (N, K) and held-out codes (M, K).

    Raises AnalysisError for identical ends, fewer than two steps, or codes without spread.
    """
    codes = linear_path(start, end, n).codes
    yardstick = code_yardstick(train)
    usual = yardstick.distance(held_out[:N_HELD_OUT])
    return StraightInterpolation(codes, yardstick.distance(codes), float(np.quantile(usual, NULL_QUANTILE)))
