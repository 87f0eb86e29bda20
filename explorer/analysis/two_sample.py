"""Whether two samples come from one distribution: manifold estimates by balls, a classifier, kernel means, copying."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist
from scipy.stats import binomtest
from scipy.stats import t as student
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

from explorer.analysis.auc import auc_interval
from explorer.analysis.measure import LEVEL, N_RESAMPLES, Interval, around
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

    Near points share their balls, and a bootstrap's repeated points would be each other's neighbours; so the
    intervals come from disjoint groups of both samples, each scored by itself (Politis, Romano & Wolf 1999), and
    those of shares are at least as wide as a binomial's.
    Raises AnalysisError when there are too few points for two groups.
    """
    n = min(len(reference), len(sample))
    n_groups = min(N_GROUPS, n // SMALLEST_GROUP)
    if n_groups < 2 or n <= k:
        raise AnalysisError(
            f"There are {n} codes to compare, but {k} nearest neighbours and their intervals need at least "
            f"{max(2 * SMALLEST_GROUP, k + 1)}; choose a larger data set."
        )
    groups = zip(_deal(reference, n_groups, rng), _deal(sample, n_groups, rng), strict=True)
    by_group = np.stack([_ball_means(some_reference, some, k) for some_reference, some in groups])
    margin = student.ppf((1 + LEVEL) / 2, n_groups - 1) * by_group.std(0, ddof=1) / np.sqrt(n_groups)
    values = _ball_means(reference, sample, k).tolist()
    precision, recall, density, coverage = zip(values, margin.tolist(), strict=True)
    return BallScores(
        precision=_share(*precision, len(sample)),
        recall=_share(*recall, len(reference)),
        density=Interval(density[0], density[0] - density[1], density[0] + density[1]),
        coverage=_share(*coverage, len(reference)),
    )


def _share(value: float, margin: float, n: int) -> Interval:
    binomial = binomtest(round(value * n), n).proportion_ci(LEVEL, method="wilson")
    low, high = min(value - margin, binomial.low), max(value + margin, binomial.high)
    return Interval(value, float(max(0.0, low)), float(min(1.0, high)))


def _deal(points: Array, n_groups: int, rng: np.random.Generator) -> list[Array]:
    return np.array_split(rng.permutation(points), n_groups)


def _ball_means(reference: Array, sample: Array, k: int) -> Array:
    in_ball, of_draw = ball_counts(reference, radii(reference, k), sample)
    _, of_reference = ball_counts(sample, radii(sample, k), reference)
    precision, recall, coverage = (np.mean(counts > 0) for counts in (of_draw, of_reference, in_ball))
    return np.array([precision, recall, of_draw.mean() / k, coverage])


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

    squared_mmd: Interval
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
    counts = rng.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES)
    resampled = _squared_mmd(kernel, np.hstack([counts, -counts]).astype(np.float64))
    measured = float(_squared_mmd(kernel, side[None])[0])
    p = (1 + int((permuted >= measured).sum())) / (1 + N_PERMUTATIONS)
    return KernelTest(around(measured, resampled), around(0.0, permuted), p)


def _kernel_matrix(points: Array) -> Array:
    """The mean of Gaussian kernels between all points, with an empty diagonal, (n, n)."""
    squared = cdist(points, points, "sqeuclidean")
    median = np.median(pdist(points[:: max(1, len(points) // 500)]))
    kernel = np.mean([np.exp(-squared / (2 * (factor * median) ** 2)) for factor in BANDWIDTH_FACTORS], axis=0)
    np.fill_diagonal(kernel, 0)
    return np.asarray(kernel)


def _squared_mmd(kernel: Array, signed: Array) -> Array:
    """MMD² for each row of weights (r, n), positive on one side and negative on the other; pairs of a point with
    itself are left out."""
    total = ((np.abs(signed) @ kernel) * np.abs(signed)).sum(axis=1)
    difference = ((signed @ kernel) * signed).sum(axis=1)
    n = np.abs(signed).sum(axis=1) / 2
    within, across = (total + difference) / 2, (total - difference) / 2
    return np.asarray(within / (n**2 - (signed**2).sum(axis=1) / 2) - across / n**2)


def copying_score(sample_distance: Array, held_out_distance: Array) -> Interval:
    """How often a draw lies nearer to the training data than a held-out point does; 0.5 for a perfect sampler.

    Distances (n,) and (m,) to the nearest training point. Above 0.5 the sampler copies, below it strays
    (the statistic of Meehan, Chaudhuri & Dasgupta 2020, over the whole space).
    """
    return auc_interval(sample_distance, held_out_distance)
