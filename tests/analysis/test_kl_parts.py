"""The three parts of a KL term against torch.distributions, closed forms and codes whose parts are known."""

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from explorer.analysis.kl_parts import KLParts, kl_parts, shuffled_parts
from explorer.models.latent_model import Gaussian
from explorer.models.objectives import aggregate_log_density_nats, gaussian_kl_nats, total_correlation_nats

RNG = np.random.default_rng(0)


def gaussian(mean: np.ndarray, log_var: float) -> Gaussian:
    return Gaussian(mean.astype(np.float32), np.full(mean.shape, log_var, np.float32))


def test_an_aggregate_is_the_mixture_of_torch_distributions() -> None:
    z, mean = (torch.from_numpy(RNG.standard_normal((n, 3))) for n in (5, 7))
    log_var = torch.from_numpy(RNG.uniform(-3, 1, (7, 3)))
    posteriors, equal = Normal(mean, (0.5 * log_var).exp()), Categorical(torch.ones(7))
    joint, marginals = aggregate_log_density_nats(z, mean, log_var)
    torch.testing.assert_close(joint, MixtureSameFamily(equal, Independent(posteriors, 1)).log_prob(z))
    by_dimension = MixtureSameFamily(Categorical(torch.ones(3, 7)), Normal(mean.T, (0.5 * log_var.T).exp()))
    torch.testing.assert_close(marginals, by_dimension.log_prob(z))


def test_the_term_is_the_batchs_own_correlation_and_large_batches_are_taken_in_parts() -> None:
    mean, log_var = torch.from_numpy(RNG.standard_normal((700, 2))), torch.full((700, 2), -1.0, dtype=torch.float64)
    z = mean + 0.1
    joint, marginals = aggregate_log_density_nats(z[512:], mean[512:], log_var[512:])
    found = total_correlation_nats(z, mean, log_var)
    torch.testing.assert_close(found[512:], joint - marginals.sum(dim=1))
    assert found.shape == (700,)


def test_its_gradient_is_that_of_minibatch_weighted_sampling_whatever_the_data_sets_size() -> None:
    """Chen et al. 2018 divide each density by the number of samples too, which moves the term by a constant."""
    z, mean, log_var = (torch.from_numpy(RNG.standard_normal((6, 3))).requires_grad_() for _ in range(3))
    of_pairs = Normal(mean, (0.5 * log_var).exp()).log_prob(z[:, None])  # (N, M, K)
    n = np.log(6 * 60_000)
    estimate = of_pairs.sum(dim=2).logsumexp(dim=1) - n - (of_pairs.logsumexp(dim=1) - n).sum(dim=1)
    expected = torch.autograd.grad(estimate.sum(), (z, mean, log_var))
    found = torch.autograd.grad(total_correlation_nats(z, mean, log_var).sum(), (z, mean, log_var))
    torch.testing.assert_close(found, expected)


def test_the_parts_sum_to_the_kl() -> None:
    posterior = gaussian(RNG.standard_normal((1_000, 2)) * 0.9, -1.0)
    kl = gaussian_kl_nats(*(torch.from_numpy(part) for part in (posterior.mean, posterior.log_var)))
    assert kl_parts(posterior, 0).kl_nats == pytest.approx(float(kl.sum(dim=1).mean()), abs=0.06)


def test_dimensions_that_say_the_same_have_the_correlation_of_a_gaussian_pair() -> None:
    """Codes (u, u) plus noise are Gaussian with correlation ρ, whose mutual information is -½ log(1 - ρ²)."""
    one = RNG.standard_normal(4_000)
    found = kl_parts(gaussian(np.column_stack((one, one)), float(np.log(0.25))), 0)
    rho = 1 / 1.25
    assert found.total_correlation_nats == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.05)
    apart = 0.5 * (1.25 - 1 - np.log(1.25))
    assert found.dimension_wise_nats == pytest.approx(2 * apart, abs=0.03)


def test_a_code_that_says_nothing_costs_nothing() -> None:
    found = kl_parts(gaussian(np.zeros((500, 3)), 0.0), 0)
    assert [found.mutual_information_nats, found.total_correlation_nats, found.dimension_wise_nats] == pytest.approx(
        [0, 0, 0], abs=1e-9
    )


def test_narrow_posteriors_say_which_sample_it_is_and_no_more() -> None:
    n = 300
    found = kl_parts(gaussian(10 * RNG.standard_normal((n, 2)), -9.0), 0)
    assert found.mutual_information_nats == pytest.approx(np.log(n), abs=0.01)


def test_dealing_dimensions_out_takes_their_correlation_away() -> None:
    one = RNG.standard_normal(4_000)
    posterior = gaussian(np.column_stack((one, one)), float(np.log(0.25)))
    found, own = shuffled_parts(posterior, 0), kl_parts(posterior, 0)
    assert abs(found.total_correlation_nats) < 0.03
    assert found.dimension_wise_nats == pytest.approx(own.dimension_wise_nats, abs=0.05)


def test_the_sum_is_of_all_three() -> None:
    assert KLParts(1.0, 2.0, 4.0).kl_nats == 7.0
