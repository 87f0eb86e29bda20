"""Total variation of draws from a law, against values by hand and against the law's own draws."""

import numpy as np
import pytest

from explorer.analysis.variation import total_variation, variation_interval, without_chance


def test_total_variation_is_half_the_difference() -> None:
    p, q = np.array([0.5, 0.5, 0]), np.array([0, 0.25, 0.75])
    assert total_variation(p, q) == 0.75
    assert (total_variation(p, p), total_variation(np.array([1.0, 0]), np.array([0, 1.0]))) == (0, 1)


def test_shares_lose_what_chance_adds_to_their_squared_distance() -> None:
    # ‖p − q‖² is 0.32, of which chance adds (1 − 0.5) / 10 = 0.05.
    found = without_chance(np.array([0.9, 0.1]), np.array([0.5, 0.5]), 10)
    assert np.square(found - 0.5).sum() == pytest.approx(0.32 - 0.05)
    assert found[0] > 0.5
    near = np.array([0.52, 0.48])
    np.testing.assert_array_equal(without_chance(near, np.array([0.5, 0.5]), 10), [0.5, 0.5])
    np.testing.assert_array_equal(without_chance(near, near, 10), near)


@pytest.mark.parametrize("law", [np.full(10, 0.1), np.linspace(0.01, 0.19, 10)])
def test_the_interval_is_as_wide_as_what_sets_of_draws_differ_by(law: np.ndarray) -> None:
    rng, expected = np.random.default_rng(0), np.full(10, 0.1)
    sets = rng.multinomial(300, law, size=4_000)
    spread = 2 * 1.96 * np.std([total_variation(one / 300, expected) for one in sets])
    widths = [found.high - found.low for one in sets[:40] for found in [variation_interval(one, expected, rng)]]
    assert np.mean(widths) == pytest.approx(spread, rel=0.2)
