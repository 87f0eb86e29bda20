"""A network as a text, such as 'dense:64 relu dense:784 sigmoid', from which its layers and their shapes follow."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import prod
from typing import get_args

import numpy as np

from explorer.errors import SpecError
from explorer.models.layers import (
    Activation,
    ActivationName,
    Array,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    Shape,
    TransposedConvolution,
    Upsampling,
    Weighted,
    output_shapes,
)

MOST_LAYERS = 100
MOST_WEIGHTS = 1 << 25
MOST_VALUES = 1 << 21
# A slope stands in the text as a number between 0 and 1.
_WORD = re.compile(r"([a-z_]+)(?::(\d{1,8}(?:x\d{1,8})*|\d\.\d{1,9}))?", re.ASCII)


def text_of_layers(layers: tuple[Layer, ...]) -> str:
    """The network of some layers as a text, without their weights."""
    return " ".join(map(_word_of, layers))


def skeleton(text: str, n_inputs: int) -> tuple[Layer, ...]:
    """The layers of a text, with weights that are all 0 and take no memory; raises SpecError for what is no network."""
    layers: tuple[Layer, ...] = ()
    shape: Shape = (n_inputs,)
    words = text.split(" ")
    if len(words) > MOST_LAYERS:
        raise SpecError(f"The network has {len(words)} layers; {MOST_LAYERS} are allowed.")
    for word in words:
        layer = _layer_of(word, shape)
        layers, shape = (*layers, layer), output_shapes((*layers, layer), n_inputs)[-1]
        if min(shape) < 1 or prod(shape) > MOST_VALUES:
            raise SpecError(f"The layer {word!r} gives values of the shape {shape}; at most {MOST_VALUES:,} fit here.")
    if (n_weights := sum(layer.weight.size for layer in layers if isinstance(layer, Weighted))) > MOST_WEIGHTS:
        raise SpecError(f"The network has {n_weights:,} weights; {MOST_WEIGHTS:,} are allowed.")
    return layers


def weights_of(layers: tuple[Layer, ...], part: str) -> dict[str, Array]:
    """The weights and biases of layers, by names such as 'decoder.0.weight'."""
    return {name: getattr(layer, field) for name, layer, field in _named(layers, part)}


def with_weights(layers: tuple[Layer, ...], part: str, arrays: Mapping[str, Array]) -> tuple[Layer, ...]:
    """Layers with the arrays of the names that `weights_of` gives."""
    filled = list(layers)
    for position, layer in enumerate(layers):
        if isinstance(layer, Weighted):
            weight, bias = (arrays[f"{part}.{position}.{field}"] for field in ("weight", "bias"))
            filled[position] = replace(layer, weight=weight, bias=bias)
    return tuple(filled)


def _named(layers: tuple[Layer, ...], part: str) -> Iterator[tuple[str, Layer, str]]:
    for position, layer in enumerate(layers):
        if isinstance(layer, Weighted):
            yield from ((f"{part}.{position}.{field}", layer, field) for field in ("weight", "bias"))


def _word_of(layer: Layer) -> str:
    match layer:
        case Dense():
            return f"dense:{len(layer.bias)}"
        case Activation():
            return f"leaky_relu:{layer.slope:.9f}" if layer.name == "leaky_relu" else layer.name
        case Reshape():
            return _sized("maps", layer.shape)
        case ChannelsLast():
            return "channels_last"
        case Upsampling():
            return _sized("upsampling", layer.size)
        case Convolution():
            sizes = (len(layer.bias), *layer.weight.shape[2:], layer.stride, layer.padding)
            return _sized("convolution", sizes)
        case TransposedConvolution():
            sizes = (len(layer.bias), *layer.weight.shape[2:], layer.stride, layer.padding, *layer.output_padding)
            return _sized("transposed", sizes)


def _sized(word: str, sizes: Shape) -> str:
    return f"{word}:{'x'.join(map(str, sizes))}"


def _layer_of(word: str, shape: Shape) -> Layer:
    """One word as a layer after values of a shape; raises SpecError."""
    match = _WORD.fullmatch(word)
    name, given = (match[1], match[2] or "") if match else ("", "")
    try:
        if name == "leaky_relu":
            return Activation("leaky_relu", float(given))
        if name in get_args(ActivationName) and not given:
            return Activation(name)  # type: ignore[arg-type]
        sizes = tuple(int(size) for size in given.split("x")) if given else ()
        return _BUILDERS[name](shape, *sizes)
    except (KeyError, TypeError, ValueError):
        raise SpecError(f"{word[:40]!r} is no layer that can follow values of the shape {shape}.") from None


def _zeros(*shape: int) -> Array:
    return np.broadcast_to(np.float32(0), shape)


def _dense(shape: Shape, n_out: int) -> Layer:
    return Dense(_zeros(n_out, prod(shape)), _zeros(n_out))


def _maps(shape: Shape, channels: int, height: int, width: int) -> Layer:
    if prod(shape) != channels * height * width:
        raise ValueError
    return Reshape((channels, height, width))


def _upsampling(shape: Shape, height: int, width: int) -> Layer:
    _check_maps(shape)
    return Upsampling((height, width))


def _channels_last(shape: Shape) -> Layer:
    _check_maps(shape)
    return ChannelsLast()


def _convolution(shape: Shape, n_out: int, height: int, width: int, stride: int, padding: int) -> Layer:
    _check_maps(shape, height, width, stride)
    return Convolution(_zeros(n_out, shape[0], height, width), _zeros(n_out), stride, padding)


def _transposed(shape: Shape, n_out: int, height: int, width: int, stride: int, padding: int, *added: int) -> Layer:
    _check_maps(shape, height, width, stride)
    rows, columns = added
    if max(added) >= stride + padding:
        raise ValueError
    weight = _zeros(shape[0], n_out, height, width)
    return TransposedConvolution(weight, _zeros(n_out), stride, padding, (rows, columns))


def _check_maps(shape: Shape, *sizes: int) -> None:
    """Raise ValueError for values that are no maps (C, H, W), and for a size of 0."""
    if len(shape) != 3 or not all(sizes):
        raise ValueError


_BUILDERS: dict[str, Callable[..., Layer]] = {
    "dense": _dense,
    "maps": _maps,
    "upsampling": _upsampling,
    "channels_last": _channels_last,
    "convolution": _convolution,
    "transposed": _transposed,
}
