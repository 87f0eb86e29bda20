"""ONNX files as plain layers: operators from a list are translated, and nothing of the file is run."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper, shape_inference

from explorer.data.isolation import Arrays
from explorer.errors import CheckpointError, ExplorerError
from explorer.models.architecture import skeleton, text_of_layers, weights_of
from explorer.models.layers import (
    Activation,
    ActivationName,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    TransposedConvolution,
    Upsampling,
)
from explorer.store.foreign.chain import Chain

MOST_NODES = 2_000
# Beyond it softplus is its argument to 3e-7.
LOWEST_THRESHOLD = 15
_FORMS: dict[str, ActivationName] = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Elu": "elu",
    "Softplus": "softplus",
}


def read_onnx(content: bytes) -> Arrays:
    """A decoder's layers as a text ('decoder') with their weights, and its codes' size ('latent_dim').

    Raises CheckpointError with one sentence.
    """
    try:
        return _decoder(_parsed(content))
    except CheckpointError as error:
        raise CheckpointError(f"The ONNX file cannot be read here: {error}.") from error
    except (ExplorerError, MemoryError):
        raise
    except Exception as error:
        raise CheckpointError("The file is damaged or no ONNX model; export it again.") from error


@dataclass(frozen=True)
class Graph:
    """A graph with its constants by name, the shapes that were inferred, and what makes each value."""

    proto: Any
    constants: dict[str, NDArray[Any]]
    shapes: dict[str, tuple[int, ...]]
    makers: dict[str, Any]


def _parsed(content: bytes) -> Graph:
    model = onnx.load_model_from_string(content)
    if not model.graph.node:
        raise CheckpointError("it holds no operators")
    if len(model.graph.node) > MOST_NODES:
        raise CheckpointError(f"it has {len(model.graph.node):,} operators; {MOST_NODES:,} are allowed")
    if foreign := next((node for node in model.graph.node if node.domain not in ("", "ai.onnx")), None):
        raise _not_on_the_list(f"{foreign.domain}.{foreign.op_type}")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in model.graph.initializer):
        raise CheckpointError("its weights lie in another file; export it as one file")
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    values = (*graph.value_info, *graph.input, *graph.output)
    shapes = {value.name: tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim) for value in values}
    makers = {name: node for node in model.graph.node for name in node.output}
    return Graph(model.graph, _folded_constants(model.graph, constants), shapes, makers)


def _folded_constants(proto: Any, constants: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The constants of a graph, with those that Constant, Identity and Transpose make of others."""
    found = dict(constants)
    for node in proto.node:
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        if node.op_type == "Constant" and "value" in attributes:
            found[node.output[0]] = numpy_helper.to_array(attributes["value"])
        elif node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
        elif node.op_type == "Transpose" and node.input[0] in found:
            found[node.output[0]] = np.transpose(found[node.input[0]], attributes.get("perm"))
    return found


def _decoder(graph: Graph) -> Arrays:
    inputs = [value.name for value in graph.proto.input if value.name not in graph.constants]
    if len(inputs) != 1 or len(graph.proto.output) != 1:
        raise CheckpointError(f"it has {len(inputs)} inputs and {len(graph.proto.output)} outputs; one of each is read")
    nodes = _chain_to(graph, graph.proto.output[0].name, inputs[0])
    layers = _translated(graph, nodes, graph.shapes[inputs[0]][1:])
    latent_dim = prod(graph.shapes[inputs[0]][1:])
    text = text_of_layers(layers)
    skeleton(text, latent_dim)
    shape = graph.shapes.get(graph.proto.output[0].name, ())[1:]
    return {
        "decoder": np.array(text),
        "latent_dim": np.array(latent_dim),
        "shape": np.array(_sample_shape(shape), np.int64),
        **weights_of(layers, "decoder"),
    }


