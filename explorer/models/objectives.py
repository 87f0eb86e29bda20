"""The terms of every objective, each kept apart and per sample; all likelihoods in nats."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from explorer.models.mixture import LOG_2_PI

LOG_VAR_LIMIT = 10.0
# An aggregate of more posteriors takes memory that grows with their square.
MOST_AGGREGATED = 512


@dataclass(frozen=True)
class LossTerms:
    """What a batch costs, a value for each sample; None for a term that a model does not have.

    reconstruction: (N,), nats or squared error; kl_nats: (N, K), and one column more for the component of a mixture
    prior; classification_nats: (N,), cross-entropy of the label; penalty: (N,), sparsity, contraction, distance
    from a codebook and total correlation, weighted.
    """

    reconstruction: Tensor
    kl_nats: Tensor | None = None
    classification_nats: Tensor | None = None
    penalty: Tensor | None = None


@dataclass(frozen=True)
class Weights:
    """What the terms of a loss are multiplied with; free_bits: nats of KL a dimension that cost nothing."""

    beta: float | Tensor = 1.0
    free_bits: float = 0.0
    classification: float | Tensor = 0.0


def total_loss(terms: LossTerms, weights: Weights) -> Tensor:
    """Reconstruction + beta * KL + classification weight * cross-entropy + penalty, averaged over the batch."""
    per_sample = terms.reconstruction
    if terms.kl_nats is not None and not weights.free_bits:
        per_sample = per_sample + weights.beta * terms.kl_nats.sum(dim=-1)
    if terms.classification_nats is not None:
        per_sample = per_sample + weights.classification * terms.classification_nats
    if terms.penalty is not None:
        per_sample = per_sample + terms.penalty
    if terms.kl_nats is None or not weights.free_bits:
        return per_sample.mean()
    # Free bits are a floor under a dimension's mean over the batch (Kingma et al. 2016, eq. 15).
    return per_sample.mean() + weights.beta * terms.kl_nats.mean(dim=0).clamp(min=weights.free_bits).sum()


def squared_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """Squared error summed over pixels; x, x_hat: (N, D) -> (N,)."""
    return (x - x_hat).square().sum(dim=-1)


def bernoulli_nll_nats(x: Tensor, logits: Tensor) -> Tensor:
    """-log p(x|z) of independent Bernoulli pixels; x in [0, 1], logits: (N, D) -> nats (N,)."""
    return binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=-1)


def gaussian_nll_nats(x: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """-log p(x|z) of Gaussian pixels with one variance; x, mean: (N, D), log_variance: () -> nats (N,)."""
    n_pixels = x.shape[-1]
    normaliser = 0.5 * n_pixels * (LOG_2_PI + log_variance)
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


def total_correlation_nats(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log q(z) - Σ_k log q(z_k) of the batch's own aggregate q(z) = mean of q(z|x); z, mean, log_var: (N, K) -> (N,).

    Its gradient is that of the minibatch estimate of Chen et al. 2018, section 4.1, whatever the size of the data set.
    Of more than 512 samples each 512 are an aggregate of their own.
    """
    parts = zip(*(each.split(MOST_AGGREGATED) for each in (z, mean, log_var)), strict=True)
    return torch.cat([_correlation_within(*part) for part in parts])


def _correlation_within(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    joint, marginals = aggregate_log_density_nats(z, mean, log_var)
    return joint - marginals.sum(dim=-1)


def aggregate_log_density_nats(z: Tensor, mean: Tensor, log_var: Tensor) -> tuple[Tensor, Tensor]:
    """log q(z), (N,), and log q(z_k), (N, K), of the aggregate of M posteriors; z: (N, K), mean, log_var: (M, K)."""
    joint, marginals = z.new_zeros(()), []
    # One dimension after another: all at once would take K times the memory.
    for place, centre, log_variance in zip(z.unbind(-1), mean.unbind(-1), log_var.unbind(-1), strict=True):
        squared = (place[:, None] - centre).square() * torch.exp(-log_variance)
        of_dimension = -0.5 * (squared + log_variance + LOG_2_PI)  # (N, M)
        joint = joint + of_dimension
        marginals.append(of_dimension.logsumexp(dim=-1))
    log_n = math.log(len(mean))
    return joint.logsumexp(dim=-1) - log_n, torch.stack(marginals, dim=-1) - log_n


def bernoulli_kl_nats(rate: float, activation: Tensor) -> Tensor:
    """KL(Bernoulli(rate) || Bernoulli(activation)), elementwise in nats (Ng 2011, section 3)."""
    # Activations of 0 or 1 exactly would cost infinitely much.
    held = activation.clamp(1e-6, 1 - 1e-6)
    return rate * torch.log(rate / held) + (1 - rate) * torch.log((1 - rate) / (1 - held))


def quantisation_penalty(code: Tensor, vector: Tensor, commitment: float) -> Tensor:
    """What draws vectors to the codes that they replace, and codes to them; code, vector: (N, K) -> (N,).

    ||sg(z) - e||² + commitment ||z - sg(e)||², of which the first trains e alone and the second z alone (van den Oord
    et al. 2017, eq. 3).
    """
    return squared_error(code.detach(), vector) + commitment * squared_error(code, vector.detach())


def squared_jacobian_norm(code: Tensor, x: Tensor) -> Tensor:
    """The squared Frobenius norm of the Jacobian of each code at its sample; code: (N, K), x: (N, D) -> (N,).

    One vector-Jacobian product per unit; x must require a gradient, and samples must not depend on each other
    (Rifai et al. 2011, eq. 2).
    """
    is_trained, total = torch.is_grad_enabled(), code.new_zeros(len(code))
    for unit in range(code.shape[1]):
        with torch.enable_grad():
            of_unit = code[:, unit].sum()
        (gradient,) = torch.autograd.grad(of_unit, x, retain_graph=True, create_graph=is_trained)
        total = total + gradient.square().sum(dim=-1)
    return total
