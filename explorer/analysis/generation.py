"""The generative process step by step: a component or a class where the model has one, a code, a mean, its pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.conditional import labels_to_draw
from explorer.analysis.density import Mixture, Sampler
from explorer.models import ConditionalModel, LatentModel
from explorer.models.likelihood import PixelDistribution, pixel_distribution
from explorer.training.codes import decoded

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GenerativeDraw:
    """One draw of a model: z (1, K), the decoder's mean (1, D), and the pixels (1, D) where the model states p(x|z).

    component: the one that z came from, with its weight, where the density has several; label: the class, where the
    decoder is told one.
    """

    z: Array
    component: int | None
    weight: float
    label: int | None
    mean: Array
    pixels: Array | None
    distribution: PixelDistribution | None


def draw_step_by_step(model: LatentModel, sampler: Sampler, rng: np.random.Generator) -> GenerativeDraw:
    """z from a sampler, and x from p(x|z) where the model states it; every class is as likely as the others."""
    z, component, weight = _draw_code(sampler, rng)
    label = int(rng.integers(model.n_classes)) if isinstance(model, ConditionalModel) else None
    mean = decoded(model, z, None if label is None else np.array([label]))
    distribution = pixel_distribution(model)
    pixels = None if distribution is None else distribution.sample(mean, rng)
    return GenerativeDraw(z, component, weight, label, mean, pixels, distribution)


def draw_images(model: LatentModel, sampler: Sampler, n: int, seed: int) -> Array:
    """What the decoder makes of n draws, (n, D); a conditional model draws all its classes, one after the other."""
    z = sampler.sample(n, np.random.default_rng(seed))
    return decoded(model, z, labels_to_draw(model, n))


def _draw_code(sampler: Sampler, rng: np.random.Generator) -> tuple[Array, int | None, float]:
    """A code (1, K), its component and that one's weight; None and 1 for a density of one piece."""
    if not isinstance(sampler, Mixture) or len(sampler.weights) == 1:
        return sampler.sample(1, rng), None, 1.0
    z, components = sampler.sample_with_components(1, rng)
    return z, int(components[0]), float(sampler.weights[components[0]])
