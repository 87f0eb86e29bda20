"""The operators of ONNX that are read, each as layers of a chain."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.models.layers import (
    Activation,
    ActivationName,
    Convolution,
    Dense,
    TransposedConvolution,
    Upsampling,
)
from explorer.store.foreign.chain import Chain

_FORMS: dict[str, ActivationName] = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Elu": "elu",
    "Softplus": "softplus",
}
CHANNELS_FIRST, CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]
# What a bound may cut off a sigmoid; PyTorch's example of a VAE has 1e-4.
CLIPPED = 1.01e-4


@dataclass(frozen=True)
class Operator:
    """One operator: its attributes, and its inputs as constants or None.

    shape: of what it gives, as far as it is known; place: which of its values it is.
    """

    kind: str
    attributes: dict[str, Any]
    inputs: tuple[NDArray[Any] | None, ...]
    shape: tuple[int, ...]
    place: int = 0

    def constant(self, place: int) -> NDArray[np.float32]:
        """An input that must be a constant; raises CheckpointError."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None or found.dtype.kind != "f" or not np.isfinite(found).all():
            raise CheckpointError(f"a weight of its operator {self.kind} is no constant of finite numbers")
        return found.astype(np.float32)

    def expect(self, name: str, default: Any, allowed: tuple[Any, ...]) -> None:
        """Raise CheckpointError where an attribute has none of the values that are read."""
        value = self.attributes.get(name, default)
        if value not in allowed:
            words = " or ".join(str(each) for each in allowed)
            raise CheckpointError(f"its operator {self.kind} has {name} = {value!r}; {words} is read")


def translate(operator: Operator, chain: Chain) -> None:
    """The operator as the chain's next layers; raises CheckpointError where it cannot be read."""
    if operator.kind in _FORMS:
        if operator.kind == "Elu":
            operator.expect("alpha", 1.0, (1.0,))
        slope = float(operator.attributes.get("alpha", 0.01))
        chain.add(Activation(_FORMS[operator.kind], slope if operator.kind == "LeakyRelu" else 0.01))
    else:
        TRANSLATED[operator.kind](operator, chain)


def _gemm(operator: Operator, chain: Chain) -> None:
    operator.expect("transA", 0, (0,))
    weight = operator.constant(1)
    weight = weight if operator.attributes.get("transB", 0) else weight.T
    weight = weight * np.float32(operator.attributes.get("alpha", 1.0))
    bias = operator.constant(2) if len(operator.inputs) > 2 else np.zeros(1, np.float32)
    _dense(weight, bias * np.float32(operator.attributes.get("beta", 1.0)), chain)


def _matmul(operator: Operator, chain: Chain) -> None:
    if operator.inputs[0] is not None:
        raise CheckpointError("its MatMul multiplies a constant with values, not values with a constant")
    _dense(operator.constant(1).T, np.zeros(1, np.float32), chain)


def _dense(weight: NDArray[np.float32], bias: NDArray[np.float32], chain: Chain) -> None:
    if weight.ndim != 2 or weight.shape[1] != prod(chain.shape):
        raise CheckpointError(f"a weight of the shape {weight.shape} does not fit {prod(chain.shape):,} values")
    spread = np.broadcast_to(bias.reshape(-1), (len(weight),))
    chain.add(Dense(np.ascontiguousarray(weight), spread.astype(np.float32)))


def _convolution(operator: Operator, chain: Chain) -> None:
    weight, stride, padding = _kernel(operator)
    bias = operator.constant(2) if len(operator.inputs) > 2 else np.zeros(len(weight), np.float32)
    chain.add(Convolution(weight, bias, stride, padding))


def _transposed(operator: Operator, chain: Chain) -> None:
    weight, stride, padding = _kernel(operator)
    bias = operator.constant(2) if len(operator.inputs) > 2 else np.zeros(weight.shape[1], np.float32)
    rows, columns = operator.attributes.get("output_padding", (0, 0))
    chain.add(TransposedConvolution(weight, bias, stride, padding, (int(rows), int(columns))))


def _kernel(operator: Operator) -> tuple[NDArray[np.float32], int, int]:
    """Weight, stride and padding, each the same in both directions; raises CheckpointError for others."""
    operator.expect("group", 1, (1,))
    operator.expect("auto_pad", b"NOTSET", (b"NOTSET",))
    operator.expect("dilations", [1, 1], ([1, 1],))
    weight, strides = operator.constant(1), operator.attributes.get("strides", [1, 1])
    pads = operator.attributes.get("pads", [0, 0, 0, 0])
    if weight.ndim != 4 or len({*strides}) != 1 or len({*pads}) != 1:
        raise CheckpointError(f"its operator {operator.kind} has unequal strides {strides} or pads {pads}")
    return np.ascontiguousarray(weight), int(strides[0]), int(pads[0])


def _normalisation(operator: Operator, chain: Chain) -> None:
    gamma, beta, mean, variance = (operator.constant(place) for place in (1, 2, 3, 4))
    scale = gamma / np.sqrt(variance + np.float32(operator.attributes.get("epsilon", 1e-5)))
    chain.scale(scale, beta - mean * scale)


def _per_channel(values: NDArray[np.float32], chain: Chain) -> NDArray[np.float32]:
    """A constant beside values, as () or one number for each channel; raises CheckpointError."""
    ends_right = values.shape[-2:] == (1, 1) or len(chain.shape) < 3
    if chain.lies_by_pixel:
        ends_right = values.shape[-1:] == (chain.n_channels,)
    if values.size != 1 and (values.size != chain.n_channels or not ends_right):
        raise CheckpointError(f"a constant of the shape {values.shape} stands beside values of the shape {chain.shape}")
    return values.reshape(-1)


