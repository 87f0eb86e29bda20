"""Models over K: one protocol for all, PCA in closed form, and the cut of a VAE by its costliest dimensions."""

import numpy as np
import pytest

from explorer.analysis.code_sizes import Judge, cut_sse, draw_codes, measure_size, size_run
from explorer.analysis.evaluate import evaluate
from explorer.data import load_dataset
from explorer.models.latent_model import VariationalModel
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.store import load_checkpoint, load_classifier
from explorer.training.run_spec import differing_fields


def test_networks_are_trained_alike_but_for_family_and_k() -> None:
    vae, wider, ae = size_run("mnist", "vae", 2), size_run("mnist", "vae", 8), size_run("mnist", "ae", 2)
    assert differing_fields(vae, wider) == ("latent_dim",)
    shared = {"hidden", "n_epochs", "seed", "batch_size", "learning_rate", "latent_dim", "activation"}
    assert not shared & set(differing_fields(vae, ae))


def test_a_model_is_measured_as_everywhere() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    pca = fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=5))
    judged_by = Judge(train, test, load_classifier("digits")[0])
    found, expected = measure_size(pca, judged_by), evaluate(pca, train, test)
    assert (found.family, found.latent_dim) == ("pca", 5)
    assert (found.sse, found.knn_accuracy) == pytest.approx((expected["sse"], expected["knn_accuracy"]))
    assert (found.negative_elbo_nats, found.active_units) == (None, None)
    assert found.frechet_distance > judged_by.frechet(test.pixels()) > 0


def test_the_cut_keeps_the_dimensions_that_cost_most() -> None:
    """With one dimension kept no other choice of one leaves a smaller KL behind; with all nothing is cut."""
    model, x = load_checkpoint("digits-vae-2d").model, load_dataset("digits", "test").pixels()
    assert isinstance(model, VariationalModel)
    errors = cut_sse(model, x)
    posterior = model.posterior(x)
    kl_nats = (0.5 * (posterior.mean**2 + posterior.std**2 - 1) - np.log(posterior.std)).mean(axis=0)
    kept = np.zeros_like(posterior.mean)
    kept[:, kl_nats.argmax()] = posterior.mean[:, kl_nats.argmax()]
    assert errors.shape == (3,)
    for n, z in enumerate((np.zeros_like(kept), kept, posterior.mean)):
        assert errors[n] == pytest.approx(float(((model.decode(z) - x) ** 2).sum(axis=1).mean()), rel=1e-5)


def test_draws_follow_codes_that_do_not_fill_their_dimensions() -> None:
    pca = load_checkpoint("digits-pca").model
    line = np.random.default_rng(0).standard_normal((5_000, 1)).astype(np.float32)
    codes = np.hstack((3 * line, -line + 2))
    drawn = draw_codes(pca, codes, 5_000)
    np.testing.assert_allclose(drawn[:, 0], -3 * (drawn[:, 1] - 2), atol=1e-3)
    assert drawn[:, 0].std() == pytest.approx(3, rel=0.05)
    of_prior = draw_codes(load_checkpoint("digits-vae-2d").model, codes, 5_000)
    np.testing.assert_allclose(np.cov(of_prior.T), np.eye(2), atol=0.06)
