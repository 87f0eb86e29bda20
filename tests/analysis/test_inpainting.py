"""Filling in against closed forms and brute force, and what makes no mask."""

import numpy as np
import pytest

from explorer.analysis import inpainting
from explorer.analysis.inpainting import CodePrior
from explorer.data import load_dataset
from explorer.errors import AnalysisError
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec
from explorer.store import load_checkpoint

TRAIN, TEST = load_dataset("digits"), load_dataset("digits", "test")
X = TEST.pixels(slice(0, 40))


def pca_of(k: int) -> PCA:
    return fit_pca(TRAIN.pixels(), (8, 8), PCASpec(latent_dim=k))


def one_mask(mask: inpainting.Mask) -> inpainting.Mask:
    return np.tile(mask, (len(X), 1))


def test_gaussian_is_the_conditional_mean_of_the_covariance() -> None:
    pca, k = pca_of(10), 10
    hidden = inpainting.random_half(64, 3)
    noise = pca.variances[k:].mean(dtype=np.float64)
    axes = pca.components[:k].astype(np.float64)
    covariance = axes.T @ np.diag(pca.variances[:k].astype(np.float64)) @ axes + noise * np.eye(64)
    gain = covariance[np.ix_(hidden, ~hidden)] @ np.linalg.inv(covariance[np.ix_(~hidden, ~hidden)])
    expected = pca.mean[hidden] + (X - pca.mean)[:, ~hidden] @ gain.T
    estimate = inpainting.gaussian_filler(pca)(X, one_mask(hidden))
    np.testing.assert_allclose(estimate[:, hidden], expected, atol=1e-4)


def test_every_picture_has_its_own_mask() -> None:
    fill = inpainting.gaussian_filler(pca_of(10))
    masks = np.stack([inpainting.random_half(64, seed % 7) for seed in range(len(X))])
    alone = [fill(X[row : row + 1], masks[row : row + 1])[0] for row in range(len(X))]
    np.testing.assert_allclose(fill(X, masks), alone, atol=1e-5)


def test_likeliest_code_of_a_linear_decoder_is_the_closed_form() -> None:
    pca = pca_of(8)
    hidden = one_mask(inpainting.lower_half(8, 8))
    variance = float(pca.variances[8:].mean())
    prior = CodePrior(np.zeros(8, np.float32), np.diag(np.sqrt(pca.variances[:8])))
    codes = inpainting.likeliest_codes(pca, prior, X, ~hidden, variance, pca.encode(np.where(hidden, pca.mean, X)))
    np.testing.assert_allclose(pca.decode(codes), inpainting.gaussian_filler(pca)(X, hidden), atol=0.02)


def test_projecting_again_and_again_settles_where_projecting_changes_nothing() -> None:
    pca = pca_of(4)
    hidden = one_mask(inpainting.random_half(64, 0))
    settled = inpainting.iterative_filler(pca, pca.mean, 2_000)(X, hidden)
    np.testing.assert_array_equal(settled[~hidden], X[~hidden])
    np.testing.assert_allclose(pca.decode(pca.encode(settled))[hidden], settled[hidden], atol=1e-3)


def test_error_is_that_of_the_hidden_pixels_alone() -> None:
    x, estimate = np.array([[0.0, 1.0, 0.5]], np.float32), np.array([[0.5, 0.0, 2.0]], np.float32)
    hidden = np.array([[True, False, True]])
    assert inpainting.hidden_mse(x, estimate, hidden) == pytest.approx((0.25 + 0.25) / 2)


def test_measured_beside_the_mean_image() -> None:
    pca = pca_of(16)
    hidden = one_mask(inpainting.random_half(64, 0))
    ways = {"mean": inpainting.mean_filler(pca.mean), "PCA": inpainting.gaussian_filler(pca)}
    *_, last = inpainting.measure_filling(ways, pca.mean, X, hidden)
    mean, linear = last.result
    assert mean.times_better == pytest.approx(1)
    assert linear.mse == pytest.approx(float(np.square(X - np.clip(ways["PCA"](X, hidden), 0, 1))[hidden].mean()))
    assert linear.times_better > 1.5


@pytest.mark.parametrize("name", ["digits-ae-2d", "digits-vae-2d"])
def test_likeliest_code_of_a_network_beats_the_mean_image(name: str) -> None:
    checkpoint = load_checkpoint(name)
    model, mean = checkpoint.model, TRAIN.pixels().mean(axis=0)
    prior = inpainting.code_prior(model, checkpoint.codes.train)
    hidden = one_mask(inpainting.lower_half(8, 8))
    fill = inpainting.likeliest_filler(model, mean, prior, inpainting.noise_variance(model, TRAIN.pixels()))
    null = inpainting.hidden_mse(X, inpainting.mean_filler(mean)(X, hidden), hidden)
    assert inpainting.hidden_mse(X, fill(X, hidden), hidden) < null


def test_prior_of_a_vae_is_the_one_it_was_trained_with() -> None:
    vae, ae = load_checkpoint("digits-vae-2d"), load_checkpoint("digits-ae-2d")
    np.testing.assert_array_equal(inpainting.code_prior(vae.model, vae.codes.train).factor, np.eye(2))
    prior = inpainting.code_prior(ae.model, ae.codes.train)
    np.testing.assert_allclose(prior.factor @ prior.factor.T, np.cov(ae.codes.train.T), rtol=1e-3)


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
