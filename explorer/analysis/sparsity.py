"""Sparse codes: how often each unit fires, what it draws, and how many units a picture needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.denoising import mean_squared_error
from explorer.models.latent_model import LatentModel

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Firing:
    """How much a code is used.

    rates: (K,), the fraction of pictures in which a unit is not 0; means: (K,), its mean activation;
    n_active: (N,), the units of each picture's code that are not 0.
    """

    rates: Wide
    means: Wide
    n_active: NDArray[np.int64]

    @property
    def n_dead(self) -> int:
        """The number of units that never fire."""
        return int((self.rates == 0).sum())


def firing(codes: Array) -> Firing:
    """How often the units of codes (N, K) fire."""
    is_active = codes != 0
    return Firing(is_active.mean(axis=0), codes.mean(axis=0, dtype=np.float64), is_active.sum(axis=1))


def unit_features(model: LatentModel, codes: Array) -> Array:
    """What each unit alone draws, (K, D): decode(its typical activation alone) − decode(no unit at all).

    Typical is the mean over the codes (N, K) in which the unit is not 0, so a unit that never fires draws nothing.
    """
    is_active = codes != 0
    typical = codes.sum(axis=0) / np.maximum(is_active.sum(axis=0), 1)
    silent = np.zeros((1, codes.shape[1]), np.float32)
    return model.decode(np.diag(typical).astype(np.float32)) - model.decode(silent)


def keep_largest(codes: Array, n_kept: int) -> Array:
    """Codes (N, K) in which all but the n_kept units of largest magnitude are 0."""
    if n_kept >= codes.shape[1]:
        return codes
    dropped = np.argsort(-np.abs(codes), axis=1, kind="stable")[:, n_kept:]
    kept = codes.copy()
    np.put_along_axis(kept, dropped, 0, axis=1)
    return kept


def errors_by_units(model: LatentModel, x: Array, counts: Sequence[int]) -> Wide:
    """Mean squared error per pixel of pictures (N, D), decoded from so many units of each code: one value per count."""
    codes = model.encode(x)
    return np.array([mean_squared_error(x, model.decode(keep_largest(codes, count))) for count in counts])
