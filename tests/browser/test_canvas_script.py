"""The canvas's pure JavaScript in a real Chromium, against NumPy and PyTorch."""

import base64
import math
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.latent_model import LatentModel
from explorer.models.layers import (
    LEAKY_SLOPE,
    Activation,
    ActivationName,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    apply_layers,
)
from explorer.models.networks import NetworkSpec
from explorer.models.spec import AESpec, ConvAESpec, ConvVAESpec, CVAESpec, GMVAESpec
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene
from explorer.scenes.latent_scene import decoder_of
from explorer.store import load_checkpoint
from explorer.ui.components.latent_canvas.component import canvas_script
from tests.browser.servers import ROOT

pytestmark = pytest.mark.browser

TORCH_ACTIVATIONS: dict[ActivationName, torch.nn.Module] = {
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(LEAKY_SLOPE),
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
    "elu": torch.nn.ELU(),
    "softplus": torch.nn.Softplus(),
    "identity": torch.nn.Identity(),
}
# One of each kind of decoder; `make test-all` takes the others too.
KINDS = ("ppca", "ae-8d", "sparse-k-64d", "conv-ae-8d", "conv-vae-2d", "vae-20d", "cvae-2d", "gmvae-10d")
SHIPPED = sorted(path.name for path in (ROOT / "checkpoints").glob("[!.]*/"))
LOAD = """async (script) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  globalThis.canvas = await import(url);
}"""
DECODE = """async ([blob, places, labels]) => {
  const bytes = Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0));
  const header = canvas.readHeader(bytes);
  const arrays = await canvas.readArrays(bytes);
  const decode = canvas.buildDecoder(header, arrays);
  const at = label => places.flatMap(([u, v, w]) => [...decode(canvas.latentAt(header, { u, v, w }), label)]);
  const bytes64 = new Uint8Array(Float32Array.from(labels.flatMap(at)).buffer);
  return btoa(bytes64.reduce((letters, byte) => letters + String.fromCharCode(byte), ""));
}"""
NEAREST = """([codes, queries, kept]) => {
  const index = canvas.buildIndex(Float32Array.from(codes));
  return queries.map(([u, v]) => canvas.nearest(index, u, v, (row) => kept[row]));
}"""


@pytest.fixture(scope="module")
def script(lasting_page: Page) -> Page:
    """An empty page with the canvas's module at hand as `canvas`."""
    lasting_page.goto("about:blank")
    lasting_page.evaluate(LOAD, canvas_script())
    return lasting_page


Weights = Callable[..., NDArray[np.float32]]


def scene_of(decoder: tuple[Layer, ...], latent_dim: int = 3, **more: Any) -> CanvasScene:
    rng = np.random.default_rng(3)
    return CanvasScene(
        codes=np.zeros((1, 2), np.float32),
        labels=np.zeros(1, np.uint8),
        class_names=("zero", "one"),
        colors=("#3f90da", "#ffa90e"),
        decoder=decoder,
        origin=rng.normal(size=latent_dim).astype(np.float32),
        axes=rng.normal(size=(2, latent_dim)).astype(np.float32),
        axis_labels=("u", "v"),
        image_shape=None,
        **more,
    )


def weights_from(seed: int) -> Weights:
    """Draws of weights; the standard deviation keeps the units' spread of about one through the layers."""
    rng = np.random.default_rng(seed)
    return lambda *shape, n_in=1: rng.normal(0, 1.4 / np.sqrt(n_in), shape).astype(np.float32)


def dense(draw: Weights, n_in: int, n_out: int) -> Dense:
    return Dense(draw(n_out, n_in, n_in=n_in), draw(n_out))


def torch_decode(layers: tuple[Layer, ...], z: NDArray[np.float32]) -> NDArray[np.float32]:
    x = torch.from_numpy(z)
    for layer in layers:
        x = torch_layer(layer, x)
    decoded: NDArray[np.float32] = x.flatten(1).numpy()
    return decoded


def torch_layer(layer: Layer, x: torch.Tensor) -> torch.Tensor:
    functional = torch.nn.functional
    match layer:
        case Dense():
            return functional.linear(x.flatten(1), *weights_of(layer))
        case Activation():
            return torch.as_tensor(TORCH_ACTIVATIONS[layer.name](x))
        case Reshape():
            return x.reshape(len(x), *layer.shape)
        case ChannelsLast():
            return x.movedim(1, -1).flatten(1)
        case Upsampling():
            return functional.interpolate(x, size=layer.size, mode="nearest")
        case Convolution():
            return functional.conv2d(x, *weights_of(layer), layer.stride, layer.padding)
        case TransposedConvolution():
            return functional.conv_transpose2d(x, *weights_of(layer), layer.stride, layer.padding, layer.output_padding)


