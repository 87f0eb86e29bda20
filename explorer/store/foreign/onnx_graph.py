"""An ONNX file as a graph: its constants, its shapes, and the way from its input to a value."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper, shape_inference

from explorer.errors import CheckpointError
from explorer.store.foreign.onnx_operators import LISTED

MOST_NODES = 2_000
OWN_DOMAINS = ("", "ai.onnx")
# Beyond it softplus is its argument to 3e-7.
LOWEST_THRESHOLD = 15
# Their further inputs are sizes.
SHAPING = ("Reshape", "Resize", "Upsample", "Slice", "Split")


@dataclass(frozen=True)
class Graph:
    """A graph of one input; input_shape: of one sample; outputs: names; makers: what makes each value."""

    input: str
    input_shape: tuple[int, ...]
    outputs: tuple[str, ...]
    constants: dict[str, NDArray[Any]]
    shapes: dict[str, tuple[int, ...]]
    makers: dict[str, Any]


@dataclass(frozen=True)
class Link:
    """One operator on the way to a value: the value's name, and which of the operator's values it is."""

    node: Any
    name: str
    place: int


def parsed(content: bytes) -> Graph:
    """The graph of a file; raises CheckpointError, and other errors for what is no ONNX file."""
    model = onnx.load_model_from_string(content)
    _check(model)
    constants = _folded({tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}, model.graph)
    shapes = _shapes(model)
    inputs = [value.name for value in model.graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise CheckpointError(f"it has {len(inputs)} inputs; one is read")
    input_shape = shapes[inputs[0]][1:]
    if not input_shape or not all(input_shape):
        raise CheckpointError("its input does not say how many values each sample or code has")
    makers = {name: node for node in model.graph.node for name in node.output}
    outputs = tuple(value.name for value in model.graph.output)
    return Graph(inputs[0], input_shape, outputs, constants, shapes, makers)


def way(graph: Graph, output: str) -> list[Link]:
    """The operators from the input to an output, each of which takes one value that is no constant."""
    links: list[Link] = []
    name = output
    while name != graph.input:
        maker = graph.makers.get(name)
        if maker is None or len(links) > MOST_NODES:
            raise CheckpointError(f"its output {output!r} does not come from its input alone")
        node = _without_threshold(graph, maker)
        if node.op_type not in LISTED:
            raise _not_listed(node.op_type)
        links.append(Link(node, name, list(maker.output).index(name)))
        name = _taken(graph, node)
    return links[::-1]


def _check(model: Any) -> None:
    nodes, weights = model.graph.node, model.graph.initializer
    if not nodes or not model.graph.output:
        raise CheckpointError("it holds no operators or gives nothing")
    if len(nodes) > MOST_NODES:
        raise CheckpointError(f"it has {len(nodes):,} operators; {MOST_NODES:,} are allowed")
    if foreign := next((node for node in nodes if node.domain not in OWN_DOMAINS), None):
        raise _not_listed(f"{foreign.domain}.{foreign.op_type}")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in weights):
        raise CheckpointError("its weights lie in another file; export it as one file")


def _not_listed(operator: str) -> CheckpointError:
    shown = operator if operator.isprintable() else ascii(operator)
    return CheckpointError(f"its operator {shown} is not on the list ({', '.join(LISTED)})")


def _shapes(model: Any) -> dict[str, tuple[int, ...]]:
    """The shape of each value, with 0 for a length that is not known."""
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    values = (*graph.value_info, *graph.input, *graph.output)
    return {value.name: tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim) for value in values}


def _folded(constants: dict[str, NDArray[Any]], proto: Any) -> dict[str, NDArray[Any]]:
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
    """The one input of an operator that is no constant."""
    names = [name for name in node.input if name and name not in graph.constants]
    if not names or (len(names) > 1 and node.op_type not in SHAPING):
        raise CheckpointError(
            f"its operator {node.op_type} takes {len(names)} values that are no constants; one is read"
        )
    return str(names[0])
