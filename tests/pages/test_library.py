"""The library page: figures of merit, broken models, renaming and deleting."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-vae-2d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_library(selected: int | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if selected is not None:
        app.session_state["library"] = {"selection": {"rows": [selected], "columns": [], "cells": []}}
    app.switch_page("pages/library.py").run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("library")
def test_every_model_has_a_row_with_its_figures() -> None:
    frame = open_library().dataframe[0].value
    assert frame["name"].tolist() == ["digits-ae-2d", "digits-vae-2d"]
    assert frame["rate_nats"].isna().tolist() == [True, False]
    assert (frame["sse"] / frame["mse"]).round(3).tolist() == [64, 64]
    assert frame["megabytes"].between(0.1, 2).all()
    assert frame["codes"].str.startswith("data:image/png;base64,").all()


def test_a_broken_model_is_listed_with_its_reason(library: Path) -> None:
    (library / "digits-ae-2d" / "spec.json").write_text("{")
    app = open_library()
    assert app.dataframe[0].value["model"].tolist()[0] == "cannot be read"
    assert any("digits-ae-2d" in warning.value and "spec.json" in warning.value for warning in app.warning)


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_library().info[0].value


def test_a_model_is_renamed(library: Path) -> None:
    app = open_library(selected=0)
    app.text_input(key="rename-digits-ae-2d").set_value("mine").run()
    next(button for button in app.button if button.label == "Rename").click().run()
    assert {path.name for path in library.iterdir()} == {"mine", "digits-vae-2d"}


def test_a_taken_name_is_refused(library: Path) -> None:
    app = open_library(selected=0)
    app.text_input(key="rename-digits-ae-2d").set_value("digits-vae-2d").run()
    next(button for button in app.button if button.label == "Rename").click().run()
    assert "already" in app.error[0].value
    assert (library / "digits-ae-2d").is_dir()


def test_deleting_asks_first(library: Path) -> None:
    app = open_library(selected=0)
    assert (library / "digits-ae-2d").is_dir()
    next(button for button in app.button if button.label == "Delete digits-ae-2d").click().run()
    assert not (library / "digits-ae-2d").exists()
