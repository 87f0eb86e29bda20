"""Autoencoders of every kind as latent models, and what a batch costs them."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import Tensor, nn

from explorer.models.latent_model import Array, Gaussian
from explorer.models.layers import Activation, Dense, Layer
from explorer.models.networks import AutoencoderNetwork, NetworkSpec, Shift, build_network
from explorer.models.objectives import (
    LossTerms,
    bernoulli_nll_nats,
    gaussian_kl_nats,
    gaussian_nll_nats,
    reparameterise,
    squared_error,
)
from explorer.models.spec import VAESpec

_CHUNK = 4096


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
        return self._in_chunks(self.network.encoder, x)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D), after the output function."""
        return self._in_chunks(lambda part: decode_mean(self.spec, self.network, part), z)

    def decoder_layers(self) -> tuple[Layer, ...]:
        """The decoder with its output function as plain layers."""
        layers = plain_layers(self.network.decoder)
        return (*layers, Activation("sigmoid")) if self.spec.output == "sigmoid" else layers

    @torch.inference_mode()
    def _in_chunks(self, function: Callable[[Tensor], Tensor], values: Array) -> Array:
        device = self.network.log_variance.device
        rows = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).split(_CHUNK)
        parts = [function(part.to(device)).float().cpu().numpy() for part in rows]
        return np.concatenate(parts)


class VariationalAutoencoder(Autoencoder):
    """An autoencoder whose encoder gives a Gaussian; its code is the posterior mean."""

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> posterior means (N, K)."""
        return self.posterior(x).mean

    def posterior(self, x: Array) -> Gaussian:
        """x: (N, D) -> q(z|x)."""
        both = self._in_chunks(lambda part: torch.cat(self.network.posterior(part), dim=-1), x)
        return Gaussian(both[:, : self.latent_dim], both[:, self.latent_dim :])


def build_autoencoder(
    spec: NetworkSpec, sample_shape: tuple[int, ...], seed: int, data_mean: Tensor | None = None
) -> Autoencoder:
    """A fresh autoencoder or VAE with weights drawn from `seed`; data_mean: (D,)."""
    network = build_network(spec, prod(sample_shape), seed, data_mean)
    cls = VariationalAutoencoder if isinstance(spec, VAESpec) else Autoencoder
    return cls(spec, sample_shape, network)


def decode_mean(spec: NetworkSpec, network: AutoencoderNetwork, z: Tensor) -> Tensor:
    """The mean of p(x|z); z: (N, K) -> (N, D)."""
    before_output: Tensor = network.decoder(z)
    return torch.sigmoid(before_output) if spec.output == "sigmoid" else before_output


def loss_terms(spec: NetworkSpec, network: AutoencoderNetwork, x: Tensor, generator: torch.Generator) -> LossTerms:
    """What a batch costs, per sample; x: (N, D), one draw of z per sample for a VAE."""
    if not isinstance(spec, VAESpec):
        return LossTerms(squared_error(x, decode_mean(spec, network, network.encoder(x)).float()))
    mean, log_var = (part.float() for part in network.posterior(x))
    epsilon = torch.randn(mean.shape, generator=generator, device=x.device)
    z = reparameterise(mean, log_var, epsilon)
    return LossTerms(distortion_nats(spec, network, x, z), gaussian_kl_nats(mean, log_var))


def distortion_nats(spec: VAESpec, network: AutoencoderNetwork, x: Tensor, z: Tensor) -> Tensor:
    """-log p(x|z) in nats; x: (N, D), z: (N, K) -> (N,)."""
    if spec.likelihood == "bernoulli":
        return bernoulli_nll_nats(x, network.decoder(z).float())
    return gaussian_nll_nats(x, decode_mean(spec, network, z).float(), network.log_variance)


def plain_layers(sequence: nn.Sequential) -> tuple[Layer, ...]:
    """A sequence of modules as plain layers; a constant shift joins the bias before it."""
    names = {nn.ReLU: "relu", nn.LeakyReLU: "leaky_relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
    layers: list[Layer] = []
    for module in sequence:
        if isinstance(module, nn.Linear):
            layers.append(_dense(module))
        elif isinstance(module, Shift):
            last = layers.pop()
            assert isinstance(last, Dense)
            layers.append(Dense(last.weight, last.bias + _numpy(module.offset)))
        else:
            layers.append(Activation(names[type(module)]))  # type: ignore[arg-type]
    return tuple(layers)


def _dense(module: nn.Linear) -> Dense:
    bias: Tensor | None = module.bias
    return Dense(_numpy(module.weight), np.zeros(module.out_features, np.float32) if bias is None else _numpy(bias))


def _numpy(tensor: Tensor) -> Array:
    values: Array = tensor.detach().float().cpu().numpy().copy()
    return values