def weights_of(layer: Dense | Convolution | TransposedConvolution) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)


def browser_decode(page: Page, scene: CanvasScene, places: NDArray[np.float32], label: int = 0) -> NDArray[np.float32]:
    (decoded,) = browser_decode_all(page, scene, places, [label])
    return decoded


def browser_decode_all(
    page: Page, scene: CanvasScene, places: NDArray[np.float32], labels: list[int]
) -> list[NDArray[np.float32]]:
    """What the browser decodes at places, (M, D), under each of some labels; bytes travel faster than numbers."""
    decoded = page.evaluate(DECODE, [base64.b64encode(pack(scene)).decode(), places.tolist(), labels])
    return [*np.frombuffer(base64.b64decode(decoded), np.float32).reshape(len(labels), len(places), -1)]


def some_places() -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(-3, 3, (20, 3)).astype(np.float32)


def check_parity(page: Page, decoder: tuple[Layer, ...]) -> None:
    """Browser, NumPy and PyTorch give the same to 1e-5."""
    scene, places = scene_of(decoder), some_places()
    decoded = browser_decode(page, scene, places)
    z = scene.origin + places @ scene.basis
    assert decoded.std() > 0.01
    np.testing.assert_allclose(decoded, torch_decode(decoder, z), rtol=1e-5, atol=3e-5)
    np.testing.assert_allclose(decoded, apply_layers(decoder, z), rtol=1e-5, atol=3e-5)


@pytest.mark.parametrize("hidden", TORCH_ACTIVATIONS)
@pytest.mark.parametrize("last", ["sigmoid", "tanh"])
def test_browser_numpy_and_pytorch_decode_alike(script: Page, hidden: ActivationName, last: ActivationName) -> None:
    draw = weights_from(0)
    first, second, third = dense(draw, 3, 64), dense(draw, 64, 256), dense(draw, 256, 784)
    check_parity(script, (first, Activation(hidden), second, Activation(hidden), third, Activation(last)))


@pytest.mark.parametrize(("side", "kernel", "stride", "padding"), [(7, 3, 1, 1), (8, 5, 2, 2), (9, 4, 3, 0)])
@pytest.mark.parametrize("n_out", [1, 6])
def test_convolutions_decode_alike(script: Page, side: int, kernel: int, stride: int, padding: int, n_out: int) -> None:
    draw = weights_from(1)
    layer = Convolution(draw(n_out, 5, kernel, kernel, n_in=5 * kernel**2), draw(n_out), stride, padding)
    check_parity(script, (dense(draw, 3, 5 * side**2), Activation("relu"), Reshape((5, side, side)), layer))


@pytest.mark.parametrize("shape", [(5, 7, 7), (6, 4, 5)])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "output_padding"),
    [
        (3, 2, 1, (1, 1)),
        (3, 2, 1, (0, 1)),
        (4, 2, 1, (0, 0)),
        (5, 2, 2, (1, 0)),
        (1, 2, 0, (1, 1)),
        (3, 3, 0, (2, 1)),
        (5, 1, 2, (0, 0)),
        (2, 1, 0, (0, 0)),
    ],
)
def test_transposed_convolutions_decode_alike(
    script: Page,
    shape: tuple[int, int, int],
    kernel: int,
    stride: int,
    padding: int,
    output_padding: tuple[int, int],
) -> None:
    draw = weights_from(2)
    weight = draw(shape[0], 5, kernel, kernel, n_in=shape[0])
    layer = TransposedConvolution(weight, draw(5), stride, padding, output_padding)
    check_parity(script, (dense(draw, 3, math.prod(shape)), Activation("relu"), Reshape(shape), layer))


@pytest.mark.parametrize("size", [(14, 14), (7, 28), (11, 10), (3, 5)])
def test_upsampling_decodes_alike(script: Page, size: tuple[int, int]) -> None:
    draw = weights_from(3)
    check_parity(
        script, (dense(draw, 3, 3 * 49), Reshape((3, 7, 7)), Upsampling(size), dense(draw, 3 * math.prod(size), 9))
    )


