"""Richer posteriors and priors, and a second layer of codes, beside a plain VAE: `python -m benchmarks posteriors`.

What docs/diary.md says of them. Digits in black and white, 64 hidden units, 100 epochs in batches of 128, Adam from
0.002 by a cosine, three seeds; nats per test image, 10 draws for the bound and 100 for the importance-weighted one.
It takes some minutes on a quiet core and needs no data.
"""

import math
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.analysis.learned_priors import binary
from explorer.analysis.measure import Interval, mean_interval
from explorer.data import load_dataset
from explorer.models.mixture import LOG_2_PI
from explorer.models.networks import mlp
from explorer.models.objectives import bernoulli_nll_nats, bounded_log_var

HIDDEN, N_EPOCHS, BATCH_SIZE, RATE = 64, 100, 128, 2e-3
DIMS, SEEDS, N_DRAWS, N_IMPORTANCE = (2, 8), (0, 1, 2), 10, 100
N_COUPLINGS, N_PRIOR_COUPLINGS, COUPLING_WIDTH = 2, 4, 32
Bounds = NDArray[np.float64]


class Coupling(nn.Module):
    """Half of z scaled and shifted by a function of the other half and of h (Dinh et al. 2017, eq. 4)."""

    def __init__(self, latent_dim: int, n_given: int, *, is_first_kept: bool) -> None:
        super().__init__()
        self.is_kept = (torch.arange(latent_dim) % 2 == int(is_first_kept)).float()
        self.network = mlp((latent_dim + n_given, COUPLING_WIDTH, 2 * latent_dim), "tanh")
        nn.init.zeros_(self.network[-1].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.network[-1].bias)  # type: ignore[arg-type]

    def forward(self, z: Tensor, given: Tensor) -> tuple[Tensor, Tensor]:
        """z: (N, K), given: (N, H) -> the new z and log |det ∂z'/∂z|, (N,)."""
        shift, raw = self.network(torch.cat((z * self.is_kept, given), dim=1)).chunk(2, dim=1)
        log_scale = torch.tanh(raw) * (1 - self.is_kept)
        return z * log_scale.exp() + shift * (1 - self.is_kept), log_scale.sum(dim=1)


