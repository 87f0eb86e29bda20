"""A mixture prior against torch.distributions, Monte Carlo and its own NumPy twin."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from explorer.models.mixture import MixtureOfGaussians, standard_normal
from explorer.models.networks import build_network
from explorer.models.priors import MixturePrior, VampPrior
from explorer.models.spec import VAESpec

C, K, N = 4, 3, 6


def made(seed: int = 0) -> MixturePrior:
    generator = torch.Generator().manual_seed(seed)
    prior = MixturePrior(C, K).double()
    with torch.no_grad():
        for parameter in prior.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return prior


def oracle_of(prior: MixturePrior) -> MixtureSameFamily:
    parts = Independent(Normal(prior.means, (prior.log_vars / 2).exp()), 1)
    return MixtureSameFamily(Categorical(logits=prior.logits), parts)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_density_is_that_of_torch_distributions() -> None:
    prior, z = made(), 2 * normal(N, K, seed=1)
    torch.testing.assert_close(prior.components().log_joint_nats(z).logsumexp(dim=1), oracle_of(prior).log_prob(z))


def test_the_numpy_twin_has_the_same_density_and_responsibilities() -> None:
    prior, z = made(), 2 * normal(N, K, seed=1)
    twin = prior.components().mixture()
    np.testing.assert_allclose(
        twin.log_prob_nats(z.numpy().astype(np.float32)), oracle_of(prior).log_prob(z).detach(), rtol=1e-4
    )
    shares = prior.components().log_joint_nats(z).softmax(dim=1).detach().numpy()
    np.testing.assert_allclose(twin.responsibilities(z.numpy().astype(np.float32)), shares, atol=1e-4)
    np.testing.assert_allclose(twin.responsibilities(z.numpy().astype(np.float32)).sum(axis=1), 1)


def test_draws_have_the_moments_of_the_mixture() -> None:
    mixture, oracle = made().components().mixture(), oracle_of(made())
    draws, component = mixture.sample_with_components(200_000, np.random.default_rng(0))
    np.testing.assert_allclose(draws.mean(axis=0), oracle.mean.detach(), atol=0.03)
    np.testing.assert_allclose(draws.var(axis=0), oracle.variance.detach(), rtol=0.03)
    np.testing.assert_allclose(np.bincount(component) / 200_000, mixture.weights, atol=0.005)
    of_first = draws[component == 0]
    np.testing.assert_allclose(of_first.mean(axis=0), mixture.means[0], atol=0.05)


def test_one_component_costs_the_divergence_of_two_gaussians() -> None:
    prior = MixturePrior(1, K).double()
    with torch.no_grad():
        prior.means.copy_(normal(1, K, seed=3))
        prior.raw_log_vars.copy_(normal(1, K, seed=4))
    mean, log_var = normal(N, K), normal(N, K, seed=1)
    nats = prior.kl_nats(mean, log_var, mean)
    oracle = kl_divergence(Normal(mean, (log_var / 2).exp()), Normal(prior.means, (prior.log_vars / 2).exp()))
    torch.testing.assert_close(nats[:, :K], oracle)
    torch.testing.assert_close(nats[:, K], torch.zeros(N, dtype=torch.float64), atol=1e-12, rtol=0)


def test_the_parts_are_those_of_torch_distributions_weighted_by_responsibility() -> None:
    prior, mean, log_var, z = made(), normal(N, K), normal(N, K, seed=1), normal(N, K, seed=2)
    shares = prior.components().log_joint_nats(z).softmax(dim=1)
    posterior = Normal(mean[:, None], (log_var[:, None] / 2).exp())
    within = kl_divergence(posterior, Normal(prior.means, (prior.log_vars / 2).exp()))
    of_component = kl_divergence(Categorical(probs=shares), Categorical(logits=prior.logits))
    nats = prior.kl_nats(mean, log_var, z)
    torch.testing.assert_close(nats[:, :K], (shares[:, :, None] * within).sum(dim=1))
    torch.testing.assert_close(nats[:, K], of_component)


def test_whatever_the_draw_the_rate_is_no_less_than_the_divergence_from_the_mixture() -> None:
    """KL(q(z|x) q(c|x) || p(z, c)) bounds KL(q(z|x) || p(z)) from above for any q(c|x)."""
    prior, mean, log_var = made(), normal(1, K), normal(1, K, seed=1) - 1
    z = mean + (log_var / 2).exp() * normal(200_000, K, seed=5)
    rate = prior.kl_nats(mean.expand_as(z), log_var.expand_as(z), z).sum(dim=1)
    ratio = (Normal(mean, (log_var / 2).exp()).log_prob(z).sum(dim=1) - oracle_of(prior).log_prob(z)).detach()
    error = 4 * ratio.std().item() / len(z) ** 0.5
    assert rate.min().item() >= ratio.mean().item() - error


def test_where_one_component_owns_the_code_the_rate_is_the_divergence_from_the_mixture() -> None:
    prior = MixturePrior(2, K).double()
    with torch.no_grad():
        prior.means.copy_(torch.tensor([[-30.0] * K, [30.0] * K]))
    mean, log_var = torch.full((1, K), 29.5, dtype=torch.float64), normal(1, K, seed=1) - 1
    z = mean + (log_var / 2).exp() * normal(100_000, K, seed=5)
    rate = prior.kl_nats(mean.expand_as(z), log_var.expand_as(z), z).sum(dim=1).mean()
    monte_carlo = (Normal(mean, (log_var / 2).exp()).log_prob(z).sum(dim=1) - oracle_of(prior).log_prob(z)).mean()
    assert rate.item() == pytest.approx(monte_carlo.item(), abs=0.02)


def test_a_placed_mixture_is_the_one_that_was_fitted() -> None:
    fitted = MixtureOfGaussians(
        np.array([0.2, 0.3, 0.1, 0.4], np.float32),
        normal(C, K).numpy().astype(np.float32),
        normal(C, K, seed=1).numpy().astype(np.float32),
    )
    prior = MixturePrior(C, K)
    prior.place(fitted)
    placed = prior.components().mixture()
    for name in ("weights", "means", "log_vars"):
        np.testing.assert_allclose(getattr(placed, name), getattr(fitted, name), rtol=1e-4, atol=1e-5)


def test_the_standard_normal_is_a_mixture_of_one() -> None:
    z = normal(N, K).numpy().astype(np.float32)
    oracle = Normal(0.0, 1.0).log_prob(torch.from_numpy(z)).sum(dim=1)
    np.testing.assert_allclose(standard_normal(K).log_prob_nats(z), oracle, rtol=1e-5)
    np.testing.assert_array_equal(standard_normal(K).responsibilities(z), np.ones((N, 1)))


def vamp() -> VampPrior:
    prior = build_network(VAESpec(K, (5,), prior="vamp", pseudo_inputs=C), (2, 3), seed=1).double().prior
    assert isinstance(prior, VampPrior)
    return prior


def vamp_oracle(prior: VampPrior) -> MixtureSameFamily:
    """The encoder's posterior of each pseudo-input, all as likely."""
    mean, log_var = prior.posterior(torch.sigmoid(prior.raw_inputs))
    return MixtureSameFamily(Categorical(torch.ones(C)), Independent(Normal(mean, (log_var / 2).exp()), 1))


