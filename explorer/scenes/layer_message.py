"""Layers of a network as the browser reads them: what each does, and its weights as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.models.layers import (
    Activation,
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


def weight_arrays(layers: Sequence[Layer], prefix: str = "") -> dict[str, NDArray[Any]]:
    """Weights and biases by the names that `layer_specs` gives them, which begin with a prefix."""
    arrays: dict[str, NDArray[Any]] = {}
    for position, layer in enumerate(layers):
        if isinstance(layer, Weighted):
            arrays[f"{prefix}weight{position}"] = layer.weight.astype(np.float32, copy=False)
            arrays[f"{prefix}bias{position}"] = layer.bias.astype(np.float32, copy=False)
    return arrays


def layer_specs(layers: tuple[Layer, ...], n_inputs: int, prefix: str = "") -> list[dict[str, Any]]:
    """The layers for the browser, each with its shapes before and after; flattening maps is a layer too."""
    specs: list[dict[str, Any]] = []
    shape: Shape = (n_inputs,)
    for position, (layer, after) in enumerate(zip(layers, output_shapes(layers, n_inputs), strict=True)):
        if isinstance(layer, Dense | Reshape) and len(shape) > 1:
            specs.append({"kind": "flatten", "from": shape})
        specs.append(_layer_spec(f"{prefix}{{}}{position}", layer) | {"from": shape, "shape": after})
        shape = after
    return specs if len(shape) == 1 else [*specs, {"kind": "flatten", "from": shape}]


def _layer_spec(name: str, layer: Layer) -> dict[str, Any]:
    match layer:
        case Dense():
            return {"kind": "dense", **_weights(name)}
        case Activation(name="leaky_relu"):
            return {"kind": "activation", "name": layer.name, "slope": layer.slope}
        case Activation():
            return {"kind": "activation", "name": layer.name}
        case Reshape() | Upsampling():
            return {"kind": type(layer).__name__.lower()}
        case ChannelsLast():
            # In the browser maps lie with their channels last already.
            return {"kind": "activation", "name": "identity"}
        case Convolution():
            kind = "convolution"
        case TransposedConvolution():
            kind = "transposed_convolution"
    return {"kind": kind, **_weights(name), "stride": layer.stride, "padding": layer.padding}


def _weights(name: str) -> dict[str, str]:
    return {field: name.format(field) for field in ("weight", "bias")}
