"""A number that never stands alone: its interval and its null value beside it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Result = TypeVar("Result")
Worse = Literal["above", "below"]
N_RESAMPLES = 200
LEVEL = 0.95


@dataclass(frozen=True)
class Metric:
    """What a number means: the key by which it is known, its title, unit, sentence and the side on which it is bad."""

    key: str
    title: str
    unit: str
    worse: Worse
    meaning: str
    source: str


@dataclass(frozen=True)
class Interval:
    """A value with the 95 % interval that its sample bears."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measure:
    """A quantity, measured, beside the value that a perfect sampler has; p is None where no test was made."""

    quantity: Metric
    measured: Interval
    null: Interval
    p: float | None = None

    @property
    def is_significant(self) -> bool:
        """Whether the test rejects at 5 % or, where there is none, the difference on the bad side exceeds its margin.

        The margins of two independent intervals add in squares.
        """
        if self.p is not None:
            return self.p < 1 - LEVEL
        measured, null = self.measured, self.null
        if self.quantity.worse == "above":
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


def bootstrap(statistic: Callable[..., Any], *samples: Array, rng: np.random.Generator) -> Interval:
    """A statistic of independent samples with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    samples: each (n,), resampled by itself; statistic(*samples, axis) reduces the given axis.
    """
    interval = stats.bootstrap(
        samples,
        statistic,
        n_resamples=N_RESAMPLES,
        batch=50,
        confidence_level=LEVEL,
        method="percentile",
        vectorized=True,
        rng=rng,
    ).confidence_interval
    return Interval(float(statistic(*samples, axis=-1)), float(interval.low), float(interval.high))


def mean_interval(values: Array, rng: np.random.Generator) -> Interval:
    """The mean of (n,) values or indicators with its bootstrap interval."""
    return bootstrap(np.mean, values.astype(np.float64), rng=rng)


def around(value: float, draws: Array) -> Interval:
    """A value with the central 95 % of its draws (r,), whether resampled, permuted or simulated."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))
