"""A decoder's plain layers as PyTorch computes them, so that an error can be differentiated by the code."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.models.layers import (
    Activation,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
)

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": functional.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": functional.elu,
    "softplus": functional.softplus,
    "identity": lambda x: x,
}


def apply_with_gradient(layers: tuple[Layer, ...], z: Tensor) -> Tensor:
    """`apply_layers` in PyTorch; z: (N, K) -> (N, D) of the same precision, with a gradient back to z."""
    for layer in layers:
        z = _apply(layer, z)
    return z.flatten(1)


def _apply(layer: Layer, x: Tensor) -> Tensor:
    if isinstance(layer, Dense):
        return functional.linear(x.flatten(1), _tensor(layer.weight, x.dtype), _tensor(layer.bias, x.dtype))
    if isinstance(layer, Activation):
        if layer.name == "leaky_relu":
            return functional.leaky_relu(x, layer.slope)
        return _ACTIVATIONS[layer.name](x)
    if isinstance(layer, Reshape):
        return x.reshape(-1, *layer.shape)
    if isinstance(layer, ChannelsLast):
        return x.movedim(1, -1).flatten(1)
    if isinstance(layer, Upsampling):
        return functional.interpolate(x, size=layer.size, mode="nearest")
    return _convolve(layer, x)


def _convolve(layer: Convolution | TransposedConvolution, x: Tensor) -> Tensor:
    weight, bias = _tensor(layer.weight, x.dtype), _tensor(layer.bias, x.dtype)
    if isinstance(layer, Convolution):
        return functional.conv2d(x, weight, bias, layer.stride, layer.padding)
    return functional.conv_transpose2d(x, weight, bias, layer.stride, layer.padding, layer.output_padding)


def _tensor(array: NDArray[np.float32], dtype: torch.dtype) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32)).to(dtype)
