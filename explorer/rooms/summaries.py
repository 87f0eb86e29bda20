"""What a class answered, in numbers: shares of choices, and a histogram with its median and quartiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.rooms.question import RoomQuestion

MOST_BINS = 24


@dataclass(frozen=True)
class ChoiceShares:
    """How many chose each of the choices, counts (C,); truth: the index of the right one."""

    question: RoomQuestion
    counts: NDArray[np.int64]

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


Spread = ChoiceShares | NumberHistogram


def spread_of(question: RoomQuestion, answers: Sequence[float]) -> Spread:
    """The answers of a class, summarised as their question's kind asks."""
    if question.kind == "choose":
        counts = np.bincount(np.array(answers, np.int64), minlength=len(question.choices))
        return ChoiceShares(question, counts.astype(np.int64))
    return _histogram(question, np.array(answers, np.float64))


def _histogram(question: RoomQuestion, numbers: NDArray[np.float64]) -> NumberHistogram:
    edges = bin_edges(question.low, question.high, is_whole=question.is_whole)
    counts, _ = np.histogram(numbers, edges)
    return NumberHistogram(question, edges, counts.astype(np.int64), _quartiles(numbers) if len(numbers) else None)


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
