"""A decoder as a list of plain layers, so that a browser or another runtime can evaluate it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Shape = tuple[int, ...]
ActivationName = Literal["relu", "leaky_relu", "sigmoid", "tanh", "elu", "softplus", "identity"]
LEAKY_SLOPE = 0.01


@dataclass(frozen=True, eq=False)
class Dense:
    """y = x Wᵀ + b with weight (out, in) and bias (out,); maps are flattened first."""

    weight: Array
    bias: Array


@dataclass(frozen=True)
class Activation:
    """An elementwise nonlinearity; slope: of leaky_relu below 0."""

    name: ActivationName
    slope: float = LEAKY_SLOPE


@dataclass(frozen=True)
class Reshape:
    """A flat vector (C * H * W,) as maps (C, H, W), channel by channel."""

    shape: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Convolution:
    """Cross-correlation of maps as in torch.nn.Conv2d: weight (out, in, kh, kw), bias (out,)."""

    weight: Array
    bias: Array
    stride: int
    padding: int


@dataclass(frozen=True, eq=False)
class TransposedConvolution:
    """The transpose of a convolution as in torch.nn.ConvTranspose2d: weight (in, out, kh, kw), bias (out,)."""

    weight: Array
    bias: Array
    stride: int
    padding: int
    output_padding: tuple[int, int]


@dataclass(frozen=True)
class Upsampling:
    """Nearest neighbour to (H, W) as in torch.nn.Upsample(size=..., mode="nearest")."""

    size: tuple[int, int]


@dataclass(frozen=True)
class ChannelsLast:
    """Maps (C, H, W) as a flat vector (H * W * C,), pixel by pixel, as colour images lie in a data set."""


Layer = Dense | Activation | Reshape | ChannelsLast | Convolution | TransposedConvolution | Upsampling
Weighted = Dense | Convolution | TransposedConvolution
W = TypeVar("W", bound=Weighted)


def apply_layers(layers: tuple[Layer, ...], x: Array) -> Array:
    """Evaluate a list of layers with NumPy; x: (N, in) -> (N, out), maps flattened at the end."""
    for layer in layers:
        x = _apply(layer, x)
    return x.reshape(len(x), -1)


def output_shapes(layers: tuple[Layer, ...], n_inputs: int) -> tuple[Shape, ...]:
    """The shape of one sample after each layer, (D,) or (C, H, W), of an input of `n_inputs` values."""
    shapes: list[Shape] = []
    shape: Shape = (n_inputs,)
    for layer in layers:
        shape = _output_shape(layer, shape)
        shapes.append(shape)
    return tuple(shapes)


def folded(layer: W, scale: Array, shift: Array) -> W:
    """The layer followed by y * scale + shift for each output channel; scale and shift: (out,).

    A batch normalisation in evaluation has scale = gamma / sqrt(variance + eps), shift = beta - mean * scale.
    """
    channel_axis = 1 if isinstance(layer, TransposedConvolution) else 0
    shape = [1] * layer.weight.ndim
    shape[channel_axis] = len(scale)
    weight = (layer.weight * scale.reshape(shape)).astype(np.float32)
    return replace(layer, weight=weight, bias=(layer.bias * scale + shift).astype(np.float32))


def _apply(layer: Layer, x: Array) -> Array:
    match layer:
        case Dense():
            return x.reshape(len(x), -1) @ layer.weight.T + layer.bias
        case Activation():
            return _activated(layer, x)
        case Reshape():
            return x.reshape(len(x), *layer.shape)
        case ChannelsLast():
            return np.moveaxis(x, 1, -1).reshape(len(x), -1)
        case Convolution():
            return _convolve(layer, x)
        case TransposedConvolution():
            return _convolve_transposed(layer, x)
        case Upsampling():
            rows, columns = (nearest_sources(*sizes) for sizes in zip(x.shape[2:], layer.size, strict=True))
            return x[:, :, rows[:, None], columns]


def _activated(layer: Activation, x: Array) -> Array:
    if layer.name == "leaky_relu":
        return np.where(x > 0, x, np.float32(layer.slope) * x)
    return ACTIVATIONS[layer.name](x)


def _output_shape(layer: Layer, shape: Shape) -> Shape:
    match layer:
        case Dense():
            return layer.bias.shape
        case Reshape():
            return layer.shape
        case ChannelsLast():
            return (prod(shape),)
        case Upsampling():
            return (shape[0], *layer.size)
        case Convolution():
            kernel = layer.weight.shape[2:]
            sizes = (_convolved(layer, size, k) for size, k in zip(shape[1:], kernel, strict=True))
            return (len(layer.bias), *sizes)
        case TransposedConvolution():
            edges = zip(shape[1:], layer.weight.shape[2:], layer.output_padding, strict=True)
            return (len(layer.bias), *(_spread(layer, *edge) for edge in edges))
        case Activation():
            return shape


def _convolved(layer: Convolution, size: int, kernel: int) -> int:
    return (size + 2 * layer.padding - kernel) // layer.stride + 1


def _spread(layer: TransposedConvolution, size: int, kernel: int, extra: int) -> int:
    return (size - 1) * layer.stride - 2 * layer.padding + kernel + extra


def _convolve(layer: Convolution, x: Array) -> Array:
    # One product for each tap of the kernel: as fast as unfolding the windows at a ninth of its memory.
    n_out, height, width = _output_shape(layer, x.shape[1:])
    edge = (layer.padding, layer.padding)
    padded = np.pad(x, ((0, 0), (0, 0), edge, edge))
    total = np.zeros((len(x), n_out, height * width), np.float32)
    for row, column in product(*map(range, layer.weight.shape[2:])):
        seen = padded[:, :, _every(row, layer.stride, height), _every(column, layer.stride, width)]
        total += layer.weight[:, :, row, column] @ seen.reshape(*seen.shape[:2], -1)
    return total.reshape(len(x), n_out, height, width) + layer.bias[:, None, None]


def _convolve_transposed(layer: TransposedConvolution, x: Array) -> Array:
    n_in, height, width = x.shape[1:]
    n_out, rows, columns = _output_shape(layer, x.shape[1:])
    stride, padding = layer.stride, layer.padding
    spread = np.zeros((len(x), n_out, rows + 2 * padding, columns + 2 * padding), np.float32)
    flat = x.reshape(len(x), n_in, -1)
    for row, column in product(*map(range, layer.weight.shape[2:])):
        part = (layer.weight[:, :, row, column].T @ flat).reshape(len(x), n_out, height, width)
        spread[:, :, _every(row, stride, height), _every(column, stride, width)] += part
    return spread[:, :, padding : padding + rows, padding : padding + columns] + layer.bias[:, None, None]


def _every(start: int, stride: int, count: int) -> slice:
    return slice(start, start + stride * (count - 1) + 1, stride)


def nearest_sources(n_in: int, n_out: int) -> NDArray[np.intp]:
    """The row of `n_in` that each of `n_out` rows repeats, (n_out,); rounded in float32 as torch rounds it."""
    scale = np.float32(n_in) / np.float32(n_out)
    sources: NDArray[np.intp] = np.minimum(np.arange(n_out, dtype=np.float32) * scale, n_in - 1).astype(np.intp)
    return sources


def _relu(x: Array) -> Array:
    return np.maximum(x, np.float32(0))


def _sigmoid(x: Array) -> Array:
    # One branch for each sign, so that exp never overflows.
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay)).astype(np.float32)


def _elu(x: Array) -> Array:
    return np.where(x > 0, x, np.expm1(np.minimum(x, np.float32(0))))


def _softplus(x: Array) -> Array:
    return np.logaddexp(x, np.float32(0))


def _identity(x: Array) -> Array:
    return x


ACTIVATIONS: dict[ActivationName, Callable[[Array], Array]] = {
    "relu": _relu,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": _elu,
    "softplus": _softplus,
    "identity": _identity,
}
