"""Principal component analysis: the linear code that loses the least squared error, in closed form."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError, SpecError
from explorer.models.layers import Array, Dense, Layer
from explorer.models.spec import PCASpec

CHUNK = 2048


@dataclass(frozen=True, eq=False)
class PCA:
    """The mean and every principal axis of a data set; the first K = spec.latent_dim of them make the code.

    mean: (D,); components: (D, D), one orthonormal axis a row, by falling variance, each with its largest loading
    positive; variances: (D,), the covariance's eigenvalues (divisor N - 1, unit: pixels squared).
    Raises SpecError when K is larger than D.
    """

    spec: PCASpec
    sample_shape: tuple[int, ...]
    mean: Array
    components: Array
    variances: Array

    def __post_init__(self) -> None:
        if self.latent_dim > len(self.mean):
            raise SpecError(
                f"pca: latent_dim is {self.latent_dim}, but must be from 1 to {len(self.mean)}, "
                "the number of pixels of one sample."
            )

    @property
    def latent_dim(self) -> int:
        """The number of components K in a code."""
        return self.spec.latent_dim

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> scores (N, K), the coordinates of x - mean along the first K axes."""
        return (x - self.mean) @ self._axes().T

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), mean + sum of z_k times axis k; not confined to the pixels' range."""
        return self.mean + z @ self._axes()

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder as one dense layer."""
        return (Dense(weight=np.ascontiguousarray(self._axes().T), bias=self.mean),)

    def truncated(self, latent_dim: int) -> "PCA":
        """The same axes with another number K of them in the code; raises SpecError."""
        return replace(self, spec=PCASpec(latent_dim=latent_dim))

    def _axes(self) -> Array:
        return self.components[: self.latent_dim]


def fit_pca(x: NDArray[np.floating], sample_shape: tuple[int, ...], spec: PCASpec) -> PCA:
    """The eigenvectors of the covariance of x: (N, D), by falling eigenvalue (Pearson 1901; Hotelling 1933).

    Raises DatasetError for fewer than two samples or values that are not finite, SpecError when K > D.
    """
    mean, covariance = mean_and_covariance(x)
    eigenvalues, eigenvectors = np.linalg.eigh(covariance)
    return PCA(
        spec=spec,
        sample_shape=sample_shape,
        mean=mean.astype(np.float32),
        components=_with_fixed_signs(eigenvectors.T[::-1]).astype(np.float32),
        variances=np.maximum(eigenvalues[::-1], 0).astype(np.float32),
    )


def mean_and_covariance(x: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean (D,) and the covariance (D, D) with divisor N - 1, of x: (N, D).

    Products are taken in the precision of x, near zero and a chunk at a time, and summed in float64: one pass, as fast
    as float32 and without the cancellation of E[x²] - E[x]² (Chan, Golub & LeVeque 1983).
    Raises DatasetError for fewer than two samples or values that are not finite.
    """
    if len(x) < 2:
        raise DatasetError(f"PCA needs at least 2 samples, but was given {len(x)}.")
    shift = x[:CHUNK].mean(axis=0)
    total, products = _sums_around(shift, x)
    if not np.isfinite(products).all():
        raise DatasetError("PCA needs finite pixels, but some are infinite or not a number; mend or leave out those.")
    covariance = (products - np.outer(total, total) / len(x)) / (len(x) - 1)
    return shift + total / len(x), covariance


def _sums_around(shift: NDArray[np.floating], x: NDArray[np.floating]) -> tuple[NDArray[np.float64], ...]:
    """The sums over samples of (x - shift), (D,), and of its outer product with itself, (D, D)."""
    n_pixels = x.shape[1]
    total, products = np.zeros(n_pixels), np.zeros((n_pixels, n_pixels))
    rows, product = np.empty((CHUNK, n_pixels), x.dtype), np.empty((n_pixels, n_pixels), x.dtype)
    ones = np.ones(CHUNK, x.dtype)
    for start in range(0, len(x), CHUNK):
        chunk = x[start : start + CHUNK]
        near_zero = np.subtract(chunk, shift, out=rows[: len(chunk)])
        products += np.matmul(near_zero.T, near_zero, out=product)
        total += ones[: len(chunk)] @ near_zero
    return total, products


def _with_fixed_signs(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row turned so that its entry of largest magnitude is positive."""
    largest = np.abs(axes).argmax(axis=1)
    signs: NDArray[np.float64] = np.sign(axes[np.arange(len(axes)), largest])
    return axes * signs[:, None]
