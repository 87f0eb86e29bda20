"""The split of the rate against closed forms and torch.distributions, and its refusals."""

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from explorer.analysis.surgery import aggregate_log_density, rate_by_class, rate_surgery
from explorer.errors import AnalysisError


def posteriors(n: int, latent_dim: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    mean = rng.standard_normal((n, latent_dim)).astype(np.float32)
    return mean, rng.uniform(-4, 0, (n, latent_dim)).astype(np.float32)


@pytest.mark.parametrize("latent_dim", [1, 2, 16])
def test_aggregate_is_the_mixture_of_torch(latent_dim: int) -> None:
    mean, log_var = posteriors(150, latent_dim)
    z = np.random.default_rng(1).standard_normal((100, latent_dim)).astype(np.float32)
    parts = Independent(Normal(torch.from_numpy(mean).double(), torch.from_numpy(np.exp(log_var / 2)).double()), 1)
    mixture = MixtureSameFamily(Categorical(torch.ones(150)), parts)
    expected = mixture.log_prob(torch.from_numpy(z).double()).numpy()
    np.testing.assert_allclose(aggregate_log_density(z, mean, log_var), expected, atol=1e-4)


def test_rate_is_the_mean_kl_of_torch() -> None:
    mean, log_var = posteriors(500, 3)
    posterior = Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(log_var / 2)))
    expected = kl_divergence(posterior, Normal(0.0, 1.0)).sum(dim=1).mean().item()
    assert rate_surgery(mean, log_var, np.random.default_rng(0)).rate_nats == pytest.approx(expected, rel=1e-5)


def test_parts_of_a_linear_gaussian_are_known() -> None:
    # x ~ N(0, 1) and q(z|x) = N(a x, s²): I = ½ log(1 + a²/s²), and q(z) = N(0, a² + s²).
    a, variance = 0.9, 0.05
    mean = (a * np.random.default_rng(0).standard_normal((20_000, 1))).astype(np.float32)
    found = rate_surgery(mean, np.full_like(mean, np.log(variance)), np.random.default_rng(1))
    assert found.mutual_information_nats is not None
    assert found.marginal_kl_nats is not None
    information = 0.5 * np.log(1 + a**2 / variance)
    total = a**2 + variance
    assert found.mutual_information_nats.value == pytest.approx(information, abs=0.06)
    assert found.mutual_information_nats.low < information < found.mutual_information_nats.high
    assert found.marginal_kl_nats.value == pytest.approx(0.5 * (total - 1 - np.log(total)), abs=0.06)
    assert found.rate_nats == pytest.approx(found.mutual_information_nats.value + found.marginal_kl_nats.value)
    assert found.refusal is None


def test_collapsed_posteriors_tell_nothing() -> None:
    found = rate_surgery(np.zeros((1000, 2), np.float32), np.zeros((1000, 2), np.float32), np.random.default_rng(0))
    assert found.rate_nats == 0
    assert found.mutual_information_nats is not None
    assert found.mutual_information_nats.value == pytest.approx(0, abs=0.06)


def test_saturated_information_is_refused_with_its_limit() -> None:
    mean, _ = posteriors(1000, 16)
    found = rate_surgery(mean, np.full_like(mean, -8), np.random.default_rng(0))
    assert found.mutual_information_nats is None
    assert found.marginal_kl_nats is None
    assert found.limit_nats == pytest.approx(np.log(1000))
    assert found.refusal is not None
    assert found.refusal.startswith("The codes tell 6.9 nats about the sample, within a nat of the limit log N = 6.9")


def test_posteriors_without_meaning_are_refused() -> None:
    mean, log_var = posteriors(100, 2)
    rng = np.random.default_rng(0)
    with pytest.raises(AnalysisError, match=r"shape \(100, 2\) and their log-variances \(0, 2\)"):
        rate_surgery(mean, log_var[:0], rng)
    log_var[4, 1] = np.nan
    with pytest.raises(AnalysisError, match="not finite"):
        rate_surgery(mean, log_var, rng)


def test_classes_that_share_the_prior_only_together_are_told_apart() -> None:
    # q(z|y) = N(±2, 1) of two classes: KL(q(z|y) || p) = 2 nats each, while the mixture is nearer to the prior.
    labels = np.repeat([0, 1], 1000)
    mean = np.where(labels == 0, -2, 2)[:, None].astype(np.float32)
    log_var = np.zeros_like(mean)
    found = rate_by_class(mean, log_var, labels, np.random.default_rng(0))
    assert found.marginal_kl_nats == pytest.approx(2, abs=0.05)
    pooled = rate_surgery(mean, log_var, np.random.default_rng(0)).marginal_kl_nats
    assert pooled is not None
    assert pooled.value < 1.6
    assert found.rate_nats == pytest.approx(2, abs=1e-5)


def test_classes_weigh_by_their_shares() -> None:
    labels = np.repeat([0, 1], [1500, 500])
    mean = np.where(labels == 0, 0, 2)[:, None].astype(np.float32)
    found = rate_by_class(mean, np.zeros_like(mean), labels, np.random.default_rng(0))
    assert found.marginal_kl_nats == pytest.approx(0.25 * 2, abs=0.05)


def test_a_class_that_is_too_small_is_refused_in_one_sentence() -> None:
    mean, log_var = posteriors(60, 16)
    found = rate_by_class(3 * mean, log_var - 4, np.repeat([0, 1], 30), np.random.default_rng(0))
    assert found.marginal_kl_nats is None
    assert found.refusal is not None
    assert "limit log N" in found.refusal
