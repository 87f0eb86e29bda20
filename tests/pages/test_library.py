"""The library page: figures of merit, broken models, renaming and deleting."""

import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.ui.views.library.table import SELECTED, remember_selection

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-vae-2d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_library(selected: str | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if selected is not None:
        app.session_state[SELECTED] = selected
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
    assert app.dataframe[0].value["model"].tolist() == ["VAE, K = 2", "cannot be read"]
    assert any("digits-ae-2d" in warning.value and "spec.json" in warning.value for warning in app.warning)


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_library().info[0].value


def test_a_model_is_renamed(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("mine").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert {path.name for path in library.iterdir()} == {"mine", "digits-vae-2d"}


def test_a_taken_name_is_refused(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("digits-vae-2d").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert "already" in app.error[0].value
    assert (library / "digits-ae-2d").is_dir()


def test_deleting_asks_first(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    assert (library / "digits-ae-2d").is_dir()
    app.button(key="Delete digits-ae-2d").click().run()
    assert not (library / "digits-ae-2d").exists()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_second_click_after_deleting_meets_no_other_model(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.button(key="Delete digits-ae-2d").click().run()
    assert not any("digits-vae-2d" in label for label in labels(app))
    assert {path.name for path in library.iterdir()} == {"digits-vae-2d"}


def test_a_model_that_appears_in_another_tab_does_not_move_the_selection(library: Path) -> None:
    app = open_library(selected="digits-vae-2d")
    shutil.copytree(ROOT / "checkpoints" / "digits-pca", library / "a-new-one")
    app.run()
    assert app.dataframe[0].value["name"].tolist()[0] == "a-new-one"
    assert [label for label in labels(app) if label.startswith("Delete")] == ["Delete digits-vae-2d"]
    app.button(key="Delete digits-vae-2d").click().run()
    assert {path.name for path in library.iterdir()} == {"a-new-one", "digits-ae-2d"}


def test_a_renamed_model_stays_selected(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("zebra").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert {path.name for path in library.iterdir()} == {"zebra", "digits-vae-2d"}
    assert [label for label in labels(app) if label.startswith("Delete")] == ["Delete zebra"]


def test_a_model_deleted_elsewhere_is_selected_no_more(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    shutil.rmtree(library / "digits-ae-2d")
    app.run()
    assert not any(label.startswith("Delete") for label in labels(app))


def test_a_click_is_read_with_the_names_that_the_table_showed(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {"a table": {"selection": {"rows": [1]}}}
    monkeypatch.setattr(st, "session_state", state)
    remember_selection("a table", ("first", "second"))
    assert state[SELECTED] == "second"
    state["a table"] = {"selection": {"rows": []}}
    remember_selection("a table", ("first", "second"))
    assert state[SELECTED] is None
