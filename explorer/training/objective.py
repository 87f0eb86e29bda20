"""What a model's training sees of a batch, and what multiplies each term of its loss."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from explorer.data.corruptions import binarised, corrupted
from explorer.models.autoencoder import Batch, code_noise, loss_terms
from explorer.models.networks import AutoencoderNetwork, NetworkSpec, is_batch_normalised
from explorer.models.objectives import LossTerms, Weights, total_loss
from explorer.models.spec import GMVAESpec, LinearAESpec, VAESpec


def noisy_batch(spec: NetworkSpec, clean: Batch, generator: torch.Generator) -> Batch:
    """A clean batch as the model's training sees it: binarised first, then corrupted on the encoder's side."""
    if isinstance(spec, LinearAESpec):
        return clean
    target = clean.target
    if isinstance(spec, VAESpec) and spec.binarisation == "dynamic":
        target = binarised(target, generator)
    return Batch(corrupted(target, spec.corruption, spec.corruption_level, generator), target, clean.labels)


def loss_weights(spec: NetworkSpec, n_pixels: int, epoch: float = math.inf) -> Weights:
    """What multiplies each term after some epochs.

    λ is relative to the error of one pixel, so its cross-entropy is multiplied by the number of pixels that the
    reconstruction is summed over.
    """
    if isinstance(spec, LinearAESpec):
        return Weights()
    classification = spec.classifier_weight * n_pixels
    if not isinstance(spec, VAESpec):
        return Weights(classification=classification)
    beta = spec.beta if epoch >= spec.warm_up else spec.beta * epoch / spec.warm_up
    if isinstance(spec, GMVAESpec) and epoch < spec.pretraining:
        beta = 0.0
    return Weights(beta, spec.free_bits, classification)


class Objective(nn.Module):
    """What a batch costs a network, as a function of tensors alone, so that it can be mapped over a stack of them."""

    def __init__(self, spec: NetworkSpec, network: AutoencoderNetwork, precision: str) -> None:
        super().__init__()
        self.spec, self.network, self.precision = spec, network, precision
        self.free_bits = loss_weights(spec, 1).free_bits

    def forward(
        self,
        x: Tensor,
        target: Tensor,
        weights: Tensor,
        labels: Tensor | None = None,
        epsilon: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """The loss () and the means of its terms (5,); x, target: (N, D), weights: (2,) of KL and classification."""
        half = torch.autocast(x.device.type, torch.bfloat16, enabled=self.precision == "bfloat16")
        with half, _while_training(self.spec, self.network):
            terms = loss_terms(self.spec, self.network, Batch(x, target, labels), epsilon)
        loss = total_loss(terms, Weights(weights[0], self.free_bits, weights[1]))
        return loss, means(loss, terms)


@contextmanager
def _while_training(spec: NetworkSpec, network: AutoencoderNetwork) -> Iterator[None]:
    """Only batch normalisation tells training from use."""
    if not is_batch_normalised(spec):
        yield
        return
    network.train()
    try:
        yield
    finally:
        network.eval()


def drawn(spec: NetworkSpec, clean: Batch, generator: torch.Generator) -> dict[str, Tensor]:
    """What the objective takes of a clean batch, with fresh noise on samples and codes."""
    batch = noisy_batch(spec, clean, generator)
    epsilon = code_noise(spec, len(batch.x), generator)
    inputs = {"x": batch.x, "target": batch.target, "labels": batch.labels, "epsilon": epsilon}
    return {name: value for name, value in inputs.items() if value is not None}


def means(loss: Tensor, terms: LossTerms) -> Tensor:
    """Loss, reconstruction, KL, classification and penalty, (5,), 0 for what a model does not have."""
    kl_nats = None if terms.kl_nats is None else terms.kl_nats.sum(dim=-1)
    others = (kl_nats, terms.classification_nats, terms.penalty)
    rest = (loss.new_zeros(()) if term is None else term.mean() for term in others)
    return torch.stack((loss, terms.reconstruction.mean(), *rest)).detach()
