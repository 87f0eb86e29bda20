"""The sizes that images take between convolutions."""

import math

from explorer.errors import SpecError
from explorer.models.spec import ConvAESpec, ConvVAESpec

COLOURS = 3
Size = tuple[int, int]


def n_channels(sample_shape: tuple[int, ...]) -> int:
    """The values of one pixel: 1 of grey images (H, W), 3 of colour images (H, W, 3)."""
    return COLOURS if len(sample_shape) > 2 else 1


def image_sizes(spec: ConvAESpec | ConvVAESpec, sample_shape: tuple[int, ...]) -> list[Size]:
    """Height and width of the image and after each convolution with its pooling; SpecError for what is no image."""
    if len(sample_shape) < 2 or sample_shape[2:] not in ((), (COLOURS,)):
        raise SpecError(
            f"{spec.family}: convolutions need images, but a sample of this data has the shape {sample_shape}; choose "
            f"{spec.family.removeprefix('conv_')} instead."
        )
    sizes = [(sample_shape[0], sample_shape[1])]
    for stride in strides(spec):
        sizes.append(pooled(spec, convolved(sizes[-1], stride)))
    return sizes


def strides(spec: ConvAESpec | ConvVAESpec) -> tuple[int, ...]:
    """The stride of each convolution."""
    return (spec.stride, *(2 for _ in spec.channels[1:]))


def convolved(size: Size, stride: int) -> Size:
    """Height and width after a convolution of a stride, before any pooling."""
    return math.ceil(size[0] / stride), math.ceil(size[1] / stride)


def pooled(spec: ConvAESpec | ConvVAESpec, size: Size) -> Size:
    """Height and width after the pooling, if there is one."""
    return convolved(size, 2) if spec.pooling == "max" else size
