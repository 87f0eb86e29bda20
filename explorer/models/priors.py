"""Priors over codes that are learned together with the coders: mixtures of diagonal Gaussians."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.models.mixture import LOG_2_PI, MixtureOfGaussians
from explorer.models.objectives import bounded_log_var, gaussian_kl_nats

Posterior = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True, eq=False)
class Components:
    """The Gaussians of a mixture: log_weights (C,), means and log_vars (C, K)."""

    log_weights: Tensor
    means: Tensor
    log_vars: Tensor

    def log_joint_nats(self, z: Tensor) -> Tensor:
        """log p(z, c); z: (N, K) -> nats (N, C)."""
        return self.log_weights + self.log_density_nats(z).sum(dim=2)

    def log_density_nats(self, z: Tensor) -> Tensor:
        """log p(z_k|c); z: (N, K) -> nats (N, C, K)."""
        squared = (z.unsqueeze(1) - self.means).square() * torch.exp(-self.log_vars)
        return -0.5 * (squared + self.log_vars + LOG_2_PI)

    def mixture(self) -> MixtureOfGaussians:
        """The mixture as it is now, in NumPy arrays of its own."""
        parts = (self.log_weights.exp(), self.means, self.log_vars)
        return MixtureOfGaussians(*(part.detach().float().cpu().numpy().copy() for part in parts))


class MixturePrior(nn.Module):
    """A mixture of diagonal Gaussians whose weights, means and variances are learned (Jiang et al. 2017)."""

    def __init__(self, n_components: int, latent_dim: int) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(n_components))
        self.means = nn.Embedding(n_components, latent_dim).weight
        self.raw_log_vars = nn.Parameter(torch.zeros(n_components, latent_dim))

    @property
    def log_vars(self) -> Tensor:
        """(C, K), held within the same bounds as a posterior's."""
        return bounded_log_var(self.raw_log_vars)

    def components(self) -> Components:
        """The mixture as it is now."""
        return Components(self.logits.log_softmax(dim=0), self.means, self.log_vars)

    def kl_nats(self, mean: Tensor, log_var: Tensor, z: Tensor) -> Tensor:
        """The rate, q(c|x) being p(c|z) at a draw z ~ q(z|x); mean, log_var, z: (N, K) -> nats (N, K + 1).

        The first K columns are KL(q(z|x) || p(z|c)) a dimension, averaged over q(c|x); the last is KL(q(c|x) || p(c))
        (Jiang et al. 2017, eq. 12).
        """
        own = self.components()
        log_shares = own.log_joint_nats(z).log_softmax(dim=1)
        scaled_mean = (mean.unsqueeze(1) - own.means) * torch.exp(-0.5 * own.log_vars)
        within = gaussian_kl_nats(scaled_mean, log_var.unsqueeze(1) - own.log_vars)
        return _over_shares(log_shares, within, own.log_weights)

    @torch.no_grad()
    def place(self, mixture: MixtureOfGaussians) -> None:
        """Begin from a mixture that was fitted to codes."""
        log_vars = torch.from_numpy(mixture.log_vars)
        self.logits.copy_(torch.from_numpy(mixture.weights).log())
        self.means.copy_(torch.from_numpy(mixture.means))
        self.raw_log_vars.copy_(torch.atanh(log_vars.clamp(-9.9, 9.9) / 10) * 10)


class VampPrior(nn.Module):
    """The encoder's own q(z|u), averaged over pseudo-inputs u that are learned (Tomczak & Welling 2018, eq. 9).

    posterior: pictures (C, D) -> mean and log_var (C, K) of q(z|u), of the network that the prior belongs to;
    is_bounded: whether pseudo-inputs lie in [0, 1], as pictures do.
    """

    def __init__(self, n_pseudo_inputs: int, n_pixels: int, posterior: Posterior, *, is_bounded: bool) -> None:
        super().__init__()
        self.raw_inputs = nn.Embedding(n_pseudo_inputs, n_pixels).weight
        self.posterior, self.is_bounded = posterior, is_bounded

    @property
    def pseudo_inputs(self) -> Tensor:
        """(C, D)."""
        return torch.sigmoid(self.raw_inputs) if self.is_bounded else self.raw_inputs

    def components(self) -> Components:
        """The mixture as it is now: equal parts of the pseudo-inputs' posteriors."""
        mean, log_var = (part.to(self.raw_inputs.dtype) for part in self.posterior(self.pseudo_inputs))
        log_n = torch.full((len(mean),), float(len(mean)), device=mean.device).log()
        return Components(-log_n, mean, log_var)

    def kl_nats(self, mean: Tensor, log_var: Tensor, z: Tensor) -> Tensor:
        """log q(z|x) - log p(z) at a draw z ~ q(z|x), whose mean is the rate; mean, log_var, z: (N, K) -> (N, K + 1).

        The first K columns are log q(z_k|x) - log p(z_k|c), averaged over p(c|z); the last is KL(p(c|z) || p(c)). They
        sum to the whole exactly, since log p(z) = log p(z|c) + log p(c) - log p(c|z) for every c.
        """
        own = self.components()
        of_components = own.log_density_nats(z)  # (N, C, K)
        log_shares = (own.log_weights + of_components.sum(dim=2)).log_softmax(dim=1)
        of_posterior = -0.5 * ((z - mean).square() * torch.exp(-log_var) + log_var + LOG_2_PI)
        return _over_shares(log_shares, of_posterior.unsqueeze(1) - of_components, own.log_weights)


def _over_shares(log_shares: Tensor, within: Tensor, log_weights: Tensor) -> Tensor:
    """What components cost within, (N, C, K), averaged over their shares (N, C), and the divergence of those."""
    shares = log_shares.exp()
    of_component = (shares * (log_shares - log_weights)).sum(dim=1, keepdim=True)
    return torch.cat(((shares.unsqueeze(2) * within).sum(dim=1), of_component), dim=1)
