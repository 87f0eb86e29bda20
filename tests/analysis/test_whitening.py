"""Whitening by a covariance, against SciPy's Gaussian, and what is said of codes that have none of full rank."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from explorer.analysis.whitening import fit_whitening
from explorer.errors import AnalysisError

CODES = np.random.default_rng(0).normal(2, 1, (200, 3)) @ np.array([[3.0, 1, 0], [0, 0.5, 1], [0, 0, 0.1]])


def test_whitened_codes_have_unit_covariance_and_turn_back() -> None:
    whitening = fit_whitening(CODES)
    white = whitening.apply(CODES)
    np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.cov(white.T), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(whitening.undo(white), CODES, atol=1e-12)


def test_the_log_density_of_codes_is_that_of_whitened_ones_less_the_log_volume() -> None:
    whitening = fit_whitening(CODES)
    of_white = multivariate_normal(np.zeros(3)).logpdf(whitening.apply(CODES))
    exact = multivariate_normal(CODES.mean(axis=0), np.cov(CODES.T)).logpdf(CODES)
    np.testing.assert_allclose(of_white - whitening.log_volume, exact, rtol=1e-9)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (CODES[:3], "There are 3 codes of 3 dimensions; their covariance needs at least 4."),
        (CODES[:, 0], r"the shape \(200,\)"),
        (np.where(np.arange(200)[:, None] < 2, np.nan, CODES), "2 of 200 codes are not finite"),
        (CODES * [1, 0, 1], "do not vary along 1 of 3 dimensions, the first of them number 2;"),
        (CODES[:, [0, 0, 1]], "lie in a plane of fewer than their 3 dimensions"),
    ],
)
def test_codes_without_a_covariance_of_full_rank_are_named(codes: NDArray[np.float64], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        fit_whitening(codes)


def test_one_code_more_than_dimensions_is_enough() -> None:
    assert fit_whitening(CODES[:4]).scale.shape == (3, 3)
