"""How much of the edges a reconstruction keeps."""

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Interval, mean_interval

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


def edge_energy(images: Array) -> Wide:
    """The squared differences of neighbouring pixels, across and down, summed, also over channels.

    images: (N, H, W) or (N, H, W, 3) -> (N,).
    """
    wide = images.astype(np.float64)
    per_image = tuple(range(1, wide.ndim))
    across, down = np.diff(wide, axis=2), np.diff(wide, axis=1)
    return np.asarray(np.square(across).sum(axis=per_image) + np.square(down).sum(axis=per_image))


def kept_edges(images: Array, reconstructed: Array) -> float:
    """The edge energy of reconstructions over that of their originals, 1 is as sharp, 0 is flat; shapes as above."""
    return float(edge_energy(reconstructed).sum() / edge_energy(images).sum())


def kept_edges_interval(images: Array, others: Array) -> Interval:
    """`kept_edges` with its 95 % interval, by the linearised ratio of two means (Cochran 1977, section 6.4)."""
    return _ratio(edge_energy(others), edge_energy(images))


def kept_edges_gain(images: Array, others: Array, before: Array) -> Interval:
    """How much more `others` keep than `before`, both of the same images, so that what they share cancels."""
    return _ratio(edge_energy(others) - edge_energy(before), edge_energy(images))


def _ratio(above: Wide, below: Wide) -> Interval:
    ratio = float(above.sum() / below.sum())
    apart = mean_interval((above - ratio * below) / below.mean())
    return Interval(ratio, ratio + apart.low, ratio + apart.high)
