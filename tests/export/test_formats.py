"""Every export read by what it is for: ONNX Runtime, TensorBoard's loader, pandas, a Python that runs the notebook."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from explorer.errors import ExportError
from explorer.export import packages
from explorer.export.formats import FORMATS, archive, export, file_name
from explorer.export.notebook import notebook
from explorer.export.onnx_files import onnx_files
from explorer.export.tables import codes_csv, codes_npz, codes_parquet, projector_files
from explorer.export.tensorboard_events import FILE, tensorboard_files
from explorer.models.architecture import weights_of, with_weights
from explorer.models.foreign import ForeignModel, foreign_model
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.layers import apply_layers
from explorer.store import Checkpoint, load_checkpoint
from explorer.store.foreign.onnx_reader import read_onnx
from explorer.store.foreign.parts import parts_of
from explorer.training.codes import codes_of, decoded

pytestmark = pytest.mark.usefixtures("one_registry")

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture(scope="module")
def digits() -> Checkpoint:
    return load_checkpoint(str(CHECKPOINTS / "digits-vae-2d"))


def answer(content: bytes, **inputs: Any) -> np.ndarray:
    """What ONNX Runtime makes of the inputs that a file asks for."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    asked = {one.name: inputs[one.name] for one in session.get_inputs()}
    result: np.ndarray = session.run(None, asked)[0]
    return result


# The dense decoder of a VAE is that of the conditional one, whose first layer is told a class besides.
@pytest.mark.parametrize(
    "name",
    ["digits-pca", "digits-cvae-2d", "digits-conv-ae-8d", pytest.param("digits-vae-2d", marks=pytest.mark.slow)],
)
def test_onnx_runtime_gives_what_the_model_gives(name: str) -> None:
    checkpoint = load_checkpoint(name)
    files = onnx_files(checkpoint)
    labels = np.arange(5)
    x = np.random.default_rng(0).random((5, 64), dtype=np.float32)
    z = codes_of(checkpoint.model, x, labels)
    expected = decoded(checkpoint.model, z, labels)
    given = {"x": x, "z": z, "label": labels}
    for part, result in (("encoder", z), ("decoder", expected), ("autoencoder", expected)):
        np.testing.assert_allclose(answer(files[f"{name}-{part}.onnx"], **given), result, rtol=0, atol=1e-4)


def foreign_colour_model() -> ForeignModel:
    """A VAE of colour pictures whose encoder takes maps."""
    encoder, decoder = "maps:3x4x6 convolution:2x3x3x2x1 leaky_relu:0.2 dense:4", "dense:72 sigmoid"
    spec = ForeignSpec(2, decoder, encoder, "yes")
    rng = np.random.default_rng(0)
    parts = {}
    for part, layers in (("encoder", spec.encoder_skeleton), ("decoder", spec.decoder_skeleton)):
        named = weights_of(layers, part)
        drawn = {name: rng.normal(0, 0.3, array.shape).astype(np.float32) for name, array in named.items()}
        parts[part] = with_weights(layers, part, drawn)
    return foreign_model(spec, (4, 6, 3), parts["decoder"], parts["encoder"])


def test_a_model_that_was_opened_is_exported_and_opened_again(digits: Checkpoint) -> None:
    model = foreign_colour_model()
    files = onnx_files(replace(digits, model=model))
    x = np.random.default_rng(1).random((5, 72), dtype=np.float32)
    z = model.encode(x)
    given = {"x": x, "z": z}
    for part, result in (("encoder", z), ("decoder", model.decode(z)), ("autoencoder", model.decode(z))):
        np.testing.assert_allclose(answer(files[f"digits-vae-2d-{part}.onnx"], **given), result, rtol=0, atol=1e-4)
    again = parts_of(read_onnx(files["digits-vae-2d-decoder.onnx"])).decoder
    np.testing.assert_allclose(apply_layers(again, z), model.decode(z), rtol=0, atol=1e-5)


def test_a_decoder_that_came_alone_is_exported_alone(digits: Checkpoint) -> None:
    whole = foreign_colour_model()
    model = foreign_model(ForeignSpec(2, whole.spec.decoder), (4, 6, 3), whole.decoder, ())
    (name,) = onnx_files(replace(digits, model=model))
    assert name == "digits-vae-2d-decoder.onnx"


