"""Which class a classifier of codes gives each point of a plane."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Interval, share_interval

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
N_SIDE, MARGIN = 160, 0.05


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """The likeliest class at each point of a lattice, and how often it is right where the codes are.

    u, v: (G,), the places across and up; classes, confidence: (G, G), row by row of v, the class and its probability;
    accuracy: on the codes that were given; null: the share of their most frequent class.
    """

    u: Array
    v: Array
    classes: Ints
    confidence: Array
    accuracy: Interval
    null: float


def decision_map(probabilities: Callable[[Array], Array], codes: Array, labels: Ints) -> DecisionMap:
    """Ask a classifier, codes (N, 2) -> (N, C), all over the rectangle of some codes with their labels (N,)."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    margin = MARGIN * (high - low)
    u, v = (np.linspace(a, b, N_SIDE, dtype=np.float32) for a, b in zip(low - margin, high + margin, strict=True))
    lattice = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)  # (G G, 2)
    found = probabilities(lattice)
    is_right = probabilities(codes).argmax(axis=1) == labels
    return DecisionMap(
        u,
        v,
        found.argmax(axis=1).reshape(N_SIDE, N_SIDE).astype(np.int64),
        found.max(axis=1).reshape(N_SIDE, N_SIDE),
        share_interval(is_right),
        float(np.bincount(labels).max() / len(labels)),
    )
