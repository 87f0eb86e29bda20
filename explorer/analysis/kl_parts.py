"""What the KL term of a VAE is made of: index-code mutual information, total correlation, dimension-wise KL.

Chen et al. 2018, eq. 2; the sum of the last two is the marginal KL of Hoffman & Johnson 2016.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.models.latent_model import Gaussian
from explorer.models.mixture import LOG_2_PI
from explorer.models.objectives import aggregate_log_density_nats

Wide = NDArray[np.float64]
# Draws at which densities are read, and how many of them at once.
N_DRAWS, ROWS = 1_000, 100


@dataclass(frozen=True)
class KLParts:
    """Mean KL(q(z|x) || N(0, I)) over samples in nats, as a sum of three parts.

    mutual_information_nats: between the sample's index and its code, at most log N of N samples;
    total_correlation_nats: KL(q(z) || Π q(z_k)), how much dimensions say of each other;
    dimension_wise_nats: Σ KL(q(z_k) || N(0, 1)), how far each dimension's aggregate is from the prior.
    """

    mutual_information_nats: float
    total_correlation_nats: float
    dimension_wise_nats: float

    @property
    def kl_nats(self) -> float:
        """Their sum."""
        return self.mutual_information_nats + self.total_correlation_nats + self.dimension_wise_nats


def kl_parts(posterior: Gaussian, seed: int) -> KLParts:
    """The three parts for N samples; their aggregate q(z) is the mean of all N posteriors, at 1,000 draws of it.

    Draws are of evenly spread samples, one each, and the sample's own posterior is among those of the aggregate.
    """
    mean, log_var = (torch.from_numpy(part).double() for part in (posterior.mean, posterior.log_var))
    rows = torch.from_numpy(np.unique(np.linspace(0, len(mean) - 1, N_DRAWS).astype(np.int64)))
    epsilon = torch.from_numpy(np.random.default_rng(seed).standard_normal((len(rows), mean.shape[1])))
    z = mean[rows] + torch.exp(0.5 * log_var[rows]) * epsilon
    of_posterior = -0.5 * (epsilon.square() + log_var[rows] + LOG_2_PI).sum(dim=1)
    of_prior = -0.5 * (z.square() + LOG_2_PI).sum(dim=1)
    joint, marginals = _log_densities(z, mean, log_var)
    parts = (of_posterior - joint, joint - marginals, marginals - of_prior)
    return KLParts(*(float(part.mean()) for part in parts))


def _log_densities(z: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """log q(z) and Σ_k log q(z_k) of the aggregate at draws z (M, K), each (M,)."""
    found = [aggregate_log_density_nats(part, mean, log_var) for part in z.split(ROWS)]
    joint, marginals = zip(*found, strict=True)
    return torch.cat(joint), torch.cat(marginals).sum(dim=1)


def shuffled_parts(posterior: Gaussian, seed: int) -> KLParts:
    """The parts once each dimension's posteriors are dealt out to other samples by chance.

    Its dimensions say nothing of each other any more; the total correlation that is still measured is what N samples
    cannot resolve.
    """
    rng, (n, latent_dim) = np.random.default_rng(seed), posterior.mean.shape
    orders = np.stack([rng.permutation(n) for _ in range(latent_dim)], axis=1)
    dealt = (np.take_along_axis(part, orders, axis=0) for part in (posterior.mean, posterior.log_var))
    return kl_parts(Gaussian(*dealt), seed)
