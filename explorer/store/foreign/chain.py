"""Layers as a file's operators make them one after the other, with the shape of one sample."""

from dataclasses import dataclass, field, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.models.layers import (
    Activation,
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
    folded,
    output_shapes,
)

MOST_DIAGONAL = 1024


@dataclass
class Chain:
    """The layers so far, and the number of values that go into the first of them.

    begins_with_sample: these are a colour sample pixel by pixel, which no decoder takes.
    """

    n_inputs: int
    layers: list[Layer] = field(default_factory=list)
    begins_with_sample: bool = False

    @property
    def shape(self) -> Shape:
        """The shape of one sample after the last layer."""
        return output_shapes(tuple(self.layers), self.n_inputs)[-1] if self.layers else (self.n_inputs,)

    @property
    def sample_shape(self) -> Shape:
        """The last values as a sample: (H, W), or (H, W, C) where there are several channels; (D,) for no maps."""
        shapes = ((self.n_inputs,), *output_shapes(tuple(self.layers), self.n_inputs))
        for shape in reversed(shapes):
            if len(shape) == 3 and min(shape[1:]) > 1:
                return shape[1:] if shape[0] == 1 else (*shape[1:], shape[0])
            if prod(shape) != prod(self.shape):
                break
        return (prod(self.shape),)

    def add(self, layer: Layer) -> None:
        """One layer more; raises CheckpointError where it does not fit."""
        if isinstance(layer, Convolution | TransposedConvolution):
            channels = layer.weight.shape[1 if isinstance(layer, Convolution) else 0]
            if len(self.shape) != 3 or self.shape[0] != channels:
                raise CheckpointError(f"a convolution of {channels} channels follows values of the shape {self.shape}")
        if isinstance(layer, Upsampling) and len(self.shape) != 3:
            raise CheckpointError(f"an upsampling follows values of the shape {self.shape}")
        # An activation is the same before maps are laid pixel by pixel, so that these can be maps again after it.
        if isinstance(layer, Activation) and self.lies_by_pixel:
            self.layers.insert(-1, layer)
        else:
            self.layers.append(layer)

    @property
    def lies_by_pixel(self) -> bool:
        """Whether the values are maps that were laid pixel by pixel."""
        return bool(self.layers) and isinstance(self.layers[-1], ChannelsLast)

    @property
    def n_channels(self) -> int:
        """The channels of maps, however they lie, or the number of values."""
        before = replace(self, layers=self.layers[:-1]) if self.lies_by_pixel else self
        return before.shape[0]

    def channels_last(self) -> None:
        """Maps as values pixel by pixel."""
        if len(self.shape) == 3:
            self.add(ChannelsLast())

    def channels_first(self) -> None:
        """Values pixel by pixel, as a Reshape to (H, W, C) or `channels_last` left them, as maps (C, H, W).

        At the beginning they are a sample, which an encoder of maps is given channel by channel.
        Raises CheckpointError.
        """
        last = self.layers.pop() if self.layers else None
        if isinstance(last, ChannelsLast):
            return
        if not isinstance(last, Reshape):
            raise CheckpointError("a Transpose follows values that lie neither pixel by pixel nor as maps")
        height, width, channels = last.shape
        self._permute(np.arange(prod(last.shape)).reshape(last.shape).transpose(2, 0, 1).ravel())
        self.add(Reshape((channels, height, width)))

    def select(self, start: int, stop: int) -> None:
        """Channels from start to stop, of the last layer with weights; raises CheckpointError."""
        self._choose(np.arange(self.shape[0])[start:stop])

    def finish(self) -> tuple[Layer, ...]:
        """The layers, of which the last gives a vector as data sets hold samples."""
        if self.layers and self.layers[-1] == Reshape((prod(self.shape), 1, 1)):
            self.layers.pop()
        if len(self.shape) == 3 and self.shape[0] > 1:
            self.add(ChannelsLast())
        return tuple(self.layers)

    def _permute(self, order: NDArray[np.int64]) -> None:
        """Values in another order, through activations, by the rows of the dense layer that gives them."""
        if (order == np.arange(len(order))).all():
            return
        self.begins_with_sample |= not self.layers
        if self.layers:
            self._choose(order)

    def _choose(self, rows: NDArray[np.int64]) -> None:
        behind = next((i for i, layer in enumerate(self.layers[::-1]) if not isinstance(layer, Activation)), -1)
        layer = self.layers[-1 - behind] if behind >= 0 else None
        if not isinstance(layer, Dense | Convolution) or not len(rows):
            raise CheckpointError("some of the values are taken that no layer with weights gives")
        self.layers[-1 - behind] = replace(layer, weight=layer.weight[rows], bias=layer.bias[rows])

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
        if self.lies_by_pixel:
            self.layers.pop()
            self.scale(factor, offset)
            self.channels_last()
            return
        channels = self.shape[0]
        if not {factor.size, offset.size} <= {1, channels}:
            raise CheckpointError(f"it scales {channels:,} channels by {factor.size:,} numbers")
        scale, shift = (np.broadcast_to(part, (channels,)).astype(np.float32) for part in (factor, offset))
        last = self.layers[-1] if self.layers else None
        if isinstance(last, Weighted):
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
