"""Files made to break a reader of models: each ends in one sentence or in a model, runs nothing and leaves nothing."""

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save

from explorer.data.isolation import Limits
from explorer.errors import ExplorerError
from explorer.jobs import foreign
from explorer.jobs.foreign import read_foreign
from tests.store.foreign.test_onnx_reader import graph, perceptron

onnx = pytest.importorskip("onnx")


def mutated(content: bytes, n: int) -> Iterator[bytes]:
    """Copies of a file with some bytes changed, cut off, or twice."""
    rng = np.random.default_rng(1)
    for _ in range(n):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), rng.integers(1, 9)):
            changed[place] = rng.integers(0, 256)
        cut = int(rng.integers(0, len(content)))
        yield bytes(rng.choice(np.array([bytes(changed), content[:cut], content + content[cut:]], dtype=object)))


def tensor_of(shape: tuple[int, ...], name: str) -> object:
    """A tensor that states more values than it holds."""
    tensor = onnx.numpy_helper.from_array(np.zeros(1, np.float32), name)
    del tensor.dims[:]
    tensor.dims.extend(shape)
    return tensor


def absurd_dimensions() -> bytes:
    model = onnx.load_model_from_string(perceptron())
    model.graph.initializer[0].CopyFrom(tensor_of((1 << 40, 1 << 20), "w0"))
    return bytes(model.SerializeToString())


def a_file_elsewhere() -> bytes:
    model = onnx.load_model_from_string(perceptron())
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"
    return bytes(model.SerializeToString())


def a_circle() -> bytes:
    node = onnx.helper.make_node
    return graph([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["b"], ["x"])], {}, 2, 4)


def sizes_that_double() -> bytes:
    """Sizes that would be computed 2 ** 60 times, each from two of the one before."""
    node = onnx.helper.make_node
    nodes = [node("MatMul", ["z", "w"], ["m"]), node("Shape", ["m"], ["s0"])]
    nodes += [node("Add", [f"s{i}", f"s{i}"], [f"s{i + 1}"]) for i in range(60)]
    nodes.append(node("Reshape", ["m", "s60"], ["x"]))
    return graph(nodes, {"w": np.zeros((2, 4), np.float32)}, 2, 4)


def a_huge_upsampling() -> bytes:
    node = onnx.helper.make_node
    nodes = [
        node("MatMul", ["z", "w"], ["m"]),
        node("Reshape", ["m", "to"], ["r"]),
        node(
            "Resize",
            ["r", "", "", "size"],
            ["x"],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
    ]
    sizes = {"to": np.array([-1, 1, 2, 2]), "size": np.array([1, 1, 1 << 30, 1 << 30])}
    return graph(nodes, {"w": np.zeros((2, 4), np.float32), **sizes}, 2, 1, 1 << 30, 1 << 30)


def a_loop() -> bytes:
    return graph([onnx.helper.make_node("Loop", ["", "", "z"], ["x"], body=onnx.GraphProto())], {}, 2, 4)


ONNX_BOMBS = (absurd_dimensions, a_file_elsewhere, a_circle, sizes_that_double, a_huge_upsampling, a_loop)


def safetensors_of(header: object, body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def torch_bomb() -> bytes:
    """A file of torch.save whose tensor of 16 bytes unpacks to 300 MB."""
    file, packed = io.BytesIO(), io.BytesIO()
    torch.save({"fc1.weight": torch.zeros(4)}, file)
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            with target.open(entry.filename, "w", force_zip64=True) as written:
                written.write(source.read(entry))
                for _ in range(30 if entry.filename.endswith("data/0") else 0):
                    written.write(bytes(10_000_000))
    return packed.getvalue()


def sentence_of(name: str, content: bytes) -> str:
    try:
        read_foreign({name: content})
    except ExplorerError as error:
        return str(error)
    return ""


def check(said: str) -> None:
    assert not said or said.endswith(".")
    assert "\n" not in said
    assert "Traceback" not in said


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(foreign, "LIMITS", Limits(cpu_s=8, memory_bytes=1_000_000_000))
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("bomb", [a_file_elsewhere, sizes_that_double])
def test_a_bomb_ends_in_one_sentence(bomb: object, tmp_path: Path) -> None:
    said = sentence_of("bomb.onnx", bomb())  # type: ignore[operator]
    assert said
    check(said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ONNX_BOMBS)
def test_every_bomb_ends_in_one_sentence(bomb: object, tmp_path: Path) -> None:
    test_a_bomb_ends_in_one_sentence(bomb, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.safetensors", safetensors_of({"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}})),
        ("w.safetensors", struct.pack("<Q", 1 << 60)),
        ("w.safetensors", safetensors_of([[]])),
        ("w.safetensors", safetensors_of({"../../a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}})),
        ("w.pt", torch_bomb()),
        ("w.pt", b"PK\x03\x04" + bytes(100)),
    ],
)
def test_weights_that_lie_end_in_one_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    said = sentence_of(name, content)
    assert said
    check(said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_mutated_files_end_in_one_sentence_or_in_a_model(tmp_path: Path) -> None:
    state = {"fc3.weight": np.ones((9, 2), np.float32), "fc4.weight": np.ones((16, 9), np.float32)}
    said = [sentence_of("m.onnx", content) for content in mutated(perceptron(), 50)]
    said += [sentence_of("m.safetensors", content) for content in mutated(save(state), 30)]
    for sentence in said:
        check(sentence)
    assert sum(map(bool, said)) > 50
    assert list(tmp_path.iterdir()) == []
