"""Autoencoders of every kind as latent models, and what a batch costs them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from explorer.errors import SpecError
from explorer.models.latent_model import Array, Gaussian, PlainEncoder
from explorer.models.layers import (
    Activation,
    ActivationName,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    folded,
)
from explorer.models.mixture import MixtureOfGaussians, standard_normal
from explorer.models.networks import (
    AutoencoderNetwork,
    ChannelsLastModule,
    ColourMaps,
    KeepLargest,
    NetworkSpec,
    Shift,
    Signed,
    build_network,
)
from explorer.models.objectives import (
    LOG_VAR_LIMIT,
    LossTerms,
    bernoulli_kl_nats,
    bernoulli_nll_nats,
    gaussian_kl_nats,
    gaussian_nll_nats,
    quantisation_penalty,
    reparameterise,
    squared_error,
    squared_jacobian_norm,
    total_correlation_nats,
)
from explorer.models.spec import K_SPARSE, AESpec, ConvAESpec, CVAESpec, VAESpec

_CHUNK = 4096
# Share of a batch in the running mean of a unit's activation.
ACTIVATION_MOMENTUM = 0.1


@dataclass(frozen=True)
class Batch:
    """What a loss is about: the encoder's input and the target, each (N, D), and labels (N,) where they are wanted."""

    x: Tensor
    target: Tensor
    labels: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """An encoder and a decoder network under the LatentModel protocol."""

    spec: NetworkSpec
    sample_shape: tuple[int, ...]
    network: AutoencoderNetwork

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        return self.spec.latent_dim

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> codes (N, K)."""
        return self._in_chunks(self.network.encode, x)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), after the output function."""
        return self._in_chunks(lambda part: decode_mean(self.spec, self.network, part), z)

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder with its output function as plain layers."""
        return self._with_output(plain_layers(self.network.decoder))

    def plain_encoder(self) -> PlainEncoder | None:
        """The encoder as plain layers; None where it pools, keeps the largest units, rounds or takes colours."""
        is_whole = self.network.codebook is None and is_plain(self.network.encoder)
        return PlainEncoder(plain_layers(self.network.encoder)) if is_whole else None

    def class_probabilities(self, z: Array) -> Array:
        """p(class|z) of the classifier that was trained on the codes; z: (N, K) -> (N, C); ValueError without one."""
        classifier = self.network.classifier
        if classifier is None:
            raise ValueError(f"{self.spec.title} was trained without a classifier")
        return self._in_chunks(lambda part: classifier(part).softmax(dim=-1), z)

    @torch.no_grad()
    def round_to_half(self) -> None:
        """Round every weight to the nearest number of half precision, which changes a decoded pixel by about 1e-3."""
        for value in self.network.state_dict().values():
            if value.is_floating_point():
                value.copy_(value.half())

    def _with_output(self, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        if self.spec.output == "identity":
            return layers
        # (1 + tanh a) / 2 is the sigmoid of 2 a.
        return (*(_doubled(layers) if self.spec.output == "tanh" else layers), Activation("sigmoid"))

    @torch.inference_mode()
    def _in_chunks(
        self, function: Callable[..., Tensor], values: Array, labels: NDArray[np.int64] | None = None
    ) -> Array:
        """`function` of rows, and of their labels if given, some thousand rows at a time."""
        device = self.network.log_variance.device
        columns = [torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).split(_CHUNK)]
        if labels is not None:
            columns.append(torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int64)).split(_CHUNK))
        parts = (tuple(part.to(device) for part in row) for row in zip(*columns, strict=True))
        return np.concatenate([function(*row).float().cpu().numpy() for row in parts])


class VariationalAutoencoder(Autoencoder):
    """An autoencoder whose encoder gives a Gaussian; its code is the posterior mean."""

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> posterior means (N, K)."""
        return self.posterior(x).mean

    def posterior(self, x: Array) -> Gaussian:
        """x: (N, D) -> q(z|x)."""
        return self._gaussian(self._in_chunks(self._mean_and_log_var, x))

    def plain_encoder(self) -> PlainEncoder | None:
        """The encoder as plain layers to means and log-variances."""
        plain = super().plain_encoder()
        return plain and PlainEncoder(
            self._with_log_vars(plain.layers), is_variational=True, log_var_limit=LOG_VAR_LIMIT
        )

    def _with_log_vars(self, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """The layers with a last one that gives log σ², also where the encoder gives log σ."""
        *others, last = layers
        assert isinstance(last, Dense)
        scale = np.repeat(np.array([1, self.network.log_vars_per_output], np.float32), self.latent_dim)
        return (*others, folded(last, scale, np.zeros_like(scale)))

    def prior(self) -> MixtureOfGaussians:
        """p(z)."""
        mixture = self.network.prior
        return standard_normal(self.latent_dim) if mixture is None else mixture.components().mixture()

    def _mean_and_log_var(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        return torch.cat(self.network.posterior(x, labels), dim=-1)

    def _gaussian(self, both: Array) -> Gaussian:
        return Gaussian(both[:, : self.latent_dim], both[:, self.latent_dim :])


class ConditionalAutoencoder(VariationalAutoencoder):
    """A variational autoencoder that is given the class of each sample; SpecError where nobody says it."""

    @property
    def n_classes(self) -> int:
        """The number of classes C that it knows."""
        return self.network.n_conditions

    def encode(self, x: Array, labels: NDArray[np.int64] | None = None) -> Array:
        """x: (N, D), labels: (N,) -> posterior means (N, K)."""
        return self.posterior(x, labels).mean

    def posterior(self, x: Array, labels: NDArray[np.int64] | None = None) -> Gaussian:
        """x: (N, D), labels: (N,) -> q(z|x, label)."""
        return self._gaussian(self._in_chunks(self._mean_and_log_var, x, self._checked(labels)))

    def plain_encoder(self) -> None:
        """None, since the encoder is given the class too."""

    def decode(self, z: Array, labels: NDArray[np.int64] | None = None) -> Array:
        """z: (N, K), labels: (N,) -> (N, D), the mean of p(x|z, label)."""
        return self._in_chunks(
            lambda part, own: decode_mean(self.spec, self.network, part, own), z, self._checked(labels)
        )

    def decoder_layers(self, label: int | None = None) -> tuple[Layer, ...]:
        """The decoder of one class, whose one-hot code is part of the first bias."""
        (own,) = self._checked(None if label is None else np.array([label]))
        first, *others = plain_layers(self.network.decoder)
        assert isinstance(first, Dense)
        weight, of_classes = first.weight[:, : self.latent_dim], first.weight[:, self.latent_dim :]
        conditioned = Dense(np.ascontiguousarray(weight), first.bias + of_classes[:, own])
        return self._with_output((conditioned, *others))

    def _checked(self, labels: NDArray[np.int64] | None) -> NDArray[np.int64]:
        if labels is None:
            raise SpecError(
                f"{self.spec.title} needs the class of each sample, and none is given here; choose a class, or a model "
                "without conditions."
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() < self.n_classes:
            raise SpecError(
                f"{self.spec.title} knows the classes 0 to {self.n_classes - 1}, but was given labels from "
                f"{labels.min()} to {labels.max()}; choose among those it knows."
            )
        return labels


def build_autoencoder(
    spec: NetworkSpec, sample_shape: tuple[int, ...], seed: int, data_mean: Tensor | None = None, n_classes: int = 0
) -> Autoencoder:
    """A fresh autoencoder or VAE with weights drawn from `seed`; data_mean: (D,); raises SpecError."""
    network = build_network(spec, sample_shape, seed, data_mean, n_classes)
    if isinstance(spec, CVAESpec):
        return ConditionalAutoencoder(spec, sample_shape, network)
    cls = VariationalAutoencoder if isinstance(spec, VAESpec) else Autoencoder
    return cls(spec, sample_shape, network)


def decode_mean(spec: NetworkSpec, network: AutoencoderNetwork, z: Tensor, labels: Tensor | None = None) -> Tensor:
    """The mean of p(x|z); z: (N, K) -> (N, D)."""
    before_output = network.decode(z, labels)
    if spec.output == "tanh":
        return (1 + torch.tanh(before_output)) / 2
    return torch.sigmoid(before_output) if spec.output == "sigmoid" else before_output


def code_noise(spec: NetworkSpec, n: int, generator: torch.Generator) -> Tensor | None:
    """The draws from N(0, I) that a VAE's n codes are made with, (n, K) on the generator's device; else None."""
    if not isinstance(spec, VAESpec):
        return None
    return torch.randn((n, spec.latent_dim), generator=generator, device=generator.device)


def loss_terms(
    spec: NetworkSpec, network: AutoencoderNetwork, batch: Batch, epsilon: Tensor | None = None
) -> LossTerms:
    """What a batch costs, per sample; epsilon: (N, K), what a VAE's z is drawn with, which is the mean without it."""
    if isinstance(spec, VAESpec):
        return _variational_terms(spec, network, batch, epsilon)
    if isinstance(spec, AESpec) and network.codebook is not None:
        return _quantised_terms(spec, network, batch)
    is_contracted = isinstance(spec, AESpec) and spec.contraction > 0
    with torch.set_grad_enabled(torch.is_grad_enabled() or is_contracted):
        x = batch.x.detach().requires_grad_() if is_contracted else batch.x
        units, z = _encoded(spec, network, x)
    error = _point_loss(spec, network, batch.target, z)
    penalty = _penalty(spec, network, widened(units), widened(z), x) if isinstance(spec, AESpec) else None
    return LossTerms(error, None, _classification_nats(network, z, batch.labels), penalty)


def _quantised_terms(spec: AESpec, network: AutoencoderNetwork, batch: Batch) -> LossTerms:
    """What a batch costs through a codebook, whose gradient goes straight through to the encoder."""
    assert network.codebook is not None
    code = widened(network.encoder(batch.x))
    vector = network.codebook(code)
    z = code + (vector - code).detach()
    return LossTerms(
        _point_loss(spec, network, batch.target, z),
        None,
        _classification_nats(network, z, batch.labels),
        quantisation_penalty(code, vector, spec.commitment),
    )


def _encoded(spec: NetworkSpec, network: AutoencoderNetwork, x: Tensor) -> tuple[Tensor, Tensor]:
    """The units that a penalty for density is on, and the code (N, K); x: (N, D)."""
    if isinstance(spec, AESpec) and spec.sparse_layers == "all":
        hidden, z = network.encode_by_layer(x)
        return torch.cat((hidden, z), dim=1), z
    z = network.encode(x)
    return z, z


def _point_loss(spec: NetworkSpec, network: AutoencoderNetwork, x: Tensor, z: Tensor) -> Tensor:
    """The squared error of codes that are points, or the cross-entropy in nats; x: (N, D), z: (N, K) -> (N,)."""
    if isinstance(spec, AESpec) and spec.reconstruction_loss == "cross_entropy":
        return bernoulli_nll_nats(x, widened(network.decode(z)))
    return squared_error(x, widened(decode_mean(spec, network, z)))


def widened(values: Tensor) -> Tensor:
    """Half precision as single precision, in which losses are summed; anything else as it is."""
    return values.float() if values.dtype == torch.bfloat16 else values


def _variational_terms(spec: VAESpec, network: AutoencoderNetwork, batch: Batch, epsilon: Tensor | None) -> LossTerms:
    labels = batch.labels if network.n_conditions else None
    mean, log_var = (widened(part) for part in network.posterior(batch.x, labels))
    z = mean if epsilon is None else reparameterise(mean, log_var, epsilon)
    return LossTerms(
        distortion_nats(spec, network, batch.target, z, labels),
        rate_nats(network, mean, log_var, z),
        _classification_nats(network, z, batch.labels),
        spec.tc_weight * total_correlation_nats(z, mean, log_var) if spec.tc_weight else None,
    )


def rate_nats(network: AutoencoderNetwork, mean: Tensor, log_var: Tensor, z: Tensor) -> Tensor:
    """KL(q(z|x) || p(z)) in nats; mean, log_var and a draw z: (N, K) -> (N, K), or (N, K + 1) of a learned prior."""
    return gaussian_kl_nats(mean, log_var) if network.prior is None else network.prior.kl_nats(mean, log_var, z)


def distortion_nats(
    spec: VAESpec, network: AutoencoderNetwork, x: Tensor, z: Tensor, labels: Tensor | None = None
) -> Tensor:
    """-log p(x|z) in nats; x: (N, D), z: (N, K) -> (N,)."""
    if spec.likelihood == "bernoulli":
        return bernoulli_nll_nats(x, widened(network.decode(z, labels)))
    return gaussian_nll_nats(x, widened(decode_mean(spec, network, z, labels)), network.log_variance)


def _classification_nats(network: AutoencoderNetwork, z: Tensor, labels: Tensor | None) -> Tensor | None:
    if network.classifier is None or labels is None:
        return None
    return cross_entropy(widened(network.classifier(z)), labels, reduction="none")


def _penalty(spec: AESpec, network: AutoencoderNetwork, units: Tensor, z: Tensor, x: Tensor) -> Tensor | None:
    """Sparsity of units (N, H + K) or (N, K) and contraction, each with its weight; z: (N, K), x: (N, D) -> (N,)."""
    penalties: list[Tensor] = []
    if spec.sparsity == "l1":
        penalties.append(spec.sparsity_weight * units.abs().sum(dim=-1))
    if spec.sparsity == "l2":
        penalties.append(spec.sparsity_weight * units.square().sum(dim=-1))
    if spec.sparsity == "kl":
        activation = _running_activation(network, units)
        nats = bernoulli_kl_nats(spec.sparsity_rate, activation).sum()
        penalties.append(spec.sparsity_weight * nats.expand(len(units)))
    if spec.contraction:
        penalties.append(spec.contraction * jacobian_norm(spec, network, z, x))
    return sum(penalties[1:], penalties[0]) if penalties else None


def _running_activation(network: AutoencoderNetwork, units: Tensor) -> Tensor:
    """The running mean activation of each unit with this batch in it; its gradient is that of the batch's own mean."""
    assert network.mean_activation is not None
    batch_mean = units.mean(dim=0)
    if not torch.is_grad_enabled():
        return network.mean_activation
    network.mean_activation.add_(batch_mean.detach() - network.mean_activation, alpha=ACTIVATION_MOMENTUM)
    return network.mean_activation + (batch_mean - batch_mean.detach())


def jacobian_norm(spec: AESpec, network: AutoencoderNetwork, z: Tensor, x: Tensor) -> Tensor:
    """The squared Frobenius norm of dz/dx; z = encode(x): (N, K), x: (N, D) -> (N,).

    In closed form for an encoder of one layer (Rifai et al. 2011, eq. 5), otherwise one product per unit.
    """
    if spec.hidden or isinstance(spec, ConvAESpec) or spec.sparsity in K_SPARSE or spec.output == "tanh":
        return squared_jacobian_norm(z, x)
    layer = network.encoder[0]
    assert isinstance(layer, nn.Linear)
    return (_SLOPES[spec.code_activation](z).square() * layer.weight.square().sum(dim=1)).sum(dim=-1)


# The derivative of an activation, from its value.
_SLOPES: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": torch.ones_like,
    "relu": lambda z: (z > 0).to(z.dtype),
    "sigmoid": lambda z: z * (1 - z),
    "tanh": lambda z: 1 - z.square(),
}


_ACTIVATION_NAMES: dict[type[nn.Module], ActivationName] = {
    nn.ReLU: "relu",
    nn.LeakyReLU: "leaky_relu",
    nn.Tanh: "tanh",
    nn.Sigmoid: "sigmoid",
}


def is_plain(sequence: nn.Sequential) -> bool:
    """Whether `plain_layers` knows every module of a sequence."""
    return not any(isinstance(module, KeepLargest | ColourMaps | Signed | nn.MaxPool2d) for module in sequence)


def plain_layers(sequence: nn.Sequential) -> tuple[Layer, ...]:
    """A sequence of modules as plain layers; a constant shift and a batch normalisation join the layer before them.

    A shift that comes first joins the layer after it.
    """
    if len(sequence) and isinstance(sequence[0], Shift):
        first, *others = plain_layers(sequence[1:])
        assert isinstance(first, Dense)
        return (Dense(first.weight, first.bias + first.weight @ _numpy(sequence[0].offset)), *others)
    layers: list[Layer] = []
    for module in sequence:
        if isinstance(module, Shift):
            layers.append(_with_shift(layers.pop(), module))
        elif isinstance(module, nn.BatchNorm2d):
            layers.append(_normalised(layers.pop(), module))
        elif not isinstance(module, nn.Flatten):
            layers.append(_plain(module))
    return tuple(layers)


def _plain(module: nn.Module) -> Layer:
    match module:
        case nn.Linear():
            return Dense(_numpy(module.weight), _bias(module.bias, module.out_features))
        case nn.Conv2d():
            bias = _bias(module.bias, module.out_channels)
            return Convolution(_numpy(module.weight), bias, module.stride[0], int(module.padding[0]))
        case nn.ConvTranspose2d():
            bias, added = _bias(module.bias, module.out_channels), module.output_padding
            stride, padding = module.stride[0], int(module.padding[0])
            return TransposedConvolution(_numpy(module.weight), bias, stride, padding, (added[0], added[1]))
        case nn.Upsample():
            height, width = module.size  # type: ignore[misc]
            return Upsampling((int(height), int(width)))
        case nn.Unflatten():
            channels, height, width = module.unflattened_size
            return Reshape((int(channels), int(height), int(width)))
        case ChannelsLastModule():
            return ChannelsLast()
        case _:
            return Activation(_ACTIVATION_NAMES[type(module)])


def _doubled(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Layers whose last weights and biases are twice as large."""
    place = len(layers) - 1
    while not isinstance(last := layers[place], Dense | Convolution | TransposedConvolution):
        place -= 1
    return (*layers[:place], replace(last, weight=2 * last.weight, bias=2 * last.bias), *layers[place + 1 :])


def _with_shift(layer: Layer, module: Shift) -> Layer:
    assert isinstance(layer, Dense)
    return Dense(layer.weight, layer.bias + _numpy(module.offset))


def _normalised(layer: Layer, module: nn.BatchNorm2d) -> Layer:
    assert isinstance(layer, Convolution | TransposedConvolution)
    assert module.running_var is not None
    assert module.running_mean is not None
    scale = module.weight / torch.sqrt(module.running_var + module.eps)
    return folded(layer, _numpy(scale), _numpy(module.bias - module.running_mean * scale))


def _bias(bias: Tensor | None, n_outputs: int) -> Array:
    return np.zeros(n_outputs, np.float32) if bias is None else _numpy(bias)


def _numpy(tensor: Tensor) -> Array:
    values: Array = tensor.detach().float().cpu().numpy().copy()
    return values
