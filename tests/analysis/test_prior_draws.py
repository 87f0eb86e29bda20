"""Draws of the prior along a training: the moments that are looked at, and their numbers."""

import numpy as np
import pytest

from explorer.analysis import prior_draws
from explorer.analysis.code_sizes import Judge
from explorer.analysis.evaluate import evaluate
from explorer.analysis.prior_draws import EPOCHS, N_CODES, SIDE, last_plane, measured, watch_prior
from explorer.data import load_dataset
from explorer.lessons.keys import prior_draws_key
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.store import load_checkpoint, load_classifier, load_result


@pytest.fixture(scope="module")
def judged_by() -> Judge:
    return Judge(load_dataset("digits"), load_dataset("digits", "test"), load_classifier("digits")[0])


def test_each_wanted_epoch_is_looked_at_and_the_bound_falls(judged_by: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prior_draws, "EPOCHS", {"digits": (0, 1, 3)})
    *_, end = watch_prior(judged_by)
    moments = end.result.moments
    assert [moment.epoch for moment in moments] == [0, 1, 3]
    losses = [moment.negative_elbo_nats for moment in moments]
    assert losses[0].low > losses[1].high > losses[1].low > losses[2].high
    assert moments[0].frechet.low > moments[2].frechet.high > end.result.frechet_floor.high
    plane = last_plane(end.result)
    assert plane.shape == (3, N_CODES, 2)
    # Principal components: no correlation between them.
    assert abs(np.corrcoef(plane[-1].T)[0, 1]) < 1e-3


def test_a_moment_has_the_models_own_numbers(judged_by: Judge) -> None:
    model = load_checkpoint("digits-vae-2d").model
    assert isinstance(model, VariationalAutoencoder)
    found, metrics = measured(7, model, judged_by), evaluate(model, judged_by.train, judged_by.test)
    assert found.negative_elbo_nats.value == pytest.approx(metrics["negative_elbo_nats"], rel=1e-5)
    assert found.kl_nats.sum() == pytest.approx(metrics["rate_nats"], rel=1e-5)
    z = np.random.default_rng(0).standard_normal((len(judged_by.test), 2), np.float32)
    np.testing.assert_array_equal(found.draws, np.rint(255 * model.decode(z)[: SIDE**2]).astype(np.uint8))


@pytest.mark.parametrize("name", EPOCHS)
def test_the_training_comes_along(name: str) -> None:
    found = load_result(prior_draws_key(name))
    assert found is not None
    assert tuple(moment.epoch for moment in found.moments) == EPOCHS[name]
    assert found.moments[0].frechet.low > found.moments[-1].frechet.high
