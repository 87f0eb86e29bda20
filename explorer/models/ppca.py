"""Probabilistic PCA: a linear decoder with Gaussian noise, whose density and posterior have closed forms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError, SpecError
from explorer.models.latent_model import Gaussian, PlainEncoder
from explorer.models.layers import Array, Dense, Layer
from explorer.models.mixture import MixtureOfGaussians, standard_normal
from explorer.models.pca import PCA, Pixels, fit_pca
from explorer.models.spec import PCASpec, PPCASpec

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PPCA:
    """z ~ N(0, I) and x | z ~ N(mean + W z, σ² I), so that x ~ N(mean, W Wᵀ + σ² I).

    mean: (D,); weight: W (D, K); noise_variance: σ², one for all pixels, in squared pixels (Tipping & Bishop 1999,
    section 3). Raises SpecError when σ² is not above 0.
    """

    spec: PPCASpec
    sample_shape: tuple[int, ...]
    mean: Array
    weight: Array
    noise_variance: float

    def __post_init__(self) -> None:
        if not self.noise_variance > 0:
            raise SpecError(f"ppca: the noise variance is {self.noise_variance:g}, but must be above 0; fit it again.")

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        return self.spec.latent_dim

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> posterior means (N, K), M⁻¹ Wᵀ (x - mean) with M = Wᵀ W + σ² I (their eq. 9)."""
        return np.asarray((x - self.mean) @ self._to_code().T, np.float32)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), the mean of p(x|z); not confined to the pixels' range."""
        return np.asarray(self.mean + z @ self.weight.T, np.float32)

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder's mean as one dense layer."""
        return (Dense(weight=self.weight, bias=self.mean),)

    def plain_encoder(self) -> PlainEncoder:
        """The posterior's mean as one dense layer, beside its log-variances, which are the same for all x."""
        to_code = self._to_code()
        log_var = np.log(np.diagonal(self.posterior_covariance()))
        weight = np.concatenate([to_code, np.zeros_like(to_code)])  # (2K, D)
        bias = np.concatenate([-to_code @ self.mean, log_var])
        return PlainEncoder((Dense(weight.astype(np.float32), bias.astype(np.float32)),), is_variational=True)

    def posterior(self, x: Array) -> Gaussian:
        """x: (N, D) -> p(z|x), which is exact; its covariance is one for all x, and diagonal at maximum likelihood."""
        means = self.encode(x)
        log_var = np.log(np.diagonal(self.posterior_covariance())).astype(np.float32)
        return Gaussian(means, np.tile(log_var, (len(means), 1)))

    def prior(self) -> MixtureOfGaussians:
        """p(z), which is N(0, I)."""
        return standard_normal(self.latent_dim)

    def posterior_covariance(self) -> Floats:
        """The covariance of p(z|x), (K, K): σ² M⁻¹ (their eq. 9)."""
        return np.asarray(self.noise_variance * np.linalg.inv(self._scale()))

    def log_likelihood_nats(self, x: Array) -> Floats:
        """x: (N, D) -> log p(x) (N,) in nats: a density, so it may lie above 0 and moves with the unit of pixels.

        The determinant and the inverse of the covariance (D, D) come from M (K, K) (their eqs. 4 and 5).
        """
        centred = x - self.mean.astype(np.float64)
        scale, projected = self._scale(), centred @ self.weight
        explained = np.einsum("nk,kn->n", projected, np.linalg.solve(scale, projected.T))
        distance = (np.square(centred).sum(axis=1) - explained) / self.noise_variance
        n_pixels = len(self.mean)
        log_noise = (n_pixels - self.latent_dim) * np.log(self.noise_variance)
        log_determinant = log_noise + np.linalg.slogdet(scale).logabsdet
        return np.asarray(-0.5 * (n_pixels * np.log(2 * np.pi) + log_determinant + distance))

    def conditional_mean(self, x: Array, seen: NDArray[np.bool_]) -> Array:
        """E[x | the seen pixels of x]: x (N, D), seen (D,) -> (N, D), the seen pixels without their noise.

        With W_s the rows of W that are seen, E[z | x_s] = (W_sᵀ W_s + σ² I)⁻¹ W_sᵀ (x_s − mean_s), and the mean of all
        pixels is mean + W E[z | x_s] (Tipping & Bishop 1999, section 4; their eq. 9 for the pixels that are seen).
        """
        weight = self.weight[seen].astype(np.float64)  # (S, K)
        scale = weight.T @ weight + self.noise_variance * np.eye(self.latent_dim)  # (K, K)
        z = np.linalg.solve(scale, weight.T @ (x - self.mean)[:, seen].T).T  # (N, K)
        return np.asarray(self.mean + z @ self.weight.T, np.float32)

    def sample(self, n_samples: int, rng: np.random.Generator, *, with_noise: bool = True) -> Array:
        """Draws (N, D) of x; without the pixels' noise, draws of z as the decoder's mean."""
        drawn = self.decode(rng.standard_normal((n_samples, self.latent_dim), dtype=np.float32))
        if not with_noise:
            return drawn
        noise = rng.standard_normal(drawn.shape, dtype=np.float32)
        return np.asarray(drawn + np.float32(np.sqrt(self.noise_variance)) * noise)

    def _to_code(self) -> Floats:
        """M⁻¹ Wᵀ, (K, D)."""
        return np.asarray(np.linalg.solve(self._scale(), self.weight.T.astype(np.float64)))

    def _scale(self) -> Floats:
        """M = Wᵀ W + σ² I, (K, K)."""
        weight = self.weight.astype(np.float64)
        return np.asarray(weight.T @ weight + self.noise_variance * np.eye(self.latent_dim))