@pytest.mark.parametrize("way", ["transposed", "upsampled"])
def test_a_whole_convolutional_decoder_decodes_alike(script: Page, way: str) -> None:
    draw = weights_from(4)
    start = (dense(draw, 3, 32 * 49), Activation("relu"), Reshape((32, 7, 7)))
    ends: tuple[Layer, ...] = ()
    for n_in, n_out, name, size in ((32, 16, "relu", 14), (16, 1, "sigmoid", 28)):
        wide = (n_in, n_out) if way == "transposed" else (n_out, n_in)
        weight, bias = draw(*wide, 3, 3, n_in=n_in * (2 if way == "transposed" else 9)), draw(n_out)
        up: tuple[Layer, ...] = (TransposedConvolution(weight, bias, 2, 1, (1, 1)),)
        if way == "upsampled":
            up = (Upsampling((size, size)), Convolution(weight, bias, 1, 1))
        ends = (*ends, *up, Activation("relu" if name == "relu" else "sigmoid"))
    check_parity(script, (*start, *ends))


def test_a_decoder_of_colour_images_decodes_alike(script: Page) -> None:
    draw = weights_from(6)
    start = (dense(draw, 3, 8 * 20), Activation("relu"), Reshape((8, 4, 5)))
    up = TransposedConvolution(draw(8, 3, 3, 3, n_in=16), draw(3), 2, 1, (1, 1))
    check_parity(script, (*start, up, ChannelsLast(), Activation("sigmoid")))


def test_the_bias_of_a_class_is_the_first_layers(script: Page) -> None:
    draw = weights_from(5)
    decoder = (dense(draw, 3, 8), Activation("tanh"), dense(draw, 8, 9))
    scene, places = scene_of(decoder, class_biases=draw(2, 8)), some_places()
    z = scene.origin + places @ scene.basis
    assert scene.class_biases is not None
    for label, bias in enumerate(scene.class_biases):
        own = (replace(decoder[0], bias=bias), *decoder[1:])
        expected = torch_decode(own, z)
        np.testing.assert_allclose(browser_decode(script, scene, places, label), expected, atol=1e-5)
        labels = np.full(len(places), label, np.uint8)
        np.testing.assert_allclose(scene.samples_at(places, labels), expected, atol=1e-5)


FAMILIES: dict[str, NetworkSpec] = {
    "ae": AESpec(hidden=(128, 64, 12), latent_dim=3, activation="tanh"),
    "ae, tanh": AESpec(hidden=(64,), latent_dim=3, output="tanh"),
    "conv_ae of courses": ConvAESpec(8, channels=(16, 8), stride=3, pooling="max"),
    "conv_ae, tanh": ConvAESpec(3, channels=(4, 6), output="tanh"),
    "conv_ae": ConvAESpec(activation="leaky_relu", output="identity", batch_norm="yes"),
    "conv_ae, nearest": ConvAESpec(channels=(4, 6, 8), upsampling="nearest"),
    "conv_vae": ConvVAESpec(hidden=(32,), batch_norm="yes"),
    "conv_vae, nearest": ConvVAESpec(upsampling="nearest", batch_norm="yes"),
    "cvae": CVAESpec(latent_dim=5),
    "gmvae": GMVAESpec(),
}


def untrained(spec: NetworkSpec) -> Autoencoder:
    """A model whose batch normalisations, if any, are far from doing nothing."""
    model = build_autoencoder(spec, (28, 28), seed=0, n_classes=10)
    torch.manual_seed(0)
    for norm in model.network.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            assert norm.running_var is not None
            assert norm.running_mean is not None
            norm.running_mean.normal_(0, 0.1)
            norm.running_var.uniform_(0.01, 0.3)
            torch.nn.init.normal_(norm.bias)
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_decodes_in_the_browser_as_in_pytorch(script: Page, family: str) -> None:
    model = untrained(FAMILIES[family])
    decoded = compare_decoders(script, model, model.latent_dim, tuple("0123456789"))
    assert all(values.std() > 0.01 for values in decoded)
    assert len(decoded) == (10 if family == "cvae" else 1)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in KINDS else pytest.mark.slow) for name in SHIPPED]
)
def test_every_shipped_model_decodes_in_the_browser_as_in_python(script: Page, name: str) -> None:
    checkpoint = load_checkpoint(name)
    compare_decoders(script, checkpoint.model, checkpoint.codes.test.shape[1], checkpoint.header.class_names)


