"""Restoring corrupted images: one fixed corruption, what models make of it, and how far from the clean one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Interval, mean_interval
from explorer.data.corruptions import corrupted_pixels
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA

Key = TypeVar("Key")
Array = NDArray[np.float32]
Wide = NDArray[np.float64]
# By the title of a way of restoring.
Errors = dict[str, Wide]
AS_IT_IS = "left as it is"
_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 4096)


@dataclass(frozen=True, eq=False)
class Restoration:
    """Pictures before and after, by rising level of one kind of noise.

    levels: (L,); clean: (N, D); corrupted: (L, N, D), not clipped; restored: by title, each (L, N, D), in [0, 1].
    """

    levels: tuple[float, ...]
    clean: Array
    corrupted: Array
    restored: dict[str, Array]


@dataclass(frozen=True, eq=False)
class RestorationErrors:
    """Mean squared error per pixel to the clean image at each level, all restorations confined to [0, 1].

    null: (L,), of the corrupted image itself; restored: by title, each (L,).
    """

    levels: tuple[float, ...]
    null: Wide
    restored: dict[str, Wide]


def restore(models: Mapping[str, LatentModel], x: Array, kind: str, levels: Sequence[float], seed: int) -> Restoration:
    """What each model makes of pictures x: (N, D) under the same noise; a higher level only adds to a lower one's."""
    noisy = np.stack([corrupted_pixels(x, kind, level, seed) for level in levels])
    restored = {title: np.stack([restored_pixels(model, part) for part in noisy]) for title, model in models.items()}
    return Restoration(tuple(levels), x, noisy, restored)


def reconstruct(model: LatentModel, x: Array) -> Array:
    """Encode and decode pictures (N, D) -> (N, D)."""
    return model.decode(model.encode(x))


def restored_pixels(model: LatentModel, noisy: Array) -> Array:
    """What a model restores of pictures (N, D), confined to [0, 1], which PCA's own answer is not."""
    return np.clip(reconstruct(model, noisy), 0, 1)


def best_components(pca: PCA, x: Array, kind: str, level: float, seed: int) -> int:
    """The number of components that restores pictures x: (N, D) best, of 1, 2, 3, 4, 6, 8, 12, 16, ... and D.

    x must not be the pictures that PCA is then compared on.
    """
    noisy = corrupted_pixels(x, kind, level, seed)
    scores = (noisy - pca.mean) @ pca.components.T  # (N, D)
    candidates = sorted({min(k, len(pca.mean)) for k in _COUNTS})
    x_hat, errors = np.tile(pca.mean, (len(x), 1)), []
    for start, k in pairwise((0, *candidates)):
        x_hat += scores[:, start:k] @ pca.components[start:k]
        errors.append(mean_squared_error(x, np.clip(x_hat, 0, 1)))
    return candidates[int(np.argmin(errors))]


def errors_by_picture(models: Mapping[str, LatentModel], x: Array, kind: str, level: float, seed: int) -> Errors:
    """The squared error of each restored image, mean over its pixels, by title; x: (N, D) -> (N,) each."""
    noisy = corrupted_pixels(x, kind, level, seed)
    restored = {title: restored_pixels(model, noisy) for title, model in models.items()}
    return {
        title: np.square(x - x_hat, dtype=np.float64).mean(axis=1)
        for title, x_hat in {AS_IT_IS: np.clip(noisy, 0, 1), **restored}.items()
    }


@dataclass(frozen=True)
class Ranking:
    """Ways of restoring by rising error; mse: of each; lead: by how much the second exceeds the first, paired."""

    titles: tuple[str, ...]
    mse: tuple[float, ...]
    lead: Interval

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the lead leaves no doubt about who is first."""
        return self.lead.low > 0


def rank(errors: Errors) -> Ranking:
    """The ways of restoring from best to worst, from their errors on the same pictures, each (N,)."""
    means = {title: float(values.mean()) for title, values in errors.items()}
    titles = tuple(sorted(means, key=means.__getitem__))
    lead = mean_interval(errors[titles[1]] - errors[titles[0]])
    return Ranking(titles, tuple(means[title] for title in titles), lead)


def choose_best(models: Mapping[Key, LatentModel], x: Array, kind: str, level: float, seed: int) -> Key:
    """The key of the model that restores x: (N, D) with the least error, which should be a validation part.

    Of several that are equal the first.
    """
    noisy = corrupted_pixels(x, kind, level, seed)
    errors = {key: mean_squared_error(x, restored_pixels(model, noisy)) for key, model in models.items()}
    return min(errors, key=errors.__getitem__)


def restoration_errors(
    models: Mapping[str, LatentModel], x: Array, kind: str, levels: Sequence[float], seed: int
) -> RestorationErrors:
    """The errors of restoring x: (N, D), each model and level on the same corruption, drawn from `seed`."""
    null, errors = np.empty(len(levels)), {title: np.empty(len(levels)) for title in models}
    for place, level in enumerate(levels):
        noisy = corrupted_pixels(x, kind, level, seed)
        null[place] = mean_squared_error(x, np.clip(noisy, 0, 1))
        for title, model in models.items():
            errors[title][place] = mean_squared_error(x, restored_pixels(model, noisy))
    return RestorationErrors(tuple(levels), null, errors)


def mean_squared_error(x: Array, x_hat: Array) -> float:
    """The squared difference of two arrays (N, D), mean over pixels and pictures."""
    return float(np.square(x - x_hat, dtype=np.float64).mean())
