"""A VAE whose likelihood and posteriors are known: probabilistic PCA, as an encoder and a decoder."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from explorer.models import VAESpec
from explorer.models.autoencoder import VariationalAutoencoder, build_autoencoder

D, K, VARIANCE = 6, 2, 0.3
RNG = np.random.default_rng(0)
# Columns at right angles, so that the exact posterior is diagonal.
LOADINGS = np.linalg.qr(RNG.standard_normal((D, K)))[0] * np.array([1.5, 0.6])
OFFSET = RNG.standard_normal(D)


PRECISIONS = (LOADINGS**2).sum(axis=0) / VARIANCE + 1


def rotation(angle: float) -> NDArray[np.float64]:
    """(2, 2)."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def linear_gaussian(shift: float = 0.0, angle: float = 0.0) -> VariationalAutoencoder:
    """p(x|z) = N(W z + b, σ² I) and its exact posterior, whose mean may be shifted (Tipping & Bishop 1999, eq. 6).

    angle: by which the plane is turned, after which the diagonal posterior of the encoder is not the exact one.
    """
    spec = VAESpec(K, (), likelihood="gaussian", variance=VARIANCE, output="identity")
    model = build_autoencoder(spec, (D,), seed=0)
    assert isinstance(model, VariationalAutoencoder)
    mean_weight = rotation(angle).T @ (LOADINGS.T / VARIANCE / PRECISIONS[:, None])
    raw_log_var = 10 * np.arctanh(-np.log(PRECISIONS) / 10)
    encoder, decoder = model.network.encoder[0], model.network.decoder[0]
    weights = {
        "encoder.0.weight": np.vstack([mean_weight, np.zeros((K, D))]),
        "encoder.0.bias": np.concatenate([shift - mean_weight @ OFFSET, raw_log_var]),
        "decoder.0.weight": LOADINGS @ rotation(angle),
        "decoder.0.bias": OFFSET,
    }
    assert encoder.weight.shape == (2 * K, D)
    assert decoder.weight.shape == (D, K)
    state = {name: torch.from_numpy(value).float() for name, value in weights.items()}
    model.network.load_state_dict(state | {"log_variance": torch.tensor(VARIANCE).log()})
    return model


def samples(n: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(1)
    noise = VARIANCE**0.5 * rng.standard_normal((n, D))
    return np.asarray(rng.standard_normal((n, K)) @ LOADINGS.T + OFFSET + noise, np.float32)


def exact_nats(x: NDArray[np.float32]) -> NDArray[np.float64]:
    covariance = LOADINGS @ LOADINGS.T + VARIANCE * np.eye(D)
    return -np.asarray(multivariate_normal.logpdf(x, OFFSET, covariance))
