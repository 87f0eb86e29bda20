"""Whether two samples come from one distribution: manifold estimates by balls, a classifier, kernel means, copying."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist
from scipy.stats import t as student
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

from explorer.analysis.auc import auc_interval
from explorer.analysis.measure import LEVEL, Interval, around, mean_interval, share_interval
from explorer.analysis.neighbours import ball_counts, radii
from explorer.errors import AnalysisError

Array = NDArray[np.float64]
N_GROUPS, SMALLEST_GROUP = 20, 50
N_KERNEL = 1_000
N_PERMUTATIONS = 500
# Around the median distance and down to an eighth of it, so that a small hole is seen beside the whole shape.
BANDWIDTH_FACTORS = (0.125, 0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class BallScores:
    """Precision, recall, density and coverage of a sample against a reference; 1 is perfect but for finite samples."""

    precision: Interval
    recall: Interval
    density: Interval
    coverage: Interval


def ball_scores(reference: Array, sample: Array, k: int, rng: np.random.Generator) -> BallScores:
    """Scores by balls up to the k-th neighbour (Kynkäänniemi et al. 2019, eq. 1-2; Naeem et al. 2020, eq. 3-7).

    reference: (n, K), sample: (m, K). Given one side's balls the other side's points are independent, so that precision
    and density have intervals for this reference, and recall for this sample.
    Raises AnalysisError when there are too few points for two groups.
    """
    n = min(len(reference), len(sample))
    if n < max(2 * SMALLEST_GROUP, k + 1):
        raise AnalysisError(
            f"There are {n} codes to compare, but {k} nearest neighbours and their intervals need at least "
            f"{max(2 * SMALLEST_GROUP, k + 1)}; choose a larger data set."
        )
    in_ball, of_draw = ball_counts(reference, radii(reference, k), sample)  # (n,), (m,)
    _, of_reference = ball_counts(sample, radii(sample, k), reference)  # (n,)
    return BallScores(
        precision=share_interval(of_draw > 0),
        recall=share_interval(of_reference > 0),
        density=mean_interval(of_draw / k),
        coverage=_coverage_interval(in_ball > 0, reference, sample, k, rng),
    )


def _coverage_interval(
    is_covered: NDArray[np.bool_], reference: Array, sample: Array, k: int, rng: np.random.Generator
) -> Interval:
    """The share covered of the reference (n,); its points share draws, and a bootstrap's copies would be each other's
    nearest, so that the margin comes from disjoint groups of both samples (Politis, Romano & Wolf 1999)."""
    n_groups = min(N_GROUPS, min(len(reference), len(sample)) // SMALLEST_GROUP)
    groups = zip(_deal(reference, n_groups, rng), _deal(sample, n_groups, rng), strict=True)
    by_group = [_coverage(some_reference, some, k) for some_reference, some in groups]
    margin = float(student.ppf((1 + LEVEL) / 2, n_groups - 1) * np.std(by_group, ddof=1) / np.sqrt(n_groups))
    binomial, value = share_interval(is_covered), float(is_covered.mean())
    low, high = min(value - margin, binomial.low), max(value + margin, binomial.high)
    return Interval(value, max(0.0, low), min(1.0, high))


def _deal(points: Array, n_groups: int, rng: np.random.Generator) -> list[Array]:
    return np.array_split(rng.permutation(points), n_groups)


def _coverage(reference: Array, sample: Array, k: int) -> float:
    in_ball, _ = ball_counts(reference, radii(reference, k), sample)
    return float(np.mean(in_ball > 0))


def classifier_hits(reference: Array, sample: Array, seed: int) -> NDArray[np.bool_]:
    """Whether a classifier tells each point's side, indicators whose mean is the two-sample accuracy.

    Boosted trees grown on half the points of each side, (n, K) and (m, K), judge the other half, so that the hits are
    independent given the trees (Lopez-Paz & Oquab 2017, section 3). The sides must have equally many points.
    """
    points = np.vstack([reference, sample])  # (n + m, K)
    side = np.repeat([0, 1], [len(reference), len(sample)])  # (n + m,)
    grown, judged, grown_side, judged_side = train_test_split(
        points, side, test_size=0.5, stratify=side, random_state=seed
    )
    trees = HistGradientBoostingClassifier(max_iter=100, early_stopping=False, random_state=seed)
    return np.asarray(trees.fit(grown, grown_side).predict(judged) == judged_side)


@dataclass(frozen=True)
class KernelTest:
    """The squared maximum mean discrepancy, its range under permutation, and the share of permutations beyond it."""

    squared_mmd: float
    permuted: Interval
    p: float


def kernel_test(reference: Array, sample: Array, rng: np.random.Generator) -> KernelTest:
    """MMD² between two samples, unbiased, with a permutation test (Gretton et al. 2012, eq. 3 and section 5).

    The kernel is the mean of five Gaussians around the median distance; at most 1,000 points of each side are used.
    """
    n = min(len(reference), len(sample), N_KERNEL)
    kernel = _kernel_matrix(np.vstack([some[rng.permutation(len(some))[:n]] for some in (reference, sample)]))
    side = np.repeat([1.0, -1.0], n)
    permuted = _squared_mmd(kernel, np.stack([rng.permutation(side) for _ in range(N_PERMUTATIONS)]))
    measured = float(_squared_mmd(kernel, side[None])[0])
    p = (1 + int((permuted >= measured).sum())) / (1 + N_PERMUTATIONS)
    return KernelTest(measured, around(0.0, permuted), p)


def _kernel_matrix(points: Array) -> Array:
    """The mean of Gaussian kernels between all points, with an empty diagonal, (n, n)."""
    squared = cdist(points, points, "sqeuclidean")
    median = np.median(pdist(points[:: max(1, len(points) // 500)]))
    kernel = np.mean([np.exp(-squared / (2 * (factor * median) ** 2)) for factor in BANDWIDTH_FACTORS], axis=0)
    np.fill_diagonal(kernel, 0)
    return np.asarray(kernel)


def _squared_mmd(kernel: Array, signed: Array) -> Array:
    """MMD² for each row of sides (r, 2n), n of them 1 and n of them −1; pairs of a point with itself are left out."""
    total = kernel.sum()
    difference = ((signed @ kernel) * signed).sum(axis=1)  # (r,)
    n = signed.shape[1] // 2
    within, across = (total + difference) / 2, (total - difference) / 2  # (r,), (r,)
    return np.asarray(within / (n * (n - 1)) - across / n**2)


def copying_score(sample_distance: Array, held_out_distance: Array) -> Interval:
    """How often a draw lies nearer to the training data than a held-out point does; 0.5 for a perfect sampler.

    Distances (n,) and (m,) to the nearest training point. Above 0.5 the sampler copies, below it strays
    (the statistic of Meehan, Chaudhuri & Dasgupta 2020, over the whole space).
    """
    return auc_interval(sample_distance, held_out_distance)
