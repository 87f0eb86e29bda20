"""How many numbers each family of models fits to data, from its spec alone."""

import math
from dataclasses import dataclass
from itertools import pairwise

from explorer.models.architecture import weights_of
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.layers import Layer
from explorer.models.shapes import image_sizes, n_channels
from explorer.models.spec import (
    CLOSED_FORM,
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    ModelSpec,
    PPCASpec,
    VAESpec,
)

KERNEL = 3 * 3


@dataclass(frozen=True)
class ParameterCounts:
    """The fitted numbers of a model's parts.

    encoder: 0 where encoder and decoder share theirs, as in PCA; decoder: the mean of PCA and PPCA among them;
    beside: a learned variance, a classifier of the code, a mixture prior, pseudo-inputs.
    """

    encoder: int
    decoder: int
    beside: int = 0

    @property
    def coders(self) -> int:
        """Encoder and decoder together."""
        return self.encoder + self.decoder

    @property
    def total(self) -> int:
        """All that is fitted."""
        return self.coders + self.beside


def parameter_counts(spec: ModelSpec, sample_shape: tuple[int, ...], n_classes: int) -> ParameterCounts:
    """The fitted numbers of a model of samples of a shape.

    n_classes: of the data set, for a conditional model or a classifier of the code. Raises SpecError for convolutions
    on samples that are no images.
    """
    n_pixels, latent_dim = math.prod(sample_shape), spec.latent_dim
    if isinstance(spec, CLOSED_FORM):
        return ParameterCounts(0, n_pixels * (latent_dim + 1), int(isinstance(spec, PPCASpec)))
    if isinstance(spec, ForeignSpec):
        return ParameterCounts(_weights(spec.encoder_skeleton), _weights(spec.decoder_skeleton))
    if isinstance(spec, LinearAESpec):
        has_bias = spec.output == "sigmoid"
        return ParameterCounts((n_pixels + has_bias) * latent_dim, (latent_dim + has_bias) * n_pixels)
    if isinstance(spec, ConvAESpec | ConvVAESpec):
        encoder, decoder = _convolutional(spec, image_sizes(spec, sample_shape), n_channels(sample_shape))
    else:
        n_conditions = n_classes if isinstance(spec, CVAESpec) else 0
        encoder = _dense((n_pixels + n_conditions, *spec.hidden, _n_codes(spec)))
        decoder = _dense((latent_dim + n_conditions, *reversed(spec.hidden), n_pixels))
    return ParameterCounts(encoder, decoder, _beside(spec, n_pixels, n_classes))


def _weights(layers: tuple[Layer, ...]) -> int:
    return sum(array.size for array in weights_of(layers, "").values())


def _n_codes(spec: AESpec | VAESpec) -> int:
    """What the encoder gives: K numbers, or a mean and a log-variance for each."""
    return 2 * spec.latent_dim if isinstance(spec, VAESpec) else spec.latent_dim


def _dense(widths: tuple[int, ...]) -> int:
    """Weights and biases of dense layers through some widths."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))


def _convolutional(spec: ConvAESpec | ConvVAESpec, sizes: list[tuple[int, int]], n_colours: int) -> tuple[int, int]:
    """Encoder and decoder: convolutions, their normalisations, and the dense layers beside the code."""
    features = spec.channels[-1] * math.prod(sizes[-1])
    is_normalised = spec.batch_norm == "yes"
    encoder = _convolutions((n_colours, *spec.channels)) + 2 * is_normalised * sum(spec.channels)
    # The image itself is not normalised.
    decoder = _convolutions((*reversed(spec.channels), n_colours)) + 2 * is_normalised * sum(spec.channels[:-1])
    encoder += _dense((features, *spec.hidden, _n_codes(spec)))
    return encoder, decoder + _dense((spec.latent_dim, *reversed(spec.hidden), features))


def _convolutions(channels: tuple[int, ...]) -> int:
    """Kernels and biases of convolutions through some numbers of channels."""
    return sum((KERNEL * n_in + 1) * n_out for n_in, n_out in pairwise(channels))


def _beside(spec: AESpec | VAESpec, n_pixels: int, n_classes: int) -> int:
    """A learned variance, a classifier, the weights, means and variances of a mixture prior, or pseudo-inputs."""
    learns_variance = isinstance(spec, VAESpec) and spec.likelihood == "gaussian" and spec.variance == "learned"
    classifier = (spec.latent_dim + 1) * n_classes if spec.classifier_weight else 0
    mixture = spec.n_components * (2 * spec.latent_dim + 1) if isinstance(spec, GMVAESpec) else 0
    pseudo_inputs = spec.pseudo_inputs * n_pixels if isinstance(spec, VAESpec) and spec.prior == "vamp" else 0
    return learns_variance + classifier + mixture + pseudo_inputs
