"""One draw step by step: what is drawn belongs together, for every kind of model."""

import numpy as np
import pytest

from explorer.analysis.density import fit_sampler, own_prior
from explorer.analysis.generation import draw_step_by_step
from explorer.models.likelihood import PixelDistribution
from explorer.store import load_checkpoint


def test_ppca_draws_its_noise_around_the_decoded_mean() -> None:
    model = load_checkpoint("ppca").model
    sampler = fit_sampler("standard_normal", np.random.default_rng(0).standard_normal((20, 10)).astype(np.float32), 0)
    draw = draw_step_by_step(model, sampler, np.random.default_rng(1))
    np.testing.assert_array_equal(draw.mean, model.decode(draw.z))
    assert draw.distribution is not None
    assert draw.pixels is not None
    assert draw.distribution.variance == model.noise_variance  # type: ignore[attr-defined]
    assert float((draw.pixels - draw.mean).std()) == pytest.approx(np.sqrt(draw.distribution.variance or 0), rel=0.1)


def test_a_bernoulli_decoder_draws_black_and_white() -> None:
    checkpoint = load_checkpoint("digits-vae-2d")
    sampler = fit_sampler("prior", checkpoint.codes.train, 0, own_prior(checkpoint.model))
    draw = draw_step_by_step(checkpoint.model, sampler, np.random.default_rng(1))
    assert draw.distribution == PixelDistribution(None)
    assert draw.pixels is not None
    assert set(np.unique(draw.pixels)) <= {0.0, 1.0}
    assert (draw.component, draw.weight, draw.label) == (None, 1.0, None)


def test_an_autoencoder_states_no_pixels() -> None:
    checkpoint = load_checkpoint("digits-ae-2d")
    draw = draw_step_by_step(
        checkpoint.model, fit_sampler("gaussian", checkpoint.codes.train, 0), np.random.default_rng(1)
    )
    assert (draw.pixels, draw.distribution) == (None, None)


def test_a_mixture_names_the_component_near_which_z_lies() -> None:
    checkpoint = load_checkpoint("digits-gmvae")
    prior = own_prior(checkpoint.model)
    sampler = fit_sampler("prior", checkpoint.codes.train, 0, prior)
    draws = [draw_step_by_step(checkpoint.model, sampler, np.random.default_rng(seed)) for seed in range(20)]
    shares = [prior.responsibilities(draw.z)[0, draw.component or 0] for draw in draws]
    assert np.mean(shares) > 0.8
    assert all(draw.weight == pytest.approx(float(prior.weights[draw.component or 0]), rel=1e-4) for draw in draws)


def test_a_conditional_model_is_told_the_class_that_it_names() -> None:
    checkpoint = load_checkpoint("digits-cvae-2d")
    sampler = fit_sampler("prior", checkpoint.codes.train, 0, own_prior(checkpoint.model))
    draw = draw_step_by_step(checkpoint.model, sampler, np.random.default_rng(1))
    assert draw.label is not None
    np.testing.assert_array_equal(draw.mean, checkpoint.model.decode(draw.z, np.array([draw.label])))  # type: ignore[call-arg]
