"""Pictures as files."""

from math import ceil, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import CheckpointError
from explorer.store.atomic_write import write_file

TILE_PIXELS = 84
GAP_PIXELS = 4
GAP_GREY = 128


def write_grid(path: Path, images: NDArray[np.float32]) -> Path:
    """Write images (N, H, W), 0 black and 1 white, as a square of crisp tiles; raises CheckpointError.

    The file is a grey-scale PNG, written whole or not at all.
    """
    if path.suffix.lower() != ".png":
        raise CheckpointError(f"{path} does not end in .png, the only kind of picture that is written; rename it.")
    if images.ndim != 3:
        raise CheckpointError(f"Samples of shape {images.shape[1:]} are no images of rows and columns to be drawn.")
    sheet = Image.fromarray(grid(images))
    return write_file(path, lambda file: sheet.save(file, "png"))


def grid(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Images (N, H, W) row after row on one sheet of greys, each pixel a block of equal ones."""
    grey = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
    block = max(1, ceil(TILE_PIXELS / max(images.shape[1:])))
    tiles = np.pad(
        grey.repeat(block, axis=1).repeat(block, axis=2),
        ((0, 0), (0, GAP_PIXELS), (0, GAP_PIXELS)),
        constant_values=GAP_GREY,
    )
    n_columns = ceil(sqrt(len(tiles)))
    n_rows = ceil(len(tiles) / n_columns)
    n_empty = n_rows * n_columns - len(tiles)
    tiles = np.pad(tiles, ((0, n_empty), (0, 0), (0, 0)), constant_values=GAP_GREY)
    height, width = tiles.shape[1:]
    sheet = tiles.reshape(n_rows, n_columns, height, width).swapaxes(1, 2).reshape(n_rows * height, n_columns * width)
    return sheet[:-GAP_PIXELS, :-GAP_PIXELS]