def fit_ppca(x: Pixels, sample_shape: tuple[int, ...], spec: PPCASpec) -> PPCA:
    """The density of greatest likelihood; x: (N, D), bytes stand for pixels in [0, 1].

    Raises DatasetError for fewer than two samples, values that are not finite or samples that vary along fewer than
    two directions, and SpecError when no variance is left for the noise.
    """
    return maximum_likelihood(fit_pca(x, sample_shape, PCASpec(latent_dim=1)), spec)


def maximum_likelihood(pca: PCA, spec: PPCASpec) -> PPCA:
    """σ² the mean of the D - K discarded variances, W = U (Λ - σ² I)^½ with R = I (Tipping & Bishop 1999, eqs. 7, 8).

    Variances have the divisor N - 1. Raises DatasetError when samples vary along fewer than two directions, SpecError
    when K leaves none of these out.
    """
    variances, latent_dim = pca.variances.astype(np.float64), spec.latent_dim
    _check_noise(count_varying(variances), latent_dim)
    noise_variance = float(np.float32(variances[latent_dim:].mean()))
    stds = np.sqrt(np.maximum(variances[:latent_dim] - noise_variance, 0))
    weight = (pca.components[:latent_dim] * stds[:, None]).T.astype(np.float32)
    return PPCA(spec, pca.sample_shape, pca.mean, np.ascontiguousarray(weight), noise_variance)


def largest_latent_dim(pca: PCA) -> int:
    """The largest K that leaves a direction for the noise; raises DatasetError for fewer than two directions."""
    return count_varying(pca.variances.astype(np.float64)) - 1


def count_varying(variances: NDArray[np.floating]) -> int:
    """Along how many axes samples vary, up to rounding in float64; variances: (D,), falling.

    Raises DatasetError when these are fewer than two, for then nothing is left to tell signal from noise.
    """
    rounding = float(variances[0]) * len(variances) * np.finfo(np.float64).eps
    n_varying = int((variances > rounding).sum())
    if n_varying < 2:
        raise DatasetError(
            f"PPCA needs samples that vary along at least 2 directions, but these vary along {n_varying}; give others."
        )
    return n_varying


def _check_noise(n_varying: int, latent_dim: int) -> None:
    if latent_dim >= n_varying:
        raise SpecError(
            f"ppca: latent_dim is {latent_dim}, but must be from 1 to {n_varying - 1}, so that one of the {n_varying} "
            "directions along which the samples vary is left for the noise."
        )
