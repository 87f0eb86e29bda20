"""The part of a plane that is shown at first."""

import numpy as np
import pytest

from explorer.scenes.extent import square_extent


def test_the_square_holds_at_least_995_of_1000_codes_but_not_the_far_ones() -> None:
    codes = np.random.default_rng(0).standard_t(2, (20_000, 2)).astype(np.float32)
    u, v, half = square_extent(codes)
    inside = (np.abs(codes - [u, v]) <= half).all(axis=1).mean()
    assert 0.995 <= inside < 1
    assert half < np.abs(codes).max() / 2


def test_the_square_is_as_wide_as_the_wider_side_with_a_margin() -> None:
    codes = np.random.default_rng(0).uniform([0, 10], [8, 12], (4000, 2)).astype(np.float32)
    u, v, half = square_extent(codes)
    assert (u, v) == pytest.approx((4, 11), abs=0.05)
    assert half == pytest.approx(4 * 1.06, abs=0.05)


def test_all_of_a_path_is_inside() -> None:
    codes = np.random.default_rng(0).uniform(-1, 1, (5_000, 2)).astype(np.float32)
    u, v, half = square_extent(codes, np.array([[0, 0], [5, 0]], np.float32))
    assert (u, v) == pytest.approx((2, 0), abs=0.02)
    assert half == pytest.approx(3 * 1.06, abs=0.02)
    assert square_extent(codes, np.zeros((0, 2), np.float32)) == square_extent(codes)


def test_codes_in_one_place_still_span_a_square() -> None:
    assert square_extent(np.ones((5, 2), np.float32)) == (1.0, 1.0, 1e-6)