def test_a_vamp_prior_is_the_mean_of_the_encoders_posteriors_at_its_pseudo_inputs() -> None:
    prior, z = vamp(), normal(N, K, seed=1)
    torch.testing.assert_close(prior.components().log_joint_nats(z).logsumexp(dim=1), vamp_oracle(prior).log_prob(z))
    twin = prior.components().mixture().log_prob_nats(z.numpy().astype(np.float32))
    np.testing.assert_allclose(twin, vamp_oracle(prior).log_prob(z).detach(), rtol=1e-4)


def test_its_rate_at_a_draw_is_the_log_ratio_of_both_densities() -> None:
    prior, mean, log_var, z = vamp(), normal(N, K), normal(N, K, seed=1), normal(N, K, seed=2)
    ratio = Normal(mean, (log_var / 2).exp()).log_prob(z).sum(dim=1) - vamp_oracle(prior).log_prob(z)
    nats = prior.kl_nats(mean, log_var, z)
    assert nats.shape == (N, K + 1)
    torch.testing.assert_close(nats.sum(dim=1), ratio)
    assert (nats[:, K] >= 0).all()


def test_its_gradient_reaches_the_pseudo_inputs_through_the_encoder() -> None:
    network = build_network(VAESpec(K, (5,), prior="vamp", pseudo_inputs=C), (2, 3), seed=1)
    assert isinstance(network.prior, VampPrior)
    network.prior.components().log_joint_nats(torch.zeros(1, K)).logsumexp(dim=1).sum().backward()
    for parameter in (network.prior.raw_inputs, *network.encoder.parameters()):
        assert parameter.grad is not None
        assert parameter.grad.abs().sum() > 0
    assert not any(name.startswith("prior.posterior") for name in network.state_dict())


@pytest.mark.parametrize(("output", "is_within"), [("sigmoid", True), ("identity", False)])
def test_pseudo_inputs_lie_where_pictures_do(output: str, is_within: bool) -> None:
    spec = VAESpec(K, (5,), prior="vamp", pseudo_inputs=100, likelihood="gaussian", output=output)
    prior = build_network(spec, (2, 3), seed=1).prior
    assert isinstance(prior, VampPrior)
    assert bool(((prior.pseudo_inputs >= 0) & (prior.pseudo_inputs <= 1)).all()) is is_within
