"""What the latent canvas shows: codes in a plane, the decoder that follows the pointer, and real samples to compare."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.models.layers import Array, Dense, Layer

Bytes = NDArray[np.uint8]
MAX_CLASSES = 256


@dataclass(frozen=True)
class Pin:
    """A point of the plane that the user holds on to, in the plane's own units."""

    u: float
    v: float


@dataclass(frozen=True, eq=False)
class References:
    """Real samples to show beside a decoded one.

    codes: (M, 2) in the plane; samples: (M, H, W) uint8 images or (M, D) float32 curves; labels: (M,) uint8.
    Raises CanvasError when the arrays do not belong together.
    """

    codes: Array
    samples: NDArray[Any]
    labels: Bytes

    def __post_init__(self) -> None:
        _check_codes("references.codes", self.codes)
        _check_length("references.samples", self.samples, len(self.codes))
        _check_length("references.labels", self.labels, len(self.codes))


@dataclass(frozen=True, eq=False)
class Background:
    """A map under the codes.

    rgba: (H, W, 4) uint8, first row on top; extent: (u_min, u_max, v_min, v_max); label: what its colours mean.
    Raises CanvasError for another shape or an empty extent.
    """

    rgba: Bytes
    extent: tuple[float, float, float, float]
    label: str

    def __post_init__(self) -> None:
        if self.rgba.ndim != 3 or self.rgba.shape[2] != 4:
            raise CanvasError(f"The background has shape {self.rgba.shape}, but must be (height, width, 4).")
        u_min, u_max, v_min, v_max = self.extent
        if not (u_min < u_max and v_min < v_max):
            raise CanvasError(f"The background's extent is {self.extent}, but must rise along both axes.")


@dataclass(frozen=True, eq=False)
class CanvasScene:
    """Everything the browser needs to decode wherever the pointer is: z = origin + u * axes[0] + v * axes[1].

    codes: (N, 2) in the plane; labels: (N,) uint8 below C; class_names and colors ('#rrggbb'): C of each;
    decoder: layers from K to D; origin: (K,); axes: (2, K); axis_labels: one for u, one for v;
    image_shape: (H, W) with H * W = D, or None to draw the decoded vector as a curve;
    reference_note: the sentence shown where there are no references; alt: what the picture shows, in words;
    link: canvases of one page that name the same link follow each other's pointer by nearest reference.
    Raises CanvasError that names the field which does not fit.
    """

    codes: Array
    labels: Bytes
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    decoder: tuple[Layer, ...]
    origin: Array
    axes: Array
    axis_labels: tuple[str, str]
    image_shape: tuple[int, int] | None
    references: References | None = None
    reference_note: str = "No real samples at hand to compare with."
    background: Background | None = None
    alt: str = "Latent plane"
    link: str | None = None

    def __post_init__(self) -> None:
        _check_codes("codes", self.codes)
        _check_length("labels", self.labels, len(self.codes))
        self._check_classes()
        self._check_plane()
        self._check_output()

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        return len(self.origin)

    @property
    def n_outputs(self) -> int:
        """The number of values D that the decoder gives."""
        return len(_dense_layers(self.decoder)[-1].bias)

    def z_at(self, pin: Pin) -> Array:
        """The latent vector (K,) at a point of the plane."""
        z: Array = self.origin + np.float32(pin.u) * self.axes[0] + np.float32(pin.v) * self.axes[1]
        return z

    def _check_classes(self) -> None:
        n_classes = len(self.class_names)
        if not 0 < n_classes <= MAX_CLASSES:
            raise CanvasError(f"The scene has {n_classes} classes, but must have from 1 to {MAX_CLASSES}.")
        if len(self.colors) != n_classes:
            raise CanvasError(f"The scene has {len(self.colors)} colors for {n_classes} classes; give one for each.")
        labels = [self.labels] if self.references is None else [self.labels, self.references.labels]
        highest = max((int(part.max()) for part in labels if len(part)), default=0)
        if highest >= n_classes:
            raise CanvasError(f"A label is {highest}, but the scene has only {n_classes} class names.")

    def _check_plane(self) -> None:
        inputs = _dense_layers(self.decoder)[0].weight.shape[1]
        if self.origin.shape != (inputs,) or self.axes.shape != (2, inputs):
            raise CanvasError(
                f"origin has shape {self.origin.shape} and axes {self.axes.shape}, "
                f"but the decoder takes codes of {inputs}: they must be ({inputs},) and (2, {inputs})."
            )
        if not (np.isfinite(self.origin).all() and np.isfinite(self.axes).all()):
            raise CanvasError("origin and axes of the plane must be finite numbers.")

    def _check_output(self) -> None:
        if self.image_shape is not None and int(np.prod(self.image_shape)) != self.n_outputs:
            raise CanvasError(
                f"image_shape is {self.image_shape}, but the decoder gives {self.n_outputs} values a sample."
            )
        if self.references is not None and int(np.prod(self.references.samples.shape[1:])) != self.n_outputs:
            raise CanvasError(
                f"The references have shape {self.references.samples.shape[1:]}, "
                f"but the decoder gives {self.n_outputs} values a sample."
            )


def _dense_layers(decoder: tuple[Layer, ...]) -> list[Dense]:
    layers = [layer for layer in decoder if isinstance(layer, Dense)]
    if not layers:
        raise CanvasError("The decoder has no dense layer, so it cannot map a code to a sample.")
    return layers


def _check_codes(name: str, codes: Array) -> None:
    if codes.ndim != 2 or codes.shape[1] != 2 or len(codes) == 0:
        raise CanvasError(f"{name} has shape {codes.shape}, but must be (N, 2) with at least one row.")
    if not np.isfinite(codes).all():
        raise CanvasError(f"{name} holds a value that is not finite; every code must be a number.")


def _check_length(name: str, array: NDArray[Any], expected: int) -> None:
    if len(array) != expected:
        raise CanvasError(f"{name} has {len(array)} rows, but must have {expected}, one for each code.")
