"""What the latent canvas shows: codes in a plane, the decoder that follows the pointer, and real samples to compare."""

from collections.abc import Callable, Sized
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.models.layers import Array, Dense, Layer, Shape, apply_layers, output_shapes

Bytes = NDArray[np.uint8]
Decode = Callable[[Array, Bytes], Array]
MAX_CLASSES = 256


@dataclass(frozen=True)
class Pin:
    """A point that the user holds on to, in the plane's own units; w: its distance from the plane along the normal."""

    u: float
    v: float
    w: float = 0.0


@dataclass(frozen=True, eq=False)
class References:
    """Real samples to show beside a decoded one.

    codes: (M, 2) in the plane; samples: (M, H, W) uint8 images or (M, D) float32 curves, or None where they are not at
    hand: then the pointer still finds the nearest code, but no picture of it; labels: (M,) uint8.
    Raises CanvasError when the arrays do not belong together.
    """

    codes: Array
    samples: NDArray[Any] | None
    labels: Bytes

    def __post_init__(self) -> None:
        _check_codes("references.codes", self.codes)
        if self.samples is not None:
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
class ThirdAxis:
    """What the view in three dimensions adds to a plane.

    axis: (K,) orthonormal to the plane's axes; label: its name; at_origin: the coordinate under that name where w = 0;
    codes: (N,) and references: (M,) or None, the distances w of the scene's codes and references from the plane.
    Raises CanvasError for a distance that is not finite.
    """

    axis: Array
    label: str
    at_origin: float
    codes: Array
    references: Array | None = None

    def __post_init__(self) -> None:
        distances = [array for array in (self.codes, self.references) if array is not None]
        if not all(np.isfinite(array).all() for array in distances):
            raise CanvasError("A distance from the plane is not finite; every one must be a number.")


