"""Both gradients of E[z²] against their moments in closed form."""

import numpy as np
import pytest

from explorer.analysis.gradient_estimators import gradient_estimates


def test_both_estimates_have_the_mean_and_variance_of_their_formulas() -> None:
    mean, std = 1.5, 0.5
    found = gradient_estimates(np.square, mean, std, 400_000, np.random.default_rng(0))
    assert found.pathwise.mean() == pytest.approx(2 * mean, rel=0.01)
    assert found.score.mean() == pytest.approx(2 * mean, rel=0.02)
    assert found.pathwise.var() == pytest.approx(4 * std**2, rel=0.02)
    # With the moments 1, 3 and 15 of ε², ε⁴ and ε⁶.
    second_moment = (mean**4 + 18 * mean**2 * std**2 + 15 * std**4) / std**2
    assert found.score.var() == pytest.approx(second_moment - 4 * mean**2, rel=0.03)
    assert found.variance_ratio == pytest.approx(found.score.var() / found.pathwise.var())
    assert found.variance_ratio > 10


def test_a_constant_loss_has_no_gradient_on_either_way() -> None:
    found = gradient_estimates(lambda z: np.full(len(z), 3.0), 0.0, 2.0, 100_000, np.random.default_rng(0))
    np.testing.assert_array_equal(found.pathwise, 0)
    assert found.score.mean() == pytest.approx(0, abs=0.02)
