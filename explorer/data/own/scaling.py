"""Values of a file as samples: their shape, and the numbers that the models see."""

from dataclasses import dataclass
from math import isqrt, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.own.bounds import check_sample_shape, check_value_bytes, check_values
from explorer.data.own.content import Choices, lengths
from explorer.errors import DatasetError

Array = NDArray[Any]
MAX_BYTE = 255
# Bytes of which none is larger are no full range from black to white, such as 0 and 1 or 0 to 16.
LEAST_HIGHEST_BYTE = 64
FEWEST_PIXELS = 64
VALUES, IMAGES, CHANNELS = 2, 3, 4


@dataclass(frozen=True, eq=False)
class Scaled:
    """Samples as the models see them, and how they were made; low and high are of the values as they stood."""

    samples: NDArray[np.uint8] | NDArray[np.float32]
    low: float
    high: float
    sentence: str


def shaped(values: Array, choices: Choices) -> Array:
    """Values as samples (N, D), (N, H, W) or (N, H, W, 3); raises DatasetError for a shape that is none of these."""
    plain = _channels_last(values)
    flat = plain.reshape(len(plain), prod(plain.shape[1:]))
    shape = plain.shape[1:]
    if choices.shape == "vector":
        shape = flat.shape[1:]
    elif choices.shape:
        shape = lengths(choices.shape)
    elif plain.ndim == VALUES and _looks_like_images(plain):
        shape = (isqrt(plain.shape[1]), isqrt(plain.shape[1]))
    if prod(shape) != flat.shape[1]:
        raise DatasetError(
            f"A sample has {flat.shape[1]:,} values, but {' × '.join(map(str, shape))} are {prod(shape):,}; choose "
            "another shape."
        )
    check_sample_shape(shape)
    return flat.reshape(len(flat), *shape)


def scaled(values: Array, choices: Choices, per_column: bool) -> Scaled:
    """Samples (N, ...) of finite numbers, as bytes or in the scale that was chosen."""
    low, high = float(values.min()), float(values.max())
    check_values(low, high)
    if all(np.array_equal(sample, values[0]) for sample in values):
        raise DatasetError("All samples are the same; give data that vary.")
    if values.ndim > VALUES and choices.scaling == "range":
        if _are_bytes(values, low, high):
            return Scaled(values.astype(np.uint8, copy=False), low, high, "Bytes are kept; 0 to 255 become 0 to 1.")
        if low >= 0 and 0.5 < high <= 1:
            return Scaled(values.astype(np.float32), low, high, "Values from 0 to 1 are kept as they are.")
    check_value_bytes(4 * values.size)
    of = " of its column" if per_column else ""
    axis = 0 if per_column else None
    numbers = values.astype(np.float32)
    if choices.scaling == "none":
        return Scaled(numbers, low, high, "Values are kept as they are.")
    if choices.scaling == "standard":
        spread = _above_zero(numbers.std(axis=axis, dtype=np.float64))
        numbers = (numbers - numbers.mean(axis=axis, dtype=np.float64)) / spread
        sentence = f"Each value has the mean{of or ' of all'} subtracted and is divided by its standard deviation."
    else:
        least = numbers.min(axis=axis)
        numbers = (numbers - least) / _above_zero(numbers.max(axis=axis) - least)
        sentence = f"The least value{of or ' of all'} becomes 0 and the largest 1."
    return Scaled(numbers.astype(np.float32), low, high, sentence)


def _channels_last(values: Array) -> Array:
    """Images with their colours along the last axis, and without it where there is one only."""
    if values.ndim not in (VALUES, IMAGES, CHANNELS):
        raise DatasetError(
            f"The samples have {values.ndim - 1} dimensions each; give vectors, images or colour images."
        )
    if values.ndim < CHANNELS:
        return values
    if values.shape[-1] not in (1, 3) and values.shape[1] in (1, 3):
        values = np.moveaxis(values, 1, -1)
    if values.shape[-1] not in (1, 3):
        raise DatasetError(f"An image has {values.shape[-1]} channels, but must have 1 (grey) or 3 (red, green, blue).")
    return values[..., 0] if values.shape[-1] == 1 else values


def _looks_like_images(values: Array) -> bool:
    """Whether vectors are as long as a square of pixels and hold bytes."""
    n_values = values.shape[1]
    is_square = n_values >= FEWEST_PIXELS and isqrt(n_values) ** 2 == n_values
    return is_square and _are_bytes(values, float(values.min(initial=0)), float(values.max(initial=0)))


def _are_bytes(values: Array, low: float, high: float) -> bool:
    if low < 0 or not LEAST_HIGHEST_BYTE < high <= MAX_BYTE:
        return False
    return values.dtype.kind in "iu" or bool((values == np.rint(values)).all())


def _above_zero(spread: Any) -> Any:
    return np.where(spread > 0, spread, 1)
