"""Why pictures are blurred: one code stands for many images, and a decoder that loses least draws their mean."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import fit_sampler, prior_of
from explorer.analysis.generation import draw_images
from explorer.analysis.measure import Interval
from explorer.analysis.sharpness import edge_energy, kept_edges_interval
from explorer.models.latent_model import LatentModel
from explorer.models.likelihood import pixel_distribution

Array = NDArray[np.float32]
N_NEAREST, N_PIXEL_DRAWS = 8, 3


@dataclass(frozen=True, eq=False)
class OneCode:
    """What one code stands for.

    nearest: (8, D), the images whose codes lie nearest; their_mean, decoded: (D,); drawn: (3, D), draws of p(x|z) with
    independent pixels, (0, D) where the model states no such distribution.
    """

    nearest: Array
    their_mean: Array
    decoded: Array
    drawn: Array


def what_a_code_stands_for(model: LatentModel, z: Array, images: Array, codes: Array, seed: int) -> OneCode:
    """The images (N, D), with their codes (N, K), that one code z (K,) has to serve, and what the decoder answers."""
    order = np.square(codes - z).sum(axis=1).argsort(kind="stable")
    nearest = images[order[:N_NEAREST]]
    mean, pixels = model.decode(z[None]), pixel_distribution(model)
    drawn = np.empty((0, mean.shape[1]), np.float32)
    if pixels is not None:
        drawn = pixels.sample(mean.repeat(N_PIXEL_DRAWS, axis=0), np.random.default_rng(seed))
    return OneCode(nearest, nearest.mean(axis=0), mean[0], drawn)


@dataclass(frozen=True)
class Sharpness:
    """How much of the edge energy of test images a kind of picture has; 1 for the test images themselves."""

    title: str
    kept: Interval


@dataclass(frozen=True)
class SharpModel:
    """The edge energy that the reconstructions of a model of K dimensions keep."""

    title: str
    family: str
    latent_dim: int
    kept: Interval


def sharpness_of(
    model: LatentModel, x: Array, codes: Array, sample_shape: tuple[int, ...], seed: int
) -> tuple[Sharpness, ...]:
    """Edge energies of what a model makes, beside test images x: (N, D) and their mean; codes: (M, K) of train."""
    prior = prior_of(model)
    sampler = fit_sampler("gaussian" if prior is None else "prior", codes, seed, prior)
    drawn = draw_images(model, sampler, len(x), seed)
    kinds = {"reconstructions": model.decode(model.encode(x)), "draws, decoded": drawn}
    if (pixels := pixel_distribution(model)) is not None:
        kinds["draws of x ~ p(x|z)"] = pixels.sample(drawn, np.random.default_rng(seed))
    kinds["the mean image"] = np.broadcast_to(x.mean(axis=0), x.shape)
    tiles = x.reshape(-1, *sample_shape)
    return tuple(
        Sharpness(title, kept_edges_interval(tiles, images.reshape(-1, *sample_shape)))
        for title, images in kinds.items()
    )


def sharpness_over_k(
    models: Mapping[str, LatentModel], x: Array, sample_shape: tuple[int, ...]
) -> tuple[SharpModel, ...]:
    """How much of the edges of x (N, D) the reconstructions of each model keep, by title, in the order of K."""
    tiles = x.reshape(-1, *sample_shape)
    found = []
    for title, model in models.items():
        images = model.decode(model.encode(x)).reshape(-1, *sample_shape)
        found.append(SharpModel(title, model.spec.family, model.latent_dim, kept_edges_interval(tiles, images)))
    return tuple(sorted(found, key=lambda one: one.latent_dim))


def kept_by_average(of: OneCode, sample_shape: tuple[int, ...]) -> float:
    """The edge energy of the mean of the nearest images over the mean of theirs."""
    average, single = (some.reshape(-1, *sample_shape) for some in (of.their_mean, of.nearest))
    return float(edge_energy(average)[0] / edge_energy(single).mean())
