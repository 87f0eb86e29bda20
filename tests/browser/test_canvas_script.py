"""The canvas's pure JavaScript in a real Chromium, against NumPy and PyTorch."""

import base64
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from explorer.models.layers import LEAKY_SLOPE, Activation, ActivationName, Dense, apply_layers
from explorer.ui.canvas import CanvasScene, canvas_script, pack

pytestmark = pytest.mark.browser

TORCH_ACTIVATIONS: dict[ActivationName, torch.nn.Module] = {
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(LEAKY_SLOPE),
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
}
LOAD = """async (script) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  globalThis.canvas = await import(url);
}"""
DECODE = """async ([blob, places]) => {
  const bytes = Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0));
  const header = canvas.readHeader(bytes);
  const arrays = await canvas.readArrays(bytes, header);
  const decode = canvas.buildDecoder(header, arrays);
  return places.map(([u, v]) => [...decode(canvas.latentAt(header, u, v))]);
}"""
NEAREST = """([codes, queries, kept]) => {
  const index = canvas.buildIndex(Float32Array.from(codes));
  return queries.map(([u, v]) => canvas.nearest(index, u, v, (row) => kept[row]));
}"""


@pytest.fixture
def script(page: Page) -> Page:
    """An empty page with the canvas's module at hand as `canvas`."""
    page.goto("about:blank")
    page.evaluate(LOAD, canvas_script())
    return page


def make_scene(hidden: ActivationName, last: ActivationName, rng: np.random.Generator) -> CanvasScene:
    def dense(n_in: int, n_out: int) -> Dense:
        weight = rng.normal(0, 2 / np.sqrt(n_in), (n_out, n_in)).astype(np.float32)
        return Dense(weight, rng.normal(0, 0.5, n_out).astype(np.float32))

    decoder = (dense(3, 64), Activation(hidden), dense(64, 256), Activation(hidden), dense(256, 784), Activation(last))
    return CanvasScene(
        codes=np.zeros((1, 2), np.float32),
        labels=np.zeros(1, np.uint8),
        class_names=("only",),
        colors=("#3f90da",),
        decoder=decoder,
        origin=rng.normal(size=3).astype(np.float32),
        axes=rng.normal(size=(2, 3)).astype(np.float32),
        axis_labels=("u", "v"),
        image_shape=(28, 28),
    )


def torch_decode(scene: CanvasScene, z: NDArray[np.float32]) -> NDArray[np.float32]:
    x = torch.from_numpy(z)
    for layer in scene.decoder:
        if isinstance(layer, Dense):
            x = torch.nn.functional.linear(x, torch.from_numpy(layer.weight), torch.from_numpy(layer.bias))
        else:
            x = TORCH_ACTIVATIONS[layer.name](x)
    decoded: NDArray[np.float32] = x.numpy()
    return decoded


@pytest.mark.parametrize("hidden", TORCH_ACTIVATIONS)
@pytest.mark.parametrize("last", ["sigmoid", "tanh"])
def test_browser_numpy_and_pytorch_decode_alike(script: Page, hidden: ActivationName, last: ActivationName) -> None:
    rng = np.random.default_rng(0)
    scene = make_scene(hidden, last, rng)
    places = rng.uniform(-5, 5, (20, 2)).astype(np.float32)
    decoded = script.evaluate(DECODE, [base64.b64encode(pack(scene)).decode(), places.tolist()])
    z = scene.origin + places @ scene.axes
    np.testing.assert_allclose(decoded, apply_layers(scene.decoder, z), atol=1e-4)
    np.testing.assert_allclose(decoded, torch_decode(scene, z), atol=1e-4)


@pytest.mark.parametrize("share_kept", [1.0, 0.05])
def test_nearest_agrees_with_brute_force(script: Page, share_kept: float) -> None:
    rng = np.random.default_rng(1)
    codes = np.concatenate([rng.normal(0, 1, (800, 2)), rng.normal(9, 0.1, (200, 2))]).astype(np.float32)
    queries = rng.uniform(-15, 20, (300, 2))
    kept = rng.random(len(codes)) < share_kept
    found = script.evaluate(NEAREST, [codes.ravel().tolist(), queries.tolist(), kept.tolist()])
    distances = np.linalg.norm(queries[:, None] - codes[kept][None].astype(float), axis=2).min(axis=1)
    np.testing.assert_allclose([each["distance"] for each in found], distances, rtol=1e-6)
    assert all(kept[each["row"]] for each in found)


def test_nearest_of_none_is_none(script: Page) -> None:
    assert script.evaluate(NEAREST, [[0, 0, 1, 1], [[0, 0]], [False, False]]) == [None]


def test_nearest_of_one_repeated_point(script: Page) -> None:
    (found,) = script.evaluate(NEAREST, [[2, 2] * 5, [[5, 6]], [True] * 5])
    assert found["distance"] == pytest.approx(5)


def test_ranks_are_those_of_numpy_and_turn_back(script: Page) -> None:
    rng = np.random.default_rng(2)
    values = np.sort(rng.exponential(3, 5_000)).astype(np.float32)
    places = [-1.0, 0.0, *rng.exponential(3, 50).tolist(), float(values[-1]) + 4]
    ranks, back = script.evaluate(
        """([values, places]) => {
          const sorted = Float32Array.from(values);
          const { u } = canvas.createWarp({ u: sorted, v: sorted });
          const ranks = places.map((place) => canvas.toRank(u, place));
          return [ranks, ranks.map((rank) => canvas.fromRank(u, rank))];
        }""",
        [values.tolist(), places],
    )
    np.testing.assert_allclose(back, places, atol=1e-6)
    np.testing.assert_allclose(ranks[2:-1], np.searchsorted(values, places[2:-1]) / len(values), atol=2e-3)
    assert ranks[0] < 0 < 1 < ranks[-1]


@pytest.mark.parametrize(
    ("low", "high", "wanted", "texts"),
    [
        (-1.2, 1.3, 0.4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (-1, 9, 1.6, ["0", "2", "4", "6", "8"]),
        (-26, 27, 9, ["−20", "−10", "0", "10", "20"]),
        (0.0011, 0.0032, 0.0009, ["0.002", "0.003"]),
    ],
)
def test_ticks_are_round_numbers(script: Page, low: float, high: float, wanted: float, texts: list[str]) -> None:
    ticks: list[dict[str, Any]] = script.evaluate("(range) => canvas.roundTicks(...range)", [low, high, wanted])
    assert [tick["text"] for tick in ticks] == texts
    assert all(math.isclose(tick["value"], float(tick["text"].replace("−", "-"))) for tick in ticks)


def test_a_class_is_isolated_and_comes_back(script: Page) -> None:
    assert script.evaluate("canvas.isolated([true, true, true], 1)") == [False, True, False]
    assert script.evaluate("canvas.isolated([false, true, false], 1)") == [True, True, True]
    assert script.evaluate("canvas.toggled([true, true], 0)") == [False, True]
    assert script.evaluate("canvas.toggled([false, true], 1)") == [True, True]
