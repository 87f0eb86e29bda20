"""Training the velocity field of a flow by flow matching along straight lines."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.models.autoencoder import plain_layers
from explorer.models.latent_model import Array
from explorer.models.layers import Layer
from explorer.models.networks import mlp
from explorer.training.adam import Adam

WIDTHS = (128, 128, 128)
N_STEPS, RECORD_EVERY = 3_000, 100
BATCH_SIZE = 512
LEARNING_RATE = 2e-3


@dataclass(frozen=True, eq=False)
class FlowRecord:
    """After some steps: how many of how many, the mean loss since the last record, and the velocity field as it is.

    loss: squared error of the velocity, mean over points and dimensions; layers: (N, K + 1) points z and their times t
    -> (N, K).
    """

    step: int
    n_steps: int
    loss: float
    layers: tuple[Layer, ...]


def train_flow(points: Array, seed: int, n_steps: int = N_STEPS) -> Iterator[FlowRecord]:
    """A network of the velocity that carries N(0, I) to the distribution of points (N, K), best of unit variance.

    The loss is that of conditional flow matching along straight lines, E ‖v(z_t, t) − (z₁ − z₀)‖² with
    z_t = (1 − t) z₀ + t z₁ (Lipman et al. 2023, eq. 22-23 with σ_min = 0); Adam, its rate falling to zero.
    """
    target, generator = torch.from_numpy(points), torch.Generator().manual_seed(seed)
    network = _network(points.shape[1], seed)
    optimizer = Adam(network.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_steps)
    total = 0.0
    for step in range(1, n_steps + 1):
        loss = _loss(network, target, generator)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        if step % RECORD_EVERY == 0 or step == n_steps:
            since = (step - 1) % RECORD_EVERY + 1
            yield FlowRecord(step, n_steps, total / since, plain_layers(network))
            total = 0.0


def _loss(network: nn.Module, target: Tensor, generator: torch.Generator) -> Tensor:
    rows = torch.randint(len(target), (BATCH_SIZE,), generator=generator)
    end, start = target[rows], torch.randn(BATCH_SIZE, target.shape[1], generator=generator)  # (B, K), (B, K)
    t = torch.rand(BATCH_SIZE, 1, generator=generator)  # (B, 1)
    velocity = network(torch.cat(((1 - t) * start + t * end, t), dim=1))  # (B, K)
    loss: Tensor = (velocity - (end - start)).square().mean()
    return loss


def _network(latent_dim: int, seed: int) -> nn.Sequential:
    # A smooth activation, so that the velocity has a divergence everywhere.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return mlp((latent_dim + 1, *WIDTHS, latent_dim), "tanh")
