"""The library page: figures of merit, broken models, renaming and deleting."""

import os
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.ui.views.library.table import SELECTED, remember_selection
from tests.conftest import ROOT, app_page
from tests.store.conftest import edit_spec


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-vae-2d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def open_library(selected: str | None = None) -> AppTest:
    app = app_page("library")
    if selected is not None:
        app.session_state[SELECTED] = selected
    app.run()
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
    assert app.dataframe[0].value["model"].tolist() == ["VAE", "cannot be read"]
    assert any("digits-ae-2d" in warning.value and "spec.json" in warning.value for warning in app.warning)


@pytest.mark.usefixtures("opens_files_alone")
def test_no_broken_model_takes_the_page_down(library: Path) -> None:
    for name in ("no-steps", "pipe", "no-codes"):
        shutil.copytree(library / "digits-ae-2d", library / name)
    edit_spec(library / "no-steps", lambda document: document.update(n_steps=0))
    (library / "pipe" / "spec.json").unlink()
    os.mkfifo(library / "pipe" / "spec.json")
    (library / "no-codes" / "codes.npz").write_bytes(b"")
    shutil.copytree(library / "digits-ae-2d", library / os.fsdecode(b"caf\xe9"))
    os.mkfifo(library / "digits-vae-2d" / "desktop.ini")
    app = open_library()
    rows = app.dataframe[0].value.set_index("name")["model"]
    assert rows[["caf\\udce9", "no-codes", "no-steps", "pipe"]].eq("cannot be read").all()
    assert rows[["digits-ae-2d", "digits-vae-2d"]].ne("cannot be read").all()
    reasons = " ".join(warning.value for warning in app.warning)
    for reason in ("no regular file", "n_steps must be a whole number from 1", "is damaged", "no page can show"):
        assert reason in reasons


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_library().info[0].value


def test_a_model_is_renamed(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("mine").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert models_of(library) == {"mine", "digits-vae-2d"}


def test_a_taken_name_is_refused(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("digits-vae-2d").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert "already" in app.error[0].value
    assert (library / "digits-ae-2d").is_dir()


def models_of(library: Path) -> set[str]:
    return {path.name for path in library.iterdir() if not path.name.startswith(".")}


def test_a_deleted_model_can_be_brought_back_until_the_bin_is_emptied(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.button(key="Delete digits-ae-2d").click().run()
    assert models_of(library) == {"digits-vae-2d"}
    app.button(key="Bring back digits-ae-2d").click().run()
    assert models_of(library) == {"digits-ae-2d", "digits-vae-2d"}
    assert not any(label.startswith("Bring back") for label in labels(app))
    app.button(key="Delete digits-ae-2d").click().run()
    app.button(key="Empty the bin").click().run()
    assert "Bring back digits-ae-2d" not in labels(app)
    assert models_of(library) == {"digits-vae-2d"}


def test_the_bin_says_how_many_models_it_holds(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.button(key="Delete digits-ae-2d").click().run()
    assert "The 1 model in the bin will be deleted for good" in " ".join(part.value for part in app.markdown)
    app.session_state[SELECTED] = "digits-vae-2d"
    app.run().button(key="Delete digits-vae-2d").click().run()
    assert "The 2 models in the bin will be deleted for good" in " ".join(part.value for part in app.markdown)


def test_a_model_whose_name_is_taken_meanwhile_stays_in_the_bin(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.button(key="Delete digits-ae-2d").click().run()
    shutil.copytree(ROOT / "checkpoints" / "digits-pca", library / "digits-ae-2d")
    app.run().button(key="Bring back digits-ae-2d").click().run()
    assert "already" in app.error[0].value
    assert "Bring back digits-ae-2d" in labels(app)


def test_a_shipped_model_is_hidden_and_shown_again_and_never_deleted(library: Path) -> None:
    (library / "shipped.txt").write_text("digits-ae-2d\n")
    app = open_library(selected="digits-ae-2d")
    assert not {"Delete digits-ae-2d", "Rename digits-ae-2d"} & set(labels(app))
    app.button(key="Hide digits-ae-2d").click().run()
    assert app.dataframe[0].value["name"].tolist() == ["digits-vae-2d"]
    assert models_of(library) == {"digits-ae-2d", "digits-vae-2d", "shipped.txt"}
    app.button(key="Show digits-ae-2d").click().run()
    assert app.dataframe[0].value["name"].tolist() == ["digits-ae-2d", "digits-vae-2d"]


def test_a_library_of_hidden_models_alone_still_offers_them(library: Path) -> None:
    shutil.rmtree(library / "digits-vae-2d")
    (library / "shipped.txt").write_text("digits-ae-2d\n")
    app = open_library(selected="digits-ae-2d")
    app.button(key="Hide digits-ae-2d").click().run()
    assert "Show digits-ae-2d" in labels(app)
    assert "no model yet" in app.info[0].value


def test_a_second_click_after_deleting_meets_no_other_model(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.button(key="Delete digits-ae-2d").click().run()
    assert not any("digits-vae-2d" in label for label in labels(app))
    assert models_of(library) == {"digits-vae-2d"}


def test_a_model_that_appears_in_another_tab_does_not_move_the_selection(library: Path) -> None:
    app = open_library(selected="digits-vae-2d")
    shutil.copytree(ROOT / "checkpoints" / "digits-pca", library / "a-new-one")
    app.run()
    assert app.dataframe[0].value["name"].tolist() == ["a-new-one", "digits-ae-2d", "digits-vae-2d"]
    assert [label for label in labels(app) if label.startswith("Delete")] == ["Delete digits-vae-2d"]
    app.button(key="Delete digits-vae-2d").click().run()
    assert models_of(library) == {"a-new-one", "digits-ae-2d"}


def test_a_renamed_model_stays_selected(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    app.text_input(key="new name of digits-ae-2d").set_value("zebra").run()
    app.button(key="Rename digits-ae-2d").click().run()
    assert models_of(library) == {"zebra", "digits-vae-2d"}
    assert [label for label in labels(app) if label.startswith("Delete")] == ["Delete zebra"]


def test_a_model_deleted_elsewhere_is_selected_no_more(library: Path) -> None:
    app = open_library(selected="digits-ae-2d")
    shutil.rmtree(library / "digits-ae-2d")
    app.run()
    assert not any(label.startswith("Delete") for label in labels(app))


def test_a_click_is_read_with_the_names_that_the_table_showed(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {"a table": {"selection": {"rows": [1]}}}
    monkeypatch.setattr(st, "session_state", state)
    remember_selection("a table", ("zebra", "ape", "mule"))
    assert state[SELECTED] == "ape"
    state["a table"] = {"selection": {"rows": []}}
    remember_selection("a table", ("zebra", "ape", "mule"))
    assert state[SELECTED] is None