def _sample_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a sample, from that of an output (C, H, W), (H, W) or (D,); () where it says nothing."""
    if len(shape) == 3 and all(shape):
        return shape[1:] if shape[0] == 1 else (*shape[1:], shape[0])
    return shape if len(shape) == 2 and all(shape) else ()


def _chain_to(graph: Graph, output: str, start: str) -> list[Any]:
    """The operators from the input to an output, each of which takes one value that is no constant."""
    nodes: list[Any] = []
    name = output
    while name != start:
        node = graph.makers.get(name)
        if node is None or len(nodes) > MOST_NODES:
            raise CheckpointError(f"its output {output!r} does not come from its input alone")
        node = _without_threshold(graph, node)
        if node.op_type not in (*_FORMS, *TRANSLATED):
            raise _not_on_the_list(node.op_type)
        nodes.append(node)
        name = _taken(graph, node)
    return nodes[::-1]


def _not_on_the_list(operator: str) -> CheckpointError:
    return CheckpointError(f"its operator {operator} is not on the list ({', '.join((*_FORMS, *TRANSLATED))})")


def _without_threshold(graph: Graph, node: Any) -> Any:
    """The Softplus within Where(x > 20, x, Softplus(x)), as PyTorch writes it; any other operator as it is."""
    if node.op_type != "Where":
        return node
    greater, softplus = (graph.makers.get(node.input[place]) for place in (0, 2))
    if greater is None or softplus is None or (greater.op_type, softplus.op_type) != ("Greater", "Softplus"):
        return node
    is_same = node.input[1] == greater.input[0] == softplus.input[0]
    threshold = graph.constants.get(greater.input[1], np.zeros(1))
    return softplus if is_same and threshold.min() >= LOWEST_THRESHOLD else node


def _taken(graph: Graph, node: Any) -> str:
    """The one input of an operator that is no constant; further inputs of a Reshape or Resize are sizes."""
    names = [name for name in node.input if name and name not in graph.constants]
    if node.op_type in ("Reshape", "Resize", "Upsample") and names:
        return str(names[0])
    if len(names) != 1:
        raise CheckpointError(
            f"its operator {node.op_type} takes {len(names)} values that are no constants; one is read"
        )
    return str(names[0])


@dataclass(frozen=True)
class Operator:
    """One operator: its attributes, its inputs as constants or None, and the shape of what it gives."""

    kind: str
    attributes: dict[str, Any]
    inputs: tuple[NDArray[Any] | None, ...]
    shape: tuple[int, ...]

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


def _translated(graph: Graph, nodes: list[Any], shape: tuple[int, ...]) -> tuple[Layer, ...]:
    if not shape or not all(shape):
        raise CheckpointError("its input does not say how many values a code has")
    chain = Chain(prod(shape))
    if len(shape) == 3:
        chain.reshape(shape)
    for node in nodes:
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        inputs = tuple(graph.constants.get(name) for name in node.input)
        _translate(Operator(node.op_type, attributes, inputs, graph.shapes.get(node.output[0], ())[1:]), chain)
    if len(chain.shape) == 3 and chain.shape[0] > 1:
        chain.add(ChannelsLast())
    # The plane begins with a dense layer.
    is_dense = isinstance(chain.layers[0], Dense)
    first = () if is_dense else (Dense(np.eye(chain.n_inputs, dtype=np.float32), np.zeros(chain.n_inputs, np.float32)),)
    return (*first, *chain.layers)


def _translate(operator: Operator, chain: Chain) -> None:
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
    is_fitting = values.size == 1 or values.size == chain.shape[0]
    if not is_fitting or (len(chain.shape) == 3 and values.size > 1 and values.shape[-2:] != (1, 1)):
        raise CheckpointError(f"a constant of the shape {values.shape} stands beside values of the shape {chain.shape}")
    return values.reshape(-1)


def _affine(operator: Operator, chain: Chain) -> None:
    """Add, Sub, Mul and Div of values and a constant."""
    place = 1 if operator.inputs[0] is None else 0
    if place == 0 and operator.kind == "Div":
        raise CheckpointError("its operator Div divides a constant by values; the reverse is read")
    constant = _per_channel(operator.constant(place), chain)
    one, zero = np.ones(1, np.float32), np.zeros(1, np.float32)
    factor, offset = {
        "Add": (one, constant),
        "Sub": (one, -constant) if place else (-one, constant),
        "Mul": (constant, zero),
        "Div": (one / constant, zero),
    }[operator.kind]
    chain.scale(factor, offset)


def _reshape(operator: Operator, chain: Chain) -> None:
    target = operator.inputs[1] if len(operator.inputs) > 1 else None
    shape = () if target is None else tuple(int(size) for size in target[1:])
    if not shape or min(shape) < 1:
        shape = operator.shape
    if not shape or not all(shape):
        shape = (prod(chain.shape),)
    chain.reshape((1, *shape) if len(shape) == 2 else shape)


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
    "Identity": _nothing,
    "Dropout": _nothing,
    "Cast": _nothing,
}
