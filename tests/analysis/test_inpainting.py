"""Filling in against closed forms and brute force, and what makes no mask."""

import numpy as np
import pytest

from explorer.analysis import inpainting
from explorer.analysis.density import Mixture, prior_of
from explorer.data import load_dataset
from explorer.errors import AnalysisError
from explorer.models.pca import PCA, fit_pca
from explorer.models.ppca import PPCA, fit_ppca
from explorer.models.spec import PCASpec, PPCASpec
from explorer.store import load_checkpoint

TRAIN, TEST = load_dataset("digits"), load_dataset("digits", "test")
X = TEST.pixels(slice(0, 40))


def pca_of(k: int) -> PCA:
    return fit_pca(TRAIN.pixels(), (8, 8), PCASpec(latent_dim=k))


def ppca_of(k: int) -> PPCA:
    return fit_ppca(TRAIN.pixels(), (8, 8), PPCASpec(latent_dim=k))


def one_mask(mask: inpainting.Mask) -> inpainting.Mask:
    return np.tile(mask, (len(X), 1))


def test_every_picture_has_its_own_mask() -> None:
    model = ppca_of(10)
    masks = np.stack([inpainting.random_half(64, seed % 7) for seed in range(len(X))])
    alone = [model.conditional_mean(X[row : row + 1], ~masks[row])[0] for row in range(len(X))]
    np.testing.assert_allclose(inpainting.ppca_imputer(model)(X, masks), alone, atol=1e-5)


def test_map_code_of_probabilistic_pca_is_the_closed_form() -> None:
    model = ppca_of(8)
    hidden = one_mask(inpainting.lower_half(8, 8))
    prior = inpainting.code_prior(model, model.encode(X))
    guess = model.encode(np.where(hidden, model.mean, X))
    codes = inpainting.map_codes(model, prior, X, ~hidden, model.noise_variance, guess)
    np.testing.assert_allclose(model.decode(codes), inpainting.ppca_imputer(model)(X, hidden), atol=0.02)


def test_map_code_where_nothing_is_seen_is_the_mode_of_the_priors_component() -> None:
    model = ppca_of(2)
    means = np.array([[-4.0, 0.0], [4.0, 1.0]])
    prior = Mixture("prior", np.array([0.3, 0.7]), means, np.stack((0.5 * np.eye(2), 2 * np.eye(2))))
    guess = np.array([[-3.0, 0.5], [3.0, 0.5]], np.float32)
    codes = inpainting.map_codes(model, prior, X[:2], np.zeros((2, 64), np.bool_), 1.0, guess)
    np.testing.assert_allclose(codes, means, atol=0.02)


def test_projecting_again_and_again_settles_where_projecting_changes_nothing() -> None:
    pca = pca_of(4)
    hidden = one_mask(inpainting.random_half(64, 0))
    settled = inpainting.iterative_imputer(pca, pca.mean, 2_000)(X, hidden)
    np.testing.assert_array_equal(settled[~hidden], X[~hidden])
    np.testing.assert_allclose(pca.decode(pca.encode(settled))[hidden], settled[hidden], atol=1e-3)


def test_error_is_that_of_the_hidden_pixels_alone() -> None:
    x, estimate = np.array([[0.0, 1.0, 0.5]], np.float32), np.array([[0.5, 0.0, 2.0]], np.float32)
    hidden = np.array([[True, False, True]])
    assert inpainting.hidden_mse(x, estimate, hidden) == pytest.approx((0.25 + 0.25) / 2)


def test_measured_beside_the_mean_image() -> None:
    model = ppca_of(16)
    hidden = one_mask(inpainting.random_half(64, 0))
    ways = {"mean": inpainting.mean_imputer(model.mean), "PPCA": inpainting.ppca_imputer(model)}
    *_, last = inpainting.measure_imputation(ways, model.mean, X, hidden)
    mean, linear = last.result
    assert mean.times_better == pytest.approx(1)
    assert linear.mse == pytest.approx(float(np.square(X - np.clip(ways["PPCA"](X, hidden), 0, 1))[hidden].mean()))
    assert linear.times_better > 1.5


@pytest.mark.parametrize("name", ["digits-ae-2d", "digits-vae-2d", "digits-gmvae"])
def test_likeliest_code_of_a_network_beats_the_mean_image(name: str) -> None:
    checkpoint = load_checkpoint(name)
    model, mean = checkpoint.model, TRAIN.pixels().mean(axis=0)
    prior = inpainting.code_prior(model, checkpoint.codes.train)
    hidden = one_mask(inpainting.lower_half(8, 8))
    fill = inpainting.map_imputer(model, mean, prior, inpainting.noise_variance(model, TRAIN.pixels()))
    null = inpainting.hidden_mse(X, inpainting.mean_imputer(mean)(X, hidden), hidden)
    assert inpainting.hidden_mse(X, fill(X, hidden), hidden) < null


@pytest.mark.parametrize("name", ["digits-vae-2d", "digits-gmvae"])
def test_prior_of_a_model_is_the_one_it_was_trained_with(name: str) -> None:
    checkpoint = load_checkpoint(name)
    prior, own = inpainting.code_prior(checkpoint.model, checkpoint.codes.train), prior_of(checkpoint.model)
    assert own is not None
    codes = checkpoint.codes.test
    np.testing.assert_allclose(prior.log_density(codes), own.log_prob_nats(codes), rtol=1e-4, atol=1e-3)


def test_prior_of_an_autoencoder_is_the_gaussian_of_its_codes() -> None:
    codes = load_checkpoint("digits-ae-2d").codes.train
    prior = inpainting.code_prior(load_checkpoint("digits-ae-2d").model, codes)
    np.testing.assert_allclose(prior.means[0], codes.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(prior.covariances[0], np.cov(codes.T), rtol=1e-3)


def test_empty_and_full_masks_are_one_sentence() -> None:
    with pytest.raises(AnalysisError, match="None of the 64 pixels is hidden"):
        inpainting.check_mask(np.zeros(64, np.bool_))
    with pytest.raises(AnalysisError, match="All 64 pixels are hidden"):
        inpainting.check_mask(np.ones(64, np.bool_))
    inpainting.check_mask(inpainting.lower_half(8, 8))


def test_patterns_hide_half() -> None:
    lower = inpainting.lower_half(4, 3).reshape(4, 3)
    assert lower.sum() == 6
    assert lower[2:].all()
    assert inpainting.random_half(64, 0).sum() == 32
    assert not np.array_equal(inpainting.random_half(64, 0), inpainting.random_half(64, 1))
