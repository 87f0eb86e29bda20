"""Toy codes have the moments that their densities say, worked out by hand."""

import numpy as np
import pytest

from explorer.analysis.toy_codes import DISC_RADIUS, MOON_NOISE, PEN_WIDTH, drawn_codes, split_codes, toy_codes

N = 20_000


def draws(name: str) -> np.ndarray:
    return toy_codes(name, N, np.random.default_rng(0))


def test_two_bumps_have_the_mean_and_variance_of_their_mixture() -> None:
    codes = draws("two_bumps")
    mean = 0.3 * -2 + 0.7 * 1
    assert codes.mean() == pytest.approx(mean, abs=0.03)
    assert codes.var() == pytest.approx(0.5**2 + 0.3 * (-2 - mean) ** 2 + 0.7 * (1 - mean) ** 2, rel=0.03)


def test_two_clusters_lie_two_from_the_middle_on_either_side() -> None:
    codes = draws("two_clusters")
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(codes.var(axis=0), (2**2 + 0.5**2, 0.5**2), rtol=0.03)


def test_a_gaussian_without_its_disc_has_the_squared_radii_of_an_exponential_beyond_it() -> None:
    squared = np.square(draws("gaussian_without_disc")).sum(axis=1) - DISC_RADIUS**2
    assert squared.min() > -1e-4
    assert (squared.mean(), squared.std()) == pytest.approx((2, 2), rel=0.03)


def test_two_moons_are_half_circles_about_two_centres() -> None:
    codes = draws("two_moons")
    upper, lower = codes - (-0.5, -0.25), codes - (0.5, 0.25)
    radius = np.minimum(abs(np.linalg.norm(upper, axis=1) - 1), abs(np.linalg.norm(lower, axis=1) - 1))
    assert np.quantile(radius, 0.9) < 2 * MOON_NOISE
    # E[sin] over half a circle is 2/π, so that each moon's mean height is ±(2/π − ¼); both have equally many.
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=0.02)
    assert codes[:, 1].max() > 0.75 > 0.7 > codes[codes[:, 0] > 1, 1].max()


def test_a_drawn_line_is_evenly_full_and_as_broad_as_the_pen() -> None:
    line = (np.array([[0, 255], [255, 255]], np.uint8),)
    codes = drawn_codes(line, N, np.random.default_rng(0))
    np.testing.assert_allclose(codes.mean(axis=0), (0, -2), atol=0.05)
    np.testing.assert_allclose(codes.std(axis=0), (4 / np.sqrt(12), PEN_WIDTH / 4), rtol=0.03)


def test_a_drawn_dot_stands_beside_a_line_by_the_width_of_the_pen() -> None:
    strokes = (np.array([[0, 0]], np.uint8), np.array([[255, 0], [255, 255]], np.uint8))
    codes = drawn_codes(strokes, N, np.random.default_rng(0))
    at_dot = np.linalg.norm(codes - (-2, 2), axis=1) < 1
    assert at_dot.mean() == pytest.approx(PEN_WIDTH / (4 + 2 * PEN_WIDTH), rel=0.1)


def test_codes_are_split_the_same_at_every_call() -> None:
    train, held_out = split_codes(lambda n, rng: toy_codes("ring", n, rng))
    assert (train.shape, held_out.shape) == ((4_000, 2), (2_000, 2))
    np.testing.assert_array_equal(train, split_codes(lambda n, rng: toy_codes("ring", n, rng))[0])
    assert len(np.unique(np.concatenate((train, held_out)), axis=0)) == 6_000
