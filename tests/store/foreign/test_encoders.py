"""Encoders in ONNX files, alone and with their decoders, against ONNX Runtime."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from explorer.data import load_dataset
from explorer.errors import CheckpointError
from explorer.export.onnx_files import onnx_files
from explorer.jobs.foreign import ForeignDraft, fitting_datasets, keep_foreign, read_files, report_lines
from explorer.jobs.foreign import read_foreign as read_foreign_files
from explorer.models.foreign import ForeignVariationalModel
from explorer.store import load_checkpoint
from tests.store.foreign.modules import Parted, PyTorchExample, Sampled, answers, onnx_file

pytestmark = pytest.mark.usefixtures("one_registry")

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(autouse=True)
def any_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set of whatever shape an encoder takes."""
    monkeypatch.setattr("explorer.jobs.foreign.fitting_datasets", lambda _: ["some"])
    torch.manual_seed(3)


def read(*paths: Path, shape: tuple[int, ...] = ()) -> ForeignDraft:
    return read_foreign_files(read_files(list(paths)), shape)


@pytest.mark.parametrize("dynamo", [True, False], ids=["exporter", "former exporter"])
def test_an_autoencoder_is_parted_at_its_codes(tmp_path: Path, dynamo: bool) -> None:
    path = onnx_file(PyTorchExample(), (64,), tmp_path / "vae.onnx", dynamo=dynamo, names=("x_hat", "mu", "logvar"))
    model, x = read(path).model, np.random.default_rng(0).random((5, 64), np.float32)
    x_hat, mean, log_var = answers(path, x)
    assert isinstance(model, ForeignVariationalModel)
    assert model.sample_shape == (8, 8)
    np.testing.assert_allclose(model.posterior(x).mean, mean, atol=1e-5)
    np.testing.assert_allclose(model.posterior(x).log_var, log_var, atol=1e-5)
    np.testing.assert_allclose(model.decode(mean), x_hat, atol=1.01e-4)


def test_an_autoencoder_of_one_output_is_parted_where_it_is_narrowest(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(64, 9), nn.Tanh(), nn.Linear(9, 2), nn.Linear(2, 9), nn.Tanh(), nn.Linear(9, 64))
    path = onnx_file(module, (64,), tmp_path / "ae.onnx", dynamo=True)
    model, x = read(path).model, np.random.default_rng(0).random((5, 64), np.float32)
    assert (model.spec.encoder, model.spec.decoder) == ("dense:9 tanh dense:2", "dense:9 tanh dense:64")
    np.testing.assert_allclose(model.decode(model.encode(x)), answers(path, x)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("way", "dynamo"), [("split", True), ("split", False), pytest.param("slice", True, marks=pytest.mark.slow)]
)
def test_means_and_log_variances_of_one_layer_are_parted(tmp_path: Path, way: str, dynamo: bool) -> None:
    encoder = onnx_file(Parted(way), (3, 8, 8), tmp_path / "encoder.onnx", dynamo=dynamo, names=("log_var", "mean"))
    decoder = nn.Sequential(
        nn.Linear(3, 48), nn.Unflatten(1, (12, 2, 2)), nn.ConvTranspose2d(12, 3, 4, 4), nn.Sigmoid()
    )
    decoder_path = onnx_file(decoder, (3,), tmp_path / "decoder.onnx", dynamo=dynamo)
    model = read(decoder_path, encoder).model
    x = np.random.default_rng(0).random((5, 8, 8, 3), np.float32)
    first, second = answers(encoder, x.transpose(0, 3, 1, 2))
    assert isinstance(model, ForeignVariationalModel)
    assert model.sample_shape == (8, 8, 3)
    # The names say that the first output is the log-variance.
    np.testing.assert_allclose(model.posterior(x.reshape(5, -1)).log_var, first, atol=1e-5)
    np.testing.assert_allclose(model.posterior(x.reshape(5, -1)).mean, second, atol=1e-5)
    z = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    pictures = answers(decoder_path, z)[0].transpose(0, 2, 3, 1)
    np.testing.assert_allclose(model.decode(z), pictures.reshape(4, -1), atol=1e-5)


@pytest.mark.parametrize(
    "name", ["digits-vae-2d", *(pytest.param(f"digits-{one}", marks=pytest.mark.slow) for one in ("conv-ae-8d", "pca"))]
)
def test_what_the_explorer_exported_comes_back_the_same(tmp_path: Path, name: str) -> None:
    checkpoint = load_checkpoint(str(CHECKPOINTS / name))
    for file, content in onnx_files(checkpoint).items():
        (tmp_path / file).write_bytes(content)
    model = read(tmp_path / f"{name}-encoder.onnx", tmp_path / f"{name}-decoder.onnx").model
    x = np.random.default_rng(0).random((5, 64), np.float32)
    z = checkpoint.model.encode(x)
    np.testing.assert_allclose(model.encode(x), z, atol=1e-4)
    np.testing.assert_allclose(model.decode(z), checkpoint.model.decode(z), atol=1e-4)


