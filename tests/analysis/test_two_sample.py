"""Two-sample numbers against brute force and closed forms."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.ensemble import HistGradientBoostingClassifier

from explorer.analysis import two_sample
from explorer.analysis.holes import COVERAGE, HOLE_RATE
from explorer.analysis.measure import Interval, Measure, exactly, limit_interval, mean_interval, share_interval
from explorer.analysis.neighbours import MAX_TREE_DIM, ball_counts, nearest, radii
from explorer.analysis.two_sample import (
    BANDWIDTH_FACTORS,
    SMALLEST_GROUP,
    _kernel_matrix,
    ball_scores,
    classifier_hits,
    copying_score,
    kernel_test,
)
from explorer.errors import AnalysisError


def normal(n: int, latent_dim: int = 2, seed: int = 0, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, latent_dim)) + shift


@pytest.mark.parametrize("latent_dim", [1, 2, MAX_TREE_DIM, MAX_TREE_DIM + 1, 64])
def test_neighbours_and_balls_agree_with_all_distances(latent_dim: int) -> None:
    reference, sample = normal(700, latent_dim), normal(60, latent_dim, seed=1)
    distances = cdist(sample, reference)
    found, indices = nearest(sample, reference, 3)
    np.testing.assert_allclose(found, np.sort(distances, axis=1)[:, :3], atol=1e-5)
    np.testing.assert_array_equal(indices[:, 0], distances.argmin(axis=1))
    radius = radii(reference, 5)
    np.testing.assert_allclose(radius, np.sort(cdist(reference, reference), axis=1)[:, 5], atol=1e-5)
    inside = radius[:, None] >= distances.T
    in_ball, of_point = ball_counts(reference, radius, sample)
    np.testing.assert_array_equal(in_ball, inside.sum(axis=1))
    np.testing.assert_array_equal(of_point, inside.sum(axis=0))


def test_ball_scores_by_hand() -> None:
    # Reference at 0, 1, ..., 99 with balls of radius 1 about each, 99 draws half-way between and one far away.
    reference = np.arange(100.0)[:, None]
    sample = np.append(np.arange(99) + 0.5, 1000.0)[:, None]
    scores = ball_scores(reference, sample, 1, np.random.default_rng(0))
    assert scores.precision.value == pytest.approx(0.99)
    assert scores.density.value == pytest.approx(99 * 2 / 100)
    assert scores.recall.value == 1
    assert scores.coverage.value == 1
    assert scores.precision.low < 0.99 < scores.precision.high


def test_coverage_of_a_perfect_sampler_is_what_naeem_expects() -> None:
    # Naeem et al. 2020, Lemma 2: the k nearest of n - 1 others and m draws are all reference points.
    n = m = 1500
    k = np.arange(5)
    expected = 1 - np.prod((n - 1 - k) / (n - 1 + m - k))
    scores = ball_scores(normal(n), normal(m, seed=1), 5, np.random.default_rng(0))
    assert scores.coverage.low < expected < scores.coverage.high
    assert scores.density.low < 1 < scores.density.high


def test_interval_of_coverage_is_as_wide_as_its_scatter() -> None:
    rng = np.random.default_rng(0)
    scores = [ball_scores(rng.standard_normal((600, 2)), rng.standard_normal((600, 2)), 5, rng) for _ in range(60)]
    scatter = np.std([score.coverage.value for score in scores])
    claimed = np.mean([score.coverage.high - score.coverage.low for score in scores]) / (2 * stats.t.ppf(0.975, 11))
    assert 0.7 < claimed / scatter < 1.5


def test_one_ball_is_enough_to_be_covered() -> None:
    reference, sample = normal(150), normal(150, seed=1, shift=1)
    scores = ball_scores(reference, sample, 1, np.random.default_rng(0))
    of_reference, of_draws = (np.sort(cdist(one, one), axis=1)[:, 1] for one in (reference, sample))
    distances = cdist(reference, sample)
    assert scores.precision.value == pytest.approx((distances <= of_reference[:, None]).any(axis=0).mean())
    assert scores.recall.value == pytest.approx((distances <= of_draws).any(axis=1).mean())


def test_margin_of_coverage_is_that_of_student_over_disjoint_groups() -> None:
    reference, sample = normal(300), normal(300, seed=1, shift=1.5)
    coverage = ball_scores(reference, sample, 5, np.random.default_rng(3)).coverage
    rng = np.random.default_rng(3)
    dealt = [np.array_split(rng.permutation(points), 300 // SMALLEST_GROUP) for points in (reference, sample)]
    covered = []
    for some_reference, some in zip(*dealt, strict=True):
        radius = np.sort(cdist(some_reference, some_reference), axis=1)[:, 5]
        covered.append(np.mean((cdist(some_reference, some) <= radius[:, None]).any(axis=1)))
    low, high = stats.t.interval(0.95, 5, coverage.value, stats.sem(covered))
    assert coverage.low == pytest.approx(max(0, low))
    assert coverage.high == pytest.approx(min(1, high))


@pytest.mark.parametrize("n", [4, 99])
def test_fewer_codes_than_neighbours_are_refused(n: int) -> None:
    with pytest.raises(AnalysisError, match=f"There are {n} codes to compare, but 5 nearest .* at least 100"):
        ball_scores(normal(n), normal(500), 5, np.random.default_rng(0))


def test_classifier_tells_a_shift_and_not_equals() -> None:
    # The best classifier of N(0, I) against N(2, I) in two dimensions is right with probability Φ(√2).
    told = classifier_hits(normal(2000), normal(2000, seed=1, shift=2), 0)
    assert told.shape == (2000,)
    assert told.mean() == pytest.approx(stats.norm.cdf(np.sqrt(2)), abs=0.03)
    assert classifier_hits(normal(2000), normal(2000, seed=1), 0).mean() == pytest.approx(0.5, abs=0.04)


def test_all_trees_of_the_classifier_are_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = []

    class Watched(HistGradientBoostingClassifier):  # type: ignore[misc]
        def predict(self, points: np.ndarray) -> np.ndarray:
            grown.append(self.n_iter_)
            answer: np.ndarray = super().predict(points)
            return answer

    monkeypatch.setattr(two_sample, "HistGradientBoostingClassifier", Watched)
    classifier_hits(normal(400), normal(400, seed=1), 0)
    assert grown == [100]  # equals tell nothing, so that trees which stop early would stop at once


def test_squared_mmd_is_the_unbiased_estimate() -> None:
    reference, sample = normal(80), normal(80, seed=1, shift=1)
    measured = kernel_test(reference, sample, np.random.default_rng(0)).squared_mmd
    points = np.vstack([reference, sample])
    median = np.median(cdist(points, points)[np.triu_indices(160, 1)])
    kernel = np.mean(
        [np.exp(-cdist(points, points, "sqeuclidean") / (2 * (f * median) ** 2)) for f in BANDWIDTH_FACTORS], 0
    )
    pairs = 80 * 79
    within = (kernel[:80, :80].sum() - 80) / pairs + (kernel[80:, 80:].sum() - 80) / pairs
    assert measured == pytest.approx(within - 2 * kernel[:80, 80:].mean(), abs=1e-3)
    assert np.diag(_kernel_matrix(points)).sum() == 0


def test_kernel_test_of_equals_has_uniform_p() -> None:
    rng = np.random.default_rng(0)
    p = [kernel_test(rng.standard_normal((60, 2)), rng.standard_normal((60, 2)), rng).p for _ in range(100)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_kernel_test_of_a_shift_rejects_beyond_its_permutations() -> None:
    test = kernel_test(normal(300), normal(300, seed=1, shift=1), np.random.default_rng(0))
    assert test.p == pytest.approx(1 / 501)
    assert test.permuted.high < test.squared_mmd


def test_copying_score_is_the_share_of_pairs() -> None:
    rng = np.random.default_rng(0)
    drawn, held_out = rng.random(300), rng.random(200)
    score = copying_score(drawn, held_out)
    assert score.value == pytest.approx((drawn[:, None] < held_out).mean())
    assert score.low < score.value < score.high
    assert copying_score(np.zeros(50), held_out).value == 1
    assert copying_score(np.ones(50), np.ones(20)).value == 0.5


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Wilson 1927 by its quadratic: the shares p with |x/n − p| = z √(p (1 − p) / n).
    found, z = share_interval(np.repeat([True, False], [7, 193])), stats.norm.ppf(0.975)
    roots = np.roots([1 + z**2 / 200, -2 * 7 / 200 - z**2 / 200, (7 / 200) ** 2])
    assert (found.value, found.high, found.low) == pytest.approx((7 / 200, *roots))
    assert share_interval(np.zeros(200, bool)).low == 0 < share_interval(np.zeros(200, bool)).high


def test_the_interval_of_a_mean_is_students() -> None:
    values = np.random.default_rng(0).exponential(size=30)
    found, expected = mean_interval(values), stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx((values.mean(), *expected))


@pytest.mark.parametrize("n", [50, 400])
def test_what_lies_beyond_a_limit_is_a_beta_variable(n: int) -> None:
    # Of uniform values the probability beyond the limit is 1 − limit, whatever their law elsewhere.
    rng = np.random.default_rng(0)
    beyond, nulls = zip(
        *((1 - limit, null) for limit, null in (limit_interval(rng.random(n), 0.99) for _ in range(4000))), strict=True
    )
    assert len(set(nulls)) == 1
    assert np.mean(beyond) == pytest.approx(nulls[0].value, rel=0.05)
    assert (nulls[0].low, nulls[0].high) == pytest.approx(tuple(np.quantile(beyond, [0.025, 0.975])), rel=0.15)
    assert nulls[0].value <= max(0.01, 1 / (n + 1))


@pytest.mark.parametrize(
    ("measure", "is_significant"),
    [
        (Measure(HOLE_RATE, Interval(0.05, 0.03, 0.07), exactly(0.01)), True),
        (Measure(HOLE_RATE, Interval(0.02, 0.005, 0.04), exactly(0.01)), False),
        (Measure(HOLE_RATE, Interval(0.0, 0.0, 0.0), exactly(0.01)), False),
        (Measure(COVERAGE, Interval(0.8, 0.7, 0.9), Interval(0.96, 0.95, 0.97)), True),
        (Measure(COVERAGE, Interval(0.99, 0.98, 1.0), Interval(0.96, 0.95, 0.97)), False),
        (Measure(HOLE_RATE, Interval(0.05, 0.03, 0.07), exactly(0.01), p=0.2), False),
        (Measure(HOLE_RATE, Interval(0.01, 0.0, 0.02), exactly(0.01), p=0.03), False),
        (Measure(HOLE_RATE, Interval(0.01, 0.0, 0.02), exactly(0.01), p=0.01), True),
    ],
)
def test_a_measure_departs_on_its_bad_side_only(measure: Measure, is_significant: bool) -> None:
    assert measure.is_significant is is_significant
