"""How sparse codes and layers are, against cases that can be counted."""

import math

import numpy as np
import pytest
import torch

from explorer.analysis.sparsities import (
    NETWORK,
    compare_ways,
    hidden_activations,
    measured,
    normal_sparseness,
    sparseness,
    ways,
)
from explorer.data import load_dataset
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.spec import AESpec

X = np.random.default_rng(0).random((20, 64), dtype=np.float32)


def autoencoder(spec: AESpec) -> Autoencoder:
    return build_autoencoder(spec, (8, 8), seed=0)


def test_sparseness_is_0_where_all_are_alike_1_where_one_is_on_and_blind_to_the_size() -> None:
    alike, alone, none = np.array([1, -1, 1, 1]), np.array([0, 0, -3, 0]), np.zeros(4)
    np.testing.assert_allclose(sparseness(np.stack((alike, alone, none)).astype(np.float32)), [0, 1, 1])
    two = np.array([[2, 2, 0, 0], [1, 1, 0, 0]], np.float32)
    np.testing.assert_allclose(sparseness(two), 2 - math.sqrt(2))


def test_a_normal_code_has_the_sparseness_of_its_limit() -> None:
    drawn = np.random.default_rng(0).standard_normal((4000, 100)).astype(np.float32)
    assert sparseness(drawn).mean() == pytest.approx(normal_sparseness(100), abs=0.005)


def test_the_hidden_layer_is_what_the_first_weights_and_the_nonlinearity_give() -> None:
    model = autoencoder(AESpec(5, (7,)))
    weight, bias = (part.detach().numpy() for part in model.network.encoder[0].parameters())
    np.testing.assert_allclose(hidden_activations(model, X), np.maximum(X @ weight.T + bias, 0), atol=1e-6)


def test_zeros_signs_and_errors_are_counted() -> None:
    model = autoencoder(AESpec(6, (5,), sparsity="k_sparse_abs", sparse_units=2))
    found, codes = measured("k", model, X), model.encode(X)
    assert found.zeros == pytest.approx(4 / 6)
    assert found.negative == pytest.approx((codes[codes != 0] < 0).mean())
    sse = [float(torch.tensor(x - r).square().sum()) for x, r in zip(X, model.decode(codes), strict=True)]
    assert found.sse.value == pytest.approx(np.mean(sse), rel=1e-5)
    np.testing.assert_array_equal(found.example, codes[0])


def test_the_ways_differ_in_what_they_ask_of_the_code_alone() -> None:
    specs = [run.model for run in ways(load_dataset("digits")).values()]
    assert len(specs) == 7
    assert {(spec.latent_dim, spec.hidden) for spec in specs if isinstance(spec, AESpec)} == {(100, NETWORK.hidden)}
    assert [spec.sparsity for spec in specs if isinstance(spec, AESpec)] == [
        "none", "l2", "l1", "l1", "kl", "k_sparse", "k_sparse_abs",
    ]  # fmt: skip
    assert [spec.sparse_layers for spec in specs if isinstance(spec, AESpec)].index("all") == 3


def test_results_grow_by_one_network_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "explorer.analysis.sparsities.trained", lambda run, _: build_autoencoder(run.model, (8, 8), seed=0)
    )
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    steps = list(compare_ways(train, test))
    assert [len(step.result.networks) for step in steps] == list(range(8))
    mean = train.pixels().mean(axis=0)
    assert steps[-1].result.mean_sse == pytest.approx(np.square(test.pixels() - mean).sum(axis=1).mean(), rel=1e-5)
