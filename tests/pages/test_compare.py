"""The comparing page without a browser."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d", "vae-20d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    return tmp_path


def open_compare(*models: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if models:
        app.query_params["models"] = list(models)
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    return app


def n_canvases(app: AppTest) -> int:
    return [element.proto.component_name for element in app.get("bidi_component")].count("latent_canvas")


@pytest.mark.usefixtures("library")
def test_it_opens_on_two_models_with_their_figures() -> None:
    app = open_compare()
    assert n_canvases(app) == 2
    assert len(app.dataframe[0].value) == 2


@pytest.mark.usefixtures("library")
def test_the_link_chooses_the_models() -> None:
    app = open_compare("digits-pca", "digits-vae-2d", "digits-ae-2d")
    assert app.multiselect(key="models").value == ["digits-pca", "digits-vae-2d", "digits-ae-2d"]
    assert n_canvases(app) == 3


@pytest.mark.usefixtures("library")
def test_a_model_that_is_not_there_is_named() -> None:
    app = open_compare("gone")
    assert "models=gone" in app.warning[0].value
    assert n_canvases(app) == 2


@pytest.mark.usefixtures("library")
def test_models_of_different_data_sets_are_not_said_to_follow() -> None:
    app = open_compare("digits-pca", "vae-20d")
    assert any("different data sets" in info.value for info in app.info)
    assert n_canvases(app) == 2


@pytest.mark.usefixtures("library")
def test_no_model_chosen_says_what_to_do() -> None:
    app = open_compare()
    app.multiselect(key="models").set_value([]).run()
    assert "Choose two or three models" in app.info[0].value


def test_a_torn_model_leaves_the_other_on_the_page(library: Path) -> None:
    weights = library / "digits-pca" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    app = open_compare("digits-pca", "digits-ae-2d")
    assert "is torn or not what was saved" in app.error[0].value
    assert n_canvases(app) == 1


@pytest.mark.usefixtures("library")
def test_missing_data_are_offered_in_one_line() -> None:
    line = "MNIST is not on this machine. With it, the planes show the real sample nearest to the pointer"
    assert [caption.value.startswith(line) for caption in open_compare("vae-20d").caption][:1] == [True]
    assert not any("not on this machine" in caption.value for caption in open_compare("digits-pca").caption)


@pytest.mark.usefixtures("library")
def test_models_are_named_by_what_they_are() -> None:
    assert "**VAE, 2 dimensions**, digits-vae-2d" in [text.value for text in open_compare("digits-vae-2d").markdown]
