"""Walks through latent space, between two codes, along an attribute or one axis, and how far they leave the data."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.neighbours import Search, search_among
from explorer.analysis.whitening import Whitening, fit_whitening
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Distances = NDArray[np.float64]
FEWEST_SAMPLES = 3
STRENGTHS = (-1.0, 2.0)
AXIS_QUANTILES = (0.01, 0.99)
# Below this sine of the angle between two codes a great circle through both is not determined.
SMALLEST_SINE = 1e-6
N_REFERENCES, N_HELD_OUT = 10_000, 1_000


@dataclass(frozen=True, eq=False)
class Path:
    """codes: (n, K) from start to end at equal fractions of the path; note: why it is not what was asked, or ''."""

    codes: Array
    note: str = ""


@dataclass(frozen=True)
class ReferenceRange:
    """How far held-out samples are from the data: the 5 %, 50 % and 95 % quantile of their distances."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, eq=False)
class NearestNeighbourDistance:
    """Distances to the nearest of some training points.

    points: (N, D); whitening: what measures them in standard deviations, or None for plain Euclidean distances.
    """

    points: NDArray[np.float32] | NDArray[np.float64]
    whitening: Whitening | None = None

    def distance(self, points: Array) -> Distances:
        """points: (n, D) -> the distance (n,) of each to the nearest training point."""
        return self._search(points if self.whitening is None else self.whitening.apply(points), 1)[0][:, 0]

    @cached_property
    def _search(self) -> Search:
        return search_among(self.points)

    def reference_range(self, held_out: Array) -> ReferenceRange:
        """How far held-out points (M, D) are, at most the first 1,000 of them."""
        low, median, high = np.quantile(self.distance(held_out[:N_HELD_OUT]), [0.05, 0.5, 0.95])
        return ReferenceRange(float(low), float(median), float(high))


@dataclass(frozen=True)
class Attribute:
    """What sets one class apart from another: direction (D,), the difference of their means, and the samples behind."""

    direction: Array
    n_plus: int
    n_minus: int


@dataclass(frozen=True, eq=False)
class AxisTraversal:
    """One axis (from 0) walked alone: codes (n, K) whose value runs from low to high, the others held."""

    axis: int
    low: float
    high: float
    codes: Array


def nearest_code_distance(train: Array) -> NearestNeighbourDistance:
    """Distances between codes (N, K) in standard deviations of the codes; raises AnalysisError without spread."""
    whitening = fit_whitening(train)
    return NearestNeighbourDistance(whitening.apply(train), whitening)


def nearest_image_distance(train: Array) -> NearestNeighbourDistance:
    """Euclidean distances between pictures (N, D); `evenly` picks which of a large data set."""
    return NearestNeighbourDistance(train)


def between(start: Array, end: Array, n: int) -> Array:
    """n equally spaced points from start (D,) to end (D,), (n, D); of images a cross-fade."""
    share = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def linear_path(start: Array, end: Array, n: int) -> Path:
    """The straight path from start (K,) to end (K,); AnalysisError for identical ends or fewer than two steps."""
    _check_ends(start, end, n)
    return Path(between(start, end, n))


def spherical_path(start: Array, end: Array, n: int, centre: Array) -> Path:
    """An arc around `centre` (K,) from one end to the other (White 2016, section 2.1; Shoemake 1985).

    Of ends equally far from the centre it is an arc of a circle, in equal angles; else an arc of an ellipse about the
    centre, in unequal ones. Ends on one line with the centre determine none: the path is then straight and says so.
    Raises AnalysisError as `linear_path`.
    """
    _check_ends(start, end, n)
    first, last = (np.asarray(code, np.float64) - centre for code in (start, end))
    lengths = np.linalg.norm(first) * np.linalg.norm(last)
    cosine = float(np.clip(first @ last / lengths, -1, 1)) if lengths > 0 else 1.0
    angle, sine = np.arccos(cosine), np.sqrt(1 - cosine**2)
    if sine < SMALLEST_SINE:
        note = "Both ends lie on one line with the centre, so that no arc is determined: this path is straight, too."
        return Path(between(start, end, n), note)
    share = np.linspace(0, 1, n)[:, None]
    turned = (np.sin((1 - share) * angle) * first + np.sin(share * angle) * last) / sine
    return Path((centre + turned).astype(np.float32))


def path_length(points: NDArray[np.floating]) -> float:
    """The length of the polygon through points (n, D)."""
    return float(np.linalg.norm(np.diff(points.astype(np.float64), axis=0), axis=1).sum())


def turning_degrees(points: NDArray[np.floating]) -> float:
    """The total curvature of the polygon through points (n, D): the angles between successive steps, added up.

    A straight line has 0, half a circle 180. Steps of no length have no direction and are left out.
    """
    steps = np.diff(points.astype(np.float64), axis=0)  # (n - 1, D)
    lengths = np.linalg.norm(steps, axis=1, keepdims=True)
    units = steps[lengths[:, 0] > 0] / lengths[lengths[:, 0] > 0]
    # Half the angle by its sine and cosine: the cosine alone cannot tell small angles from none.
    apart, together = (np.linalg.norm(sign * units[:-1] + units[1:], axis=1) for sign in (-1, 1))
    return float(np.degrees(2 * np.arctan2(apart, together)).sum())


def attribute(values: Array, labels: NDArray[np.int64], plus: int, minus: int, names: tuple[str, ...]) -> Attribute:
    """The mean of class `plus` minus that of class `minus`; values: (N, D) codes or pixels, labels: (N,).

    Larsen et al. 2016, section 4.2, for classes. Raises AnalysisError for one class twice or with too few samples.
    """
    if plus == minus:
        raise AnalysisError(f"Both classes are {names[plus]}, so their difference is 0; choose two different classes.")
    rows = {label: labels == label for label in (plus, minus)}
    for label, chosen in rows.items():
        if chosen.sum() < FEWEST_SAMPLES:
            raise AnalysisError(
                f"Class {names[label]} has {chosen.sum()} training samples, too few for a mean; choose a class with at "
                f"least {FEWEST_SAMPLES}."
            )
    direction = values[rows[plus]].mean(0, dtype=np.float64) - values[rows[minus]].mean(0, dtype=np.float64)
    return Attribute(direction.astype(np.float32), int(rows[plus].sum()), int(rows[minus].sum()))


def attribute_path(start: Array, direction: Array, n: int) -> Array:
    """start (D,) plus n strengths from -1 to 2 times direction (D,), (n, D)."""
    strength = np.linspace(*STRENGTHS, n, dtype=np.float32)[:, None]
    return start + strength * direction


def axis_traversals(codes: Array, held: Array, n: int, axes: NDArray[np.int64]) -> list[AxisTraversal]:
    """Each axis from the 1 % to the 99 % quantile of codes (N, K), the others held at `held` (K,)."""
    return [_axis_traversal(codes, held, n, int(axis)) for axis in axes]


def _axis_traversal(codes: Array, held: Array, n: int, axis: int) -> AxisTraversal:
    low, high = np.quantile(codes[:, axis], AXIS_QUANTILES)
    path = np.repeat(held[None].astype(np.float32), n, axis=0)
    path[:, axis] = np.linspace(low, high, n)
    return AxisTraversal(axis, float(low), float(high), path)


def _check_ends(start: Array, end: Array, n: int) -> None:
    if n < 2 or np.array_equal(start, end):
        raise AnalysisError("A path needs two different samples and at least two steps; choose another sample.")
