"""What the variance σ² of the pixels does to a VAE whose encoder and decoder are linear, where the optimum is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Interval
from explorer.analysis.sharpness import kept_edges_interval
from explorer.models.pca import PCA

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
N_VARIANCES = 13


@dataclass(frozen=True, eq=False)
class LinearVAE:
    """The best linear VAE for Gaussian pixels of a variance σ² (Tipping & Bishop 1999; Lucas et al. 2019).

    gains: (D,), 1 - σ²/λ_j, the share of its score along axis j that a reconstruction keeps; scales: (D,),
    √(λ_j - σ²), the decoder's length there; both 0 where λ_j <= σ²: that dimension has collapsed to the prior.
    """

    pca: PCA
    variance: float
    gains: Wide
    scales: Wide

    @property
    def n_active(self) -> int:
        """The number of dimensions that tell anything of x."""
        return int((self.gains > 0).sum())

    def restored(self, x: Array) -> Array:
        """The decoded posterior means of images (N, D)."""
        scores = (x - self.pca.mean) @ self.pca.components.T
        return np.asarray(self.pca.mean + (scores * self.gains) @ self.pca.components, np.float32)

    def drawn(self, n: int, seed: int) -> Array:
        """Decoded draws of the prior, (n, D), without the noise of the pixels."""
        z = np.random.default_rng(seed).standard_normal((n, len(self.scales)))
        return np.asarray(self.pca.mean + (z * self.scales) @ self.pca.components, np.float32)


def best_linear_vae(pca: PCA, variance: float) -> LinearVAE:
    """The optimum for a variance of the pixels, from the data's covariance alone."""
    left = np.maximum(pca.variances.astype(np.float64) - variance, 0)
    gains = np.divide(left, pca.variances, out=np.zeros_like(left), where=left > 0)
    return LinearVAE(pca, variance, gains, np.sqrt(left))


@dataclass(frozen=True, eq=False)
class BlurByVariance:
    """Edge energy against the variance of the pixels, 1 for the images themselves.

    variances: (S,), rising; n_active: (S,); restored, drawn: S intervals each; one: (S, D), one image at each;
    image: (D,), that image; draws: (S, D), one draw at each, of the same z.
    """

    variances: Wide
    n_active: NDArray[np.int64]
    restored: tuple[Interval, ...]
    drawn: tuple[Interval, ...]
    image: Array
    one: Array
    draws: Array


def blur_by_variance(pca: PCA, x: Array, row: int, seed: int) -> BlurByVariance:
    """Measure the best linear VAE on images x (N, D) for variances from 10⁻⁴ to beyond that of the first component."""
    variances = np.geomspace(1e-4, 1.5 * float(pca.variances[0]), N_VARIANCES)
    models = [best_linear_vae(pca, float(variance)) for variance in variances]
    restored = [model.restored(x) for model in models]
    drawn = [model.drawn(len(x), seed) for model in models]
    tiles = x.reshape(-1, *pca.sample_shape)

    def edges(images: list[Array]) -> tuple[Interval, ...]:
        return tuple(kept_edges_interval(tiles, one.reshape(-1, *pca.sample_shape)) for one in images)

    n_active = np.array([model.n_active for model in models])
    of_row, of_first = np.stack([one[row] for one in restored]), np.stack([one[0] for one in drawn])
    return BlurByVariance(variances, n_active, edges(restored), edges(drawn), x[row], of_row, of_first)