class Latents(nn.Module):
    """One way to draw z from h, the encoder's last hidden layer, and what it costs; this one is the plain VAE's."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.head = nn.Linear(HIDDEN, 2 * latent_dim)

    def forward(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """h: (N, H) -> a draw z (N, K) and log q(z|x) − log p(z), (N,) nats."""
        z, log_q = self.gaussian(h, draw)
        return z, log_q - standard_nats(z)

    def gaussian(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """A draw of the diagonal Gaussian, and its log density."""
        mean, raw = self.head(h).chunk(2, dim=1)
        log_var = bounded_log_var(raw)
        epsilon = torch.randn(mean.shape, generator=draw)
        return mean + (0.5 * log_var).exp() * epsilon, standard_nats(epsilon) - 0.5 * log_var.sum(dim=1)


class FullCovariance(Latents):
    """q(z|x) = N(μ, L Lᵀ) with a lower triangle L of the encoder (Kingma & Welling 2019, section 2.5.1)."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__(latent_dim)
        self.below = nn.Linear(HIDDEN, latent_dim * latent_dim)
        nn.init.zeros_(self.below.weight)
        nn.init.zeros_(self.below.bias)

    def gaussian(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """A draw of the Gaussian, and its log density."""
        mean, raw = self.head(h).chunk(2, dim=1)
        log_var = bounded_log_var(raw)
        below = self.below(h).unflatten(1, (self.latent_dim, self.latent_dim)).tril(-1)
        epsilon = torch.randn(mean.shape, generator=draw)
        turned = (below @ epsilon.unsqueeze(2)).squeeze(2)
        return mean + (0.5 * log_var).exp() * epsilon + turned, standard_nats(epsilon) - 0.5 * log_var.sum(dim=1)


class FlowPosterior(Latents):
    """Two affine couplings after the diagonal Gaussian, given h (Rezende & Mohamed 2015; Dinh et al. 2017)."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__(latent_dim)
        self.couplings = couplings(latent_dim, HIDDEN, N_COUPLINGS)

    def gaussian(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """A draw that went through the couplings, and its log density."""
        z, log_q = super().gaussian(h, draw)
        for coupling in self.couplings:
            z, log_det = coupling(z, h)
            log_q = log_q - log_det
        return z, log_q


class FlowPrior(Latents):
    """A prior of four couplings, from z to N(0, I)."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__(latent_dim)
        self.couplings = couplings(latent_dim, 0, N_PRIOR_COUPLINGS)

    def forward(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """h: (N, H) -> a draw z (N, K) and log q(z|x) − log p(z), (N,) nats."""
        z, log_q = self.gaussian(h, draw)
        at, log_p = z, torch.zeros(len(z))
        for coupling in self.couplings:
            at, log_det = coupling(at, h[:, :0])
            log_p = log_p + log_det
        return z, log_q - log_p - standard_nats(at)


class SecondLayer(Latents):
    """A second layer of as many codes, p(z₁|z₂) p(z₂), with a posterior of its own (Sønderby et al. 2016)."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__(latent_dim)
        self.up = mlp((latent_dim, COUPLING_WIDTH, 2 * latent_dim), "relu")
        self.down = mlp((latent_dim, COUPLING_WIDTH, 2 * latent_dim), "relu")

    def forward(self, h: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """h: (N, H) -> a draw z₁ (N, K) and log q(z₁, z₂|x) − log p(z₁, z₂), (N,) nats."""
        z, log_q = self.gaussian(h, draw)
        mean, raw = self.up(z).chunk(2, dim=1)
        epsilon = torch.randn(mean.shape, generator=draw)
        above = mean + (0.5 * bounded_log_var(raw)).exp() * epsilon
        log_q_above = standard_nats(epsilon) - 0.5 * bounded_log_var(raw).sum(dim=1)
        centre, raw_down = self.down(above).chunk(2, dim=1)
        log_p = log_normal_nats(z, centre, bounded_log_var(raw_down)) + standard_nats(above)
        return z, log_q + log_q_above - log_p


KINDS: dict[str, Callable[[int], Latents]] = {
    "plain": Latents,
    "full covariance": FullCovariance,
    "couplings after the posterior": FlowPosterior,
    "a second layer of codes": SecondLayer,
    "a prior of couplings": FlowPrior,
}


def standard_nats(z: Tensor) -> Tensor:
    """log N(z; 0, I); z: (N, K) -> (N,)."""
    return log_normal_nats(z, torch.zeros_like(z), torch.zeros_like(z))


def log_normal_nats(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log N(z; mean, exp(log_var)); all (N, K) -> (N,)."""
    return -0.5 * ((z - mean).square() * torch.exp(-log_var) + log_var + LOG_2_PI).sum(dim=1)


def couplings(latent_dim: int, n_given: int, n: int) -> nn.ModuleList:
    """Couplings that keep even and odd dimensions in turn."""
    return nn.ModuleList(Coupling(latent_dim, n_given, is_first_kept=bool(i % 2)) for i in range(n))


class Network(nn.Module):
    """A VAE of black and white pictures with one way to draw its code."""

    def __init__(self, kind: str, latent_dim: int, n_pixels: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_pixels, HIDDEN), nn.ReLU())
        self.latents = KINDS[kind](latent_dim)
        self.decoder = mlp((latent_dim, HIDDEN, n_pixels), "relu")

    def forward(self, x: Tensor, draw: torch.Generator) -> Tensor:
        """The negative ELBO of x (N, D) with one draw, (N,) nats."""
        z, ratio = self.latents(self.encoder(x), draw)
        cost: Tensor = bernoulli_nll_nats(x, self.decoder(z)) + ratio
        return cost


def trained(kind: str, latent_dim: int, seed: int, x: Tensor) -> Network:
    """A network after all epochs on pictures x (N, D)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(kind, latent_dim, x.shape[1])
    draw, n_steps = torch.Generator().manual_seed(seed), N_EPOCHS * math.ceil(len(x) / BATCH_SIZE)
    optimizer = torch.optim.Adam(network.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_steps)
    for _ in range(N_EPOCHS):
        for rows in torch.randperm(len(x), generator=draw).split(BATCH_SIZE):
            optimizer.zero_grad()
            network(x[rows], draw).mean().backward()
            optimizer.step()
            schedule.step()
    return network


@torch.inference_mode()
def bounds(network: Network, x: Tensor) -> tuple[float, float]:
    """The negative ELBO and the importance-weighted bound on pictures x (N, D), nats."""
    draw = torch.Generator().manual_seed(0)
    costs = torch.stack([network(x, draw) for _ in range(N_IMPORTANCE)])
    weighted = math.log(N_IMPORTANCE) - torch.logsumexp(-costs, dim=0)
    return float(costs[:N_DRAWS].mean()), float(weighted.mean())


@cache
def pictures(split: str) -> Tensor:
    """The digits of a split in black and white, (N, D)."""
    return torch.from_numpy(binary(load_dataset("digits", split)).pixels())  # type: ignore[arg-type]


@cache
def of_seeds(kind: str, latent_dim: int) -> Bounds:
    """Both bounds of each seed, (S, 2)."""
    models = (trained(kind, latent_dim, seed, pictures("train")) for seed in SEEDS)
    return np.array([bounds(model, pictures("test")) for model in models])


def table() -> Iterator[str]:
    """Both bounds of each kind and K, and what each gains over the plain VAE seed by seed."""
    yield "| kind | K | −ELBO | importance-weighted bound | gain of the ELBO | gain of the other bound |"
    yield "|---|---|---|---|---|---|"
    for latent_dim in DIMS:
        plain = of_seeds("plain", latent_dim)
        for kind in KINDS:
            own = of_seeds(kind, latent_dim)
            means = " | ".join(f"{value:.2f}" for value in own.mean(axis=0))
            gains = [_written(mean_interval(column)) for column in (plain - own).T]
            yield f"| {kind} | {latent_dim} | {means} | {' | '.join(gains if kind != 'plain' else ['', ''])} |"


def _written(value: Interval) -> str:
    return f"{value.value:.2f} [{value.low:.2f}, {value.high:.2f}]".replace("-", "−")