def test_noise_in_the_code_is_named(tmp_path: Path) -> None:
    path = onnx_file(Sampled(), (64,), tmp_path / "vae.onnx", dynamo=True)
    with pytest.raises(CheckpointError, match=r"takes 2 values that are no constants|RandomNormalLike"):
        read(path)


def test_an_encoder_alone_is_kept_with_the_affine_decoder_that_loses_least(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.jobs.foreign.fitting_datasets", lambda _: ["digits"])
    encoder = nn.Sequential(nn.Linear(64, 9), nn.Tanh(), nn.Linear(9, 3))
    path = onnx_file(encoder, (64,), tmp_path / "encoder.onnx", dynamo=False)
    draft = read(path)
    lines = " ".join(report_lines(draft))
    assert "encoder.onnx: an encoder alone, of codes of 3 dimensions; a sample is 8 × 8." in lines
    assert "replaced by the affine map with the least squared error on digits's train split" in lines
    keep_foreign(draft, "mine")
    kept, x = load_checkpoint("mine"), load_dataset("digits").pixels()
    assert kept.run.model.title == "Foreign encoder"
    z = encoder(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(kept.model.encode(x), z, atol=1e-5)
    expected = LinearRegression().fit(z, x).predict(z)
    np.testing.assert_allclose(kept.model.decode(z), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("fitting", "asked", "said"),
    [
        (["some"], "other", "but no data set 'other' at hand has it; choose some."),
        ([], "other", "but no data set 'other' at hand has it; choose a data set of that shape."),
        ([], "", "but no data set at hand has it; add one, or give the decoder alone."),
    ],
)
def test_an_encoder_without_a_data_set_of_its_shape_is_one_sentence(
    fitting: list[str], asked: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.jobs.foreign.fitting_datasets", lambda _: fitting)
    path = onnx_file(nn.Linear(64, 3), (64,), tmp_path / "encoder.onnx", dynamo=False)
    with pytest.raises(CheckpointError, match=r"^The encoder takes samples of the shape \(8, 8\), ") as raised:
        read_foreign_files(read_files([path]), dataset=asked)
    assert str(raised.value).endswith(said)


def test_files_of_two_models_are_refused(tmp_path: Path) -> None:
    encoder = onnx_file(Parted("split"), (3, 8, 8), tmp_path / "encoder.onnx", dynamo=False)
    decoder = onnx_file(nn.Linear(4, 192), (4,), tmp_path / "decoder.onnx", dynamo=False)
    with pytest.raises(CheckpointError, match="takes 4 codes, but the encoder gives 3"):
        read(decoder, encoder)
    with pytest.raises(CheckpointError, match="they are no decoder and encoder"):
        read_foreign_files({"a.onnx": decoder.read_bytes(), "b.onnx": decoder.read_bytes()})


def test_the_report_says_which_pages_work_and_why_others_do_not(tmp_path: Path) -> None:
    path = onnx_file(PyTorchExample(), (64,), tmp_path / "vae.onnx", dynamo=False)
    lines = report_lines(read(path))
    assert lines[0] == (
        "vae.onnx: an encoder of means and log-variances, and a decoder of 3 latent dimensions; a sample is 8 × 8."
    )
    assert "Its codes will be those of some." in lines
    working = "Latent plane, Compare (Planes), Interpolate, Generate, Holes, Applications, Posterior"
    assert f"These pages will work: {working}." in lines
    assert any(line.startswith("ELBO, Trade-off, Objectives and other views of Compare") for line in lines)


@pytest.mark.parametrize("n_values", [49 * 3, 47])
def test_applications_need_pictures(n_values: int, tmp_path: Path) -> None:
    both = nn.Sequential(nn.Linear(n_values, 3), nn.Linear(3, n_values))
    files = [
        onnx_file(part, (part.in_features,), tmp_path / f"{name}.onnx", dynamo=False)
        for name, part in zip(("encoder", "decoder"), both, strict=True)
        if isinstance(part, nn.Linear)
    ]
    lines = report_lines(read(*files, shape=(7, 7, 3) if n_values == 49 * 3 else ()))
    is_picture = n_values == 49 * 3
    assert ("Applications" in next(line for line in lines if line.startswith("These pages"))) == is_picture
    assert any(line.startswith("Applications needs pictures") for line in lines) != is_picture


def test_data_sets_of_the_shape_are_offered() -> None:
    assert fitting_datasets((8, 8)) == ["digits"]
    assert fitting_datasets((7, 9)) == []
