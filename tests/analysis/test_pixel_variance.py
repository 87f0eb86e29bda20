"""The best linear VAE, against the formulas of probabilistic PCA with matrices and against the likelihood itself."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from explorer.analysis.pixel_variance import N_VARIANCES, best_linear_vae, blur_by_variance
from explorer.data import load_dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec


@pytest.fixture(scope="module")
def pca() -> PCA:
    train = load_dataset("digits")
    return fit_pca(train.pixels(), train.sample_shape, PCASpec(latent_dim=2))


@pytest.fixture(scope="module")
def x() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return load_dataset("digits", "test").pixels(slice(0, 60))


def test_reconstructions_are_decoded_posterior_means(
    pca: PCA, x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    variance = 0.1
    model = best_linear_vae(pca, variance)
    k = model.n_active
    assert k == int((pca.variances > variance).sum())
    w = pca.components[:k].T.astype(np.float64) * model.scales[:k]  # (D, K)
    m = w.T @ w + variance * np.eye(k)
    means = np.linalg.solve(m, w.T @ (x - pca.mean).T.astype(np.float64))
    np.testing.assert_allclose(model.restored(x), pca.mean + (w @ means).T, atol=1e-5)


def test_no_other_decoder_makes_the_images_likelier_at_this_variance() -> None:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal((400, 4)) * [2, 1, 0.5, 0.2]) @ np.linalg.qr(rng.standard_normal((4, 4)))[0]
    pca = fit_pca(x, (4,), PCASpec(latent_dim=2))
    model = best_linear_vae(pca, 0.3)
    w = pca.components.T.astype(np.float64) * model.scales

    def nats(decoder: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        covariance = decoder @ decoder.T + 0.3 * np.eye(4)
        return float(multivariate_normal(pca.mean, covariance).logpdf(x).mean())

    others = [nats(w + 0.05 * rng.standard_normal(w.shape)) for _ in range(50)]
    assert nats(w) > max(others)


def test_draws_have_the_decoders_covariance(pca: PCA) -> None:
    model = best_linear_vae(pca, 0.2)
    drawn = model.drawn(20_000, 0).astype(np.float64)
    expected = (pca.components.T * model.scales**2) @ pca.components
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), expected, atol=0.03)


def test_a_larger_variance_blurs_more_until_all_has_collapsed(
    pca: PCA, x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    of = blur_by_variance(pca, x, 3, 0)
    kept = [one.value for one in of.restored]
    assert kept == sorted(kept, reverse=True)
    assert len(of.variances) == N_VARIANCES
    assert kept[0] == pytest.approx(1, abs=0.02)
    assert of.n_active[-1] == 0
    np.testing.assert_allclose(of.one[-1], pca.mean, atol=1e-6)
    np.testing.assert_allclose(of.draws[-1], pca.mean, atol=1e-6)
    np.testing.assert_array_equal(of.image, x[3])
