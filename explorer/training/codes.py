"""Codes of labelled samples, whether a model is told the labels or not."""

import math

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset
from explorer.models.latent_model import Array, ConditionalModel, Gaussian, LatentModel, VariationalModel

Labels = NDArray[np.int64]
# Larger data sets are read from the disk in pieces of this size.
ROWS_AT_ONCE = 60_000


def codes_of(model: LatentModel, x: Array, labels: Labels | None = None) -> Array:
    """Codes (N, K) of samples x: (N, D); a conditional model is told their labels (N,)."""
    return model.encode(x, labels) if isinstance(model, ConditionalModel) else model.encode(x)


def codes_of_rows(model: LatentModel, dataset: Dataset, rows: NDArray[np.int64]) -> Array:
    """Codes (n, K) of some rows of a data set, which is read in pieces where it is large."""
    pieces = np.array_split(rows, math.ceil(len(rows) / ROWS_AT_ONCE) or 1)
    return np.concatenate([codes_of(model, dataset.pixels(own), dataset.labels[own]) for own in pieces])


def decoded(model: LatentModel, z: Array, labels: Labels | None = None) -> Array:
    """What codes z: (N, K) stand for, (N, D); a conditional model is told their labels (N,)."""
    return model.decode(z, labels) if isinstance(model, ConditionalModel) else model.decode(z)


def posterior_of(model: VariationalModel, x: Array, labels: Labels | None = None) -> Gaussian:
    """q(z|x) of samples x: (N, D); a conditional model is told their labels (N,)."""
    return model.posterior(x, labels) if isinstance(model, ConditionalModel) else model.posterior(x)
