"""What a plane keeps of neighbourhoods, against scikit-learn, against counting by hand, and against chance."""

import numpy as np
import pytest
from scipy import stats
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from explorer.analysis.neighbourhoods import (
    N_GROUPS,
    SIZES,
    K,
    distance_correlation,
    kept,
    marked_neighbours,
    neighbour_ranks,
    neighbourhoods,
    shared_neighbours,
    without,
)
from explorer.errors import AnalysisError

RNG = np.random.default_rng(0)
POINTS = RNG.standard_normal((450, 5)).astype(np.float32)
PLANE = POINTS[:, :2] + 0.3 * RNG.standard_normal((450, 2)).astype(np.float32)
SPACE = neighbourhoods(POINTS)
FOUND = SPACE.preserved(PLANE)


def test_trustworthiness_and_continuity_are_those_of_scikit_learn() -> None:
    assert FOUND.trustworthiness.value == pytest.approx(trustworthiness(POINTS, PLANE, n_neighbors=K))
    assert FOUND.continuity.value == pytest.approx(trustworthiness(PLANE, POINTS, n_neighbors=K))
    assert abs(FOUND.trustworthiness.value - FOUND.continuity.value) > 0.01
    assert FOUND.trustworthiness.low < FOUND.trustworthiness.value < FOUND.trustworthiness.high


def test_ranks_count_from_the_sample_itself_also_where_two_are_alike() -> None:
    ranks = neighbour_ranks(np.array([[0.0], [1.0], [3.0], [0.0]], np.float32))
    assert ranks.tolist() == [[0, 2, 3, 1], [1, 0, 3, 2], [2, 1, 0, 3], [1, 2, 3, 0]]


def test_neighbours_that_are_kept_are_counted() -> None:
    def near(points: np.ndarray, row: int, k: int) -> set[int]:
        order = np.argsort(np.linalg.norm(points - points[row], axis=1))
        return set(order[1 : k + 1].tolist())

    for k in (1, 10):
        counted = np.mean([len(near(POINTS, row, k) & near(PLANE, row, k)) / k for row in range(len(POINTS))])
        assert shared_neighbours(SPACE.ranks, neighbour_ranks(PLANE), k).mean() == pytest.approx(counted)
        assert FOUND.curve[SIZES.index(k)] == pytest.approx(counted)
    assert FOUND.neighbours_kept.value == pytest.approx(FOUND.curve[SIZES.index(K)])


def test_ranks_without_some_samples_are_those_among_the_rest() -> None:
    gone = np.random.default_rng(1).random(len(POINTS)) < 0.1
    np.testing.assert_array_equal(without(SPACE.ranks, gone), neighbour_ranks(POINTS[~gone]))


def test_intervals_are_those_of_a_jackknife_by_hand() -> None:
    groups = np.random.default_rng(0).permutation(len(POINTS)) % N_GROUPS
    left = np.stack([kept(*(neighbour_ranks(p[groups != g]) for p in (POINTS, PLANE))) for g in range(N_GROUPS)])
    margins = stats.t.ppf(0.975, 19) * np.sqrt(19 * np.mean((left - left.mean(axis=0)) ** 2, axis=0))
    found = FOUND.trustworthiness, FOUND.continuity, FOUND.neighbours_kept
    assert [one.high - one.value for one in found] == pytest.approx(list(margins))
    assert [one.value - one.low for one in found] == pytest.approx(list(margins))


def test_a_plane_that_only_grows_keeps_everything() -> None:
    flat = neighbourhoods(POINTS[:, :2])
    whole = flat.preserved(3 * POINTS[:, :2])
    assert whole.trustworthiness.value == whole.continuity.value == whole.neighbours_kept.value == 1
    assert whole.distance_correlation.value == pytest.approx(1)


def test_chance_is_what_scattered_places_give() -> None:
    null, scattered = SPACE.null(0), SPACE.preserved(RNG.standard_normal((450, 2)).astype(np.float32))
    assert null.neighbours_kept.value == pytest.approx(K / 449)
    assert null.curve[-1] == pytest.approx(SIZES[-1] / 449)
    assert scattered.neighbours_kept.value == pytest.approx(K / 449, abs=0.01)
    assert scattered.trustworthiness.value == pytest.approx(null.trustworthiness.value, abs=0.02)
    assert null.trustworthiness.low < null.trustworthiness.value < null.trustworthiness.high
    assert scattered.distance_correlation.low < 0 < scattered.distance_correlation.high


def test_distances_correlate_as_their_ranks_do_and_the_interval_holds_the_truth() -> None:
    found = distance_correlation(POINTS, PLANE)
    every = stats.spearmanr(
        *(np.linalg.norm(space[:, None] - space[None], axis=2)[np.triu_indices(450, 1)] for space in (POINTS, PLANE))
    ).statistic
    assert found.low < every < found.high
    assert distance_correlation(POINTS, PLANE, seed=1) != found


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(AnalysisError, match="among more than 400, but there are 300; choose a larger data set"):
        neighbourhoods(POINTS[:300])


def test_marked_neighbours_of_marked_samples_are_counted_as_by_scikit_learn() -> None:
    is_marked = POINTS[:, 0] > 0.5
    near = NearestNeighbors(n_neighbors=K + 1).fit(POINTS).kneighbors(POINTS[is_marked], return_distance=False)[:, 1:]
    assert marked_neighbours(POINTS, is_marked) == pytest.approx(is_marked[near].mean())
    by_chance = [marked_neighbours(POINTS, RNG.permutation(is_marked)) for _ in range(50)]
    assert np.mean(by_chance) == pytest.approx((is_marked.sum() - 1) / (len(POINTS) - 1), abs=0.01)
