"""The networks of autoencoders, from their specs."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.models.layers import LEAKY_SLOPE
from explorer.models.objectives import bounded_log_var
from explorer.models.spec import AESpec, LinearAESpec, VAESpec

NetworkSpec = LinearAESpec | AESpec | VAESpec
ACTIVATION_MODULES: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(LEAKY_SLOPE),
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


# Of a decoder that learns its variance: about that of images in [0, 1], since Adam moves a logarithm slowly.
FIRST_VARIANCE = 0.1


class Shift(nn.Module):
    """Adds a constant vector (D,) that is stored but not learned."""

    offset: Tensor

    def __init__(self, offset: Tensor) -> None:
        super().__init__()
        self.register_buffer("offset", offset)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, D) -> (N, D)."""
        return x + self.offset


class AutoencoderNetwork(nn.Module):
    """An encoder (D -> K, or 2K for mean and log-variance) and a decoder (K -> D, before its output function)."""

    def __init__(self, encoder: nn.Sequential, decoder: nn.Sequential, log_variance: Tensor, learned: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.log_variance: Tensor
        if learned:
            self.log_variance = nn.Parameter(log_variance)
        else:
            self.register_buffer("log_variance", log_variance)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: (N, D) -> mean and log_var of q(z|x), each (N, K)."""
        mean, raw = self.encoder(x).chunk(2, dim=-1)
        return mean, bounded_log_var(raw)


def mlp(widths: tuple[int, ...], activation: str) -> nn.Sequential:
    """Dense layers through `widths` with a nonlinearity between, none after the last."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [nn.Linear(n_in, n_out), ACTIVATION_MODULES[activation]()]
    return nn.Sequential(*layers[:-1])


def build_network(spec: NetworkSpec, n_pixels: int, seed: int, data_mean: Tensor | None = None) -> AutoencoderNetwork:
    """A fresh network with PyTorch's default initial weights, drawn from `seed` alone.

    data_mean: (D,), what a linear autoencoder without output function subtracts and adds again; zeros if None.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        encoder, decoder = _coders(spec, n_pixels, torch.zeros(n_pixels) if data_mean is None else data_mean)
    learned = isinstance(spec, VAESpec) and spec.likelihood == "gaussian" and spec.variance == "learned"
    return AutoencoderNetwork(encoder, decoder, torch.tensor(_initial_log_variance(spec)), learned)


def _coders(spec: NetworkSpec, n_pixels: int, data_mean: Tensor) -> tuple[nn.Sequential, nn.Sequential]:
    if isinstance(spec, LinearAESpec):
        return _linear_coders(spec, n_pixels, data_mean)
    n_codes = 2 * spec.latent_dim if isinstance(spec, VAESpec) else spec.latent_dim
    encoder = mlp((n_pixels, *spec.hidden, n_codes), spec.activation)
    return encoder, mlp((spec.latent_dim, *reversed(spec.hidden), n_pixels), spec.activation)


def _linear_coders(spec: LinearAESpec, n_pixels: int, data_mean: Tensor) -> tuple[nn.Sequential, nn.Sequential]:
    if spec.output == "sigmoid":
        return mlp((n_pixels, spec.latent_dim), "relu"), mlp((spec.latent_dim, n_pixels), "relu")
    # The mean is PCA's, so that only the subspace is left to learn.
    encoder = nn.Sequential(Shift(-data_mean), nn.Linear(n_pixels, spec.latent_dim, bias=False))
    return encoder, nn.Sequential(nn.Linear(spec.latent_dim, n_pixels, bias=False), Shift(data_mean.clone()))


def _initial_log_variance(spec: NetworkSpec) -> float:
    if not isinstance(spec, VAESpec):
        return 0.0
    return math.log(spec.variance if isinstance(spec.variance, float) else FIRST_VARIANCE)
