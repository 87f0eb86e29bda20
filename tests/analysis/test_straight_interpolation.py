"""The straight walk: its codes by hand, its distances by brute force."""

import numpy as np
import pytest

from explorer.analysis.straight_interpolation import leaving_rate, straight_interpolation
from explorer.errors import AnalysisError

RNG = np.random.default_rng(0)
TRAIN = RNG.standard_normal((300, 2)).astype(np.float32)
HELD_OUT = RNG.standard_normal((200, 2)).astype(np.float32)


def test_steps_are_equal_and_ends_are_the_ends() -> None:
    walk = straight_interpolation(TRAIN[0], TRAIN[1], 5, TRAIN, HELD_OUT)
    assert np.allclose(walk.codes[[0, -1]], TRAIN[:2])
    assert np.allclose(np.diff(walk.codes, axis=0), (TRAIN[1] - TRAIN[0]) / 4, atol=1e-6)


def test_distances_are_brute_force_in_whitened_units() -> None:
    walk = straight_interpolation(TRAIN[0], TRAIN[1], 5, TRAIN, HELD_OUT)
    precision = np.linalg.inv(np.cov(TRAIN.T.astype(np.float64)))

    def distance(points: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> "np.ndarray[tuple[int], np.dtype]":
        gaps = points[:, None] - TRAIN[None]
        nearest: np.ndarray[tuple[int], np.dtype[np.float64]]
        nearest = np.sqrt(np.einsum("nmi,ij,nmj->nm", gaps, precision, gaps)).min(axis=1)
        return nearest

    assert np.allclose(walk.distance, distance(walk.codes), atol=1e-2)
    assert walk.null == pytest.approx(np.quantile(distance(HELD_OUT), 0.99), rel=1e-2)


def test_a_walk_across_a_ring_leaves_the_data() -> None:
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    ring = np.stack((np.cos(angle), np.sin(angle)), axis=1).astype(np.float32)
    walk = straight_interpolation(ring[0], ring[200], 5, ring, ring + np.float32(0.01))
    assert walk.distance[2] > 10 * walk.null
    assert walk.distance[[0, -1]].max() < 1e-3


@pytest.mark.parametrize(("end", "n"), [(TRAIN[0], 5), (TRAIN[1], 1)])
def test_no_walk_without_a_way(end: "np.ndarray[tuple[int], np.dtype[np.float32]]", n: int) -> None:
    with pytest.raises(AnalysisError, match="two different samples and at least two steps"):
        straight_interpolation(TRAIN[0], end, n, TRAIN, HELD_OUT)


def test_a_way_across_the_ring_leaves_and_one_along_it_stays() -> None:
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    ring = np.stack((np.cos(angle), np.sin(angle)), axis=1).astype(np.float32)
    across = straight_interpolation(ring[0], ring[200], 5, ring, ring + np.float32(0.01))
    along = straight_interpolation(ring[0], ring[2], 5, ring, ring + np.float32(0.01))
    assert (across.leaves, across.farthest, along.leaves) == (True, 2, False)


def test_ways_leave_as_often_as_brute_force_counts() -> None:
    centres = np.array([[0, 0], [0, 1], [20, 0]], np.float32)
    labels = np.repeat([0, 1, 2], 500)
    rng = np.random.default_rng(0)
    train, held_out = (centres[labels] + rng.standard_normal((1500, 2)).astype(np.float32) for _ in range(2))
    found = leaving_rate(train, held_out, labels, 9, np.random.default_rng(1))
    # Of pairs of different classes two thirds lead to the far cloud or from it; the others stay in the double cloud.
    assert found.share.value == pytest.approx(2 / 3, abs=0.06)
    assert found.share.low < found.share.value < found.share.high
    assert found.n_pairs == pytest.approx(1000 * 2 / 3 * 0.98, abs=60)


def test_a_pair_whose_end_lies_outside_is_left_out_and_any_step_outside_counts() -> None:
    """Codes along a line with a gap; every pair, step and distance counted one by one."""
    rng = np.random.default_rng(2)
    inside = np.concatenate((rng.uniform(0, 4, 600), rng.uniform(7, 10, 600))).astype(np.float32)[:, None]
    train, held_out = inside[::2], np.vstack((inside[1::2], [[30], [31]])).astype(np.float32)
    labels = np.digitize(held_out[:, 0], [2, 4, 8])
    found = leaving_rate(train, held_out, labels, 5, np.random.default_rng(3))

    def distance(points: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> "np.ndarray[tuple[int], np.dtype]":
        gaps: np.ndarray[tuple[int], np.dtype[np.float32]] = np.abs(points[:, None] - train[:, 0]).min(axis=1)
        return gaps

    limit = np.quantile(distance(held_out[:, 0]), 0.99)
    first, second = np.random.default_rng(3).integers(len(held_out), size=(2, 1000))
    leaves = []
    for a, b in zip(first, second, strict=True):
        steps = distance(np.linspace(held_out[a, 0], held_out[b, 0], 5, dtype=np.float32))
        if labels[a] != labels[b] and max(steps[0], steps[-1]) <= limit:
            leaves.append(steps.max() > limit)
    assert found.n_pairs == len(leaves)
    assert found.share.value == pytest.approx(np.mean(leaves))
    assert 0.1 < found.share.value < 0.9
