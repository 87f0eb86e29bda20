"""Every term of the objectives against torch.distributions or its own derivative."""

import pytest
import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from explorer.models.objectives import (
    LOG_VAR_LIMIT,
    LossTerms,
    Weights,
    bernoulli_nll_nats,
    bounded_log_var,
    gaussian_kl_nats,
    gaussian_nll_nats,
    reparameterise,
    squared_error,
    total_loss,
)

N, D, K = 6, 11, 3


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("x", [(normal(N, D) > 0).double(), torch.sigmoid(normal(N, D))], ids=["binary", "grey"])
def test_bernoulli_nll_is_that_of_torch_distributions(x: Tensor) -> None:
    logits = 3 * normal(N, D, seed=1)
    oracle = -Bernoulli(logits=logits, validate_args=False).log_prob(x).sum(dim=1)
    torch.testing.assert_close(bernoulli_nll_nats(x, logits), oracle)


def test_bernoulli_nll_of_a_confident_mistake_is_finite() -> None:
    nll = bernoulli_nll_nats(torch.zeros(1, 2), torch.tensor([[500.0, -500.0]]))
    assert nll.tolist() == [500.0]


@pytest.mark.parametrize("variance", [1e-3, 1.0, 7.5])
def test_gaussian_nll_is_that_of_torch_distributions(variance: float) -> None:
    x, mean, log_variance = normal(N, D), normal(N, D, seed=1), torch.tensor(variance, dtype=torch.float64).log()
    oracle = -Normal(mean, variance**0.5).log_prob(x).sum(dim=1)
    torch.testing.assert_close(gaussian_nll_nats(x, mean, log_variance), oracle)


def test_kl_is_that_of_torch_distributions_in_every_dimension() -> None:
    mean, log_var = normal(N, K), 2 * normal(N, K, seed=1)
    oracle = kl_divergence(Normal(mean, (log_var / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(gaussian_kl_nats(mean, log_var), oracle)


def test_squared_error_is_summed_over_pixels() -> None:
    x, x_hat = normal(N, D), normal(N, D, seed=1)
    by_hand = [sum((a - b) ** 2 for a, b in zip(*rows, strict=True)) for rows in zip(x, x_hat, strict=True)]
    torch.testing.assert_close(squared_error(x, x_hat), torch.stack(by_hand))


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_total_loss_sums_over_dimensions_and_averages_over_samples(beta: float) -> None:
    terms = LossTerms(torch.tensor([2.0, 4.0]), torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 6.0]]))
    assert total_loss(terms, Weights(beta)).item() == 3.0 + beta * 6.0


def test_total_loss_without_a_posterior_is_the_reconstruction() -> None:
    assert total_loss(LossTerms(torch.tensor([2.0, 4.0])), Weights(5.0)).item() == 3.0


def test_reparameterised_gradient_is_that_of_the_moments() -> None:
    """E[z²] = mean² + variance, so its gradient is 2·mean and, for log_var, the variance."""
    mean = torch.tensor([0.7, -1.2], dtype=torch.float64, requires_grad=True)
    log_var = torch.tensor([0.3, -1.0], dtype=torch.float64, requires_grad=True)
    half = normal(200_000, 2)
    epsilon = torch.cat([half, -half])
    epsilon = epsilon / epsilon.square().mean(dim=0).sqrt()
    reparameterise(mean, log_var, epsilon).square().mean(dim=0).sum().backward()
    assert mean.grad is not None
    assert log_var.grad is not None
    torch.testing.assert_close(mean.grad, 2 * mean.detach())
    torch.testing.assert_close(log_var.grad, log_var.detach().exp())


def test_log_variance_is_bounded_smoothly() -> None:
    raw = torch.tensor([-1e6, -0.1, 0.0, 0.1, 1e6], dtype=torch.float64, requires_grad=True)
    bounded = bounded_log_var(raw)
    torch.testing.assert_close(bounded[[0, 4]], torch.tensor([-LOG_VAR_LIMIT, LOG_VAR_LIMIT], dtype=torch.float64))
    torch.testing.assert_close(bounded[1:4], raw[1:4], atol=1e-5, rtol=0)
    bounded.sum().backward()
    assert raw.grad is not None
    torch.testing.assert_close(raw.grad[2].item(), 1.0)
    assert torch.isfinite(bounded_log_var(torch.tensor(1e30)).exp())
