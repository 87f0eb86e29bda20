"""Bounds on the likelihood of a VAE."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.models.autoencoder import VariationalAutoencoder, distortion_nats, rate_nats
from explorer.models.mixture import LOG_2_PI
from explorer.models.objectives import reparameterise
from explorer.models.spec import VAESpec

Labels = NDArray[np.int64]
_ROWS = 500


@torch.inference_mode()
def rate_and_distortion_nats(
    model: VariationalAutoencoder, x: NDArray[np.float32], labels: Labels | None = None, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The two terms of the negative ELBO; x: (N, D) -> rate KL(q(z|x) || p(z)) (N, K), distortion (N,), in nats.

    labels: (N,), for a conditional model; the rate has a column more for the component of a mixture prior.
    The distortion is estimated with one draw of z per sample (Kingma & Welling 2014, eq. 10).
    """
    generator, device = torch.Generator().manual_seed(seed), model.network.log_variance.device
    rates, distortions = [], []
    for part, own in _parts(model, x, labels, _ROWS):
        mean, log_var = model.network.posterior(part, own)
        z = reparameterise(mean, log_var, torch.randn(mean.shape, generator=generator).to(device))
        rates.append(rate_nats(model.network, mean, log_var, z).cpu().numpy())
        distortions.append(distortion_nats(_spec(model), model.network, part, z, own).cpu().numpy())
    return np.concatenate(rates), np.concatenate(distortions)


@torch.inference_mode()
def iwae_nats(
    model: VariationalAutoencoder, x: NDArray[np.float32], n_draws: int, labels: Labels | None = None, seed: int = 0
) -> NDArray[np.float32]:
    """The importance-weighted bound on -log p(x) with `n_draws` draws; x: (N, D) -> nats (N,).

    Burda, Grosse & Salakhutdinov 2016, eq. 8.
    """
    generator, device = torch.Generator().manual_seed(seed), model.network.log_variance.device
    bounds = []
    for part, own in _parts(model, x, labels, max(1, 20_000 // n_draws)):
        posterior = model.network.posterior(part, own)
        rows, mean, log_var = (each.repeat_interleave(n_draws, dim=0) for each in (part, *posterior))
        repeated = None if own is None else own.repeat_interleave(n_draws)
        epsilon = torch.randn(mean.shape, generator=generator).to(device)
        log_weights = log_weights_nats(model, rows, mean, log_var, epsilon, repeated)
        log_mean = torch.logsumexp(log_weights.view(len(part), n_draws), dim=1) - math.log(n_draws)
        bounds.append(-log_mean.cpu().numpy())
    return np.concatenate(bounds)


def log_weights_nats(
    model: VariationalAutoencoder,
    x: Tensor,
    mean: Tensor,
    log_var: Tensor,
    epsilon: Tensor,
    labels: Tensor | None = None,
) -> Tensor:
    """log p(x|z) + log p(z) - log q(z|x) at z = mean + std * epsilon, (N,) nats."""
    z = reparameterise(mean, log_var, epsilon)
    log_posterior = log_standard_normal_nats(epsilon) - 0.5 * log_var.sum(dim=1)
    if model.network.prior is None:
        log_prior = log_standard_normal_nats(z)
    else:
        log_prior = model.network.prior.components().log_joint_nats(z).logsumexp(dim=1)
    return log_prior - log_posterior - distortion_nats(_spec(model), model.network, x, z, labels)


def log_standard_normal_nats(z: Tensor) -> Tensor:
    """log N(z; 0, I); z: (N, K) -> (N,)."""
    return -0.5 * (z.square() + LOG_2_PI).sum(dim=-1)


def _parts(
    model: VariationalAutoencoder, x: NDArray[np.float32], labels: Labels | None, n_rows: int
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Rows on the model's device some at a time, with their labels where the model wants them."""
    device = model.network.log_variance.device
    for start in range(0, len(x), n_rows):
        rows = slice(start, start + n_rows)
        own = torch.from_numpy(labels[rows]).to(device) if model.network.n_conditions and labels is not None else None
        yield torch.from_numpy(x[rows]).to(device), own


def _spec(model: VariationalAutoencoder) -> VAESpec:
    if not isinstance(model.spec, VAESpec):
        raise TypeError(f"{model.spec.family} has no likelihood")
    return model.spec
