"""Toy codes have the moments that their densities say, worked out by hand."""

import numpy as np
import pytest

from explorer.analysis.toy_codes import DISC_RADIUS, toy_codes

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
