"""Restoring corrupted pictures: one fixed corruption, what models make of it, and how far from the clean one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.data.corruptions import corrupted_pixels
from explorer.models.latent_model import LatentModel

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Restoration:
    """Pictures before and after, by rising level of one kind of noise.

    levels: (L,); clean: (N, D); corrupted: (L, N, D), not clipped; restored: by title, each (L, N, D).
    """

    levels: tuple[float, ...]
    clean: Array
    corrupted: Array
    restored: dict[str, Array]


@dataclass(frozen=True, eq=False)
class RestorationErrors:
    """Mean squared error a pixel to the clean picture at each level.

    null: (L,), of the corrupted picture itself, confined to [0, 1]; restored: by title, each (L,).
    """

    levels: tuple[float, ...]
    null: Wide
    restored: dict[str, Wide]


def restore(models: Mapping[str, LatentModel], x: Array, kind: str, levels: Sequence[float], seed: int) -> Restoration:
    """What each model makes of pictures x: (N, D) under the same noise; a higher level only adds to a lower one's."""
    noisy = np.stack([corrupted_pixels(x, kind, level, seed) for level in levels])
    restored = {title: np.stack([reconstruct(model, part) for part in noisy]) for title, model in models.items()}
    return Restoration(tuple(levels), x, noisy, restored)


def reconstruct(model: LatentModel, x: Array) -> Array:
    """Encode and decode pictures (N, D) -> (N, D)."""
    return model.decode(model.encode(x))


def restoration_errors(
    models: Mapping[str, LatentModel], x: Array, kind: str, levels: Sequence[float], seed: int
) -> RestorationErrors:
    """The errors of restoring x: (N, D), each model and level on the same corruption, drawn from `seed`."""
    null, errors = np.empty(len(levels)), {title: np.empty(len(levels)) for title in models}
    for place, level in enumerate(levels):
        noisy = corrupted_pixels(x, kind, level, seed)
        null[place] = mean_squared_error(x, np.clip(noisy, 0, 1))
        for title, model in models.items():
            errors[title][place] = mean_squared_error(x, reconstruct(model, noisy))
    return RestorationErrors(tuple(levels), null, errors)


def mean_squared_error(x: Array, x_hat: Array) -> float:
    """The squared difference of two arrays (N, D), mean over pixels and pictures."""
    return float(np.square(x - x_hat, dtype=np.float64).mean())
