"""The covariance as a sum of outer products, against NumPy's covariance and the Frobenius norm by brute force."""

import numpy as np
import pytest

from explorer.analysis.covariance import MOST_PIXELS, covariance_of_rank, spread_pixels, variance_on
from explorer.data import load_dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec


@pytest.fixture(scope="module")
def model() -> PCA:
    train = load_dataset("digits")
    return fit_pca(train.pixels(), train.sample_shape, PCASpec(latent_dim=2))


@pytest.fixture(scope="module")
def covariance() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.cov(load_dataset("digits").pixels().astype(np.float64), rowvar=False)


def test_all_terms_together_are_the_covariance(
    model: PCA, covariance: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    of = covariance_of_rank(model, 64)
    np.testing.assert_allclose(of.whole, covariance, atol=1e-6)
    np.testing.assert_allclose(of.first, covariance, atol=1e-6)
    assert (of.trace_kept, of.norm_left) == (1, 0)


@pytest.mark.parametrize("k", [1, 5, 20])
def test_k_terms_are_the_nearest_matrix_of_rank_k(
    model: PCA, covariance: np.ndarray[tuple[int, ...], np.dtype[np.float64]], k: int
) -> None:
    of = covariance_of_rank(model, k)
    left, singular, right = np.linalg.svd(covariance)
    nearest = (left[:, :k] * singular[:k]) @ right[:k]
    np.testing.assert_allclose(of.first, nearest, atol=1e-6)
    assert np.linalg.matrix_rank(of.first, tol=1e-6) == k
    assert of.trace_kept == pytest.approx(np.trace(nearest) / np.trace(covariance), rel=1e-5)
    assert of.norm_left == pytest.approx(
        (np.linalg.norm(covariance - nearest) / np.linalg.norm(covariance)) ** 2, rel=1e-4
    )


def test_each_term_has_rank_one_and_the_first_add_up(model: PCA) -> None:
    of = covariance_of_rank(model, 6)
    np.testing.assert_allclose(of.terms.sum(axis=0), of.first, atol=1e-9)
    assert [np.linalg.matrix_rank(term, tol=1e-9) for term in of.terms] == [1] * 6
    # w_iᵀ w_j = 0, so two terms have nothing in common.
    assert np.abs(of.terms[0] @ of.terms[1]).max() < 1e-6


def test_some_pixels_are_some_rows_and_columns(model: PCA) -> None:
    chosen = np.array([3, 20, 41])
    few, all_of = covariance_of_rank(model, 4, chosen), covariance_of_rank(model, 4)
    np.testing.assert_allclose(few.first, all_of.first[np.ix_(chosen, chosen)])
    np.testing.assert_allclose(few.terms, all_of.terms[:, chosen[:, None], chosen])
    assert few.norm_left == all_of.norm_left


@pytest.mark.parametrize(
    ("shape", "n", "second"), [((8, 8), 64, 1), ((28, 28), 196, 2), ((32, 32, 3), 192, 1), ((64, 64), 256, 4)]
)
def test_pixels_are_spread_over_the_image(shape: tuple[int, ...], n: int, second: int) -> None:
    pixels = spread_pixels(shape)
    assert (len(pixels), pixels[0], pixels[1]) == (n, 0, second)
    assert len(pixels) <= MOST_PIXELS


def test_variance_on_other_images_is_that_of_their_scores(model: PCA) -> None:
    x = load_dataset("digits", "test").pixels().astype(np.float64)
    axes = model.components[:7].astype(np.float64)
    left = x - model.mean - (x - model.mean) @ axes.T @ axes
    expected = 1 - np.square(left).sum() / np.square(x - x.mean(axis=0)).sum()
    found = variance_on(model, 7, x.astype(np.float32), 0)
    assert found.value == pytest.approx(expected, abs=1e-5)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.05
