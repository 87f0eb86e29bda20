"""Jacobians against finite differences and against the matrices of linear models."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.analysis.contraction import (
    code_changes,
    decoder_jacobian,
    encoder_jacobian,
    jacobian_norms,
    local_geometry,
    sensitivity,
)
from explorer.models import AESpec, LinearAESpec
from explorer.models.autoencoder import Autoencoder, build_autoencoder

Array = NDArray[np.float32]
STEP = 1e-3


@pytest.fixture
def model() -> Autoencoder:
    return build_autoencoder(AESpec(3, (7,), activation="tanh", contraction=0.1), (4, 4), seed=5)


@pytest.fixture
def x() -> Array:
    return np.random.default_rng(3).random((12, 16), dtype=np.float32)


def test_encoder_jacobian_is_the_finite_difference(model: Autoencoder, x: Array) -> None:
    steps = STEP * np.eye(16, dtype=np.float32)
    expected = (model.encode(x[0] + steps) - model.encode(x[0] - steps)).T / (2 * STEP)
    np.testing.assert_allclose(encoder_jacobian(model, x[0]), expected, atol=2e-3)


def test_decoder_jacobian_is_the_finite_difference(model: Autoencoder) -> None:
    z, steps = np.array([0.3, -0.2, 0.8], np.float32), STEP * np.eye(3, dtype=np.float32)
    expected = (model.decode(z + steps) - model.decode(z - steps)).T / (2 * STEP)
    found = decoder_jacobian(model, z)
    assert found.shape == (16, 3)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_a_linear_model_has_its_weights_as_jacobian(x: Array) -> None:
    linear = build_autoencoder(LinearAESpec(3), (4, 4), seed=5, data_mean=torch.zeros(16))
    weight = linear.network.encoder.state_dict()["1.weight"].numpy()
    np.testing.assert_allclose(encoder_jacobian(linear, x[0]), weight, atol=1e-6)
    values = np.linalg.svd(weight, compute_uv=False)
    np.testing.assert_allclose(local_geometry(linear, x[0]).encoder.values, values, rtol=1e-5)


def test_norms_are_those_of_each_picture_alone(model: Autoencoder, x: Array) -> None:
    expected = [np.linalg.norm(encoder_jacobian(model, picture)) for picture in x]
    np.testing.assert_allclose(jacobian_norms(model, x), expected, rtol=1e-5)


def test_directions_have_length_one_and_a_positive_peak(model: Autoencoder, x: Array) -> None:
    geometry = local_geometry(model, x[0])
    for found in (geometry.encoder, geometry.decoder):
        assert found.pictures.shape == (3, 16)
        np.testing.assert_allclose(found.pictures @ found.pictures.T, np.eye(3), atol=1e-5)
        assert np.all(np.diff(found.values) <= 0)
        peaks = np.take_along_axis(found.pictures, np.abs(found.pictures).argmax(axis=1)[:, None], axis=1)
        assert np.all(peaks > 0)
    stretched = encoder_jacobian(model, x[0]) @ geometry.encoder.pictures.T
    np.testing.assert_allclose(np.linalg.norm(stretched, axis=0), geometry.encoder.values, rtol=1e-4)
    moved = decoder_jacobian(model, model.encode(x[:1])[0])
    np.testing.assert_allclose(
        np.linalg.norm(geometry.decoder.pictures @ moved, axis=1), geometry.decoder.values, rtol=1e-4
    )


def test_a_rescaled_code_has_the_same_relative_norm(model: Autoencoder, x: Array) -> None:
    before = sensitivity(model, x)
    for values in (model.network.encoder.state_dict()[name] for name in ("2.weight", "2.bias")):
        values *= 0.1
    after = sensitivity(model, x)
    assert after.mean_norm == pytest.approx(before.mean_norm / 10, rel=1e-4)
    assert after.relative_norm == pytest.approx(before.relative_norm, rel=1e-3)


def test_a_linear_code_moves_by_its_jacobian_whatever_the_length() -> None:
    linear = build_autoencoder(LinearAESpec(3), (4, 4), seed=5, data_mean=torch.zeros(16))
    x, lengths = np.random.default_rng(3).random((400, 16), dtype=np.float32), np.array([0.1, 10.0])
    weight = linear.network.encoder.state_dict()["1.weight"].numpy().astype(np.float64)
    spread = np.sqrt(linear.encode(x).var(axis=0, dtype=np.float64).sum())
    found = code_changes(linear, x, lengths, seed=0)
    np.testing.assert_allclose(found.norms, np.linalg.norm(weight) / spread, rtol=1e-4)
    largest = np.linalg.svd(weight, compute_uv=False)[0]
    np.testing.assert_allclose(found.leading, np.outer(lengths * largest / spread, np.ones(400)), rtol=2e-3)
    # A random direction meets the root mean square of the Jacobian over 16 pixels.
    np.testing.assert_allclose(
        np.sqrt(np.square(found.random).mean(axis=1)), lengths * np.linalg.norm(weight) / 4 / spread, rtol=0.06
    )
    np.testing.assert_allclose(found.used(found.leading), largest / np.linalg.norm(weight), rtol=2e-3)


def test_the_bound_holds_for_small_changes_of_any_model(model: Autoencoder, x: Array) -> None:
    found = code_changes(model, x, np.array([1e-2]), seed=0)
    assert (found.random <= found.leading * 1.01).all()
    assert (found.used(found.leading) < 1).all()
