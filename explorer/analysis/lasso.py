"""Samples within an outline that was drawn around their codes in a plane."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Points = NDArray[np.floating]


def inside(points: Points, outline: Points) -> Mask:
    """Which of the points (N, 2) lie within a closed outline (P, 2), (N,).

    A ray from a point to the right crosses the outline an odd number of times (even-odd rule; Shimrat 1962), so that of
    an outline that crosses itself the doubly enclosed part counts as outside.
    """
    x, y = points.astype(np.float64).T
    is_inside = np.zeros(len(points), np.bool_)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)  # (N,)
        if crosses.any():
            is_inside ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return is_inside


def evenly(n: int, most: int) -> NDArray[np.int64]:
    """At most so many of n rows, evenly among them, the first and the last included."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))