@pytest.mark.parametrize("group", list(packages.GROUPS))
def test_a_missing_package_is_one_sentence(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert packages.missing_packages(group) == ""
    monkeypatch.setattr(packages, "find_spec", lambda _: None)
    with pytest.raises(
        ExportError, match=rf"not installed; run `pip install --group {group}` in the explorer's folder\.$"
    ):
        packages.need_packages(group)


def test_the_groups_are_those_that_the_project_declares() -> None:
    import tomllib

    declared = tomllib.loads((CHECKPOINTS.parent / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    for group, names in packages.GROUPS.items():
        assert [requirement.split(">")[0] for requirement in declared[group]] == list(names)


def test_parquet_holds_every_code_with_its_class(digits: Checkpoint) -> None:
    table = pd.read_parquet(io.BytesIO(codes_parquet(digits)))
    assert list(table.columns) == ["split", "sample", "class", "z1", "z2", "log_var1", "log_var2"]
    test = table[table["split"] == "test"]
    np.testing.assert_array_equal(test[["z1", "z2"]], digits.codes.test)
    np.testing.assert_array_equal(test[["log_var1", "log_var2"]], digits.codes.test_log_var)
    train = table[table["split"] == "train"]
    np.testing.assert_array_equal(train["class"].astype(int), digits.codes.train_labels)
    assert train["log_var1"].isna().all()
    assert list(train["sample"][:3]) == list(test["sample"][:3]) == [0, 1, 2]


def test_csv_and_npz_hold_what_parquet_holds(digits: Checkpoint) -> None:
    table = pd.read_csv(io.BytesIO(codes_csv(digits)))
    expected = pd.read_parquet(io.BytesIO(codes_parquet(digits))).astype({"class": int})
    pd.testing.assert_frame_equal(table, expected, check_dtype=False, rtol=1e-5)
    with np.load(io.BytesIO(codes_npz(digits)), allow_pickle=False) as arrays:
        assert set(arrays) == {"train", "train_class", "test", "test_class", "test_log_var"}
        for split, labels in (("train", digits.codes.train_labels), ("test", digits.codes.test_labels)):
            np.testing.assert_array_equal(arrays[split], getattr(digits.codes, split))
            np.testing.assert_array_equal(arrays[f"{split}_class"].astype(int), labels)
        np.testing.assert_array_equal(arrays["test_log_var"], digits.codes.test_log_var)
    with np.load(io.BytesIO(codes_npz(load_checkpoint("digits-ae-2d")))) as arrays:
        assert "test_log_var" not in arrays


def test_the_projector_reads_as_many_vectors_rows_and_pictures(digits: Checkpoint) -> None:
    files = projector_files(digits)
    vectors = np.loadtxt(io.BytesIO(files["vectors.tsv"]), delimiter="\t")
    np.testing.assert_allclose(vectors, digits.codes.test, rtol=1e-5)
    header, *rows = files["metadata.tsv"].decode().splitlines()
    assert header == "sample\tclass"
    assert rows[3] == f"3\t{digits.codes.test_labels[3]}"
    assert len(rows) == len(vectors)
    (embedding,) = json.loads(files["projector_config.json"])["embeddings"]
    assert embedding["tensorShape"] == [360, 2]
    assert embedding["sprite"] == {"imagePath": "sprite.png", "singleImageDim": [8, 8]}
    sheet = np.asarray(Image.open(io.BytesIO(files["sprite.png"])))[..., 0]
    assert sheet.shape == (19 * 8, 19 * 8)
    from explorer.data import load_dataset

    second = load_dataset("digits", "test").pixels(np.array([1])).reshape(8, 8)
    np.testing.assert_allclose(1 - sheet[:8, 8:16] / 255, second, atol=0.003)


def test_without_images_the_projector_has_no_sprite() -> None:
    files = projector_files(load_checkpoint("vae-2d"))
    assert set(files) == {"vectors.tsv", "metadata.tsv", "projector_config.json"}
    assert "sprite" not in json.loads(files["projector_config.json"])["embeddings"][0]


@pytest.mark.filterwarnings("ignore")
def test_tensorboards_loader_reads_the_history(digits: Checkpoint, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    (tmp_path / FILE).write_bytes(tensorboard_files(digits)[FILE])
    events = [event for event in EventFileLoader(str(tmp_path / FILE)).Load() if event.summary.value]
    assert [event.step for event in events] == digits.history["step"].tolist()
    last = {value.tag: value.tensor.float_val[0] for value in events[-1].summary.value}
    assert last["reconstruction"] == pytest.approx(digits.history["reconstruction"].iloc[-1])
    assert "epoch" not in last
    assert events[-1].wall_time > events[0].wall_time


def test_a_model_in_closed_form_has_no_history_for_tensorboard() -> None:
    with pytest.raises(ExportError, match=r"^digits-pca was fitted in closed form"):
        tensorboard_files(load_checkpoint("digits-pca"))


@pytest.mark.parametrize("name", ["digits-vae-2d", "digits-cvae-2d"])
def test_the_notebook_runs_and_decodes_the_pinned_point(name: str) -> None:
    checkpoint = load_checkpoint(name)
    document = json.loads(notebook(checkpoint, [0.5, -1.0]))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in document["cells"]}) == len(document["cells"])
    names: dict[str, Any] = {}
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)
    z = np.array([[0.5, -1.0]], np.float32)
    np.testing.assert_array_equal(names["x_hat"].ravel(), decoded(checkpoint.model, z, np.zeros(1, np.int64))[0])
    assert sum(len(trace.x) for trace in names["figure"].data) == 360


@pytest.mark.parametrize("to", [to for to in FORMATS if to != "onnx"])
def test_every_format_is_written_by_its_name(to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = export(["digits-vae-2d"], to)
    assert path.name == file_name(["digits-vae-2d"], to).removesuffix(".zip")
    assert path.is_dir() == (not FORMATS[to].suffix)
    assert list(tmp_path.iterdir()) == [tmp_path / path]


def test_a_format_of_one_model_refuses_two() -> None:
    with pytest.raises(ExportError, match=r"^2 models were given, but this format takes one"):
        export(["digits-vae-2d", "digits-ae-2d"], "parquet")


def test_an_archive_holds_the_folder() -> None:
    with zipfile.ZipFile(io.BytesIO(archive({"a/b.txt": b"1", "c": b"2"}))) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {"a/b.txt": b"1", "c": b"2"}