def _affine(operator: Operator, chain: Chain) -> None:
    """Add, Sub, Mul and Div of values and a constant."""
    place = 1 if operator.inputs[0] is None else 0
    if place == 0 and operator.kind == "Div":
        raise CheckpointError("its operator Div divides a constant by values; the reverse is read")
    constant = _per_channel(operator.constant(place), chain)
    one, zero = np.ones(1, np.float32), np.zeros(1, np.float32)
    match operator.kind:
        case "Add":
            chain.scale(one, constant)
        case "Sub":
            chain.scale(one if place else -one, -constant if place else constant)
        case "Mul":
            chain.scale(constant, zero)
        case _ if not constant.all():
            raise CheckpointError("its operator Div divides by 0")
        case _:
            chain.scale(one / constant, zero)


def _reshape(operator: Operator, chain: Chain) -> None:
    target = operator.inputs[1] if len(operator.inputs) > 1 else None
    shape = () if target is None else tuple(int(size) for size in target[1:])
    if not shape or min(shape) < 1:
        shape = operator.shape
    if not shape or not all(shape):
        shape = (prod(chain.shape),)
    if shape == (1,):  # skl2onnx lays the values of all samples in one column, which leaves them in their order
        return
    chain.reshape((1, *shape) if len(shape) == 2 else shape)


def _squeeze(operator: Operator, chain: Chain) -> None:
    if len(operator.shape) not in (1, 3) or not all(operator.shape):
        raise CheckpointError(f"the shape that its operator {operator.kind} gives is not known")
    chain.reshape(operator.shape)


def _transpose(operator: Operator, chain: Chain) -> None:
    operator.expect("perm", None, (CHANNELS_FIRST, CHANNELS_LAST))
    if operator.attributes["perm"] == CHANNELS_LAST:
        chain.channels_last()
    else:
        chain.channels_first()


def _split(operator: Operator, chain: Chain) -> None:
    _expect_channels(operator, operator.attributes.get("axis", 0), chain)
    sizes = operator.inputs[1] if len(operator.inputs) > 1 else operator.attributes.get("split")
    if sizes is None:
        n_parts = int(operator.attributes.get("num_outputs", 2))
        sizes = [-(-chain.shape[0] // n_parts)] * n_parts
    ends = np.cumsum(sizes)
    chain.select(int(ends[operator.place] - sizes[operator.place]), int(ends[operator.place]))


def _slice(operator: Operator, chain: Chain) -> None:
    starts, ends, axes, steps = (*operator.inputs[1:], *[None] * 4)[:4]
    if starts is None or ends is None or axes is None or starts.size != 1 or (steps is not None and (steps != 1).any()):
        raise CheckpointError("its operator Slice takes no run of channels that is known beforehand")
    _expect_channels(operator, int(axes.ravel()[0]), chain)
    chain.select(int(starts.ravel()[0]), int(min(ends.ravel()[0], chain.shape[0])))


def _expect_channels(operator: Operator, axis: int, chain: Chain) -> None:
    if axis not in (1, -len(chain.shape)):
        raise CheckpointError(f"its operator {operator.kind} parts values along axis {axis}; the channels are read")


def _clip(operator: Operator, chain: Chain) -> None:
    """Bounds that a sigmoid or tanh stays within to 1e-4, as some keep their logarithms finite."""
    last = chain.layers[-1].name if chain.layers and isinstance(chain.layers[-1], Activation) else ""
    low, high = (_bound(operator, place, name) for place, name in ((1, "min"), (2, "max")))
    lowest = {"sigmoid": 0.0, "tanh": -1.0}.get(last)
    if lowest is None or low > lowest + CLIPPED or high < 1 - CLIPPED:
        raise CheckpointError(f"its operator Clip bounds values to [{low:g}, {high:g}], which changes them")


def _bound(operator: Operator, place: int, name: str) -> float:
    given = operator.inputs[place] if place < len(operator.inputs) else operator.attributes.get(name)
    return float(np.ravel(given)[0]) if given is not None else (-np.inf if name == "min" else np.inf)


def _resize(operator: Operator, chain: Chain) -> None:
    operator.expect("mode", b"nearest", (b"nearest",))
    if operator.kind == "Resize":
        operator.expect("coordinate_transformation_mode", b"half_pixel", (b"asymmetric",))
        operator.expect("nearest_mode", b"round_prefer_floor", (b"floor",))
    if len(operator.shape) != 3 or not all(operator.shape):
        raise CheckpointError("the size that its upsampling gives is no constant")
    chain.add(Upsampling((operator.shape[1], operator.shape[2])))


def _flatten(operator: Operator, chain: Chain) -> None:
    operator.expect("axis", 1, (1,))
    chain.reshape((prod(chain.shape),))


def _nothing(_operator: Operator, _chain: Chain) -> None:
    """What changes no value in use."""


TRANSLATED: dict[str, Callable[[Operator, Chain], None]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "BatchNormalization": _normalisation,
    "Add": _affine,
    "Sub": _affine,
    "Mul": _affine,
    "Div": _affine,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Resize": _resize,
    "Upsample": _resize,
    "Squeeze": _squeeze,
    "Unsqueeze": _squeeze,
    "Transpose": _transpose,
    "Split": _split,
    "Slice": _slice,
    "Clip": _clip,
    "Identity": _nothing,
    "Dropout": _nothing,
    "Cast": _nothing,
}
LISTED = (*_FORMS, *TRANSLATED)
