"""A data set's moments, its random samples and the emptiness of its space, against brute force and closed forms."""

import math

import numpy as np
import pytest

from explorer.analysis.dataset_summary import log10_ball_share, pick_by_class, random_samples, summarise
from explorer.data import Dataset, load_dataset


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def test_moments_agree_with_numpy(digits: Dataset) -> None:
    summary, x = summarise(digits), digits.pixels().astype(np.float64)
    assert np.allclose(summary.mean, x.mean(axis=0), atol=1e-6)
    assert np.allclose(summary.variance, x.var(axis=0, ddof=1), atol=1e-6)
    assert summary.counts.tolist() == np.bincount(digits.labels).tolist()
    assert np.allclose(summary.class_means[3], x[digits.labels == 3].mean(axis=0), atol=1e-6)
    assert (summary.low, summary.high) == (0, 1)
    assert summary.n_constant == int((x.std(axis=0) == 0).sum())


def test_bytes_count_as_pixels_and_more_than_one_chunk_is_summed() -> None:
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 256, (10_000, 2, 2), dtype=np.uint8)
    summary = summarise(Dataset("noise", "train", samples, rng.integers(0, 2, 10_000), ("a", "b", "empty")))
    assert np.allclose(summary.mean, samples.reshape(-1, 4).mean(axis=0) / 255, atol=1e-6)
    assert np.allclose(summary.variance, samples.reshape(-1, 4).var(axis=0, ddof=1) / 255**2, atol=1e-6)
    assert summary.counts[2] == 0
    assert not summary.class_means[2].any()
    assert summary.high == 1


def test_picks_are_of_their_class_and_fewer_where_a_class_has_fewer(digits: Dataset) -> None:
    picks = pick_by_class(digits, 12, seed=1)
    assert all(set(digits.labels[rows]) == {label} and len(set(rows)) == 12 for label, rows in enumerate(picks))
    assert [rows.tolist() for rows in picks] == [rows.tolist() for rows in pick_by_class(digits, 12, seed=1)]
    two = Dataset("few", "train", np.zeros((3, 2), np.float32), np.array([0, 0, 1]), ("a", "b"))
    assert [len(rows) for rows in pick_by_class(two, 5, seed=0)] == [2, 1]


def test_random_samples_keep_their_marginals_and_lie_farther_out(digits: Dataset) -> None:
    found = random_samples(digits, 0, 1, 200, seed=0)
    x = digits.pixels()
    assert all(set(found.shuffled[:, pixel]) <= set(x[:, pixel]) for pixel in range(64))
    assert np.allclose(found.shuffled.mean(axis=0), x.mean(axis=0), atol=0.12)
    assert found.uniform.min() >= 0
    assert found.uniform.max() <= 1
    assert found.uniform.mean() == pytest.approx(0.5, abs=0.01)
    assert found.real_distance < found.shuffled_distance < found.uniform_distance


def test_distance_to_the_nearest_is_that_of_brute_force(digits: Dataset) -> None:
    found = random_samples(digits, 0, 1, 3, seed=0)
    rows = np.random.default_rng(0).permutation(len(digits))
    pool = digits.pixels(rows[3:2003])
    nearest = [min(np.linalg.norm(real - other) for other in pool) for real in found.real]
    assert found.real_distance == pytest.approx(np.median(nearest), rel=1e-3)


def test_ball_in_cube_is_known_in_low_dimensions_and_measured_in_five() -> None:
    shares = 10 ** log10_ball_share([1, 2, 3, 4])
    assert np.allclose(shares, [1, math.pi / 4, math.pi / 6, math.pi**2 / 32])
    points = np.random.default_rng(0).uniform(-1, 1, (200_000, 5))
    inside = (np.square(points).sum(axis=1) <= 1).mean()
    assert 10 ** log10_ball_share([5])[0] == pytest.approx(inside, abs=0.003)


def test_ball_in_the_cube_of_all_digits_does_not_underflow() -> None:
    # For an even dimension Γ is a factorial, which Python has exactly.
    by_factorial = 392 * math.log10(math.pi) - math.log10(math.factorial(392)) - 784 * math.log10(2)
    assert log10_ball_share([784])[0] == pytest.approx(by_factorial)
