"""A model's plane in which the browser shows a drawing's code, with the model itself both ways."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.latent_plane import Array, Plane
from explorer.analysis.outside_sample import OwnSamples
from explorer.figures.theme import ERROR, SIGMA, class_colour
from explorer.models.latent_model import LatentModel, PlainEncoder, PlainlyEncoding
from explorer.models.layers import Layer
from explorer.scenes.extent import Extent, square_extent
from explorer.scenes.layer_message import layer_specs, weight_arrays
from explorer.scenes.message import Message, in_half_precision, make_message

N_DOTS = 2000
# Weights in half precision; a model of more stays with the server.
MAX_WEIGHT_BYTES = 8_000_000
# Of all models that are shown at once.
MAX_TOTAL_BYTES = 24_000_000


@dataclass(frozen=True, eq=False)
class Coder:
    """A model both ways as the browser runs it; encoder: None where the server encodes."""

    title: str
    encoder: PlainEncoder | None
    decoder: tuple[Layer, ...]
    n_pixels: int
    latent_dim: int

    @property
    def weight_bytes(self) -> int:
        """What its weights take on their way to the browser."""
        return sum(array.nbytes for array in coder_arrays(self, "").values())


@dataclass(frozen=True, eq=False)
class DrawnCode:
    """The plane of a model with codes of test samples, in which the code of a drawing is shown.

    points, labels: (M, 2) and (M,) of test samples; extent: the square of the plane that is shown.
    """

    coder: Coder
    plane: Plane
    extent: Extent
    points: Array
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    image_shape: tuple[int, int]

    @property
    def encoder(self) -> PlainEncoder | None:
        """The encoder that the browser runs."""
        return self.coder.encoder


@dataclass(frozen=True, eq=False)
class DrawnReconstructions:
    """Models of grey images (H, W) that the browser runs both ways at once.

    left_out: the titles of those whose encoder is more than plain layers, or for whose weights no room is left.
    """

    coders: tuple[Coder, ...]
    image_shape: tuple[int, int]
    left_out: tuple[str, ...]

    @property
    def weight_bytes(self) -> int:
        """What the weights of all take on their way to the browser."""
        return sum(coder.weight_bytes for coder in self.coders)


def build_reconstructions(models: Iterable[tuple[str, LatentModel]]) -> DrawnReconstructions:
    """Models by their titles, in their order, as long as their weights have no more than 24 MB together."""
    coders: list[Coder] = []
    left_out: list[str] = []
    n_bytes, shape = 0, (0, 0)
    for title, model in models:
        coder = build_coder(title, model)
        if coder.encoder is None or n_bytes + coder.weight_bytes > MAX_TOTAL_BYTES:
            left_out.append(title)
        else:
            coders.append(coder)
            n_bytes += coder.weight_bytes
        height, width = model.sample_shape
        shape = (height, width)
    return DrawnReconstructions(tuple(coders), shape, tuple(left_out))


@lru_cache(maxsize=2)
def reconstructions_message(scene: DrawnReconstructions) -> Message:
    """The models as the browser reads them."""
    numbered = [(f"{place}_", coder) for place, coder in enumerate(scene.coders)]
    facts = {
        "image_shape": scene.image_shape,
        "models": [coder_facts(coder, prefix) for prefix, coder in numbered],
    }
    arrays = {name: array for prefix, coder in numbered for name, array in coder_arrays(coder, prefix).items()}
    return make_message(facts, arrays)


def build_coder(title: str, model: LatentModel) -> Coder:
    """A model both ways; without its encoder where that is no plain layers or the weights have more than 8 MB."""
    encoder = model.plain_encoder() if isinstance(model, PlainlyEncoding) else None
    of_server = Coder(title, None, (), prod(model.sample_shape), model.latent_dim)
    if encoder is None:
        return of_server
    coder = replace(of_server, encoder=encoder, decoder=model.decoder_layers())
    return coder if coder.weight_bytes <= MAX_WEIGHT_BYTES else of_server


def build_drawn_code(title: str, model: LatentModel, own: OwnSamples) -> DrawnCode:
    """The plane of a model of grey images (H, W), with at most 2,000 of the test codes."""
    return drawn_code_in(own.plane, title, model, own.test_codes, own.test_labels, own.class_names)


def drawn_code_in(
    plane: Plane, title: str, model: LatentModel, codes: Array, labels: NDArray[np.int64], class_names: tuple[str, ...]
) -> DrawnCode:
    """A plane of a model of grey images (H, W), with at most 2,000 of some codes (N, K) with their labels (N,)."""
    points = plane.project(codes)
    rows = np.random.default_rng(0).permutation(len(points))[:N_DOTS]
    height, width = model.sample_shape
    extent = square_extent(points)
    return DrawnCode(build_coder(title, model), plane, extent, points[rows], labels[rows], class_names, (height, width))


def coder_facts(coder: Coder, prefix: str) -> dict[str, Any]:
    """A model for the header of a message, whose arrays begin with a prefix."""
    encoder = coder.encoder
    return {
        "title": coder.title,
        "encoder": None if encoder is None else layer_specs(encoder.layers, coder.n_pixels, f"{prefix}encoder_"),
        "decoder": [] if encoder is None else layer_specs(coder.decoder, coder.latent_dim, f"{prefix}decoder_"),
        "is_variational": encoder is not None and encoder.is_variational,
        "log_var_limit": None if encoder is None else encoder.log_var_limit,
    }


def coder_arrays(coder: Coder, prefix: str) -> dict[str, NDArray[Any]]:
    """The weights of a model in half precision, by names that begin with a prefix."""
    if coder.encoder is None:
        return {}
    encoder = weight_arrays(coder.encoder.layers, f"{prefix}encoder_")
    decoder = weight_arrays(coder.decoder, f"{prefix}decoder_")
    return {name: in_half_precision(array) for name, array in (encoder | decoder).items()}


@lru_cache(maxsize=8)
def drawn_code_message(scene: DrawnCode) -> Message:
    """A scene as the browser reads it."""
    facts = {
        **coder_facts(scene.coder, ""),
        "class_names": scene.class_names,
        "colors": [class_colour(label) for label in range(len(scene.class_names))],
        "axis_names": scene.plane.labels,
        "extent": scene.extent,
        "image_shape": scene.image_shape,
        "origin": scene.plane.origin.tolist(),
        "axes": scene.plane.axes.tolist(),
        "hues": {"drawing": ERROR, "sigma": SIGMA},
    }
    arrays: dict[str, NDArray[Any]] = {
        "points": scene.points.astype(np.float32, copy=False),
        "labels": scene.labels.astype(np.uint8),
    }
    return make_message(facts, arrays | coder_arrays(scene.coder, ""))


class MadeOfDrawing(Protocol):
    """What the server made of a drawing."""

    @property
    def place(self) -> Array:
        """The code in the plane, (2,)."""

    @property
    def covariance(self) -> Array | None:
        """A posterior's covariance in the plane, (2, 2)."""

    @property
    def x_hat(self) -> Array:
        """The reconstruction, of any shape."""

    @property
    def sse(self) -> float:
        """The squared error summed over pixels."""


def answer_of(sample: MadeOfDrawing) -> dict[str, Any]:
    """What the server made of a drawing, for the header of a message."""
    covariance = sample.covariance
    return {
        "place": sample.place.tolist(),
        "covariance": None if covariance is None else covariance[[0, 0, 1], [0, 1, 1]].tolist(),
        "x_hat": sample.x_hat.ravel().tolist(),
        "error": sample.sse,
    }
