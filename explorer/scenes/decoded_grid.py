"""What animated planes show beside their codes: mosaics of decoded grids."""

import numpy as np
from numpy.typing import NDArray

from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.training.replay import GRID_SIDE, grid_codes

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
N_SHOWN = 1500

GRID_TITLE = "What the decoder makes of the plane, at quantiles of its codes"


def decoded_grid(checkpoint: Checkpoint) -> Array:
    """What the decoder makes of a grid over the plane of the test codes, (G, D) in [0, 1]; in the first class."""
    points = grid_codes(checkpoint.codes.test)
    return np.clip(decoded(checkpoint.model, points, np.zeros(len(points), np.int64)), 0, 1)


def mosaics(grids: list[Array], sample_shape: tuple[int, ...], side: int = GRID_SIDE) -> Bytes | None:
    """Square mosaics of images in [0, 1], each (side², D) -> (F, side · H, side · W), in colour (…, 3); else None."""
    if len(sample_shape) < 2:
        return None
    height, width, *channels = sample_shape
    tiles = np.stack(grids).reshape(len(grids), side, side, height, width, -1).swapaxes(2, 3)
    return np.rint(tiles.reshape(len(grids), side * height, side * width, *channels) * 255).astype(np.uint8)
