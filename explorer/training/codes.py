"""Codes of labelled samples, whether a model is told the labels or not."""

import numpy as np
from numpy.typing import NDArray

from explorer.models.latent_model import Array, ConditionalModel, Gaussian, LatentModel, VariationalModel

Labels = NDArray[np.int64]


def codes_of(model: LatentModel, x: Array, labels: Labels | None = None) -> Array:
    """Codes (N, K) of samples x: (N, D); a conditional model is told their labels (N,)."""
    return model.encode(x, labels) if isinstance(model, ConditionalModel) else model.encode(x)


def decoded(model: LatentModel, z: Array, labels: Labels | None = None) -> Array:
    """What codes z: (N, K) stand for, (N, D); a conditional model is told their labels (N,)."""
    return model.decode(z, labels) if isinstance(model, ConditionalModel) else model.decode(z)


def posterior_of(model: VariationalModel, x: Array, labels: Labels | None = None) -> Gaussian:
    """q(z|x) of samples x: (N, D); a conditional model is told their labels (N,)."""
    return model.posterior(x, labels) if isinstance(model, ConditionalModel) else model.posterior(x)
