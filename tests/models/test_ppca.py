"""Probabilistic PCA against scikit-learn, a brute-force Gaussian and its own samples."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal
from sklearn import decomposition
from sklearn.datasets import load_digits

from explorer.errors import DatasetError, SpecError
from explorer.models.closed_form import fit_closed_form
from explorer.models.latent_model import VariationalModel
from explorer.models.layers import apply_layers
from explorer.models.pca import PCA, fit_pca
from explorer.models.ppca import PPCA, fit_ppca, largest_latent_dim, maximum_likelihood
from explorer.models.spec import PCASpec, PPCASpec

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def digits() -> NDArray[np.float32]:
    return np.asarray(load_digits().data / 16, np.float32)


@pytest.fixture(scope="module")
def fitted(digits: NDArray[np.float32]) -> PPCA:
    return fit_ppca(digits[:1200], (8, 8), PPCASpec(latent_dim=5))


def covariance_of(model: PPCA) -> Floats:
    weight = model.weight.astype(np.float64)
    covariance: Floats = weight @ weight.T + model.noise_variance * np.eye(len(weight))
    return covariance


@pytest.mark.parametrize("latent_dim", [1, 2, 10, 40])
def test_log_likelihood_is_scikit_learns_score(digits: NDArray[np.float32], latent_dim: int) -> None:
    train, test = digits[:1200], digits[1200:]
    oracle = decomposition.PCA(latent_dim, svd_solver="full").fit(train.astype(np.float64))
    model = fit_ppca(train, (8, 8), PPCASpec(latent_dim=latent_dim))
    assert model.noise_variance == pytest.approx(oracle.noise_variance_, rel=1e-6)
    for split in (train, test):
        assert model.log_likelihood_nats(split).mean() == pytest.approx(oracle.score(split), rel=1e-6)


def test_log_likelihood_is_that_of_the_gaussian(digits: NDArray[np.float32], fitted: PPCA) -> None:
    oracle = multivariate_normal(fitted.mean.astype(np.float64), covariance_of(fitted))
    np.testing.assert_allclose(fitted.log_likelihood_nats(digits[1200:]), oracle.logpdf(digits[1200:]), rtol=1e-6)


@pytest.mark.parametrize("latent_dim", [1, 5, 20])
def test_missing_pixels_have_the_mean_of_the_gaussian_that_scikit_learn_fits(
    digits: NDArray[np.float32], latent_dim: int
) -> None:
    train, x = digits[:1200], digits[1200:1240]
    oracle = decomposition.PCA(latent_dim, svd_solver="full").fit(train.astype(np.float64))
    seen = np.random.default_rng(0).random(64) < 0.5
    covariance = oracle.get_covariance()
    gain = covariance[np.ix_(~seen, seen)] @ np.linalg.inv(covariance[np.ix_(seen, seen)])
    expected = oracle.mean_[~seen] + (x - oracle.mean_)[:, seen] @ gain.T
    found = fit_ppca(train, (8, 8), PPCASpec(latent_dim=latent_dim)).conditional_mean(x, seen)
    np.testing.assert_allclose(found[:, ~seen], expected, atol=1e-5)


def test_with_all_pixels_seen_the_conditional_mean_is_the_decoded_posterior_mean(
    digits: NDArray[np.float32], fitted: PPCA
) -> None:
    x = digits[1200:1240]
    found = fitted.conditional_mean(x, np.ones(64, np.bool_))
    np.testing.assert_allclose(found, fitted.decode(fitted.encode(x)), atol=1e-5)


def test_largest_k_leaves_one_direction_for_the_noise(digits: NDArray[np.float32]) -> None:
    pca = fit_pca(digits, (8, 8), PCASpec(latent_dim=2))
    largest = largest_latent_dim(pca)
    assert maximum_likelihood(pca, PPCASpec(latent_dim=largest)).noise_variance > 0
    with pytest.raises(SpecError, match=f"from 1 to {largest}"):
        maximum_likelihood(pca, PPCASpec(latent_dim=largest + 1))


def test_posterior_is_the_conditional_of_the_joint_gaussian(digits: NDArray[np.float32], fitted: PPCA) -> None:
    x = digits[1200:1240]
    gain = fitted.weight.T.astype(np.float64) @ np.linalg.inv(covariance_of(fitted))
    means = (x - fitted.mean) @ gain.T
    covariance = np.eye(5) - gain @ fitted.weight
    found = fitted.posterior(x)
    np.testing.assert_allclose(found.mean, means, atol=1e-5)
    np.testing.assert_allclose(fitted.posterior_covariance(), covariance, atol=1e-6)
    np.testing.assert_allclose(np.exp(found.log_var), np.tile(np.diagonal(covariance), (40, 1)), rtol=1e-4)
    np.testing.assert_array_equal(fitted.encode(x), found.mean)


def test_no_other_scale_or_noise_is_likelier(digits: NDArray[np.float32], fitted: PPCA) -> None:
    best = fitted.log_likelihood_nats(digits[:1200]).mean()
    for scale, noise in [(1.05, 1.0), (0.95, 1.0), (1.0, 1.05), (1.0, 0.95)]:
        other = PPCA(fitted.spec, (8, 8), fitted.mean, np.float32(scale) * fitted.weight, noise * fitted.noise_variance)
        assert other.log_likelihood_nats(digits[:1200]).mean() < best


def test_samples_have_the_models_covariance(fitted: PPCA) -> None:
    drawn = fitted.sample(200_000, np.random.default_rng(0))
    means = fitted.sample(200_000, np.random.default_rng(0), with_noise=False)
    weight = fitted.weight.astype(np.float64)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), covariance_of(fitted), atol=0.004)
    np.testing.assert_allclose(np.cov(means, rowvar=False), weight @ weight.T, atol=0.004)
    np.testing.assert_allclose(drawn.mean(axis=0), fitted.mean, atol=0.005)
    np.testing.assert_array_equal(
        fitted.sample(3, np.random.default_rng(5)), fitted.sample(3, np.random.default_rng(5))
    )


def test_codes_are_pcas_scores_in_other_units_and_nearer_to_zero(digits: NDArray[np.float32], fitted: PPCA) -> None:
    pca = fit_closed_form(digits[:1200], (8, 8), PCASpec(latent_dim=5))
    assert isinstance(pca, PCA)
    variances = pca.variances[:5]
    stds = np.sqrt(variances - fitted.noise_variance)
    np.testing.assert_allclose(fitted.encode(digits), pca.encode(digits) * stds / variances, atol=1e-4)


def test_is_a_variational_model(digits: NDArray[np.float32], fitted: PPCA) -> None:
    assert isinstance(fitted, VariationalModel)
    assert (fitted.latent_dim, fitted.sample_shape) == (5, (8, 8))
    codes = fitted.encode(digits[:7])
    np.testing.assert_allclose(apply_layers(fitted.decoder_layers(), codes), fitted.decode(codes), atol=1e-6)


def test_bytes_are_pixels_between_0_and_1() -> None:
    x = np.random.default_rng(2).integers(0, 256, (500, 6), dtype=np.uint8)
    from_bytes = fit_ppca(x, (6,), PPCASpec(latent_dim=2))
    from_pixels = fit_ppca((x / 255).astype(np.float32), (6,), PPCASpec(latent_dim=2))
    assert from_bytes.noise_variance == pytest.approx(from_pixels.noise_variance, rel=1e-5)


@pytest.mark.mnist
def test_mnist_reaches_the_table() -> None:
    from explorer.data import load_dataset

    train, test = load_dataset("mnist"), load_dataset("mnist", "test")
    vectors = train.samples.reshape(len(train), -1)
    expected = {2: 14.4, 10: 186.0, 20: 306.5, 50: 517.6, 100: 689.3, 154: 786.7}
    found = {
        k: fit_ppca(vectors, (28, 28), PPCASpec(latent_dim=k)).log_likelihood_nats(test.pixels()).mean()
        for k in (2, 154)
    }
    for latent_dim, nats in found.items():
        assert nats == pytest.approx(expected[latent_dim], rel=0.005)


def test_more_dimensions_never_fit_train_worse(digits: NDArray[np.float32]) -> None:
    fits = [fit_ppca(digits, (8, 8), PPCASpec(latent_dim=k)).log_likelihood_nats(digits).mean() for k in (1, 3, 9, 27)]
    assert all(low < high for low, high in pairwise(fits))


@pytest.mark.parametrize(
    ("x", "latent_dim", "error", "sentence"),
    [
        (np.eye(4, 3), 3, SpecError, r"latent_dim is 3, but must be from 1 to 2, so that one of the 3 directions"),
        (np.random.default_rng(0).random((3, 9)), 2, SpecError, r"must be from 1 to 1, so that one of the 2"),
        (np.ones((5, 4)), 1, DatasetError, r"at least 2 directions, but these vary along 0; give others"),
        (np.arange(5.0)[:, None], 1, DatasetError, r"at least 2 directions, but these vary along 1; give others"),
        (np.ones((1, 4)), 1, DatasetError, r"at least 2 samples, but was given 1"),
        (np.full((3, 4), np.nan), 1, DatasetError, r"needs finite pixels"),
    ],
    ids=["k = D", "few samples", "constant", "a line", "one sample", "not finite"],
)
def test_what_cannot_be_fitted_is_said(x: Floats, latent_dim: int, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        fit_ppca(x, (x.shape[1],), PPCASpec(latent_dim=latent_dim))


@pytest.mark.parametrize("noise_variance", [0.0, -1.0, float("nan")])
def test_noise_must_be_above_zero(noise_variance: float) -> None:
    with pytest.raises(SpecError, match=r"the noise variance is .*, but must be above 0"):
        PPCA(PPCASpec(1), (2,), np.zeros(2, np.float32), np.ones((2, 1), np.float32), noise_variance)
