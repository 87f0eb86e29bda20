"""A decoder as a list of plain layers, so that a browser or another runtime can evaluate it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
ActivationName = Literal["relu", "leaky_relu", "sigmoid", "tanh"]
LEAKY_SLOPE = 0.01


@dataclass(frozen=True, eq=False)
class Dense:
    """y = x Wᵀ + b with weight (out, in) and bias (out,)."""

    weight: Array
    bias: Array


@dataclass(frozen=True)
class Activation:
    """An elementwise nonlinearity."""

    name: ActivationName


Layer = Dense | Activation


def apply_layers(layers: tuple[Layer, ...], x: Array) -> Array:
    """Evaluate a list of layers with NumPy; x: (N, in) -> (N, out)."""
    for layer in layers:
        x = _dense(layer, x) if isinstance(layer, Dense) else ACTIVATIONS[layer.name](x)
    return x


def _dense(layer: Dense, x: Array) -> Array:
    return x @ layer.weight.T + layer.bias


def _relu(x: Array) -> Array:
    return np.maximum(x, np.float32(0))


def _leaky_relu(x: Array) -> Array:
    return np.where(x > 0, x, np.float32(LEAKY_SLOPE) * x)


def _sigmoid(x: Array) -> Array:
    # One branch for each sign, so that exp never overflows.
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay)).astype(np.float32)


ACTIVATIONS: dict[ActivationName, Callable[[Array], Array]] = {
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
}
