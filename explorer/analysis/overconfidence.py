"""How sure a classifier is of pictures that belong to no class, beside how likely a generative model finds them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from explorer.analysis.auc import auc_interval
from explorer.analysis.differentiable import apply_with_gradient
from explorer.analysis.likelihood import iwae_nats
from explorer.analysis.measure import Interval, share_interval
from explorer.data.letters import printed_letters
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.classifier import Classifier

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
REAL, ADVERSARIAL = "test image", "changed"
LETTER, SHUFFLED, NOISE, NEGATIVE, TURNED = "letter", "shuffled", "noise", "negative", "turned"
N_STEPS, N_DRAWS, SURE = 10, 20, 0.9


@dataclass(frozen=True, eq=False)
class Judged:
    """Pictures (N, D) of one kind, what a classifier says of them, and log p(x) under a generative model.

    labels: (N,), the most probable class; confidence: (N,), its probability p(y|x); log_likelihood_nats: (N,), the
    importance-weighted bound with 20 draws.
    """

    title: str
    x: Array
    labels: NDArray[np.int64]
    confidence: Wide
    log_likelihood_nats: Wide


@dataclass(frozen=True)
class Separation:
    """How a kind of picture differs from test images: the share that the classifier is sure of, and two areas.

    auc_confidence, auc_likelihood: the probability that such a picture has a lower p(y|x), a lower log p(x), than a
    test image; 0.5 for guessing.
    """

    title: str
    sure: Interval
    auc_confidence: Interval
    auc_likelihood: Interval


def adversarial(classifier: Classifier, x: Array, largest_change: float) -> Array:
    """x: (N, D), each pixel changed by at most `largest_change`, towards the second most probable class.

    Ten steps along the sign of the gradient (Madry et al. 2018, eq. 2, with a target).
    """
    target = torch.from_numpy(np.argsort(classifier.logits(x), axis=1)[:, -2].copy())  # (N,)
    lowest, highest = (torch.from_numpy(np.clip(x + by, 0, 1)) for by in (-largest_change, largest_change))
    changed = torch.from_numpy(x.copy())  # (N, D)
    for _ in range(N_STEPS):
        changed.requires_grad_()
        loss = functional.cross_entropy(apply_with_gradient(classifier.layers, changed), target, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, changed)
        step = changed.detach() - 2.5 * largest_change / N_STEPS * gradient.sign()
        changed = torch.minimum(torch.maximum(step, lowest), highest)
    return changed.numpy()


def kinds_of_pictures(
    x: Array, sample_shape: tuple[int, ...], classifier: Classifier, largest_change: float, seed: int
) -> dict[str, Array]:
    """Test images x (N, D) and what is made of them, by title, and as many letters where a pen draws such images.

    Images are turned only where they are square.
    """
    rng = np.random.default_rng(seed)
    kinds = {REAL: x, ADVERSARIAL: adversarial(classifier, x, largest_change)}
    letters = printed_letters(len(x), sample_shape, seed)
    if letters is not None:
        kinds[LETTER] = letters
    kinds |= {SHUFFLED: rng.permuted(x, axis=1), NOISE: rng.random(x.shape, dtype=np.float32), NEGATIVE: 1 - x}
    if sample_shape[0] == sample_shape[1]:
        turned = np.rot90(x.reshape(-1, *sample_shape), axes=(1, 2))  # (N, H, W)
        kinds[TURNED] = np.ascontiguousarray(turned).reshape(x.shape)
    return kinds


def judge(model: VariationalAutoencoder, classifier: Classifier, kinds: Mapping[str, Array]) -> tuple[Judged, ...]:
    """What the classifier and the model say of each kind of pictures (N, D)."""
    judged = []
    for title, x in kinds.items():
        probabilities = classifier.probabilities(x)  # (N, C)
        likelihood = -iwae_nats(model, x, N_DRAWS).astype(np.float64)  # (N,)
        confidence = probabilities.max(axis=1).astype(np.float64)
        judged.append(Judged(title, x, probabilities.argmax(axis=1), confidence, likelihood))
    return tuple(judged)


def separation(real: Judged, other: Judged) -> Separation:
    """How often the classifier is sure of `other`, and how well either number tells it from test images."""
    return Separation(
        other.title,
        share_interval(other.confidence >= SURE),
        auc_interval(-real.confidence, -other.confidence),
        auc_interval(-real.log_likelihood_nats, -other.log_likelihood_nats),
    )
