"""The terms of every objective, each kept apart and per sample; all likelihoods in nats."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

LOG_VAR_LIMIT = 10.0


@dataclass(frozen=True)
class LossTerms:
    """What a batch costs, unweighted: reconstruction (N,); kl_nats (N, K), or None without a posterior."""

    reconstruction: Tensor
    kl_nats: Tensor | None = None


def total_loss(terms: LossTerms, beta: float) -> Tensor:
    """Reconstruction + beta · KL, averaged over the batch (Higgins et al. 2017, eq. 4)."""
    kl_nats = 0.0 if terms.kl_nats is None else terms.kl_nats.sum(dim=-1)
    return (terms.reconstruction + beta * kl_nats).mean()


def squared_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """Squared error summed over pixels; x, x_hat: (N, D) -> (N,)."""
    return (x - x_hat).square().sum(dim=-1)


def bernoulli_nll_nats(x: Tensor, logits: Tensor) -> Tensor:
    """-log p(x|z) of independent Bernoulli pixels; x in [0, 1], logits: (N, D) -> nats (N,)."""
    return binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=-1)


def gaussian_nll_nats(x: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """-log p(x|z) of Gaussian pixels with one variance; x, mean: (N, D), log_variance: () -> nats (N,)."""
    n_pixels = x.shape[-1]
    normaliser = 0.5 * n_pixels * (math.log(2 * math.pi) + log_variance)
    return 0.5 * squared_error(x, mean) * torch.exp(-log_variance) + normaliser


def gaussian_kl_nats(mean: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mean, exp(log_var)) || N(0, 1)) per dimension, (N, K) nats (Kingma & Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var)


def bounded_log_var(raw: Tensor) -> Tensor:
    """A log-variance held smoothly within ±10, so that its exponential neither overflows nor vanishes."""
    return LOG_VAR_LIMIT * torch.tanh(raw / LOG_VAR_LIMIT)


def reparameterise(mean: Tensor, log_var: Tensor, epsilon: Tensor) -> Tensor:
    """z = mean + std · epsilon, so that the gradient passes to mean and log_var (Kingma & Welling 2014, eq. 4)."""
    return mean + torch.exp(0.5 * log_var) * epsilon