@dataclass(frozen=True, eq=False)
class CanvasScene:
    """Everything the browser needs to decode wherever the pointer is: z = origin + u * axes[0] + v * axes[1].

    codes: (N, 2) in the plane; labels: (N,) uint8 below C; class_names and `colors` ('#rrggbb'): C of each;
    decoder: layers from K to D; origin: (K,); axes: (2, K); axis_labels: one for u, one for v;
    image_shape: (H, W) with H * W = D, or 3 * H * W = D in colour, or None to draw the decoded vector as a curve;
    draws: (n, 2) in the plane, what a sampler drew, on top of the codes;
    reference_note: the sentence shown in the place of a reference's picture; alt: what the picture shows, in words;
    link: canvases of one page that name the same link follow each other's pointer by nearest reference;
    class_biases: (C, width), the bias of the first layer for each class where the decoder depends on the class;
    decode: codes (N, K) and labels (N,) to samples (N, D), asked when a browser is too slow; None: the layers do it.
    third: what the view in three dimensions needs, which adds w * third.axis to z; None for a scene without one.
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
    draws: Array | None = None
    alt: str = "Latent plane"
    link: str | None = None
    class_biases: Array | None = None
    decode: Decode | None = None
    third: ThirdAxis | None = None

    def __post_init__(self) -> None:
        _check_codes("codes", self.codes)
        _check_length("labels", self.labels, len(self.codes))
        if self.draws is not None:
            _check_codes("draws", self.draws)
        self._check_classes()
        self._check_plane()
        self._check_third()
        self._check_biases()
        self._check_output()

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions K."""
        return len(self.origin)

    @property
    def n_outputs(self) -> int:
        """The number of values D that the decoder gives."""
        return int(np.prod(self.output_shapes()[-1]))

    def output_shapes(self) -> tuple[Shape, ...]:
        """The shape of one sample after each layer of the decoder."""
        return output_shapes(self.decoder, self.latent_dim)

    @property
    def basis(self) -> Array:
        """The directions of u, v and w: (3, K), the last of them 0 where there is no third axis."""
        third = np.zeros(self.latent_dim, np.float32) if self.third is None else self.third.axis
        return np.vstack((self.axes, third))

    def samples_at(self, places: Array, labels: Bytes) -> Array:
        """What is decoded at places (u, v, w), (N, 3), as classes (N,), without the browser: (N, D)."""
        z: Array = self.origin + places @ self.basis
        return (self.decode or self._decode)(z, labels)

    def _decode(self, z: Array, labels: Bytes) -> Array:
        if self.class_biases is None:
            return apply_layers(self.decoder, z)
        first, *rest = self.decoder
        assert isinstance(first, Dense)
        hidden = apply_layers((replace(first, bias=np.zeros_like(first.bias)),), z) + self.class_biases[labels]
        return apply_layers(tuple(rest), hidden)

    def z_at(self, pin: Pin) -> Array:
        """The latent vector (K,) at a point."""
        z: Array = self.origin + np.array([pin.u, pin.v, pin.w], np.float32) @ self.basis
        return z

    def pin_at(self, z: Array) -> Pin:
        """The point (u, v, w) nearest to a latent vector (K,); the axes must be orthonormal."""
        u, v, w = (self.basis @ (z - self.origin)).tolist()
        return Pin(u, v, w)

    def _check_classes(self) -> None:
        n_classes = len(self.class_names)
        if not 0 < n_classes <= MAX_CLASSES:
            raise CanvasError(f"The scene has {n_classes} classes, but must have from 1 to {MAX_CLASSES}.")
        if len(self.colors) != n_classes:
            raise CanvasError(f"The scene has {len(self.colors)} colours for {n_classes} classes; give one for each.")
        labels = [self.labels] if self.references is None else [self.labels, self.references.labels]
        highest = max((int(part.max()) for part in labels if len(part)), default=0)
        if highest >= n_classes:
            raise CanvasError(f"A label is {highest}, but the scene has only {n_classes} class names.")

    def _check_plane(self) -> None:
        inputs = _first_layer(self.decoder).weight.shape[1]
        if self.origin.shape != (inputs,) or self.axes.shape != (2, inputs):
            raise CanvasError(
                f"origin has shape {self.origin.shape} and axes {self.axes.shape}, "
                f"but the decoder takes codes of {inputs}: they must be ({inputs},) and (2, {inputs})."
            )
        if not (np.isfinite(self.origin).all() and np.isfinite(self.axes).all()):
            raise CanvasError("origin and axes of the plane must be finite numbers.")

    def _check_third(self) -> None:
        if self.third is None:
            return
        if self.third.axis.shape != self.origin.shape:
            raise CanvasError(
                f"The third axis has shape {self.third.axis.shape}, but must be {self.origin.shape}, as codes are."
            )
        _check_length("third.codes", self.third.codes, len(self.codes))
        expected = 0 if self.references is None else len(self.references.codes)
        _check_length("third.references", self.third.references if self.third.references is not None else [], expected)

    def _check_biases(self) -> None:
        expected = (len(self.class_names), len(_first_layer(self.decoder).bias))
        if self.class_biases is not None and self.class_biases.shape != expected:
            raise CanvasError(
                f"class_biases has shape {self.class_biases.shape}, but must be {expected}: "
                "the first layer's bias for each class."
            )

    def _check_output(self) -> None:
        n_pixels = self.n_outputs if self.image_shape is None else int(np.prod(self.image_shape))
        if self.n_outputs not in (n_pixels, 3 * n_pixels):
            raise CanvasError(
                f"image_shape is {self.image_shape}, but the decoder gives {self.n_outputs} values per sample."
            )
        samples = None if self.references is None else self.references.samples
        if samples is not None and int(np.prod(samples.shape[1:])) != self.n_outputs:
            raise CanvasError(
                f"The references have shape {samples.shape[1:]}, "
                f"but the decoder gives {self.n_outputs} values per sample."
            )


def _first_layer(decoder: tuple[Layer, ...]) -> Dense:
    if not decoder or not isinstance(decoder[0], Dense):
        raise CanvasError("The decoder does not begin with a dense layer, so it cannot map a code to a sample.")
    return decoder[0]


def _check_codes(name: str, codes: Array) -> None:
    if codes.ndim != 2 or codes.shape[1] != 2 or len(codes) == 0:
        raise CanvasError(f"{name} has shape {codes.shape}, but must be (N, 2) with at least one row.")
    if not np.isfinite(codes).all():
        raise CanvasError(f"{name} holds a value that is not finite; every code must be a number.")


def _check_length(name: str, array: Sized, expected: int) -> None:
    if len(array) != expected:
        raise CanvasError(f"{name} has {len(array)} rows, but must have {expected}, one for each code.")
