"""Principal component analysis: the linear code that loses the least squared error, in closed form."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError, SpecError
from explorer.models.latent_model import PlainEncoder
from explorer.models.layers import Array, Dense, Layer
from explorer.models.spec import PCASpec

Bytes = NDArray[np.uint8]
Pixels = NDArray[np.floating] | Bytes
# A product of two bytes around 128 is below 2^14 and a sum of 1,024 such below 2^24: whole numbers that float32 holds.
CHUNK = 1024
BYTE_CENTRE = 128


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
        return np.asarray((x - self.mean) @ self._axes().T, np.float32)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), mean + sum of z_k times axis k; not confined to the pixels' range."""
        return np.asarray(self.mean + z @ self._axes(), np.float32)

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder as one dense layer."""
        return (Dense(weight=np.ascontiguousarray(self._axes().T), bias=self.mean),)

    def plain_encoder(self) -> PlainEncoder:
        """The encoder as one dense layer."""
        axes = self._axes()
        return PlainEncoder((Dense(axes, -axes @ self.mean),))

    def truncated(self, latent_dim: int) -> "PCA":
        """The same axes with another number K of them in the code; raises SpecError."""
        return replace(self, spec=PCASpec(latent_dim=latent_dim))

    def _axes(self) -> Array:
        return self.components[: self.latent_dim]


def fit_pca(x: Pixels, sample_shape: tuple[int, ...], spec: PCASpec) -> PCA:
    """The eigenvectors of the covariance of x: (N, D), by falling eigenvalue (Pearson 1901; Hotelling 1933).

    Bytes stand for pixels in [0, 1]. A pixel that never changes has no part in any axis but its own, the last ones.
    Raises DatasetError for fewer than two samples or values that are not finite, SpecError when K > D.
    """
    if len(x) < 2:
        raise DatasetError(f"PCA needs at least 2 samples, but was given {len(x)}.")
    white = 255 if x.dtype == np.uint8 else 1
    changes = x.max(axis=0) != x.min(axis=0)
    mean, covariance = mean_and_covariance(x, changes)
    eigenvalues, eigenvectors = np.linalg.eigh(covariance)
    full_mean, components, variances = x[0].astype(np.float64), np.zeros((len(changes),) * 2), np.zeros(len(changes))
    full_mean[changes] = mean
    components[: len(mean), changes] = _with_fixed_signs(eigenvectors.T[::-1])
    components[len(mean) :, ~changes] = np.eye(len(changes) - len(mean))
    variances[: len(mean)] = np.maximum(eigenvalues[::-1], 0)
    arrays = (full_mean / white, components, variances / white**2)
    return PCA(spec, sample_shape, *(array.astype(np.float32) for array in arrays))


def mean_and_covariance(x: Pixels, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean and the covariance, with divisor N - 1, of the chosen pixels (D,) of x: (N, D).

    One pass of sums around a point near the mean, a chunk at a time (Chan, Golub & LeVeque 1983): floats in float64,
    bytes in float32, which takes half the time and rounds nothing.
    Raises DatasetError for values that are not finite.
    """
    shift = _near_the_mean(x[:CHUNK].compress(chosen, axis=1))
    total, products = _sums_around(shift, x, chosen)
    if not np.isfinite(products).all():
        raise DatasetError("PCA needs finite pixels, but some are infinite or not a number; mend or leave out those.")
    covariance = (products - np.outer(total, total) / len(x)) / (len(x) - 1)
    return shift + total / len(x), covariance


def _near_the_mean(x: Pixels) -> NDArray[np.floating]:
    """A shift that leaves small numbers, in the precision to calculate in: float32 for bytes, else float64."""
    if x.dtype == np.uint8:
        return np.full(1, BYTE_CENTRE, np.float32)
    return np.asarray(x.mean(axis=0), np.float64)


def _sums_around(
    shift: NDArray[np.floating], x: Pixels, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sums over samples of the chosen pixels less shift, and of their outer product with themselves."""
    n_pixels, precision = int(chosen.sum()), shift.dtype
    total, products = np.zeros(n_pixels), np.zeros((n_pixels, n_pixels))
    rows, product = np.empty((CHUNK, n_pixels), precision), np.empty((n_pixels, n_pixels), precision)
    ones = np.ones(CHUNK, precision)
    for start in range(0, len(x), CHUNK):
        chunk = x[start : start + CHUNK].compress(chosen, axis=1)
        near_zero = np.subtract(chunk, shift, out=rows[: len(chunk)])
        products += np.matmul(near_zero.T, near_zero, out=product)
        total += ones[: len(chunk)] @ near_zero
    return total, products


def _with_fixed_signs(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row turned so that its entry of largest magnitude is positive."""
    is_down = axes.max(axis=1, initial=0) < -axes.min(axis=1, initial=0)
    return np.where(is_down[:, None], -axes, axes)
