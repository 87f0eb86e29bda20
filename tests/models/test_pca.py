"""PCA against scikit-learn, brute force and its own definition."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import decomposition
from sklearn.datasets import load_digits

from explorer.errors import DatasetError, SpecError
from explorer.models.latent_model import LatentModel
from explorer.models.layers import apply_layers
from explorer.models.pca import CHUNK, PCA, fit_pca, mean_and_covariance
from explorer.models.spec import PCASpec


@pytest.fixture(scope="module")
def digits() -> NDArray[np.float32]:
    return np.asarray(load_digits().data / 16, np.float32)


@pytest.fixture(scope="module")
def fitted(digits: NDArray[np.float32]) -> PCA:
    return fit_pca(digits, (8, 8), PCASpec(latent_dim=5))


def test_agrees_with_scikit_learn(digits: NDArray[np.float32], fitted: PCA) -> None:
    oracle = decomposition.PCA(svd_solver="full").fit(digits.astype(np.float64))
    np.testing.assert_allclose(fitted.mean, oracle.mean_, atol=1e-6)
    np.testing.assert_allclose(fitted.variances, oracle.explained_variance_, atol=1e-6)
    np.testing.assert_allclose(np.abs(fitted.components[:61]), np.abs(oracle.components_[:61]), atol=1e-5)


def test_covariance_of_offset_data_does_not_cancel() -> None:
    rng = np.random.default_rng(0)
    x = (1000 + rng.standard_normal((3 * CHUNK + 7, 4))).astype(np.float32)
    mean, covariance = mean_and_covariance(x, np.ones(x.shape[1], bool))
    np.testing.assert_allclose(mean, x.astype(np.float64).mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(covariance, np.cov(x.astype(np.float64), rowvar=False), atol=1e-12)


def test_covariance_of_chosen_pixels() -> None:
    x = np.random.default_rng(3).random((30, 5)).astype(np.float32)
    mean, covariance = mean_and_covariance(x, np.array([True, False, True, True, False]))
    np.testing.assert_allclose(mean, x[:, [0, 2, 3]].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(covariance, np.cov(x[:, [0, 2, 3]].astype(np.float64), rowvar=False), rtol=1e-12)


def test_bytes_are_pixels_between_0_and_1_and_round_nothing() -> None:
    x = np.random.default_rng(2).integers(0, 256, (2 * CHUNK + 5, 6), dtype=np.uint8)
    x[:, 0], x[:, 1] = 255, 0
    exact = np.cov(x.astype(np.float64), rowvar=False)
    np.testing.assert_allclose(mean_and_covariance(x, np.ones(x.shape[1], bool))[1], exact, rtol=1e-12, atol=1e-9)
    model = fit_pca(x, (6,), PCASpec(latent_dim=2))
    np.testing.assert_allclose(model.mean, x.mean(axis=0) / 255, atol=1e-7)
    np.testing.assert_allclose(model.variances.sum(), np.trace(exact) / 255**2, rtol=1e-6)


def test_is_a_latent_model(fitted: PCA) -> None:
    assert isinstance(fitted, LatentModel)
    assert (fitted.latent_dim, fitted.sample_shape) == (5, (8, 8))


def test_axes_are_orthonormal_and_largest_loading_is_positive(fitted: PCA) -> None:
    np.testing.assert_allclose(fitted.components @ fitted.components.T, np.eye(64), atol=1e-6)
    largest = np.abs(fitted.components).argmax(axis=1)
    assert (fitted.components[np.arange(64), largest] > 0).all()


def test_scores_are_uncorrelated_with_the_variances(digits: NDArray[np.float32], fitted: PCA) -> None:
    scores = fitted.encode(digits)
    np.testing.assert_allclose(np.cov(scores, rowvar=False), np.diag(fitted.variances[:5]), atol=1e-5)


def test_training_error_is_the_sum_of_discarded_variances(digits: NDArray[np.float32], fitted: PCA) -> None:
    squared = (digits - fitted.decode(fitted.encode(digits))) ** 2
    n = len(digits)
    assert squared.sum(axis=1).mean() == pytest.approx(fitted.variances[5:].sum() * (n - 1) / n, rel=1e-5)


def test_all_components_restore_the_sample(digits: NDArray[np.float32], fitted: PCA) -> None:
    full = fitted.truncated(64)
    np.testing.assert_allclose(full.decode(full.encode(digits[:10])), digits[:10], atol=1e-5)


def test_decoder_layers_decode(fitted: PCA) -> None:
    z = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)
    np.testing.assert_allclose(apply_layers(fitted.decoder_layers(), z), fitted.decode(z), atol=1e-6)


def test_codes_are_float32(digits: NDArray[np.float32], fitted: PCA) -> None:
    z = fitted.encode(digits[:3])
    assert z.dtype == fitted.decode(z).dtype == np.float32


def test_fewer_samples_than_pixels_leave_the_rest_without_variance() -> None:
    x = np.random.default_rng(0).random((4, 9)).astype(np.float32)
    model = fit_pca(x, (3, 3), PCASpec(latent_dim=9))
    assert (model.variances >= 0).all()
    np.testing.assert_allclose(model.variances[3:], 0, atol=1e-6)
    np.testing.assert_allclose(model.decode(model.encode(x)), x, atol=1e-5)


def test_pixels_that_never_change_come_last_each_on_its_own() -> None:
    x = np.random.default_rng(0).random((50, 4)).astype(np.float32)
    x[:, 1] = 0.25
    model = fit_pca(x, (2, 2), PCASpec(latent_dim=1))
    np.testing.assert_array_equal(model.components[3], [0, 1, 0, 0])
    np.testing.assert_array_equal(model.components[:3, 1], 0)
    assert (model.variances[3], model.mean[1]) == (0, 0.25)
    assert (np.diff(model.variances) <= 0).all()


def test_constant_data_have_no_variance() -> None:
    model = fit_pca(np.full((5, 4), 0.3, np.float32), (2, 2), PCASpec(latent_dim=1))
    np.testing.assert_allclose(model.variances, 0, atol=1e-12)


def test_more_components_than_pixels_is_a_spec_error(fitted: PCA) -> None:
    with pytest.raises(SpecError, match=r"latent_dim is 65, but must be from 1 to 64"):
        fitted.truncated(65)


@pytest.mark.parametrize("n_samples", [0, 1])
def test_too_few_samples(n_samples: int) -> None:
    with pytest.raises(DatasetError, match=f"at least 2 samples, but was given {n_samples}"):
        fit_pca(np.zeros((n_samples, 4), np.float32), (2, 2), PCASpec(latent_dim=1))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite(bad: float) -> None:
    x = np.zeros((5, 4), np.float32)
    x[2, 1] = bad
    with np.errstate(invalid="ignore"), pytest.raises(DatasetError, match="finite"):
        fit_pca(x, (2, 2), PCASpec(latent_dim=1))
