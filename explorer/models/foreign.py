"""A network that was made elsewhere as a latent model, evaluated with NumPy from its plain layers."""

from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.errors import SpecError
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import Array, Gaussian, PlainEncoder
from explorer.models.layers import Dense, Layer, Reshape, apply_layers, output_shapes
from explorer.models.mixture import MixtureOfGaussians, standard_normal

MOST_VALUES_AT_ONCE = 1 << 23


@dataclass(frozen=True, eq=False)
class ForeignModel:
    """A decoder made elsewhere under the LatentModel protocol, with an encoder or without.

    An encoder that begins with maps is given colour samples (H, W, 3) as three maps one after the other.
    """

    spec: ForeignSpec
    sample_shape: tuple[int, ...]
    decoder: tuple[Layer, ...]
    encoder: tuple[Layer, ...] = ()

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        return self.spec.latent_dim

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> codes (N, K); raises SpecError without an encoder."""
        return self.encoded(x)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D)."""
        return _in_chunks(self.decoder, np.asarray(z, np.float32))

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder as plain layers."""
        return self.decoder

    @property
    def takes_maps(self) -> bool:
        """Whether the encoder is given the colours of a sample as maps, and not pixel by pixel."""
        return bool(self.encoder) and isinstance(self.encoder[0], Reshape) and len(self.sample_shape) > 2

    def plain_encoder(self) -> PlainEncoder | None:
        """The encoder as plain layers; None where there is none, or where it takes colours as maps."""
        return PlainEncoder(self.encoder, self.spec.is_variational) if self.encoder and not self.takes_maps else None

    def encoded(self, x: Array) -> Array:
        """What the encoder gives of x: (N, D); raises SpecError where there is none."""
        if not self.encoder:
            raise SpecError(f"{self.spec.title}: it has no encoder, so that no sample has a code; add one to the file.")
        samples = np.asarray(x, np.float32)
        if self.takes_maps:
            samples = np.moveaxis(samples.reshape(-1, *self.sample_shape), -1, 1).reshape(len(samples), -1)
        return _in_chunks(self.encoder, samples)


class ForeignVariationalModel(ForeignModel):
    """An encoder made elsewhere that gives a Gaussian, with the prior N(0, I)."""

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> posterior means (N, K)."""
        return self.posterior(x).mean

    def posterior(self, x: Array) -> Gaussian:
        """x: (N, D) -> q(z|x)."""
        both = self.encoded(x)
        return Gaussian(both[:, : self.latent_dim], both[:, self.latent_dim :])

    def prior(self) -> MixtureOfGaussians:
        """p(z) = N(0, I)."""
        return standard_normal(self.latent_dim)


def affine_decoder(codes: Array, samples: Array) -> Dense:
    """The affine map from codes (N, K) that loses least of samples (N, D), by least squares."""
    z, x = codes.mean(axis=0, dtype=np.float64), samples.mean(axis=0, dtype=np.float64)
    centred = codes - z
    weight = np.linalg.lstsq(centred.T @ centred, centred.T @ (samples - x), rcond=None)[0].T  # (D, K)
    return Dense(weight.astype(np.float32), (x - weight @ z).astype(np.float32))


def foreign_model(
    spec: ForeignSpec, sample_shape: tuple[int, ...], decoder: tuple[Layer, ...], encoder: tuple[Layer, ...]
) -> ForeignModel:
    """The model of a spec and its layers with their weights."""
    cls = ForeignVariationalModel if spec.is_variational else ForeignModel
    return cls(spec, sample_shape, decoder, encoder)


def _in_chunks(layers: tuple[Layer, ...], values: Array) -> Array:
    widest = max(prod(shape) for shape in output_shapes(layers, values.shape[1]))
    size = max(1, MOST_VALUES_AT_ONCE // widest)
    parts = [apply_layers(layers, values[start : start + size]) for start in range(0, max(len(values), 1), size)]
    return np.concatenate(parts)
