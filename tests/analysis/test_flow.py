"""The flow against the velocity and the density that are known in closed form between Gaussians."""

import numpy as np
import pytest
from scipy import stats

from explorer.analysis.flow import FLOW, Flow, flow_steps
from explorer.analysis.whitening import Whitening
from explorer.errors import AnalysisError
from explorer.models.layers import Dense

MEAN, SCALE = np.array([3.0, -1.0]), np.array([[1.5, 0.0], [0.4, 0.6]])
CODES = (np.random.default_rng(0).standard_normal((4_000, 2)) @ SCALE.T + MEAN).astype(np.float32)
MATRIX = np.array([[0.5, -0.3], [0.2, 0.4]], np.float32)


def linear_flow() -> Flow:
    """dz/dt = A z, whatever the time."""
    layer = Dense(np.column_stack((MATRIX, np.zeros(2, np.float32))), np.zeros(2, np.float32))
    return Flow(FLOW, Whitening(MEAN, SCALE), (layer,))


@pytest.fixture(scope="module")
def fitted() -> Flow:
    *_, end = flow_steps(CODES, 0, 600)
    return end.result


def test_a_linear_flow_has_the_density_of_the_gaussian_that_it_ends_in() -> None:
    values, vectors = np.linalg.eig(MATRIX.astype(np.float64))
    ends = SCALE @ (vectors @ np.diag(np.exp(values)) @ np.linalg.inv(vectors)).real
    z = CODES[:200]
    expected = stats.multivariate_normal.logpdf(z, MEAN, ends @ ends.T)
    np.testing.assert_allclose(linear_flow().log_density(z), expected, atol=2e-3)


def test_draws_of_a_linear_flow_are_noise_times_the_matrix_exponential() -> None:
    values, vectors = np.linalg.eig(MATRIX.astype(np.float64))
    exponential = (vectors @ np.diag(np.exp(values)) @ np.linalg.inv(vectors)).real
    noise = np.random.default_rng(1).standard_normal((50, 2)).astype(np.float32)
    np.testing.assert_allclose(linear_flow().transport(noise), noise @ exponential.T, atol=2e-3)
    drawn = linear_flow().sample(50, np.random.default_rng(1))
    np.testing.assert_allclose(drawn, noise @ exponential.T @ SCALE.T + MEAN, atol=0.02)


def test_a_flow_that_depends_on_time_keeps_it() -> None:
    """dz/dt = a z + b t carries z₀ to e^a z₀ + b (e^a − 1 − a) / a²."""
    a, b = 0.8, 3.0
    flow = Flow(
        FLOW, Whitening(np.zeros(1), np.eye(1)), (Dense(np.array([[a, b]], np.float32), np.zeros(1, np.float32)),)
    )
    noise = np.linspace(-2, 2, 9, dtype=np.float32)[:, None]
    shift = b * (np.exp(a) - 1 - a) / a**2
    np.testing.assert_allclose(flow.transport(noise), np.exp(a) * noise + shift, atol=5e-3)
    ends = np.exp(a) * noise + shift
    expected = stats.norm.logpdf(ends[:, 0], shift, np.exp(a))
    np.testing.assert_allclose(flow.log_density(ends.astype(np.float32)), expected, atol=5e-3)


def test_divergence_is_the_trace_of_finite_differences(fitted: Flow) -> None:
    z, step = np.random.default_rng(2).standard_normal((20, 2)).astype(np.float32), np.float32(1e-2)
    velocity, divergence = fitted.velocity_and_divergence(z, 0.7)
    np.testing.assert_allclose(velocity, fitted.velocity(z, 0.7), atol=1e-5)
    shifts = step * np.eye(2, dtype=np.float32)
    slopes = [
        (fitted.velocity(z + shift, 0.7) - fitted.velocity(z - shift, 0.7))[:, k] / (2 * step)
        for k, shift in enumerate(shifts)
    ]
    np.testing.assert_allclose(divergence, np.sum(slopes, axis=0), atol=5e-3)


@pytest.mark.parametrize("t", [0.2, 0.5, 0.8])
def test_between_standard_normals_the_velocity_is_the_conditional_expectation(fitted: Flow, t: float) -> None:
    # E[z₁ − z₀ | z_t] = z_t (2t − 1) / (t² + (1 − t)²) for independent z₀, z₁ ~ N(0, I).
    z = np.random.default_rng(3).standard_normal((500, 2)).astype(np.float32) * np.sqrt(t**2 + (1 - t) ** 2)
    difference = fitted.velocity(z.astype(np.float32), t) - z * (2 * t - 1) / (t**2 + (1 - t) ** 2)
    assert np.square(difference).mean() < 0.06


def test_fitted_draws_have_the_moments_and_the_density_of_the_codes(fitted: Flow) -> None:
    drawn = fitted.sample(4_000, np.random.default_rng(4))
    np.testing.assert_allclose(drawn.mean(axis=0), MEAN, atol=0.15)
    np.testing.assert_allclose(np.cov(drawn.T), SCALE @ SCALE.T, atol=0.3)
    expected = stats.multivariate_normal.logpdf(CODES[:500], MEAN, SCALE @ SCALE.T)
    assert np.abs(fitted.log_density(CODES[:500]) - expected).mean() < 0.2


@pytest.mark.parametrize("latent_dim", [1, 5])
def test_a_flow_repeats_itself_in_every_dimension(latent_dim: int) -> None:
    codes = np.random.default_rng(0).standard_normal((100, latent_dim)).astype(np.float32)
    drawn = []
    for _ in range(2):
        *_, end = flow_steps(codes, 3, 5)
        drawn.append(end.result.sample(5, np.random.default_rng(0)))
    assert drawn[0].shape == (5, latent_dim)
    np.testing.assert_array_equal(drawn[0], drawn[1])


def test_progress_names_the_steps() -> None:
    steps = list(flow_steps(CODES, 0, 150))
    assert [step.fraction for step in steps] == [100 / 150, 1]
    assert steps[-1].doing.startswith("step 150 of 150, loss ")


def test_codes_without_spread_are_refused() -> None:
    with pytest.raises(AnalysisError, match="do not vary"):
        next(flow_steps(np.zeros((100, 2), np.float32), 0))
