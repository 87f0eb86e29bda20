"""Walks as pictures: samples as tiles of grey levels, strips of them as one sheet to take away."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.figures.images import mosaic, png_bytes

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
N_GREYS = 256
CURVE_HEIGHT, CURVE_WIDTH = 48, 72
LEAST_PIXELS = 112


def tiles(samples: Array, sample_shape: tuple[int, ...], top: float = 1.0) -> Bytes:
    """Samples (F, D) as levels (F, H, W) or (F, H, W, 3): images as they are, curves as profiles from 0 to `top`."""
    if len(sample_shape) > 1:
        shades = np.rint(np.clip(samples, 0, 1) * (N_GREYS - 1))
        return shades.reshape(len(samples), *sample_shape).astype(np.uint8)
    columns = np.arange(CURVE_WIDTH) * samples.shape[1] // CURVE_WIDTH
    heights = np.clip(samples[:, columns] / top, 0, 1) * CURVE_HEIGHT
    fills = np.arange(CURVE_HEIGHT, 0, -1)[None, :, None] <= np.rint(heights)[:, None, :]
    return np.where(fills, N_GREYS - 1, 32).astype(np.uint8)


def strips_png(strips: Sequence[Bytes]) -> bytes:
    """Strips of tiles, each (n, H, W) or (n, H, W, 3), below one another as a PNG large enough to print."""
    steps = len(strips[0])
    tiles = np.concatenate(strips)
    sheet = mosaic(tiles if tiles.ndim == 4 else np.repeat(tiles[..., None], 3, axis=-1), steps, gap=2)
    zoom = -(-LEAST_PIXELS // strips[0].shape[1])
    return png_bytes(sheet.repeat(zoom, axis=0).repeat(zoom, axis=1))
