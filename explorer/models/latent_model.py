"""What every model of the explorer can do, whatever its family: encode and decode."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from explorer.models.layers import Layer
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import ModelSpec

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A diagonal Gaussian per sample; mean and log_var: (N, K)."""

    mean: Array
    log_var: Array

    @property
    def std(self) -> Array:
        """Standard deviations, (N, K)."""
        std: Array = np.exp(np.float32(0.5) * self.log_var)
        return std

    def sample(self, rng: np.random.Generator) -> Array:
        """One draw per sample, (N, K): mean + std * epsilon (Kingma & Welling 2014, section 2.4)."""
        epsilon = rng.standard_normal(self.mean.shape, dtype=np.float32)
        return self.mean + self.std * epsilon


@dataclass(frozen=True, eq=False)
class PlainEncoder:
    """An encoder as layers from a sample (D,) to K codes, or to K means and K log-variances where it is variational.

    log_var_limit: L where a log-variance is L tanh(s / L) of what the layers give, None where it is as they give it.
    """

    layers: tuple[Layer, ...]
    is_variational: bool = False
    log_var_limit: float | None = None


@runtime_checkable
class PlainlyEncoding(Protocol):
    """A model whose encoder may be no more than plain layers."""

    def plain_encoder(self) -> PlainEncoder | None:
        """The encoder as plain layers, enough to run it without this package; None where it is more than these."""
        ...


@runtime_checkable
class LatentModel(Protocol):
    """A map from samples to codes and back; PCA, autoencoders and VAEs alike."""

    @property
    def spec(self) -> ModelSpec:
        """The family and its fields."""
        ...

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        ...

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample, such as (28, 28)."""
        ...

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> codes (N, K), deterministic; a VAE's posterior mean."""
        ...

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), the decoder's mean."""
        ...

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder as a list of plain layers, enough to run it without this package."""
        ...


@runtime_checkable
class VariationalModel(LatentModel, Protocol):
    """A latent model whose encoder gives a distribution, and whose codes have a prior."""

    def posterior(self, x: Array) -> Gaussian:
        """x: (N, D) -> q(z|x) as Gaussian(mean (N, K), log_var (N, K))."""
        ...

    def prior(self) -> MixtureOfGaussians:
        """p(z): N(0, I), or a mixture that was learned."""
        ...


@runtime_checkable
class ConditionalModel(VariationalModel, Protocol):
    """A variational model that is given the class of each sample; without labels it raises SpecError."""

    @property
    def n_classes(self) -> int:
        """The number of classes C that it knows."""
        ...

    def encode(self, x: Array, labels: NDArray[np.int64] | None = None) -> Array:
        """x: (N, D), labels: (N,) -> codes (N, K)."""
        ...

    def posterior(self, x: Array, labels: NDArray[np.int64] | None = None) -> Gaussian:
        """x: (N, D), labels: (N,) -> q(z|x, label)."""
        ...

    def decode(self, z: Array, labels: NDArray[np.int64] | None = None) -> Array:
        """z: (N, K), labels: (N,) -> (N, D)."""
        ...

    def decoder_layers(self, label: int | None = None) -> tuple[Layer, ...]:
        """The decoder of one class as a list of plain layers."""
        ...
