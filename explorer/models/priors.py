"""A prior over codes that is learned together with the coders."""

import torch
from torch import Tensor, nn

from explorer.models.mixture import LOG_2_PI, MixtureOfGaussians
from explorer.models.objectives import bounded_log_var, gaussian_kl_nats


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

    def log_joint_nats(self, z: Tensor) -> Tensor:
        """log p(z, c); z: (N, K) -> nats (N, C)."""
        log_vars = self.log_vars
        squared = (z.unsqueeze(1) - self.means).square() * torch.exp(-log_vars)
        return self.logits.log_softmax(dim=0) - 0.5 * (squared + log_vars + LOG_2_PI).sum(dim=2)

    def kl_nats(self, mean: Tensor, log_var: Tensor, z: Tensor) -> Tensor:
        """The rate, q(c|x) being p(c|z) at a draw z ~ q(z|x); mean, log_var, z: (N, K) -> nats (N, K + 1).

        The first K columns are KL(q(z|x) || p(z|c)) a dimension, averaged over q(c|x); the last is KL(q(c|x) || p(c))
        (Jiang et al. 2017, eq. 12).
        """
        log_shares = self.log_joint_nats(z).log_softmax(dim=1)
        shares, log_vars = log_shares.exp(), self.log_vars
        scaled_mean = (mean.unsqueeze(1) - self.means) * torch.exp(-0.5 * log_vars)
        within = gaussian_kl_nats(scaled_mean, log_var.unsqueeze(1) - log_vars)
        of_component = (shares * (log_shares - self.logits.log_softmax(dim=0))).sum(dim=1, keepdim=True)
        return torch.cat(((shares.unsqueeze(2) * within).sum(dim=1), of_component), dim=1)

    @torch.no_grad()
    def place(self, mixture: MixtureOfGaussians) -> None:
        """Begin from a mixture that was fitted to codes."""
        log_vars = torch.from_numpy(mixture.log_vars)
        self.logits.copy_(torch.from_numpy(mixture.weights).log())
        self.means.copy_(torch.from_numpy(mixture.means))
        self.raw_log_vars.copy_(torch.atanh(log_vars.clamp(-9.9, 9.9) / 10) * 10)

    @torch.no_grad()
    def mixture(self) -> MixtureOfGaussians:
        """The mixture as it is now, in NumPy arrays of its own."""
        parts = (self.logits.softmax(dim=0), self.means, self.log_vars)
        return MixtureOfGaussians(*(part.float().cpu().numpy().copy() for part in parts))
