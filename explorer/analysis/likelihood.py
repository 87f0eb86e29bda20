"""Bounds on the likelihood of a VAE."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.models.autoencoder import VariationalAutoencoder, distortion_nats
from explorer.models.objectives import gaussian_kl_nats, reparameterise
from explorer.models.spec import VAESpec

_ROWS = 500


@torch.inference_mode()
def rate_and_distortion_nats(
    model: VariationalAutoencoder, x: NDArray[np.float32], seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The two terms of the negative ELBO; x: (N, D) -> rate KL(q(z|x) || p(z)) (N, K), distortion (N,), in nats.

    The distortion is estimated with one draw of z per sample (Kingma & Welling 2014, eq. 10).
    """
    generator, device = torch.Generator().manual_seed(seed), model.network.log_variance.device
    rates, distortions = [], []
    for part in torch.from_numpy(x).split(_ROWS):
        rows = part.to(device)
        mean, log_var = model.network.posterior(rows)
        z = reparameterise(mean, log_var, torch.randn(mean.shape, generator=generator).to(device))
        rates.append(gaussian_kl_nats(mean, log_var).cpu().numpy())
        distortions.append(distortion_nats(_spec(model), model.network, rows, z).cpu().numpy())
    return np.concatenate(rates), np.concatenate(distortions)


@torch.inference_mode()
def iwae_nats(
    model: VariationalAutoencoder, x: NDArray[np.float32], n_draws: int, seed: int = 0
) -> NDArray[np.float32]:
    """The importance-weighted bound on -log p(x) with `n_draws` draws; x: (N, D) -> nats (N,).

    Burda, Grosse & Salakhutdinov 2016, eq. 8.
    """
    generator, device = torch.Generator().manual_seed(seed), model.network.log_variance.device
    bounds = []
    for part in torch.from_numpy(x).split(max(1, 20_000 // n_draws)):
        posterior = model.network.posterior(part.to(device))
        rows, mean, log_var = (each.repeat_interleave(n_draws, dim=0) for each in (part.to(device), *posterior))
        epsilon = torch.randn(mean.shape, generator=generator).to(device)
        log_weights = _log_weights(model, rows, reparameterise(mean, log_var, epsilon), log_var, epsilon)
        log_mean = torch.logsumexp(log_weights.view(len(part), n_draws), dim=1) - math.log(n_draws)
        bounds.append(-log_mean.cpu().numpy())
    return np.concatenate(bounds)


def _log_weights(model: VariationalAutoencoder, x: Tensor, z: Tensor, log_var: Tensor, epsilon: Tensor) -> Tensor:
    # log p(x|z) + log p(z) - log q(z|x); the normalisers of prior and posterior cancel.
    log_prior = -0.5 * z.square().sum(dim=1)
    log_posterior = -0.5 * (epsilon.square() + log_var).sum(dim=1)
    return log_prior - log_posterior - distortion_nats(_spec(model), model.network, x, z)


def _spec(model: VariationalAutoencoder) -> VAESpec:
    if not isinstance(model.spec, VAESpec):
        raise TypeError(f"{model.spec.family} has no likelihood")
    return model.spec
