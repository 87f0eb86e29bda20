"""Sizes that a file computes from shapes, as PyTorch's former exporter writes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.store.foreign.onnx_graph import Graph

Numbers = NDArray[Any]
MOST_NUMBERS, DEEPEST = 16, 100
_ARITHMETIC: dict[str, Callable[..., Numbers]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.floor_divide,
    "Mod": np.mod,
    "Gather": np.take,
    "Concat": lambda *parts: np.concatenate([np.atleast_1d(part) for part in parts]),
    "Slice": lambda numbers, start, stop, *_: numbers[int(start.item()) : int(stop.item())],
    "Reshape": lambda numbers, *_: np.atleast_1d(numbers),
    "Unsqueeze": lambda numbers, *_: np.atleast_1d(numbers),
    "Squeeze": lambda numbers, *_: np.squeeze(numbers),
    "Cast": lambda numbers: numbers,
}


@dataclass(frozen=True)
class Sizes:
    """The constants of a graph, and what can be computed of them and of the shapes that are known so far."""

    graph: Graph
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    found: dict[str, Numbers | None] = field(default_factory=dict)

    def know(self, name: str, shape: tuple[int, ...]) -> None:
        """A value's shape of one sample."""
        inferred = self.graph.shapes.get(name, ())[1:]
        self.shapes[name] = (1, *(inferred if inferred and all(inferred) else shape))

    def constant(self, name: str, depth: int = 0) -> Numbers | None:
        """A constant or a size by its name, None for any other value."""
        if name in self.graph.constants:
            return self.graph.constants[name]
        if name not in self.found and depth < DEEPEST:
            self.found[name] = self._computed(self.graph.makers.get(name), depth)
        return self.found.get(name)

    def _computed(self, maker: Any, depth: int) -> Numbers | None:
        if maker is None:
            return None
        if maker.op_type == "Shape":
            shape = self.shapes.get(maker.input[0])
            return None if shape is None else np.array(shape)
        if maker.op_type not in _ARITHMETIC:
            return None
        given = [self.constant(name, depth + 1) for name in maker.input]
        numbers = [one for one in given if one is not None and one.size <= MOST_NUMBERS]
        return _ARITHMETIC[maker.op_type](*numbers) if len(numbers) == len(given) else None
