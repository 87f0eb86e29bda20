"""Foreign decoders in the browser against ONNX Runtime and PyTorch: five files by other exporters and by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from explorer.scenes.canvas_scene import CanvasScene
from explorer.store.foreign.onnx_reader import read_onnx
from explorer.store.foreign.parts import parts_of
from explorer.ui.components.latent_canvas.component import canvas_script
from tests.browser.test_canvas_script import LOAD, browser_decode
from tests.store.foreign.modules import answers, onnx_file
from tests.store.foreign.test_onnx_reader import Convolutional, dense, generator, graph, perceptron

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_registry")]


def by_torch(make: Callable[[], torch.nn.Module], n_inputs: tuple[int, ...], *, dynamo: bool) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        torch.manual_seed(1)
        return onnx_file(make(), n_inputs, path, dynamo=dynamo)

    return write


def by_hand(make: Callable[[], bytes]) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(make())
        return path

    return write


def pixel_by_pixel() -> bytes:
    """A decoder as Keras has it: dense values as rows, columns and channels, convolved, and so given back."""
    node, rng = onnx.helper.make_node, np.random.default_rng(4)
    nodes = [
        node("MatMul", ["z", "w"], ["m"]),
        node("Add", ["m", "b"], ["a"]),
        node("Relu", ["a"], ["h"]),
        node("Reshape", ["h", "to"], ["rows"]),
        node("Transpose", ["rows"], ["maps"], perm=[0, 3, 1, 2]),
        node("ConvTranspose", ["maps", "k"], ["wide"], strides=[2, 2], kernel_shape=[2, 2]),
        node("Sigmoid", ["wide"], ["s"]),
        node("Transpose", ["s"], ["x"], perm=[0, 2, 3, 1]),
    ]
    shapes = {"w": (3, 4 * 5 * 6), "b": (4 * 5 * 6,), "k": (6, 3, 2, 2)}
    weights = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return graph(nodes, {**weights, "to": np.array([-1, 4, 5, 6])}, 3, 8, 10, 3)


DECODERS = {
    "PyTorch's exporter": (by_torch(Convolutional, (4,), dynamo=True), (28, 28)),
    "PyTorch's former exporter": (by_torch(Convolutional, (4,), dynamo=False), (28, 28)),
    "dense": (by_torch(dense, (2,), dynamo=True), (8, 8)),
    "generator": (by_torch(generator, (5, 1, 1), dynamo=False), (8, 8, 3)),
    "scikit-learn's perceptron": (by_hand(perceptron), (3, 3)),
    "Keras' order": (by_hand(pixel_by_pixel), (8, 10, 3)),
}


def scene_of(layers: tuple[object, ...], latent_dim: int) -> CanvasScene:
    rng = np.random.default_rng(3)
    return CanvasScene(
        codes=np.zeros((1, 2), np.float32),
        labels=np.zeros(1, np.uint8),
        class_names=("zero",),
        colors=("#3f90da",),
        decoder=layers,  # type: ignore[arg-type]
        origin=rng.normal(size=latent_dim).astype(np.float32),
        axes=rng.normal(size=(2, latent_dim)).astype(np.float32),
        axis_labels=("u", "v"),
        image_shape=None,
    )


@pytest.mark.parametrize("made_by", DECODERS)
def test_browser_and_onnx_runtime_decode_alike(lasting_page: Page, tmp_path: Path, made_by: str) -> None:
    write, shape = DECODERS[made_by]
    path = write(tmp_path / "decoder.onnx")
    parts = parts_of(read_onnx(path.read_bytes()))
    assert parts.sample_shape in (shape, (int(np.prod(shape)),))
    scene = scene_of(parts.decoder, parts.latent_dim)
    places: NDArray[np.float32] = np.random.default_rng(0).uniform(-2, 2, (6, 3)).astype(np.float32)
    lasting_page.goto("about:blank")
    lasting_page.evaluate(LOAD, canvas_script())
    decoded = browser_decode(lasting_page, scene, places)
    z = scene.origin + places @ scene.basis
    given = z.reshape(6, 5, 1, 1) if made_by == "generator" else z
    (expected,) = answers(path, given)
    pixels = expected.transpose(0, 2, 3, 1) if expected.ndim == 4 and made_by != "Keras' order" else expected
    np.testing.assert_allclose(decoded, pixels.reshape(6, -1), atol=1e-4)
