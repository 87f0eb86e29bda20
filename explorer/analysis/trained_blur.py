"""Blur of trained networks: VAEs over the variance of the pixels, and one autoencoder under two losses."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.anomaly import learn
from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.sharpness import kept_edges_gain, kept_edges_interval
from explorer.data import Dataset
from explorer.models.latent_model import LatentModel
from explorer.models.spec import AESpec, ModelSpec, VAESpec
from explorer.training import RunSpec
from explorer.training.validation import count_active_units

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
# The data sets whose study comes with the explorer.
STUDIED = ("mnist", "digits")
VARIANCES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0)
LATENT_DIM, HIDDEN = 8, (256, 64)
N_EPOCHS = {"mnist": 3, "digits": 60}
LOSSES = {"squared error": "squared_error", "cross-entropy": "cross_entropy"}
MEAN_IMAGE = "the mean image"
N_MEASURED, N_SHOWN, SEED = 1_000, 10, 0
# A pixel that is surely white or black costs this much at most when it is not: 16 nats.
LEAST_PROBABILITY = 1e-7


def blur_run(dataset: str, model: ModelSpec) -> RunSpec:
    """How each network is trained: all alike but for what is compared."""
    return RunSpec(model, dataset, n_epochs=N_EPOCHS[dataset], seed=SEED, validation_fraction=0)


def variance_run(dataset: str, variance: float) -> RunSpec:
    """A VAE with Gaussian pixels of a fixed variance σ²."""
    return blur_run(dataset, VAESpec(LATENT_DIM, HIDDEN, likelihood="gaussian", variance=variance))


def loss_run(dataset: str, loss: str) -> RunSpec:
    """An autoencoder with one of the two losses."""
    return blur_run(dataset, AESpec(LATENT_DIM, HIDDEN, reconstruction_loss=loss))


def trained_over_variance(train: Dataset, test: Dataset) -> Iterator[Progress[BlurByVariance | None]]:
    """Train a VAE for each of VARIANCES and measure its edges on test images, as for the best linear VAE."""
    x, models = test.pixels(slice(0, N_MEASURED)), list[LatentModel]()
    for variance in VARIANCES:
        for step in learn(variance_run(train.name, variance), train):
            share = (len(models) + step.fraction) / len(VARIANCES)
            yield Progress(share, f"σ² = {variance:g}: {step.doing}", None)
        models.append(step.result)
    yield Progress(1.0, "done", measured_over_variance(models, x, test.sample_shape))


def measured_over_variance(models: list[LatentModel], x: Array, sample_shape: tuple[int, ...]) -> BlurByVariance:
    """The edges that models of rising variance keep of images x (N, D), and of their draws from one set of z."""
    z = np.random.default_rng(SEED).standard_normal((len(x), models[0].latent_dim), np.float32)
    codes = [model.encode(x) for model in models]
    restored = [model.decode(of) for model, of in zip(models, codes, strict=True)]
    drawn = [model.decode(z) for model in models]
    tiles = x.reshape(-1, *sample_shape)

    def edges(images: list[Array]) -> tuple[Interval, ...]:
        return tuple(kept_edges_interval(tiles, one.reshape(-1, *sample_shape)) for one in images)

    active = np.array([count_active_units(torch.from_numpy(of)) for of in codes])
    of_first, draws = (np.stack([one[0] for one in images]) for images in (restored, drawn))
    return BlurByVariance(
        np.array(VARIANCES), active, edges(restored), edges(drawn), halved(x[0]), halved(of_first), halved(draws)
    )


@dataclass(frozen=True, eq=False)
class OfLoss:
    """What one loss makes of test images.

    kept: their edge energy, 1 for the images themselves; sse: squared error, cross_entropy_nats: both summed over the
    pixels of an image; restored: (T, D), the reconstructions of the first images.
    """

    title: str
    kept: Interval
    sse: Interval
    cross_entropy_nats: Interval
    restored: Array


@dataclass(frozen=True)
class Gains:
    """What the network with the second loss has more than that with the first, over the same images."""

    kept: Interval
    sse: Interval
    cross_entropy_nats: Interval


@dataclass(frozen=True, eq=False)
class Losses:
    """The same autoencoder under both losses; images: (T, D); null: what the mean image of train has."""

    images: Array
    models: tuple[OfLoss, ...]
    gains: Gains
    null: OfLoss
    n_test: int


def compare_losses(train: Dataset, test: Dataset) -> Iterator[Progress[Losses | None]]:
    """Train the autoencoder with each of LOSSES and measure both by both."""
    restored, x, shape = list[Array](), test.pixels(slice(0, N_MEASURED)), test.sample_shape
    for title, loss in LOSSES.items():
        for step in learn(loss_run(train.name, loss), train):
            yield Progress((len(restored) + step.fraction) / len(LOSSES), f"{title}: {step.doing}", None)
        restored.append(step.result.decode(step.result.encode(x)))
    models = tuple(of_loss(title, x, of, shape) for title, of in zip(LOSSES, restored, strict=True))
    null = of_loss(MEAN_IMAGE, x, np.broadcast_to(train.pixels().mean(axis=0), x.shape), shape)
    first, second = restored
    yield Progress(1.0, "done", Losses(halved(x[:N_SHOWN]), models, gains(x, second, first, shape), null, len(x)))


def gains(x: Array, restored: Array, before: Array, sample_shape: tuple[int, ...]) -> Gains:
    """What reconstructions (N, D) of images x (N, D) have more than others, `before`, image by image."""
    images, others, first = (of.reshape(-1, *sample_shape) for of in (x, restored, before))
    squared = [np.square(x - of, dtype=np.float64).sum(axis=1) for of in (restored, before)]
    nats = cross_entropy_nats(x, restored) - cross_entropy_nats(x, before)
    return Gains(kept_edges_gain(images, others, first), mean_interval(squared[0] - squared[1]), mean_interval(nats))


def of_loss(title: str, x: Array, restored: Array, sample_shape: tuple[int, ...]) -> OfLoss:
    """Edges and both errors of reconstructions (N, D) of images x (N, D)."""
    kept = kept_edges_interval(x.reshape(-1, *sample_shape), restored.reshape(-1, *sample_shape))
    squared = np.square(x - restored, dtype=np.float64).sum(axis=1)
    nats = cross_entropy_nats(x, restored)
    return OfLoss(title, kept, mean_interval(squared), mean_interval(nats), halved(restored[:N_SHOWN]))


def halved(pictures: Array) -> Array:
    """Pictures in half precision, for files of half the size."""
    return pictures.astype(np.float16).astype(np.float32)


def cross_entropy_nats(x: Array, restored: Array) -> Wide:
    """−Σ x log x̂ + (1 − x) log(1 − x̂) over the pixels of each image; both (N, D) -> (N,)."""
    p = np.clip(restored.astype(np.float64), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return np.asarray(-(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(axis=1))
