"""Decoders in ONNX files against ONNX Runtime, and what is refused."""

import os
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.neural_network import MLPRegressor
from torch import Tensor, nn

from explorer.__main__ import main
from explorer.errors import CheckpointError, ExplorerError
from explorer.jobs.foreign import ForeignDraft, keep_foreign, read_files
from explorer.jobs.foreign import read_foreign as read_foreign_files
from explorer.models.foreign import ForeignModel
from explorer.models.foreign_spec import ForeignSpec
from explorer.store import checkpoints_folder, load_checkpoint
from explorer.store.foreign.onnx_reader import read_onnx
from tests.store.foreign.modules import answers, onnx_file

pytestmark = pytest.mark.usefixtures("one_registry")

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


class Convolutional(nn.Module):
    """Batch normalisation after a dense and a transposed layer, upsampling, and a scaled tanh at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(4, 8 * 7 * 7), nn.BatchNorm1d(8 * 7 * 7)
        self.wider, self.maps_norm = nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.BatchNorm2d(4)
        self.last = nn.Conv2d(4, 1, 3, padding=1)
        for norm in (self.norm, self.maps_norm):
            norm.running_mean = torch.randn(norm.num_features) * 0.1
            norm.running_var = torch.rand(norm.num_features) + 0.5

    def forward(self, z: Tensor) -> Tensor:
        maps = torch.relu(self.norm(self.dense(z))).view(-1, 8, 7, 7)
        maps = nn.functional.leaky_relu(self.maps_norm(self.wider(maps)), 0.2)
        maps = nn.functional.interpolate(maps, scale_factor=2, mode="nearest")
        return (torch.tanh(self.last(maps)) + 1) / 2


def dense() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 16), nn.ELU(), nn.Linear(16, 16), nn.Softplus(), nn.Linear(16, 64), nn.Sigmoid())


def generator() -> nn.Module:
    return nn.Sequential(
        nn.ConvTranspose2d(5, 6, 4), nn.BatchNorm2d(6), nn.ReLU(), nn.ConvTranspose2d(6, 3, 4, 2, 1), nn.Sigmoid()
    )


def read_foreign(path: Path, shape: tuple[int, ...] = ()) -> ForeignDraft:
    return read_foreign_files(read_files([path]), shape)


def by_runtime(path: Path, z: np.ndarray) -> np.ndarray:
    (result,) = answers(path, z)
    return result.transpose(0, 2, 3, 1) if result.ndim == 4 else result


@pytest.mark.parametrize("dynamo", [True, False], ids=["exporter", "former exporter"])
@pytest.mark.parametrize(
    ("make", "n_inputs", "shape"),
    [(dense, (2,), (8, 8)), (Convolutional, (4,), (28, 28)), (generator, (5, 1, 1), (8, 8, 3))],
    ids=["dense", "convolutional", "generator"],
)
def test_a_decoder_gives_what_onnx_runtime_gives(
    make: type[nn.Module], n_inputs: tuple[int, ...], shape: tuple[int, ...], dynamo: bool, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    path = onnx_file(make(), n_inputs, tmp_path / "decoder.onnx", dynamo=dynamo)
    model = read_foreign(path).model
    z = np.random.default_rng(0).standard_normal((7, *n_inputs)).astype(np.float32)
    decoded = model.decode(z.reshape(7, -1))
    assert model.sample_shape == shape
    np.testing.assert_allclose(decoded, by_runtime(path, z).reshape(7, -1), atol=1e-5)


def graph(nodes: list[object], weights: dict[str, np.ndarray], n_inputs: int, *output: int) -> bytes:
    value = onnx.helper.make_tensor_value_info
    made = onnx.helper.make_graph(
        nodes,
        "decoder",
        [value("z", onnx.TensorProto.FLOAT, ["N", n_inputs])],
        [value("x", onnx.TensorProto.FLOAT, ["N", *output])],
        [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 18)])
    return bytes(model.SerializeToString())


def perceptron(last: str = "Identity") -> bytes:
    """A graph as skl2onnx writes an MLPRegressor: Cast, then MatMul and Add for each layer."""
    node, rng = onnx.helper.make_node, np.random.default_rng(3)
    weights = {"w0": (2, 5), "b0": (1, 5), "w1": (5, 9), "b1": (1, 9)}
    nodes = [
        node("Cast", ["z"], ["c"], to=onnx.TensorProto.FLOAT),
        node("MatMul", ["c", "w0"], ["m0"]),
        node("Add", ["m0", "b0"], ["a0"]),
        node("Relu", ["a0"], ["h"]),
        node("MatMul", ["h", "w1"], ["m1"]),
        node("Add", ["m1", "b1"], ["a1"]),
        node(last, ["a1"], ["x"]),
    ]
    arrays = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in weights.items()}
    return graph(nodes, arrays, 2, 9)


def test_a_graph_of_products_and_sums_gives_what_onnx_runtime_gives(tmp_path: Path) -> None:
    path = tmp_path / "mlp.onnx"
    path.write_bytes(perceptron())
    z = np.random.default_rng(0).standard_normal((4, 2)).astype(np.float32)
    model = read_foreign(path).model
    assert model.spec.decoder == "dense:5 relu dense:9"
    np.testing.assert_allclose(model.decode(z), by_runtime(path, z), atol=1e-5)


def test_values_of_all_samples_in_one_column_stay_those_of_each(tmp_path: Path) -> None:
    node = onnx.helper.make_node
    nodes = [node("MatMul", ["z", "w"], ["m"]), node("Reshape", ["m", "to"], ["x"])]
    weight = np.random.default_rng(0).standard_normal((2, 12)).astype(np.float32)
    path = tmp_path / "column.onnx"
    path.write_bytes(graph(nodes, {"w": weight, "to": np.array([-1, 1])}, 2, 1))
    z = np.random.default_rng(1).standard_normal((5, 2)).astype(np.float32)
    assert by_runtime(path, z).shape == (60, 1)
    np.testing.assert_allclose(read_foreign(path).model.decode(z), by_runtime(path, z).reshape(5, 12), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_a_perceptron_by_skl2onnx_gives_what_scikit_learn_gives(activation: str, tmp_path: Path) -> None:
    skl2onnx = pytest.importorskip("skl2onnx", reason="needs `pip install --group exporters`")
    rng = np.random.default_rng(0)
    z, x = rng.standard_normal((60, 2)).astype(np.float32), rng.random((60, 16)).astype(np.float32)
    network = MLPRegressor(hidden_layer_sizes=(9, 5), activation=activation, max_iter=30, random_state=0)
    path = tmp_path / "mlp.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_bytes(skl2onnx.to_onnx(network.fit(z, x), z[:1]).SerializeToString())
    model = read_foreign(path).model
    assert model.sample_shape == (4, 4)
    np.testing.assert_allclose(model.decode(z), network.predict(z), atol=1e-5)
    np.testing.assert_allclose(model.decode(z), by_runtime(path, z).reshape(60, 16), atol=1e-5)


def keras_order(n_bias: int = 4) -> bytes:
    """As Keras writes maps: laid pixel by pixel after each convolution, where bias and normalisation are added."""
    node, rng = onnx.helper.make_node, np.random.default_rng(4)
    nodes = [
        node("MatMul", ["z", "w"], ["m"]),
        node("Reshape", ["m", "to"], ["rows"]),
        node("Transpose", ["rows"], ["maps"], perm=[0, 3, 1, 2]),
        node("ConvTranspose", ["maps", "k"], ["wide"], strides=[2, 2], kernel_shape=[2, 2]),
        node("Transpose", ["wide"], ["t"], perm=[0, 2, 3, 1]),
        node("Add", ["t", "b"], ["a"]),
        node("LeakyRelu", ["a"], ["l"], alpha=0.3),
        node("Mul", ["l", "factor"], ["s"]),
        node("Transpose", ["s"], ["again"], perm=[0, 3, 1, 2]),
        node("Conv", ["again", "c"], ["last"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]),
        node("Transpose", ["last"], ["u"], perm=[0, 2, 3, 1]),
        node("Sigmoid", ["u"], ["x"]),
    ]
    shapes = {"w": (3, 4 * 5 * 6), "k": (6, 4, 2, 2), "b": (1, 1, 1, n_bias), "factor": (4,), "c": (3, 4, 3, 3)}
    weights = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return graph(nodes, {**weights, "to": np.array([-1, 4, 5, 6])}, 3, 8, 10, 3)


def test_what_is_added_pixel_by_pixel_is_added_to_the_channels(tmp_path: Path) -> None:
    path = tmp_path / "keras.onnx"
    path.write_bytes(keras_order())
    z = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    model = read_foreign(path).model
    assert model.sample_shape == (8, 10, 3)
    np.testing.assert_allclose(model.decode(z), answers(path, z)[0].reshape(4, -1), atol=1e-5)


def test_a_constant_for_another_number_of_channels_is_refused() -> None:
    with pytest.raises(CheckpointError, match=r"a constant of the shape \(1, 1, 1, 5\) stands beside values"):
        read_onnx(keras_order(n_bias=5))


def test_a_division_by_zero_is_refused() -> None:
    node = onnx.helper.make_node
    nodes = [node("MatMul", ["z", "w"], ["m"]), node("Div", ["m", "d"], ["x"])]
    weights = {"w": np.ones((2, 4), np.float32), "d": np.array([1, 2, 0, 4], np.float32)}
    with pytest.raises(CheckpointError, match="its operator Div divides by 0"):
        read_onnx(graph(nodes, weights, 2, 4))


KERAS = """
import sys
import keras
import numpy as np
from keras import layers
keras.utils.set_random_seed(0)
wide = [layers.Dense(120), layers.BatchNormalization(), layers.ReLU(), layers.Reshape((4, 5, 6))]
maps = [layers.Conv2DTranspose(4, 2, strides=2), layers.BatchNormalization(), layers.LeakyReLU()]
last = layers.Conv2D(3, 3, padding="same", activation="sigmoid")
model = keras.Sequential([keras.Input((3,)), *wide, *maps, last])
model(np.zeros((1, 3), np.float32))
model.export(sys.argv[1], format="onnx", verbose=False)
"""


@pytest.mark.slow
@pytest.mark.skipif(find_spec("keras") is None, reason="needs `pip install --group exporters`")
def test_a_decoder_by_keras_gives_what_onnx_runtime_gives(tmp_path: Path) -> None:
    path = tmp_path / "keras.onnx"
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    subprocess.run([sys.executable, "-c", KERAS, str(path)], env=environment, check=True, capture_output=True)
    z = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    model = read_foreign(path).model
    assert model.sample_shape == (8, 10, 3)
    np.testing.assert_allclose(model.decode(z), answers(path, z)[0].reshape(4, -1), atol=1e-5)


def test_an_operator_that_is_not_on_the_list_is_named() -> None:
    with pytest.raises(CheckpointError, match="its operator Erf is not on the list"):
        read_onnx(perceptron("Erf"))


def test_an_operator_whose_name_has_a_line_break_is_named_in_one_line() -> None:
    model = onnx.load_model_from_string(perceptron())
    model.graph.node[3].op_type = "Re\nlu"
    with pytest.raises(CheckpointError, match=r"its operator 'Re\\nlu' is not on the list"):
        read_onnx(bytes(model.SerializeToString()))


def test_an_operator_of_another_domain_is_none_of_the_list() -> None:
    model = onnx.load_model_from_string(perceptron())
    model.graph.node[3].domain = "of.mine"
    with pytest.raises(CheckpointError, match=r"its operator of\.mine\.Relu is not on the list"):
        read_onnx(bytes(model.SerializeToString()))


@pytest.mark.parametrize(("condition", "threshold"), [("Greater", 5.0), ("Less", 20.0)])
def test_a_choice_between_values_that_is_no_softplus_is_refused(condition: str, threshold: float) -> None:
    node = onnx.helper.make_node
    nodes = [
        node("MatMul", ["z", "w"], ["m"]),
        node("Softplus", ["m"], ["s"]),
        node(condition, ["m", "t"], ["c"]),
        node("Where", ["c", "m", "s"], ["x"]),
    ]
    arrays = {"w": np.ones((2, 4), np.float32), "t": np.array(threshold, np.float32)}
    with pytest.raises(CheckpointError, match="its operator Where is not on the list"):
        read_onnx(graph(nodes, arrays, 2, 4))


def test_values_reshaped_to_rows_and_columns_are_a_picture(tmp_path: Path) -> None:
    node = onnx.helper.make_node
    nodes = [node("MatMul", ["z", "w"], ["m"]), node("Reshape", ["m", "to"], ["r"]), node("Tanh", ["r"], ["x"])]
    weight = np.random.default_rng(0).standard_normal((2, 12)).astype(np.float32)
    path = tmp_path / "picture.onnx"
    path.write_bytes(graph(nodes, {"w": weight, "to": np.array([-1, 3, 4])}, 2, 3, 4))
    model = read_foreign(path).model
    z = np.random.default_rng(1).standard_normal((5, 2)).astype(np.float32)
    assert model.sample_shape == (3, 4)
    np.testing.assert_allclose(model.decode(z), by_runtime(path, z).reshape(5, -1), atol=1e-5)


def test_a_missing_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mlp.onnx"
    path.write_bytes(perceptron())
    monkeypatch.setitem(sys.modules, "explorer.store.foreign.onnx_reader", None)
    with pytest.raises(CheckpointError, match=r"^An ONNX file needs the package onnx; run `pip install --group onnx`"):
        read_foreign(path)


def test_a_layer_that_does_not_fit_keeps_its_sentence() -> None:
    nodes = [onnx.helper.make_node("MatMul", ["z", "w"], ["x"])]
    with pytest.raises(ExplorerError, match=r"gives values of the shape|weights are|weights;"):
        read_onnx(graph(nodes, {"w": np.zeros((2, (1 << 21) + 1), np.float32)}, 2, (1 << 21) + 1))


def test_weights_in_another_file_are_refused() -> None:
    model = onnx.load_model_from_string(perceptron())
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    with pytest.raises(CheckpointError, match="lie in another file"):
        read_onnx(bytes(model.SerializeToString()))


def sentence_of(content: bytes) -> str:
    """Why a file cannot be read; '' for one that can."""
    try:
        assert "decoder" in read_onnx(content)
    except ExplorerError as error:
        return str(error)
    return ""


def test_mutated_files_end_in_one_sentence_or_in_a_decoder() -> None:
    content, rng, refused = perceptron(), np.random.default_rng(0), 0
    for _ in range(200):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), 4):
            changed[place] = rng.integers(0, 256)
        said = sentence_of(bytes(changed[: rng.integers(1, len(content) + 1)] if rng.random() < 0.3 else changed))
        refused += bool(said)
        assert not said or said.endswith(".")
        assert "\n" not in said
    assert refused > 50


def test_a_kept_decoder_is_the_one_that_was_read(own_process: None, library: Path, tmp_path: Path) -> None:
    path = tmp_path / "mlp.onnx"
    path.write_bytes(perceptron())
    assert main(["models", "add", str(path), "--name", "mine", "--shape", "3x3"]) == 0
    kept = load_checkpoint("mine")
    z = np.random.default_rng(0).standard_normal((4, 2)).astype(np.float32)
    assert isinstance(kept.run.model, ForeignSpec)
    assert not kept.run.trained_here
    assert isinstance(kept.model, ForeignModel)
    assert kept.header.sample_shape == (3, 3)
    np.testing.assert_array_equal(kept.model.decode(z), read_foreign(path).model.decode(z))


def test_what_cannot_be_read_leaves_nothing(
    own_process: None, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    assert main(["models", "add", str(path), "--name", "mine"]) == 2
    assert "damaged or no ONNX model" in capsys.readouterr().err
    assert not (checkpoints_folder() / "mine").exists()


def test_a_shape_that_does_not_fit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mlp.onnx"
    path.write_bytes(perceptron())
    with pytest.raises(CheckpointError, match="gives 9 values"):
        keep_foreign(read_foreign(path, (4, 4)), "mine")
