"""The two forces on σ, against a linear model where both terms and the best σ have closed forms."""

import numpy as np
import pytest

from explorer.analysis.evidence import observed
from explorer.analysis.forces import forces
from tests.analysis.linear_gaussian import LOADINGS, PRECISIONS, VARIANCE, linear_gaussian, samples

OF = observed(linear_gaussian(), samples(1)[0])


@pytest.mark.parametrize("dimension", [0, 1])
def test_the_terms_are_the_closed_forms(dimension: int) -> None:
    """E‖x - W(μ + σ ε e)‖² grows by σ² ‖w‖²."""
    found = forces(OF, dimension, beta=2.0)
    growth = found.sigma**2 * (LOADINGS[:, dimension] ** 2).sum() / (2 * VARIANCE)
    np.testing.assert_allclose(found.distortion_nats, growth - growth[0], atol=2e-3)
    mean = OF.posterior.mean[0, dimension]
    np.testing.assert_allclose(found.kl_nats, mean**2 + found.sigma**2 - 1 - np.log(found.sigma**2), rtol=1e-5)


@pytest.mark.parametrize("dimension", [0, 1])
def test_with_the_exact_posterior_the_sum_is_least_at_the_encoders_sigma(dimension: int) -> None:
    found = forces(OF, dimension, beta=1.0)
    assert found.encoder_sigma == pytest.approx(PRECISIONS[dimension] ** -0.5, rel=1e-5)
    assert found.best_sigma == pytest.approx(found.encoder_sigma, rel=0.06)


def test_beta_and_the_variance_of_pixels_move_the_minimum() -> None:
    """The minimum is at σ² = β / (β + ‖w‖² / σ²_x)."""
    squared = float((LOADINGS[:, 0] ** 2).sum())
    for beta, variance in ((1.0, 0.5), (4.0, 0.5), (1.0, 0.02)):
        expected = (beta / (beta + squared / variance)) ** 0.5
        assert forces(OF, 0, beta, variance).best_sigma == pytest.approx(expected, rel=0.06)
    assert forces(OF, 0, 0.0).best_sigma == forces(OF, 0, 0.0).sigma[0]