def compare_decoders(
    page: Page, model: LatentModel, latent_dim: int, class_names: tuple[str, ...]
) -> list[NDArray[np.float32]]:
    """What the browser decodes, for each class if the model is told one, after a comparison with the model itself."""
    decoder, places = decoder_of(model), some_places()
    scene = scene_of(decoder.layers, latent_dim, decode=decoder.decode)
    labels = [0]
    if decoder.class_biases is not None:
        names, labels = class_names, list(range(len(decoder.class_biases)))
        scene = replace(scene, class_names=names, colors=("#3f90da",) * len(names), class_biases=decoder.class_biases)
    decoded = browser_decode_all(page, scene, places, labels)
    for label, values in zip(labels, decoded, strict=True):
        expected = scene.samples_at(places, np.full(len(places), label, np.uint8))
        np.testing.assert_allclose(values, expected, atol=1e-5)
    return decoded


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


DRAW_IN_PARTS = """([avoidsGl, shown]) => {
  const n = 240;
  const codes = Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? Math.floor(i / 2 / 20) : (i >> 1) % 20));
  const labels = Uint8Array.from({ length: n }, (_, i) => i % 3);
  const view = { x: 9.5, y: 5.5, scale: 10, plot: { left: 0, right: 220, top: 0, bottom: 140 } };
  const palette = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, shown ? 255 : 0, shown ? 255 : 0]);
  const pass = { diameter: 4, palette };
  return [1, 7].map((parts) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [220, 140];
    const points = canvas2.createPoints(canvas, codes, labels, avoidsGl);
    points.clear(view);
    for (let part = 0; part < parts; part++) points.draw(view, 1, pass, part, parts);
    const flat = document.createElement("canvas");
    [flat.width, flat.height] = [220, 140];
    flat.getContext("2d").drawImage(canvas, 0, 0);
    return [points.kind, flat.toDataURL()];
  });
}""".replace("canvas2", "globalThis.canvas")


@pytest.mark.parametrize("avoids_gl", [False, True])
def test_codes_in_parts_are_the_codes_at_once(script: Page, avoids_gl: bool) -> None:
    for is_shown in (True, False):
        (kind, whole), (_, joined) = script.evaluate(DRAW_IN_PARTS, [avoids_gl, is_shown])
        assert kind == ("2d" if avoids_gl else "webgl2")
        assert joined == whole
        inked = np.asarray(Image.open(BytesIO(base64.b64decode(whole.partition(",")[2])))).reshape(-1, 4)
        blue, opaque = inked[:, 2] > 200, inked[:, 3] > 200
        assert opaque.sum() > (240 if is_shown else 160) * 4
        assert blue.any() == is_shown


@pytest.mark.parametrize(("n", "parts"), [(0, 1), (60_000, 1), (60_001, 2), (1_000_000, 17), (9_000_000, 31)])
def test_only_very_many_codes_are_drawn_in_parts(script: Page, n: int, parts: int) -> None:
    assert script.evaluate("(n) => canvas.partsOf(n)", n) == parts


def test_more_codes_are_fainter_discs(script: Page) -> None:
    view = {"home": {"xMin": 0, "xMax": 8, "yMin": 0, "yMax": 6}, "scale": 100}
    styles = [script.evaluate("([v, n]) => canvas.discStyle(v, n, false)", [view, n]) for n in (100, 60_000, 240_000)]
    assert [style["alpha"] for style in styles] == pytest.approx([0.6, 0.424, 0.212], abs=0.001)
    million = script.evaluate("([v, n]) => canvas.discStyle(v, n, true)", [view, 1_000_000])
    assert million["alpha"] == pytest.approx(0.35 * 0.104, abs=0.001)


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


def test_the_first_view_holds_995_of_1000_codes_and_not_the_far_ones(script: Page) -> None:
    codes = np.random.default_rng(4).standard_t(2, (20_000, 2)).astype(np.float32)
    home = script.evaluate(
        """(codes) => {
          const flat = Float32Array.from(codes);
          return canvas.createView({ u: canvas.sortedAxis(flat, 0), v: canvas.sortedAxis(flat, 1) }).home;
        }""",
        codes.ravel().tolist(),
    )
    inside = (codes >= [home["xMin"], home["yMin"]]).all(1) & (codes <= [home["xMax"], home["yMax"]]).all(1)
    assert 0.995 <= inside.mean() < 0.9975
    assert home["xMax"] < codes[:, 0].max() / 2


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


