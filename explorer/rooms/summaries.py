"""What a class answered, in numbers: shares of choices, and a histogram with its median and quartiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.rooms.question import Answer, RoomQuestion, numbers_of

MOST_BINS = 24
# The mesh of a heat map, and the width of its kernel as a fraction of the plane's side.
N_MESH, KERNEL = 80, 1 / 24


@dataclass(frozen=True)
class ChoiceShares:
    """How many chose each of the choices, counts (C,); right: the index of the right one."""

    question: RoomQuestion
    counts: NDArray[np.int64]
    right: int

    @property
    def n(self) -> int:
        """The number of answers."""
        return int(self.counts.sum())

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Of all answers, (C,); 0 where there is none."""
        return self.counts / max(self.n, 1)


@dataclass(frozen=True)
class NumberHistogram:
    """How many numbers lie in each bin, counts (B,) between edges (B + 1,); quartiles: at 25, 50 and 75 %, or None."""

    question: RoomQuestion
    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    quartiles: tuple[float, float, float] | None

    @property
    def n(self) -> int:
        """The number of answers."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class PointDensity:
    """Where a class tapped: points (N, 2), and how dense they lie at the mesh (G,) of both axes, density (G, G).

    density: answers per square unit of the plane, a sum of Gaussians whose width is 1/24 of the side; rows go with v.
    """

    question: RoomQuestion
    points: NDArray[np.float64]
    mesh: NDArray[np.float64]
    density: NDArray[np.float64]

    @property
    def n(self) -> int:
        """The number of answers."""
        return len(self.points)

    @property
    def median_place(self) -> tuple[float, float]:
        """The median along each axis; there must be an answer."""
        u, v = np.median(self.points, axis=0)
        return float(u), float(v)

    def median_distance(self, place: Sequence[float]) -> float:
        """The distance to a place within which half of the answers lie; there must be an answer."""
        return float(np.median(np.linalg.norm(self.points - np.array(place), axis=1)))


Spread = ChoiceShares | NumberHistogram | PointDensity


def spread_of(question: RoomQuestion, answers: Sequence[Answer]) -> Spread:
    """The answers of a class, summarised as their question's kind asks; what is followed has none.

    Of the kind `draw` the answers are the places of the drawings' codes.
    """
    if question.kind in ("point", "draw"):
        return _density(question, np.array(answers, np.float64).reshape(-1, 2))
    if question.kind == "choose":
        counts = np.bincount(np.array(answers, np.int64), minlength=len(question.choices))
        return ChoiceShares(question, counts.astype(np.int64), int(numbers_of(question.truth)[0]))
    return _histogram(question, np.array(answers, np.float64))


def _histogram(question: RoomQuestion, numbers: NDArray[np.float64]) -> NumberHistogram:
    edges = bin_edges(question.low, question.high, is_whole=question.is_whole)
    counts, _ = np.histogram(numbers, edges)
    return NumberHistogram(question, edges, counts.astype(np.int64), _quartiles(numbers) if len(numbers) else None)


def _density(question: RoomQuestion, points: NDArray[np.float64]) -> PointDensity:
    mesh = np.linspace(question.low, question.high, N_MESH)
    width = KERNEL * (question.high - question.low)
    # The kernel is a product of one along u and one along v.
    along_u, along_v = (
        np.exp(-0.5 * ((mesh[:, None] - points[:, axis]) / width) ** 2) / (width * np.sqrt(2 * np.pi))
        for axis in (0, 1)
    )  # (G, N) each
    return PointDensity(question, points, mesh, along_v @ along_u.T)


def _quartiles(numbers: NDArray[np.float64]) -> tuple[float, float, float]:
    low, median, high = np.quantile(numbers, [0.25, 0.5, 0.75])
    return float(low), float(median), float(high)


def bin_edges(low: float, high: float, *, is_whole: bool) -> NDArray[np.float64]:
    """Edges of at most 24 equal bins over [low, high], each 1, 2 or 5 times a power of ten wide.

    Whole numbers lie in the middle of bins of width 1, and wider bins begin below a multiple of their width.
    """
    width = bin_width(high - low + is_whole, is_whole=is_whole)
    shift = 0.5 if is_whole else 0.0
    first = np.floor(low / width) * width
    n_bins = int(np.floor((high - first) / width + (1 if is_whole else 1 - 1e-9)))
    edges: NDArray[np.float64] = first - shift + width * np.arange(max(n_bins, 1) + 1)
    return edges


def bin_width(extent: float, *, is_whole: bool) -> float:
    """The least width 1, 2 or 5 times a power of ten of which at most 23 make up an extent; 1 at least if whole."""
    least = extent / (MOST_BINS - 1)
    power = 10.0 ** np.floor(np.log10(least))
    width = next(float(step * power) for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-12))
    return max(width, 1.0) if is_whole else width
