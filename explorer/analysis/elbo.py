"""The evidence lower bound of one sample under several q(z): what the encoder loses, and what the family loses."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from torch import Tensor

from explorer.analysis.evidence import Observation, TruePosterior, true_posterior
from explorer.models.mixture import LOG_2_PI
from explorer.training.adam import descend

Floats = NDArray[np.float64]
N_NODES = 16
# On the way up fewer nodes do.
N_NODES_CLIMBING, N_STEPS, STEP = 8, 80, 0.1


@dataclass(frozen=True, eq=False)
class Approximation:
    """A Gaussian q(z) = N(mean, factor factorᵀ) and what it leaves of log p(x).

    mean: (2,); factor: (2, 2), lower triangular; elbo_nats: E_q[log p(x, z) - log q(z)];
    gap_nats: KL(q(z) || p(z|x)) on the grid, which is log p(x) - elbo_nats up to the error of both integrals.
    """

    title: str
    mean: Floats
    factor: Floats
    elbo_nats: float
    gap_nats: float


@dataclass(frozen=True, eq=False)
class ElboGap:
    """log p(x) = ELBO + KL(q || p(z|x)) of one sample: the encoder's q, the best of its family, and of a wider one."""

    posterior: TruePosterior
    encoder: Approximation
    best_diagonal: Approximation
    best_full: Approximation

    @property
    def approximations(self) -> tuple[Approximation, ...]:
        """All three, from the loosest bound to the tightest."""
        return (self.encoder, self.best_diagonal, self.best_full)

    @property
    def imbalance_nats(self) -> float:
        """How far the encoder's ELBO and gap are from adding up to log p(x)."""
        return self.encoder.elbo_nats + self.encoder.gap_nats - self.posterior.log_evidence_nats


def elbo_gap(of: Observation) -> ElboGap:
    """The gap of one sample in a plane, and how much of it another q would close; K must be 2."""
    posterior, q = true_posterior(of), of.posterior
    mean, factor = torch.from_numpy(q.mean[0]).double(), torch.from_numpy(np.diag(q.std[0])).double()
    encoder = mean, factor
    diagonal = _nearest(posterior, encoder, _climbed(of, *encoder, is_full=False))
    full = _nearest(posterior, diagonal, _climbed(of, *diagonal, is_full=True))
    return ElboGap(
        posterior,
        _approximation(of, posterior, "the encoder's q", *encoder),
        _approximation(of, posterior, "the best diagonal q", *diagonal),
        _approximation(of, posterior, "the best full q", *full),
    )


def _nearest(posterior: TruePosterior, *found: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """The mean and factor of least gap: a climb may end a little below where it began."""
    return min(found, key=lambda own: kl_on_grid_nats(own[0].numpy(), own[1].numpy(), posterior))


@torch.no_grad()
def _approximation(
    of: Observation, posterior: TruePosterior, title: str, mean: Tensor, factor: Tensor
) -> Approximation:
    elbo = float(elbo_nats(of, mean, factor))
    own = mean.numpy(), factor.numpy()
    return Approximation(title, *own, elbo, kl_on_grid_nats(*own, posterior))


def elbo_nats(of: Observation, mean: Tensor, factor: Tensor, n_nodes: int = N_NODES) -> Tensor:
    """E_q[log p(x, z)] + the entropy of q = N(mean, factor factorᵀ), (), by Gauss-Hermite quadrature.

    mean: (K,), factor: (K, K), lower triangular; a gradient flows back to both.
    """
    nodes, weights = hermite_nodes(len(mean), n_nodes)
    z = mean + nodes @ factor.T  # (n, K)
    log_joint = of.log_joint_nats(z.float().to(of.x.device)).double().cpu()
    entropy = 0.5 * len(mean) * (1 + LOG_2_PI) + factor.diagonal().log().sum()
    return weights @ log_joint + entropy


def hermite_nodes(n_dims: int, n_nodes: int) -> tuple[Tensor, Tensor]:
    """Nodes (n, K) and weights (n,) that integrate polynomials against N(0, I) exactly up to degree 2 n_nodes - 1."""
    nodes, weights = hermegauss(n_nodes)
    weights = weights / weights.sum()
    grids = np.meshgrid(*[nodes] * n_dims, indexing="ij")
    products = np.prod(np.meshgrid(*[weights] * n_dims, indexing="ij"), axis=0)
    return torch.from_numpy(np.column_stack([grid.ravel() for grid in grids])), torch.from_numpy(products.ravel())


def _climbed(of: Observation, mean: Tensor, factor: Tensor, *, is_full: bool) -> tuple[Tensor, Tensor]:
    """Mean and factor after steps of Adam up the ELBO, in units of the first factor; diagonal unless `is_full`."""
    shift = torch.zeros_like(mean, requires_grad=True)  # (K,)
    log_scale = torch.zeros_like(mean, requires_grad=True)  # (K,)
    below = torch.zeros_like(factor, requires_grad=True)  # (K, K)
    moving = [shift, log_scale, *([below] if is_full else [])]

    def moved() -> tuple[Tensor, Tensor]:
        return mean + factor @ shift, factor @ (log_scale.exp().diag() + below.tril(-1))

    descend(lambda: -elbo_nats(of, *moved(), N_NODES_CLIMBING), moving, [STEP] * N_STEPS)
    with torch.no_grad():
        return moved()


def kl_on_grid_nats(mean: Floats, factor: Floats, posterior: TruePosterior) -> float:
    """KL(q(z) || p(z|x)) in nats as a sum over the grid's cells."""
    across, up = np.meshgrid(posterior.x, posterior.y)
    from_mean = np.stack([across, up], axis=-1) - mean  # (G, G, 2)
    epsilon = from_mean @ np.linalg.inv(factor).T
    log_q = -0.5 * (np.square(epsilon) + LOG_2_PI).sum(axis=-1) - np.log(factor.diagonal()).sum()
    with np.errstate(divide="ignore"):
        log_ratio = log_q - np.log(posterior.density)
    q = np.exp(log_q)
    return float(np.where(q > 0, q * log_ratio, 0.0).sum() * posterior.cell)
