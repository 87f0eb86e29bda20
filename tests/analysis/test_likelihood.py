"""Bounds on the likelihood against a model whose likelihood is known."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from explorer.analysis.likelihood import iwae_nats, rate_and_distortion_nats
from explorer.models import VAESpec
from explorer.models.autoencoder import VariationalAutoencoder, build_autoencoder

D, K, VARIANCE = 6, 2, 0.3
RNG = np.random.default_rng(0)
# Columns at right angles, so that the exact posterior is diagonal.
LOADINGS = np.linalg.qr(RNG.standard_normal((D, K)))[0] * np.array([1.5, 0.6])
OFFSET = RNG.standard_normal(D)


def linear_gaussian(shift: float = 0.0) -> VariationalAutoencoder:
    """p(x|z) = N(W z + b, σ² I) and its exact posterior, whose mean may be shifted (Tipping & Bishop 1999, eq. 6)."""
    spec = VAESpec(K, (), likelihood="gaussian", variance=VARIANCE, output="identity")
    model = build_autoencoder(spec, (D,), seed=0)
    assert isinstance(model, VariationalAutoencoder)
    precision = (LOADINGS**2).sum(axis=0) / VARIANCE + 1
    mean_weight = LOADINGS.T / VARIANCE / precision[:, None]
    raw_log_var = 10 * np.arctanh(-np.log(precision) / 10)
    encoder, decoder = model.network.encoder[0], model.network.decoder[0]
    weights = {
        "encoder.0.weight": np.vstack([mean_weight, np.zeros((K, D))]),
        "encoder.0.bias": np.concatenate([shift - mean_weight @ OFFSET, raw_log_var]),
        "decoder.0.weight": LOADINGS,
        "decoder.0.bias": OFFSET,
    }
    assert encoder.weight.shape == (2 * K, D)
    assert decoder.weight.shape == (D, K)
    state = {name: torch.from_numpy(value).float() for name, value in weights.items()}
    model.network.load_state_dict(state | {"log_variance": torch.tensor(VARIANCE).log()})
    return model


def samples(n: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(1)
    noise = VARIANCE**0.5 * rng.standard_normal((n, D))
    return np.asarray(rng.standard_normal((n, K)) @ LOADINGS.T + OFFSET + noise, np.float32)


def exact_nats(x: NDArray[np.float32]) -> NDArray[np.float64]:
    covariance = LOADINGS @ LOADINGS.T + VARIANCE * np.eye(D)
    return -np.asarray(multivariate_normal.logpdf(x, OFFSET, covariance))


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
    precision = (LOADINGS**2).sum(axis=0) / VARIANCE + 1
    gap = float((rate.sum(axis=1) + distortion).mean() - exact_nats(x).mean())
    assert gap == pytest.approx(0.5 * shift**2 * precision.sum(), rel=0.02)


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
