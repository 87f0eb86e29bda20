"""Layers as a file's operators make them one after the other, with the shape of one sample."""

from dataclasses import dataclass, field
from math import prod

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.layers import (
    Array,
    Convolution,
    Dense,
    Layer,
    Reshape,
    Shape,
    TransposedConvolution,
    folded,
    output_shapes,
)

MOST_DIAGONAL = 1024
Foldable = Dense | Convolution | TransposedConvolution


@dataclass
class Chain:
    """The layers so far, and the shape of what goes into the first of them."""

    n_inputs: int
    layers: list[Layer] = field(default_factory=list)

    @property
    def shape(self) -> Shape:
        """The shape of one sample after the last layer."""
        return output_shapes(tuple(self.layers), self.n_inputs)[-1] if self.layers else (self.n_inputs,)

    def add(self, layer: Layer) -> None:
        """One layer more."""
        self.layers.append(layer)

    def reshape(self, shape: Shape) -> None:
        """Values as maps; vectors need no layer, since dense layers flatten maps. Raises CheckpointError."""
        if prod(shape) != prod(self.shape):
            raise CheckpointError(f"a Reshape makes {shape} of {self.shape}, which has another number of values")
        if len(shape) == 3:
            self.add(Reshape((shape[0], shape[1], shape[2])))
        elif len(self.shape) == 3:
            self.add(Reshape((prod(shape), 1, 1)))

    def scale(self, factor: Array, offset: Array) -> None:
        """y = x * factor + offset, one number or one for each channel; raises CheckpointError for others."""
        channels = self.shape[0]
        if not {factor.size, offset.size} <= {1, channels}:
            raise CheckpointError(f"it scales {channels:,} channels by {factor.size:,} numbers")
        scale, shift = (np.broadcast_to(part, (channels,)).astype(np.float32) for part in (factor, offset))
        last = self.layers[-1] if self.layers else None
        if isinstance(last, Foldable):
            self.layers[-1] = folded(last, scale, shift)
        elif len(self.shape) == 3:
            self.add(Convolution(_diagonal(scale)[:, :, None, None], shift, 1, 0))
        elif channels <= MOST_DIAGONAL:
            self.add(Dense(_diagonal(scale), shift))
        elif np.ptp(scale) == np.ptp(shift) == 0:
            # One factor for all: maps of one channel, each a pixel.
            self.add(Reshape((1, channels, 1)))
            self.add(Convolution(scale[:1].reshape(1, 1, 1, 1), shift[:1], 1, 0))
        else:
            raise CheckpointError(f"it scales {channels:,} values one by one after a nonlinearity; 1,024 are allowed")


def _diagonal(values: Array) -> Array:
    if len(values) > MOST_DIAGONAL:
        raise CheckpointError(f"it scales {len(values):,} channels after a nonlinearity; 1,024 are allowed")
    return np.diag(values).astype(np.float32)
