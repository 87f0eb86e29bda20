"""From a checkpoint and a choice of plane to what the latent canvas shows."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.latent_plane import Array, Plane, axis_plane, principal_plane
from explorer.data import Dataset, load_dataset
from explorer.data.dataset import Split
from explorer.errors import AnalysisError, DatasetError
from explorer.figures.theme import class_colour
from explorer.models.foreign_spec import has_encoder
from explorer.models.latent_model import ConditionalModel, LatentModel
from explorer.models.layers import Dense, Layer
from explorer.scenes.canvas_scene import CanvasScene, Decode, References, ThirdAxis
from explorer.store import Checkpoint

PRINCIPAL, AXES = "principal components", "two axes"


@dataclass(frozen=True)
class PlaneChoice:
    """Which plane through the codes; axes count from 1, held is a test sample's number, or None for the mean code."""

    kind: str = AXES
    first: int = 1
    second: int = 2
    held: int | None = None


@dataclass(frozen=True, eq=False)
class LatentScene:
    """A canvas scene with the plane it lies in."""

    canvas: CanvasScene
    plane: Plane


@dataclass(frozen=True, eq=False)
class SceneDecoder:
    """A decoder for the browser and for the server; class_biases: (C, width) of the first layer, or None."""

    layers: tuple[Layer, ...]
    class_biases: Array | None
    decode: Decode


def build_latent_scene(
    checkpoint: Checkpoint, choice: PlaneChoice, samples: Dataset | None, link: str | None = None
) -> LatentScene:
    """The scene of a checkpoint; raises AnalysisError for a missing plane.

    samples: the test split that belongs to its codes, None where it is missing; canvases of one link follow each other.
    """
    plane = choose_plane(checkpoint, choice)
    train = plane.project(checkpoint.codes.train)
    decoder = decoder_of(checkpoint.model)
    canvas = CanvasScene(
        codes=train,
        labels=checkpoint.codes.train_labels.astype(np.uint8),
        class_names=checkpoint.header.class_names,
        colors=tuple(class_colour(label) for label in range(len(checkpoint.header.class_names))),
        decoder=decoder.layers,
        origin=plane.origin,
        axes=plane.axes,
        axis_labels=plane.labels,
        image_shape=picture_size(checkpoint.header.sample_shape),
        references=_references(checkpoint, plane, samples),
        # The card holds no more; the start page has the whole sentence.
        reference_note=_note(checkpoint, samples),
        alt=f"Latent plane of {checkpoint.info.name}: {_dots(checkpoint)}",
        link=link,
        class_biases=decoder.class_biases,
        decode=decoder.decode,
        third=_third_axis(checkpoint, plane),
    )
    return LatentScene(canvas, plane)


def _dots(checkpoint: Checkpoint) -> str:
    n = len(checkpoint.codes.train)
    if not has_encoder(checkpoint.run.model):
        return f"{n:,} draws from N(0, I)"
    return f"{n:,} codes of {checkpoint.run.dataset} by class"


def _note(checkpoint: Checkpoint, samples: Dataset | None) -> str:
    """What stands in the place of a sample's picture."""
    if not has_encoder(checkpoint.run.model):
        return "A draw from N(0, I) has no picture"
    return "" if samples is not None else f"Its picture needs {checkpoint.run.dataset}"


def decoder_of(model: LatentModel) -> SceneDecoder:
    """A model's decoder as a scene wants it."""
    if isinstance(model, ConditionalModel):
        return _decoder_of_conditional(model)
    return SceneDecoder(model.decoder_layers(), None, lambda z, _labels: model.decode(z))


def _decoder_of_conditional(model: ConditionalModel) -> SceneDecoder:
    """The classes differ in the first layer's bias, which holds what the label adds."""
    firsts = [model.decoder_layers(label)[0] for label in range(model.n_classes)]
    biases = np.stack([first.bias for first in firsts if isinstance(first, Dense)])
    return SceneDecoder(model.decoder_layers(0), biases, lambda z, labels: model.decode(z, labels.astype(np.int64)))


def choose_plane(checkpoint: Checkpoint, choice: PlaneChoice) -> Plane:
    """The plane that a choice means for a checkpoint's codes; raises AnalysisError."""
    codes = checkpoint.codes
    if codes.train.shape[1] < 2:
        raise AnalysisError(
            f"{checkpoint.info.name} has a code of one dimension, which spans no plane; choose a model with K ≥ 2."
        )
    held = codes.train.mean(axis=0) if choice.held is None else codes.test[choice.held]
    if choice.kind == PRINCIPAL:
        return principal_plane(codes.train, held)
    return axis_plane(held, choice.first - 1, choice.second - 1)


def _third_axis(checkpoint: Checkpoint, plane: Plane) -> ThirdAxis | None:
    """The plane's normal with the codes' distances along it, for K of 3 and more."""
    normal, codes = plane.normal, checkpoint.codes
    if normal is None:
        return None
    train, test = plane.distances(codes.train), plane.distances(codes.test)
    return ThirdAxis(normal.axis, normal.label, normal.at_origin, train, test)


def samples_of_codes(checkpoint: Checkpoint, load: Callable[[str, Split], Dataset] = load_dataset) -> Dataset:
    """The test split that belongs to a checkpoint's codes; raises DatasetError when it is missing or another."""
    dataset = load(checkpoint.run.dataset, "test")
    if not np.array_equal(dataset.labels, checkpoint.codes.test_labels):
        raise DatasetError(
            f"The {dataset.name} on this machine is not the one that {checkpoint.info.name} was made of."
        )
    return dataset


def samples_at_hand(checkpoint: Checkpoint, load: Callable[[str, Split], Dataset] = load_dataset) -> Dataset | None:
    """The same, or None where it is missing or another."""
    with suppress(DatasetError):
        return samples_of_codes(checkpoint, load)
    return None


def _references(checkpoint: Checkpoint, plane: Plane, samples: Dataset | None) -> References:
    """The test codes, which come with the model, and their samples where the data set is at hand."""
    codes, labels = plane.project(checkpoint.codes.test), checkpoint.codes.test_labels.astype(np.uint8)
    if samples is None:
        return References(codes, None, labels)
    return References(
        codes, bytes_of(samples.samples) if picture_size(samples.sample_shape) else samples.pixels(), labels
    )


def image_shape(sample_shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of a sample that is a picture, (H, W) or in colour (H, W, 3), else None."""
    return sample_shape if len(sample_shape) > 1 else None


def picture_size(sample_shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Height and width of a sample that is a picture, grey or in colour, else None."""
    return (sample_shape[0], sample_shape[1]) if len(sample_shape) > 1 else None


def bytes_of(samples: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pixels as bytes, whichever way a data set keeps them."""
    scale = 1 if samples.dtype == np.uint8 else 255
    levels: NDArray[np.uint8] = np.clip(np.rint(samples * np.float32(scale)), 0, 255).astype(np.uint8)
    return levels
