"""A number that never stands alone: its interval and its null value beside it."""

import math
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import betaincinv

from explorer.models.written_numbers import with_minus

Array = NDArray[np.float64]
Result = TypeVar("Result")
Worse = Literal["above", "below"]
N_RESAMPLES = 200
LEVEL = 0.95


@dataclass(frozen=True)
class Metric:
    """What a number means: the key by which it is known, its title, unit, sentence and the side on which it is bad.

    blind_to: the failures of a sampler that it cannot see, a phrase after "cannot see"; empty where there is no such.
    """

    key: str
    title: str
    unit: str
    worse: Worse
    meaning: str
    source: str
    blind_to: str = ""


@dataclass(frozen=True)
class Interval:
    """A value with the 95 % interval that its sample bears."""

    value: float
    low: float
    high: float

    def text(self, digits: int) -> str:
        """Such as '0.93 [0.91, 0.95]', with the sign − where a number has one."""
        value, low, high = (f"{number:.{digits}f}" for number in (self.value, self.low, self.high))
        return with_minus(f"{value} [{low}, {high}]")

    def percent(self, digits: int = 1) -> str:
        """A share of 1 likewise, such as '93.1 % [91.0, 95.2]'."""
        value, low, high = (f"{100 * number:.{digits}f}" for number in (self.value, self.low, self.high))
        return with_minus(f"{value} % [{low}, {high}]")


@dataclass(frozen=True)
class Measure:
    """A quantity, measured, beside the value that a perfect sampler has; p is None where no test was made."""

    metric: Metric
    measured: Interval
    null: Interval
    p: float | None = None

    @property
    def is_significant(self) -> bool:
        """Whether the difference on the bad side exceeds its margin or, where a test was made, the test rejects.

        One-sided, at a nominal level of 2.5 %. The margins of two independent intervals add in squares.
        """
        if self.p is not None:
            return self.p < (1 - LEVEL) / 2
        measured, null = self.measured, self.null
        if self.metric.worse == "above":
            return measured.value - null.value > math.hypot(measured.value - measured.low, null.high - null.value)
        return null.value - measured.value > math.hypot(measured.high - measured.value, null.value - null.low)


@dataclass(frozen=True)
class Progress(Generic[Result]):
    """How far a computation is: the fraction done in [0, 1], what it does next and the result so far."""

    fraction: float
    doing: str
    result: Result


def exactly(value: float) -> Interval:
    """A value that is known, such as a null that follows from a definition."""
    return Interval(value, value, value)


def share_interval(is_true: NDArray[np.bool_]) -> Interval:
    """The share of n independent indicators (n,) that are true, with Wilson's interval (Wilson 1927)."""
    n, n_true = len(is_true), int(np.count_nonzero(is_true))
    interval = stats.binomtest(n_true, n).proportion_ci(LEVEL, method="wilson")
    return Interval(n_true / n, float(interval.low), float(interval.high))


def mean_interval(values: Array) -> Interval:
    """The mean of n independent values (n,) with Student's interval; of indicators `share_interval` is right."""
    mean = float(values.mean())
    margin = float(stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values))
    return Interval(mean, mean - margin, mean + margin)


def without_negative(interval: Interval) -> Interval:
    """An interval of what is never below 0, cut off there: it holds the truth as often as before."""
    return Interval(interval.value, min(interval.value, max(interval.low, 0.0)), interval.high)


def variance_interval(values: Array, rng: np.random.Generator) -> Interval:
    """The variance of n independent values (n,) with the interval of its bootstrap."""
    drawn = values[rng.integers(len(values), size=(N_RESAMPLES, len(values)))]  # (r, n)
    return around(float(values.var(ddof=1)), drawn.var(axis=1, ddof=1))


def limit_interval(held_out: Array, quantile: float) -> tuple[float, Interval]:
    """The value below which a share `quantile` of n held-out values (n,) lies, and the share truly beyond it.

    The limit is the j-th smallest of them, j = ⌈quantile (n + 1)⌉. Whatever their law, the probability beyond it has
    the distribution Beta(n + 1 − j, j), of which the interval holds the central 95 % (David & Nagaraja 2003, § 2.1).
    """
    n = len(held_out)
    rank = min(n, math.ceil(quantile * (n + 1)))
    low, high = betaincinv(n + 1 - rank, rank, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(np.sort(held_out)[rank - 1]), Interval((n + 1 - rank) / (n + 1), float(low), float(high))


def around(value: float, draws: Array) -> Interval:
    """A value with the central 95 % of its draws (r,), whether resampled, permuted or simulated.

    Between order statistics at p (r + 1), so that one more draw falls within them in 95 % of cases (Hyndman & Fan
    1996, type 6); the smallest and the largest of fewer than 39 draws hold less.
    """
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="weibull")
    return Interval(value, float(low), float(high))


def range_of(draws: Array) -> Interval:
    """The mean of draws (r,) with the central 95 % of them: a null that chance makes, in which one more draw falls."""
    return around(float(draws.mean()), draws)
