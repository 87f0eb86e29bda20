"""Codes in units of their own spread, so that distances of different models can stand side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from explorer.errors import AnalysisError

Array = NDArray[np.float64]
# Below this ratio of variances a covariance is singular for double precision.
SMALLEST_VARIANCE_RATIO = 1e-10


@dataclass(frozen=True, eq=False)
class Whitening:
    """z -> L⁻¹ (z − mean) with covariance L Lᵀ: mean (K,), scale (K, K) lower triangular."""

    mean: Array
    scale: Array

    def apply(self, z: NDArray[np.floating]) -> Array:
        """z: (n, K) -> whitened (n, K), in standard deviations of the codes."""
        return np.ascontiguousarray(solve_triangular(self.scale, (z - self.mean).T, lower=True).T)

    def undo(self, whitened: Array) -> Array:
        """The inverse of `apply`."""
        return whitened @ self.scale.T + self.mean

    @property
    def log_volume(self) -> float:
        """log |det L|: log p(z) = log p(whitened) − log_volume."""
        return float(np.log(np.diag(self.scale)).sum())


def fit_whitening(codes: NDArray[np.floating]) -> Whitening:
    """The whitening by the covariance of codes (N, K); raises AnalysisError when they have none of full rank."""
    check_codes(codes)
    wide = codes.astype(np.float64)
    covariance = np.atleast_2d(np.cov(wide.T))
    check_spread(covariance)
    return Whitening(wide.mean(0), np.asarray(np.linalg.cholesky(covariance), dtype=np.float64))


def check_codes(codes: NDArray[np.floating]) -> None:
    """Raise AnalysisError unless codes are a finite (N, K) array with N > K."""
    if codes.ndim != 2 or codes.shape[1] == 0:
        raise AnalysisError(f"Codes have the shape {codes.shape}, but must be (samples, dimensions).")
    n_bad = int((~np.isfinite(codes)).any(axis=1).sum())
    if n_bad:
        raise AnalysisError(f"{n_bad} of {len(codes)} codes are not finite numbers; train the model again.")
    if len(codes) <= codes.shape[1]:
        raise AnalysisError(
            f"There are {len(codes)} codes of {codes.shape[1]} dimensions; their covariance needs at least "
            f"{codes.shape[1] + 1}."
        )


def check_spread(covariance: Array) -> None:
    """Raise AnalysisError when a covariance (K, K) has a direction without variance."""
    variances = np.diag(covariance)
    constant = np.flatnonzero(variances <= SMALLEST_VARIANCE_RATIO * variances.max())
    if variances.max() == 0 or len(constant):
        raise AnalysisError(
            f"The codes do not vary along {len(constant)} of {len(variances)} dimensions, the first of them "
            f"number {constant[0] + 1}; choose a model that uses all its dimensions, or one with fewer."
        )
    correlation = covariance / np.sqrt(np.outer(variances, variances))
    if np.linalg.eigvalsh(correlation)[0] <= SMALLEST_VARIANCE_RATIO:
        raise AnalysisError(
            f"The codes lie in a plane of fewer than their {len(variances)} dimensions, so that distances in units "
            "of their spread have no meaning; choose a model with fewer dimensions."
        )
