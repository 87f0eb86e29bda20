"""Rate, aggregate posterior and ellipses against torch.distributions, quadrature and the definition."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from explorer.analysis.tradeoff import aggregate_posterior, effective_beta, ellipse, kl_per_dim_nats


def posteriors() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.standard_normal((300, 3)).astype(np.float32), rng.uniform(-3, 1, (300, 3)).astype(np.float32)


def test_kl_per_dimension_is_that_of_torch() -> None:
    mean, log_var = posteriors()
    q = Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(0.5 * log_var)))
    expected = kl_divergence(q, Normal(0.0, 1.0)).mean(dim=0).numpy()
    assert np.allclose(kl_per_dim_nats(mean, log_var), expected, atol=1e-5)


def test_posterior_that_is_the_prior_costs_nothing() -> None:
    assert kl_per_dim_nats(np.zeros((4, 2), np.float32), np.zeros((4, 2), np.float32)).tolist() == [0, 0]


def test_aggregate_integrates_to_one_and_has_the_moments_of_draws() -> None:
    mean, log_var = posteriors()
    aggregate = aggregate_posterior(mean, log_var, n_places=4000, reach=12)
    assert np.trapezoid(aggregate.density, aggregate.places, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    draws = mean + np.exp(0.5 * log_var) * np.random.default_rng(2).standard_normal((1000, *mean.shape))
    assert aggregate.mean == pytest.approx(draws.mean(axis=(0, 1)), abs=0.02)
    assert aggregate.std == pytest.approx(draws.std(axis=(0, 1)), abs=0.02)
    moment = np.trapezoid(aggregate.density * aggregate.places**2, aggregate.places, axis=1)
    assert moment == pytest.approx(aggregate.std**2 + aggregate.mean**2, abs=0.01)


def test_aggregate_of_prior_posteriors_is_the_prior() -> None:
    aggregate = aggregate_posterior(np.zeros((5, 1), np.float32), np.zeros((5, 1), np.float32))
    assert np.allclose(aggregate.density[0], aggregate.prior, atol=1e-6)


def test_ellipse_is_closed_and_lies_at_its_distance() -> None:
    mean, std = np.array([1, -2], np.float32), np.array([0.5, 3], np.float32)
    outline = ellipse(mean, std, 2)
    assert np.allclose(outline[0], outline[-1], atol=1e-5)
    assert np.allclose(np.linalg.norm((outline - mean) / std, axis=1), 2, atol=1e-5)


def test_pairs_of_equal_product_have_the_same_minimum() -> None:
    sse, kl = np.linspace(50, 5, 30), np.linspace(0, 25, 30) ** 1.5

    def best(beta: float, variance: float) -> int:
        return int(np.argmin(sse / (2 * variance) + beta * kl))

    assert effective_beta(0.5, 0.4) == pytest.approx(effective_beta(2.0, 0.1))
    assert best(0.5, 0.4) == best(2.0, 0.1) != best(2.0, 0.4)
