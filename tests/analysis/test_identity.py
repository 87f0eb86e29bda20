"""What is copied, against networks whose answer is known: the identity, a projection, a constant."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.analysis.identity import (
    NOISE_STDS,
    SHUFFLED,
    TEST,
    copying,
    inputs,
    learn_to_copy,
    linear_response,
    networks,
    noise_response,
    variance_kept,
)
from explorer.data import load_dataset
from explorer.models import AESpec
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.training import RunSpec

Array = NDArray[np.float32]
SIDE, N_PIXELS = 4, 16


def linear(matrix: Array) -> Autoencoder:
    """An autoencoder whose reconstruction is x @ matrix.T."""
    model = build_autoencoder(AESpec(N_PIXELS, (), output="identity"), (SIDE, SIDE), seed=0)
    encoder, decoder = (next(part for part in side if isinstance(part, torch.nn.Linear))
                        for side in (model.network.encoder, model.network.decoder))  # fmt: skip
    with torch.no_grad():
        encoder.weight.copy_(torch.eye(N_PIXELS))
        decoder.weight.copy_(torch.from_numpy(matrix))
        for layer in (encoder, decoder):
            layer.bias.zero_()
    return model


@pytest.fixture
def x() -> Array:
    return np.random.default_rng(1).random((300, N_PIXELS), dtype=np.float32)


def test_the_identity_keeps_all_and_passes_all_noise(x: Array) -> None:
    found = copying("copy", linear(np.eye(N_PIXELS, dtype=np.float32)), inputs(x, 0), 0)
    assert [one.value for one in found.kept] == pytest.approx([1, 1])
    assert found.responses == pytest.approx(np.ones(len(NOISE_STDS)), rel=1e-4)
    assert found.slope == pytest.approx(1)
    np.testing.assert_allclose(found.pictures[0], x[0], atol=1e-6)


def test_a_projection_passes_the_root_of_its_share_of_dimensions(x: Array) -> None:
    kept_axes = np.diag((np.arange(N_PIXELS) < 4).astype(np.float32))
    model = linear(kept_axes)
    assert linear_response(model, x[:3]) == pytest.approx(np.sqrt(4 / N_PIXELS))
    assert noise_response(model, x, 0.1, 0) == pytest.approx(np.sqrt(4 / N_PIXELS), rel=0.03)


def test_the_limit_for_small_noise_is_that_of_the_jacobian(x: Array) -> None:
    model = build_autoencoder(AESpec(5, (7,), activation="tanh"), (SIDE, SIDE), seed=2)
    assert noise_response(model, x, 1e-3, 0) == pytest.approx(linear_response(model, x), rel=0.05)


def test_the_mean_picture_keeps_nothing_and_half_the_way_keeps_three_quarters(x: Array) -> None:
    mean = np.broadcast_to(x.mean(axis=0), x.shape)
    assert variance_kept(x, mean, 0).value == pytest.approx(0, abs=1e-6)
    half = variance_kept(x, (x + mean) / 2, 0)
    assert half.value == pytest.approx(0.75, abs=1e-6)
    assert half.low == pytest.approx(half.high)  # each picture keeps the same fraction


def test_the_interval_is_that_of_resampled_pictures(x: Array) -> None:
    noisy = x + np.random.default_rng(2).normal(scale=0.2, size=x.shape).astype(np.float32)
    found = variance_kept(x, noisy, 0)
    halves = [variance_kept(x[part], noisy[part], 0).value for part in (slice(0, 150), slice(150, None))]
    assert found.low < found.value < found.high
    assert min(halves) > found.low - 0.05


def test_shuffled_pixels_keep_every_pixel_and_lose_the_pictures(x: Array) -> None:
    x[:, 1] = x[:, 0]
    shuffled = inputs(x, 0)[SHUFFLED]
    np.testing.assert_array_equal(np.sort(shuffled, axis=0), np.sort(x, axis=0))
    assert abs(np.corrcoef(shuffled[:, 0], shuffled[:, 1])[0, 1]) < 0.2
    assert inputs(x, 0)[TEST] is x


def test_networks_differ_in_width_then_in_their_penalty_alone() -> None:
    runs = networks(load_dataset("digits"))
    assert list(runs)[:4] == ["K = 8", "K = 32", "K = 64", "K = 96"]
    assert {run.model.latent_dim for run in list(runs.values())[3:]} == {96}
    assert len({run.model for run in runs.values()}) == len(runs) == 8


def test_results_grow_by_one_network_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def untrained(run: RunSpec, _: object) -> Autoencoder:
        assert isinstance(run.model, AESpec)
        return build_autoencoder(run.model, (8, 8), seed=0)

    monkeypatch.setattr("explorer.analysis.identity.trained", untrained)
    monkeypatch.setattr("explorer.analysis.identity.linear_response", lambda *_: 0.0)
    steps: Iterator[int] = (
        len(step.result.networks) for step in learn_to_copy(load_dataset("digits"), load_dataset("digits", "test"))
    )
    assert list(steps) == list(range(9))
