"""Encoders as plain layers give what the models themselves give."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from explorer.models.autoencoder import Autoencoder, VariationalAutoencoder, build_autoencoder
from explorer.models.foreign import foreign_model
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import PlainlyEncoding, VariationalModel
from explorer.models.layers import Activation, Dense, apply_layers
from explorer.models.pca import fit_pca
from explorer.models.ppca import fit_ppca
from explorer.models.spec import AESpec, ConvAESpec, ConvVAESpec, CVAESpec, LinearAESpec, PCASpec, PPCASpec, VAESpec

SHAPE = (8, 6)
X = np.random.default_rng(0).random((40, 48), dtype=np.float32)


def network(spec: Any) -> Autoencoder:
    return build_autoencoder(spec, SHAPE, seed=3, data_mean=torch.from_numpy(X.mean(axis=0)), n_classes=2)


def foreign() -> PlainlyEncoding:
    rng = np.random.default_rng(1)
    encoder = Dense(rng.normal(0, 0.2, (4, 48)).astype(np.float32), np.ones(4, np.float32))
    decoder = Dense(np.ones((48, 2), np.float32), np.zeros(48, np.float32))
    return foreign_model(
        ForeignSpec(2, "dense:48", "dense:4 tanh", "yes"), SHAPE, (decoder,), (encoder, Activation("tanh"))
    )


MODELS: dict[str, Callable[[], Any]] = {
    "PCA": lambda: fit_pca(X, SHAPE, PCASpec(3)),
    "probabilistic PCA": lambda: fit_ppca(X, SHAPE, PPCASpec(3)),
    "linear": lambda: network(LinearAESpec(latent_dim=3)),
    "dense": lambda: network(AESpec(latent_dim=3, hidden=(9,))),
    "convolutional": lambda: network(ConvAESpec(latent_dim=3, channels=(4, 5))),
    "variational": lambda: network(VAESpec(latent_dim=3, hidden=(9,))),
    "of log σ": lambda: network(VAESpec(latent_dim=3, hidden=(9,), spread="log_std")),
    "convolutional, variational": lambda: network(ConvVAESpec(latent_dim=3, channels=(4, 5))),
    "foreign": foreign,
}


@pytest.mark.parametrize("name", MODELS)
def test_plain_layers_encode_as_the_model_does(name: str) -> None:
    model = MODELS[name]()
    plain = model.plain_encoder()
    given = apply_layers(plain.layers, X)
    assert plain.is_variational == isinstance(model, VariationalModel)
    if not isinstance(model, VariationalModel):
        np.testing.assert_allclose(given, model.encode(X), atol=2e-5)
        return
    posterior, latent_dim = model.posterior(X), model.latent_dim
    raw, limit = given[:, latent_dim:], plain.log_var_limit
    np.testing.assert_allclose(given[:, :latent_dim], posterior.mean, atol=2e-5)
    np.testing.assert_allclose(raw if limit is None else limit * np.tanh(raw / limit), posterior.log_var, atol=2e-5)


def test_a_log_variance_far_out_is_held() -> None:
    model = network(VAESpec(latent_dim=3, hidden=(9,), spread="log_std"))
    assert isinstance(model, VariationalAutoencoder)
    plain = model.plain_encoder()
    assert plain is not None
    raw = apply_layers(plain.layers, 1000 * X)[:, 3:]
    assert plain.log_var_limit is not None
    assert np.abs(raw).max() > plain.log_var_limit
    held = plain.log_var_limit * np.tanh(raw / plain.log_var_limit)
    np.testing.assert_allclose(held, model.posterior(1000 * X).log_var, atol=1e-4)


@pytest.mark.parametrize(
    "spec",
    [
        CVAESpec(latent_dim=3, hidden=(9,)),
        AESpec(latent_dim=9, hidden=(9,), sparsity="k_sparse", sparse_units=2),
        ConvAESpec(latent_dim=3, channels=(4, 5), pooling="max"),
        AESpec(latent_dim=3, hidden=(9,), output="tanh"),
    ],
)
def test_what_is_more_than_plain_layers_stays_with_the_server(spec: Any) -> None:
    assert network(spec).plain_encoder() is None
