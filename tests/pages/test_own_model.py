"""A model of one's own on the page of the library: dropped, reported, kept, and open on the pages that it suits."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from explorer.store import load_checkpoint
from tests.store.foreign.modules import PyTorchExample

ROOT = Path(__file__).parents[2]
FILES = "own_model_files_0"
OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one model."""
    shutil.copytree(ROOT / "checkpoints" / "digits-pca", tmp_path / "digits-pca")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    return tmp_path


@pytest.fixture
def panel(open_app_page: OpenPage) -> AppTest:
    """The page with the panel open."""
    app = open_app_page("library")
    app.session_state["own_model_panel"] = True
    return app.run()


def dropped(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader(key=FILES).set_value([(name, content, "application/octet-stream") for name, content in files])
    app.run()
    assert not app.exception
    return app


def test_the_panel_takes_several_files_of_100_mb(panel: AppTest) -> None:
    uploader = panel.file_uploader(key=FILES).proto
    assert (uploader.multiple_files, uploader.max_upload_size_mb) == (True, 100)
    assert any("At most 100 MB each." in caption.value for caption in panel.caption)
    assert panel.text_input(key="own_model_shape").placeholder == "as found; or 28x20"


def weights() -> bytes:
    torch.manual_seed(0)
    return save(PyTorchExample().state_dict())


def test_a_vae_is_reported_kept_and_open_on_the_pages(panel: AppTest, open_app_page: OpenPage, library: Path) -> None:
    app = dropped(panel, ("my VAE.safetensors", weights()))
    report = next(text.value for text in app.markdown if "latent dimensions" in text.value)
    assert "an encoder of means and log-variances, and a decoder of 3 latent dimensions; a sample is 8 × 8" in report
    assert "Its codes will be those of digits" in report
    assert not (library / "my-vae").exists()
    app.button(key="own_model_keep").click().run()
    assert not app.exception
    assert "my-vae is in the library" in app.success[0].value
    kept = load_checkpoint("my-vae")
    assert kept.codes.train.shape == (1437, 3)
    assert kept.codes.test_log_var.shape == (360, 3)
    assert 0 < float(kept.header.metrics["mse"] or 0) < 1
    for page in ("latent", "interpolate", "holes", "generate", "compare", "library", "posterior"):
        opened = open_app_page(page, model="my-vae")
        assert not opened.exception, page
        assert not opened.error, page


def test_a_name_that_is_taken_is_one_sentence_and_nothing_is_lost(panel: AppTest) -> None:
    app = dropped(panel, ("digits-pca.safetensors", weights()))
    app.button(key="own_model_keep").click().run()
    assert "digits-pca" in app.error[0].value
    assert app.text_input(key="own_model_name").value == "digits-pca"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("model.onnx", b"no model", "damaged or no ONNX model"),
        ("model.json", b"{}", "1 files were given"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(panel: AppTest, name: str, content: bytes, sentence: str) -> None:
    app = dropped(panel, (name, content))
    assert sentence in app.error[0].value
    assert not app.get("button") or not [button for button in app.button if button.label == "Keep"]


def test_a_spec_beside_the_weights_and_a_shape_of_ones_own(panel: AppTest) -> None:
    spec = json.dumps({"decoder": "dense:fc3 relu dense:fc4 sigmoid"}).encode()
    app = dropped(panel, ("w.safetensors", weights()), ("w.json", spec))
    assert any("a decoder of 3 latent dimensions; a sample is 8 × 8" in text.value for text in app.markdown)
    app.text_input(key="own_model_shape").set_value("4x16").run()
    assert any("a sample is 4 × 16" in text.value for text in app.markdown)
    app.text_input(key="own_model_shape").set_value("5x5").run()
    assert "gives 64 values" in app.error[0].value
