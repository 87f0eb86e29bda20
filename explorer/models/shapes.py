"""The sizes that images take between convolutions."""

import math

from explorer.errors import SpecError
from explorer.models.spec import ConvAESpec, ConvVAESpec

COLOURS = 3


def n_channels(sample_shape: tuple[int, ...]) -> int:
    """The values of one pixel: 1 of grey images (H, W), 3 of colour images (H, W, 3)."""
    return COLOURS if len(sample_shape) > 2 else 1


def image_sizes(spec: ConvAESpec | ConvVAESpec, sample_shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Height and width before the first convolution and after each; raises SpecError for samples that are no images."""
    if len(sample_shape) < 2 or sample_shape[2:] not in ((), (COLOURS,)):
        raise SpecError(
            f"{spec.family}: convolutions need images, but a sample of this data has the shape {sample_shape}; choose "
            f"{spec.family.removeprefix('conv_')} instead."
        )
    sizes = [(sample_shape[0], sample_shape[1])]
    for _ in spec.channels:
        sizes.append((math.ceil(sizes[-1][0] / 2), math.ceil(sizes[-1][1] / 2)))
    return sizes
