"""Firing rates, features and kept units against counts by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.analysis.sparsity import errors_by_units, firing, keep_largest, unit_features
from explorer.models import AESpec
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.layers import Dense

Array = NDArray[np.float32]
CODES = np.array([[0, 2, -1], [0, 0, 3], [0, 4, 0], [0, 0, 0]], np.float32)


def dense_layers(model: Autoencoder) -> list[Dense]:
    return [layer for layer in model.decoder_layers() if isinstance(layer, Dense)]


@pytest.fixture
def sparse() -> Autoencoder:
    spec = AESpec(20, (), sparsity="k_sparse", sparse_units=4, output="identity")
    return build_autoencoder(spec, (4, 4), seed=5)


@pytest.fixture
def x() -> Array:
    return np.random.default_rng(3).random((30, 16), dtype=np.float32)


def test_firing_counts_what_is_not_zero() -> None:
    found = firing(CODES)
    assert found.rates.tolist() == [0, 0.5, 0.5]
    assert found.means.tolist() == [0, 1.5, 0.5]
    assert found.n_active.tolist() == [2, 1, 1, 0]
    assert found.n_dead == 1


def test_a_k_sparse_code_has_exactly_k_units(sparse: Autoencoder, x: Array) -> None:
    assert set(firing(sparse.encode(x)).n_active.tolist()) == {4}


def test_features_of_a_linear_decoder_are_its_columns(sparse: Autoencoder, x: Array) -> None:
    codes = sparse.encode(x)
    features = unit_features(sparse, codes)
    weight = dense_layers(sparse)[0].weight
    for unit in range(20):
        active = codes[codes[:, unit] != 0, unit]
        expected = weight[:, unit] * (active.mean() if len(active) else 0)
        np.testing.assert_allclose(features[unit], expected, atol=1e-5)


def test_keep_largest_keeps_by_magnitude() -> None:
    codes = np.array([[1, -5, 3, 0.5], [0, 0, -2, 1]], np.float32)
    assert keep_largest(codes, 2).tolist() == [[0, -5, 3, 0], [0, 0, -2, 1]]
    assert keep_largest(codes, 0).tolist() == [[0] * 4] * 2
    np.testing.assert_array_equal(keep_largest(codes, 4), codes)
    assert codes[0, 0] == 1


def test_errors_by_units_end_at_the_whole_code(sparse: Autoencoder, x: Array) -> None:
    errors = errors_by_units(sparse, x, (1, 4, 20))
    whole = np.square(x - sparse.decode(sparse.encode(x))).mean()
    assert errors[1] == pytest.approx(whole, rel=1e-5)
    assert errors[2] == pytest.approx(whole, rel=1e-5)
    one = sparse.decode(keep_largest(sparse.encode(x), 1))
    assert errors[0] == pytest.approx(np.square(x - one).mean(), rel=1e-5)