AIM = """([solid, space, places, pixels]) => {
  const camera = canvas.aim(solid, space, 800, 600);
  return {
    seen: places.map(([u, v, w]) => canvas.project(camera, { u, v, w })),
    met: pixels.map(([at, w]) => canvas.onPlane(camera, at, w)),
    eye: [-100, 100].map((height) => canvas.sideOfEye(camera, height)),
  };
}"""
CENTRE = np.array([1.0, 2, 3])
SOLID = {"centre": CENTRE.tolist(), "half": [2, 3, 6], "radius": 7}


def looked_at(page: Page, turn: float, tilt: float, places: Any, pixels: Any = ()) -> Any:
    """What a camera sees of places, and where the lines of sight through pixels meet planes."""
    space = {"turn": turn, "tilt": tilt, "zoom": 1.3}
    return page.evaluate(AIM, [SOLID, space, np.asarray(places).tolist(), list(pixels)])


@pytest.mark.parametrize(("turn", "tilt"), [(0, 90), (0, 0), (30, 22), (-130, -65)])
def test_a_camera_sees_what_rotations_and_a_perspective_give(script: Page, turn: float, tilt: float) -> None:
    places = np.random.default_rng(1).normal(0, 2, (40, 3)) + CENTRE
    a, b = np.radians(turn), np.radians(tilt - 90)
    about_w = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_u = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    right, up, near = (about_u @ about_w @ (places - CENTRE).T).astype(float)
    size = 28 / (28 - near) * 1.3 * 0.54 * 600 / 7
    seen = looked_at(script, turn, tilt, places)["seen"]
    expected = np.stack([400 + right * size, 300 - up * size], 1)
    np.testing.assert_allclose([one["at"] for one in seen], expected, rtol=1e-9)
    np.testing.assert_allclose([one["near"] for one in seen], near, atol=1e-9)


def test_a_pixel_means_the_place_of_the_plane_that_is_seen_there(script: Page) -> None:
    places = np.array([[1, 2, 3.0], [0, 4, 5], [2.5, 0, -2]])
    pixels = [(one["at"], w) for one, w in zip(looked_at(script, 30, 22, places)["seen"], places[:, 2], strict=True)]
    met = looked_at(script, 30, 22, places, pixels)["met"]
    np.testing.assert_allclose([[one["u"], one["v"], one["w"]] for one in met], places, atol=1e-9)


def test_no_place_is_met_beyond_the_box_or_along_the_plane(script: Page) -> None:
    far = looked_at(script, 0, 90, [[1 + 1.6 * 2, 2, 3]])["seen"][0]["at"]
    assert looked_at(script, 0, 90, [], [(far, 3)])["met"] == [None]
    assert looked_at(script, 30, 0, [], [([400, 200], 3)])["met"] == [None]
    assert looked_at(script, 30, 22, [])["eye"] == [1, -1]


def test_turning_goes_round_and_tilting_ends_at_the_poles(script: Page) -> None:
    turned = script.evaluate("""() => {
      const space = { turn: 170, tilt: 80, zoom: 300 };
      canvas.turnBy(space, 20, 30);
      canvas.zoomBy(space, 2);
      return space;
    }""")
    assert turned == {"turn": -170, "tilt": 90, "zoom": 400}


def test_the_nearest_in_three_dimensions_is_that_of_brute_force(script: Page) -> None:
    rng = np.random.default_rng(2)
    codes, queries, kept = rng.normal(size=(300, 3)), rng.normal(0, 2, (20, 3)), rng.random(300) < 0.5
    found = script.evaluate(
        """([codes, queries, kept]) => queries.map(([u, v, w]) => {
          return canvas.nearestInSpace(Float32Array.from(codes.flat()), { u, v, w }, (row) => kept[row]);
        })""",
        [codes.tolist(), queries.tolist(), kept.tolist()],
    )
    distances = np.where(kept, np.linalg.norm(queries[:, None] - codes, axis=2), np.inf)
    assert [one["row"] for one in found] == distances.argmin(axis=1).tolist()
    np.testing.assert_allclose([one["distance"] for one in found], distances.min(axis=1), rtol=1e-5)
