"""What a training keeps along the way, so that it can be played again: codes of a fixed subset, and pictures."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from explorer.data.subsets import evenly
from explorer.models.latent_model import Array, LatentModel
from explorer.training.codes import decoded

N_SNAPSHOT_SAMPLES = 1000
N_SNAPSHOTS = 24
GRID_SIDE = 7
# As fine as an eye needs in motion, and half the bytes of 256 levels once compressed.
N_LEVELS = 32
# 64 × 64 pixels in colour; pictures of larger images would make a model's file larger than its weights.
MOST_VALUES = 64 * 64 * 3


def snapshot_rows(n_samples: int) -> NDArray[np.int64]:
    """The training samples whose codes are kept along the way, evenly spread over the data set."""
    return evenly(n_samples, N_SNAPSHOT_SAMPLES)


def snapshot_steps(n_steps: int) -> set[int]:
    """Logarithmically spaced steps, the first and the last among them."""
    return {round(step) for step in np.geomspace(1, n_steps, N_SNAPSHOTS)}


def grid_codes(codes: Array, side: int = GRID_SIDE) -> Array:
    """The points that are pictured beside codes (M, K): (side², K), row after row from the top.

    In a plane the quantiles of its codes across and up; beyond K = 2 the first of the codes themselves.
    """
    if codes.shape[1] != 2:
        return codes[: side * side]
    shares = (np.arange(side) + 0.5) / side
    across, up = np.quantile(codes, shares, axis=0).astype(np.float32).T
    return np.stack(np.meshgrid(across, up[::-1]), axis=-1).reshape(-1, 2)


def grid_images(model: LatentModel, codes: Array) -> NDArray[np.uint8] | None:
    """What the decoder makes of `grid_codes`, (G, D) in 32 levels; None for large images and what is no image."""
    if len(model.sample_shape) < 2 or prod(model.sample_shape) > MOST_VALUES:
        return None
    points = grid_codes(codes)
    # A conditional model is pictured in its first class.
    decoded_grid = decoded(model, points, np.zeros(len(points), np.int64))
    pixels = np.nan_to_num(np.clip(decoded_grid, 0, 1))
    return np.rint(np.rint(pixels * (N_LEVELS - 1)) * (255 / (N_LEVELS - 1))).astype(np.uint8)
