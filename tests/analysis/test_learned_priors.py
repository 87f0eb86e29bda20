"""VAEs with either prior are trained alike, measured in nats, and compared seed by seed."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.learned_priors import (
    N_SHOWN,
    binary,
    gain_nats,
    measured,
    run_with_prior,
)
from explorer.analysis.likelihood import iwae_nats, rate_and_distortion_nats
from explorer.data import load_dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.priors import VampPrior
from explorer.training import start
from tests.figures.cases import prior_results


def untrained(prior: str) -> VariationalAutoencoder:
    model = start(run_with_prior("digits", 3, prior, 0), binary(load_dataset("digits")), "cpu").model
    assert isinstance(model, VariationalAutoencoder)
    return model


def test_pixels_are_black_or_white_whichever_is_nearer() -> None:
    grey, both = load_dataset("digits", "test"), binary(load_dataset("digits", "test"))
    np.testing.assert_array_equal(both.pixels(), (grey.pixels() > 0.5).astype(np.float32))


def test_both_priors_are_trained_alike() -> None:
    plain, vamp = (run_with_prior("digits", 3, prior, 1) for prior in ("standard_normal", "vamp"))
    assert replace(plain, model=vamp.model) == vamp
    assert replace(plain.model, prior="vamp") == vamp.model  # type: ignore[arg-type]


@pytest.mark.parametrize("prior", ["standard_normal", "vamp"])
def test_the_terms_are_means_over_pictures_and_draws_and_sum_to_the_bound(prior: str) -> None:
    model, x = untrained(prior), binary(load_dataset("digits", "test")).pixels()[:40]
    found = measured("a prior", [model, model], x)
    terms = [rate_and_distortion_nats(model, x, seed=draw) for draw in range(10)]
    assert found.rate_nats == pytest.approx([np.mean([rate.sum(axis=1).mean() for rate, _ in terms])] * 2, rel=1e-5)
    assert found.distortion_nats == pytest.approx([np.mean([own.mean() for _, own in terms])] * 2, rel=1e-5)
    np.testing.assert_allclose(found.negative_elbo_nats, found.rate_nats + found.distortion_nats)
    assert found.iwae_nats == pytest.approx([iwae_nats(model, x, 100).mean()] * 2, rel=1e-5)
    assert (found.iwae_nats < found.negative_elbo_nats).all()
    assert found.draws.shape == (N_SHOWN, 8, 8)


def test_pseudo_inputs_are_shown_as_they_are_and_a_fixed_prior_has_none() -> None:
    x = binary(load_dataset("digits", "test")).pixels()[:20]
    model = untrained("vamp")
    assert isinstance(model.network.prior, VampPrior)
    expected = np.rint(255 * model.network.prior.pseudo_inputs[:N_SHOWN].detach().numpy()).reshape(-1, 8, 8)
    np.testing.assert_array_equal(measured("", [model, model], x).pseudo_inputs, expected)
    plain = untrained("standard_normal")
    assert measured("", [plain, plain], x).pseudo_inputs.shape == (0, 8, 8)


def test_a_gain_is_what_the_bound_falls_by_seed_by_seed() -> None:
    plain, vamp = prior_results()[2:]
    gain = gain_nats(plain, vamp)
    assert gain.value == pytest.approx(0.5)
    assert gain.high - gain.value == pytest.approx(4.303 * 0.1 / np.sqrt(3), rel=1e-3)
