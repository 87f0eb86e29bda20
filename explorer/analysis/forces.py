"""The two forces on σ: what noise in a latent dimension costs the reconstruction, what its absence costs the KL."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from torch import Tensor

from explorer.analysis.evidence import Observation
from explorer.models.autoencoder import decode_mean

Floats = NDArray[np.float64]
N_NODES, N_SIGMAS = 24, 121
LEAST, MOST = 0.003, 3.0


@dataclass(frozen=True, eq=False)
class Forces:
    """Both terms of the loss of one sample against σ of one dimension; the other dimensions stay at their means.

    sigma: (S,), rising; distortion_nats: (S,), E[-log p(x|z)] without constants, above its least value;
    kl_nats: (S,), times β; encoder_sigma: what the trained encoder says.
    """

    sigma: Floats
    distortion_nats: Floats
    kl_nats: Floats
    encoder_sigma: float

    @property
    def total_nats(self) -> Floats:
        """Their sum, (S,)."""
        return np.asarray(self.distortion_nats + self.kl_nats)

    @property
    def best_sigma(self) -> float:
        """Where the sum is least."""
        return float(self.sigma[self.total_nats.argmin()])


def forces(of: Observation, dimension: int, beta: float, pixel_variance: float | None = None) -> Forces:
    """Both terms against σ of a dimension, counted from 0.

    pixel_variance: σ² of Gaussian pixels, with which the distortion is ‖x - x̂‖² / (2σ²); the model's own p(x|z) where
    it is None. The lectures' loss ‖x - x̂‖² + KL is that of σ² = 1/2.
    """
    mean, std = of.posterior.mean[0].astype(np.float64), float(of.posterior.std[0, dimension])
    sigma = np.geomspace(LEAST, MOST, N_SIGMAS)
    distortion = _distortions(of, dimension, sigma, pixel_variance)
    kl_nats = 0.5 * beta * (mean[dimension] ** 2 + sigma**2 - 1 - 2 * np.log(sigma))
    return Forces(sigma, distortion - distortion.min(), kl_nats, std)


@torch.inference_mode()
def _distortions(of: Observation, dimension: int, sigma: Floats, pixel_variance: float | None) -> Floats:
    """E[-log p(x|z)] over z = μ + σ ε in one dimension, for each σ, by Gauss-Hermite quadrature."""
    nodes, weights = hermegauss(N_NODES)
    z = torch.from_numpy(of.posterior.mean).repeat(len(sigma) * N_NODES, 1)  # (S n, K)
    z[:, dimension] += torch.from_numpy(np.outer(sigma, nodes).ravel()).float()
    losses = _losses(of, z.to(of.x.device), pixel_variance).double().cpu().numpy()
    return np.asarray(losses.reshape(len(sigma), N_NODES) @ weights / weights.sum())


def _losses(of: Observation, z: Tensor, pixel_variance: float | None) -> Tensor:
    if pixel_variance is None:
        return -of.log_likelihood_nats(z)
    x_hat = decode_mean(of.model.spec, of.model.network, z)
    return (of.x - x_hat).square().sum(dim=-1) / (2 * pixel_variance)
