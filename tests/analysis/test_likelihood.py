"""Bounds on the likelihood against a model whose likelihood is known."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.integrate import trapezoid
from scipy.stats import norm

from explorer.analysis.likelihood import iwae_nats, rate_and_distortion_nats
from explorer.errors import SpecError
from explorer.models import CVAESpec, GMVAESpec
from explorer.models.autoencoder import VariationalAutoencoder, build_autoencoder
from explorer.models.priors import MixturePrior
from tests.analysis.linear_gaussian import PRECISIONS, K, exact_nats, linear_gaussian, samples


@pytest.mark.parametrize("n_draws", [1, 7, 30_000])
def test_with_the_exact_posterior_every_bound_is_the_likelihood(n_draws: int) -> None:
    """Every importance weight is then p(x) itself."""
    x = samples(3)
    np.testing.assert_allclose(iwae_nats(linear_gaussian(), x, n_draws), exact_nats(x), atol=1e-4)


def test_with_another_posterior_the_bound_approaches_the_likelihood() -> None:
    x, model = samples(20), linear_gaussian(shift=0.7)
    gaps = [float((iwae_nats(model, x, n_draws) - exact_nats(x)).mean()) for n_draws in (1, 10, 5000)]
    assert gaps[0] > 0.5
    assert gaps[0] > gaps[1] > gaps[2]
    assert abs(gaps[2]) < 0.02


def test_the_bound_falls_with_every_further_draw_on_average() -> None:
    x, model = np.repeat(samples(4), 500, axis=0), linear_gaussian(shift=0.7)
    bounds = [float(iwae_nats(model, x, n_draws).mean()) for n_draws in (1, 2, 4, 8, 16)]
    assert (np.diff(bounds) < 0).all()
    assert bounds[-1] > exact_nats(samples(4)).mean()


def test_one_draw_is_the_elbo_in_expectation() -> None:
    x, model = np.repeat(samples(4), 5000, axis=0), linear_gaussian(shift=0.7)
    bound = iwae_nats(model, x, 1)
    rate, distortion = rate_and_distortion_nats(model, x)
    elbo = rate.sum(axis=1) + distortion
    error = np.hypot(bound.std(), elbo.std()) / len(x) ** 0.5
    assert bound.mean() == pytest.approx(elbo.mean(), abs=4 * float(error))
    assert error < 0.05


def test_the_elbo_misses_the_likelihood_by_the_posteriors_divergence() -> None:
    """-ELBO = -log p(x) + KL(q || exact posterior), here ½ shift² · precision in each dimension."""
    x, shift = np.repeat(samples(4), 5000, axis=0), 0.7
    rate, distortion = rate_and_distortion_nats(linear_gaussian(shift), x)
    gap = float((rate.sum(axis=1) + distortion).mean() - exact_nats(x).mean())
    assert gap == pytest.approx(0.5 * shift**2 * PRECISIONS.sum(), rel=0.02)


def test_the_rate_is_the_closed_form_in_every_dimension() -> None:
    model, x = linear_gaussian(), samples(50)
    rate, distortion = rate_and_distortion_nats(model, x)
    posterior = model.posterior(x)
    oracle = [
        torch.distributions.kl_divergence(
            torch.distributions.Normal(torch.from_numpy(posterior.mean), torch.from_numpy(posterior.std)),
            torch.distributions.Normal(0.0, 1.0),
        )
    ]
    np.testing.assert_allclose(rate, oracle[0], atol=1e-5)
    assert (rate.shape, distortion.shape) == ((50, K), (50,))


def test_equal_seeds_draw_alike_however_many_rows_go_at_once() -> None:
    model, x = linear_gaussian(shift=0.7), samples(1100)
    np.testing.assert_array_equal(iwae_nats(model, x, 50, seed=3), iwae_nats(model, x, 50, seed=3))
    assert (iwae_nats(model, x, 50, seed=3) != iwae_nats(model, x, 50, seed=4)).any()
    first = rate_and_distortion_nats(model, x)[1]
    assert first.shape == (1100,)
    np.testing.assert_array_equal(first, rate_and_distortion_nats(model, x)[1])


def mixture_of_one_dimension() -> VariationalAutoencoder:
    """A GM-VAE with K = 1 and D = 2, wide Bernoulli decoder and a prior of two hills."""
    spec = GMVAESpec(1, (3,), "tanh", n_components=2)
    model = build_autoencoder(spec, (2,), seed=4)
    assert isinstance(model, VariationalAutoencoder)
    assert isinstance(model.network.prior, MixturePrior)
    with torch.no_grad():
        model.network.prior.means.copy_(torch.tensor([[-1.5], [2.0]]))
        model.network.prior.raw_log_vars.copy_(torch.tensor([[-1.0], [-0.3]]))
        model.network.prior.logits.copy_(torch.tensor([0.8, 0.0]))
        for parameter in model.network.decoder.parameters():
            parameter.mul_(2)
    return model


def integrated_nats(model: VariationalAutoencoder, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """-log of the integral of p(x|z) p(z) over a fine grid of z."""
    grid = np.linspace(-12, 12, 40_001)
    weights = np.exp([0.8, 0.0]) / np.exp([0.8, 0.0]).sum()
    stds = np.exp(0.5 * 10 * np.tanh(np.array([-1.0, -0.3]) / 10))
    prior = sum(w * norm.pdf(grid, m, s) for w, m, s in zip(weights, (-1.5, 2.0), stds, strict=True))
    white = model.decode(grid[:, None].astype(np.float32)).astype(np.float64)
    likelihoods = [np.prod(np.where(row, white, 1 - white), axis=1) for row in x.astype(bool)]
    return -np.log([trapezoid(likelihood * prior, grid) for likelihood in likelihoods])


X_BINARY = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def test_the_bound_of_a_mixture_prior_is_the_integral_over_its_codes() -> None:
    model = mixture_of_one_dimension()
    np.testing.assert_allclose(iwae_nats(model, X_BINARY, 200_000), integrated_nats(model, X_BINARY), atol=0.01)
    assert np.exp(-integrated_nats(model, X_BINARY)).sum() == pytest.approx(1, abs=1e-5)


def test_the_elbo_of_a_mixture_prior_lies_below_its_likelihood() -> None:
    model, n = mixture_of_one_dimension(), 4000
    rate, distortion = rate_and_distortion_nats(model, X_BINARY.repeat(n, axis=0))
    assert rate.shape == (4 * n, 2)
    elbo = (rate.sum(axis=1) + distortion).reshape(4, n)
    assert (elbo.mean(axis=1) > integrated_nats(model, X_BINARY) - 4 * elbo.std(axis=1) / n**0.5).all()


def test_a_conditional_bound_is_about_the_label_that_it_is_told() -> None:
    model = build_autoencoder(CVAESpec(2, (6,)), (2, 2), seed=1, n_classes=3)
    assert isinstance(model, VariationalAutoencoder)
    x = np.random.default_rng(0).random((30, 4), np.float32)
    told = [iwae_nats(model, x, 50, np.full(30, label)) for label in range(3)]
    assert (told[0] != told[1]).all()
    mixed = iwae_nats(model, x, 50, np.arange(30) % 3)
    np.testing.assert_allclose(mixed, np.stack(told)[np.arange(30) % 3, np.arange(30)], rtol=1e-5)
    with pytest.raises(SpecError, match="needs a label for each sample"):
        iwae_nats(model, x, 50)
