"""What a model's training sees of a batch, and what multiplies each term of its loss."""

import math

import torch
from torch import Tensor

from explorer.data.corruptions import binarised, corrupted
from explorer.models.autoencoder import Batch
from explorer.models.networks import NetworkSpec
from explorer.models.objectives import Weights
from explorer.models.spec import GMVAESpec, LinearAESpec, VAESpec


def gathered(part: Batch, rows: Tensor) -> Batch:
    """The rows of a clean part, its samples as input and as target."""
    x = part.x.index_select(0, rows)
    return Batch(x, x, None if part.labels is None else part.labels.index_select(0, rows))


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
