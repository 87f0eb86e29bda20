"""The comparing page without a browser."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.analysis.embeddings import Embeddings
from explorer.data import load_dataset
from explorer.data.handwriting import StrokesText, strokes_text
from explorer.data.own.drawings import Drawing, drawings_file, keep_drawing, kept_drawings
from explorer.lessons.keys import embeddings_key
from explorer.store import ResultKey, load_checkpoint, load_result
from explorer.ui.drawing import EXAMPLE
from explorer.ui.views.compare.context import models_by_k
from explorer.ui.views.compare.draw import EVERY_MODEL, every_model
from tests.conftest import ROOT, app_page


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d", "vae-20d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    return tmp_path


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))


def open_compare(*models: str, **query: str) -> AppTest:
    app = app_page("compare", **query, **({"models": list(models)} if models else {})).run()
    assert not app.exception
    return app


def canvas_controls(app: AppTest) -> dict[str, tuple[Any, Any]]:
    """The pin and the view that Python tells the canvas of each model."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component") if element.proto.json]
    shown = [each for each in told if "view_state" in each]
    return {each["name"].removeprefix("compare-"): (each["pinned"], each["view_state"]) for each in shown}


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
def test_the_link_restores_pin_and_view_of_each_plane_by_its_place() -> None:
    app = open_compare("digits-pca", "digits-vae-2d", z_1="0.5,-1", canvas_2="grid-range~view-2,0.1,0.2")
    shown = canvas_controls(app)
    assert shown["digits-pca"] == ([pytest.approx(0.5, abs=1e-4), pytest.approx(-1, abs=1e-4), 0], None)
    assert shown["digits-vae-2d"] == (None, "grid-range~view-2,0.1,0.2")
    assert not app.warning


@pytest.mark.usefixtures("library")
def test_a_model_keeps_its_pin_and_view_where_its_plane_moves() -> None:
    models = ("digits-ae-2d", "digits-pca", "digits-vae-2d")
    app = open_compare(*models, z_1="9,9", z_2="1,1", z_3="0.5,-1", canvas_3="points-off")
    app.multiselect(key="models").set_value(["digits-vae-2d", "digits-ae-2d"]).run()
    kept = {key: app.query_params.get(key) for key in ("z_1", "z_2", "z_3", "canvas_1", "canvas_3")}
    assert kept == {"z_1": "0.5,-1", "z_2": "9,9", "z_3": None, "canvas_1": "points-off", "canvas_3": None}
    assert canvas_controls(app)["digits-vae-2d"] == ([0.5, -1, 0], "points-off")


@pytest.mark.usefixtures("library")
def test_a_pin_and_a_view_that_are_none_are_named() -> None:
    app = open_compare("digits-pca", "digits-vae-2d", z_1="here", canvas_2="grid-lines")
    shown = " ".join(warning.value for warning in app.warning)
    assert "`z_1=here`, but the pinned point of the first plane must be 2 numbers" in shown
    assert "`canvas_2=grid-lines`, but the view of the second plane must be any of grid-range" in shown
    assert set(canvas_controls(app).values()) == {(None, None)}


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
    assert "is damaged or was changed" in app.error[0].value
    assert n_canvases(app) == 1


@pytest.mark.usefixtures("library")
def test_missing_data_are_offered_in_one_line() -> None:
    line = "MNIST is not on this machine. With it, the planes show the real sample nearest to the pointer"
    assert [caption.value.startswith(line) for caption in open_compare("vae-20d").caption][:1] == [True]
    assert not any("not on this machine" in caption.value for caption in open_compare("digits-pca").caption)


@pytest.mark.usefixtures("library")
def test_models_are_named_by_what_they_are() -> None:
    assert "**VAE, 2 dimensions**, digits-vae-2d" in [text.value for text in open_compare("digits-vae-2d").markdown]


def test_one_k_opens_without_mnist_on_the_shipped_models_of_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    app = open_compare(view="One K")
    said = " ".join(str(part.value) for part in app.markdown)
    names = ("digits-linear-ae-2d", "digits-ae-2d", "digits-vae-2d")
    assert all(f"`{name}`" in said for name in names)
    assert "Every model has K = 2 numbers per image" in said
    assert len(app.get("plotly_chart")) == 1


def test_the_link_chooses_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    app = open_compare(view="One K", sample="12")
    assert "Test sample 12 is reconstructed best by the" in " ".join(str(part.value) for part in app.markdown)
    assert app.number_input(key="sample").value == 12


def test_of_each_family_the_shipped_plain_model_that_trained_longest_stands_for_its_k() -> None:
    found = models_by_k("mnist")
    assert [info.name for info in found[2]] == ["linear-ae-2d", "ae-2d", "vae-2d"]
    assert [info.name for info in found[16]] == ["ae-16d", "vae-16d"]
    assert [info.name for info in models_by_k("digits")[2]] == ["digits-linear-ae-2d", "digits-ae-2d", "digits-vae-2d"]
    assert not models_by_k("nothing")


@pytest.mark.usefixtures("library")
def test_one_k_without_models_says_what_to_do(library: Path) -> None:
    for folder in library.iterdir():
        shutil.rmtree(folder)
    app = open_compare(view="One K")
    assert "no plain model" in app.info[0].value


SEVEN, ONE = "3030c030-c03070d0", "801080f0"


def told_ink(app: AppTest) -> str:
    """What Python tells the sheet."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component") if element.proto.json]
    return next(str(each["ink"]) for each in told if "ink" in each)


@pytest.mark.usefixtures("no_data")
def test_the_view_opens_with_an_example_and_what_every_model_makes_of_it() -> None:
    app = open_compare(view="Draw")
    assert told_ink(app) == strokes_text(EXAMPLE)
    assert "ink" not in app.query_params
    assert any(caption.value.startswith("An example: draw a digit over it") for caption in app.caption)
    assert sum("of the 5 nearest training codes" in caption.value for caption in app.caption) == 3
    assert not any(button.key == "keep_drawing" for button in app.button)


@pytest.mark.usefixtures("no_data")
def test_an_empty_sheet_invites_to_draw() -> None:
    app = open_compare(view="Draw", ink="none")
    assert told_ink(app) == ""
    assert any("Draw a digit on the sheet" in caption.value for caption in app.caption)
    assert not any("of the 5 nearest training codes" in caption.value for caption in app.caption)
    assert len(app.get("bidi_component")) >= 4


@pytest.mark.usefixtures("no_data")
def test_the_link_holds_the_drawing_and_every_model_says_what_it_makes_of_it() -> None:
    app = open_compare(view="Draw", ink=SEVEN)
    said = [
        caption.value for caption in app.caption if "of the 5 nearest training codes (by chance 0.5)" in caption.value
    ]
    titles = [text.value for text in app.markdown if text.value.endswith(", K = 2")]
    assert told_ink(app) == SEVEN
    assert len(said) == 3
    assert titles == ["**PCA**, K = 2", "**AE**, K = 2", "**VAE**, K = 2"]


@pytest.mark.usefixtures("no_data")
def test_every_model_of_the_digits_but_the_told_one_makes_something_of_it() -> None:
    app = app_page("compare", view="Draw")
    app.session_state[EVERY_MODEL] = True
    app.run()
    assert not app.exception
    (said,) = [caption.value for caption in app.caption if "encode and decode in the browser" in caption.value]
    names = {info.name for info in every_model("digits")}
    assert "digits-cvae-2d" not in names
    assert said.startswith(f"{len(names) - 1} models encode and decode in the browser, ")
    assert "k-sparse" in said.split("there was no room: ")[1]


@pytest.mark.usefixtures("no_data")
def test_a_link_without_strokes_is_named() -> None:
    app = open_compare(view="Draw", ink="seven")
    assert "`ink=seven`, but the drawing must be strokes of four hexadecimal digits" in app.warning[0].value
    assert told_ink(app) == strokes_text(EXAMPLE)


@pytest.mark.usefixtures("no_data")
def test_a_drawing_is_kept_with_its_label_and_the_sheet_is_cleared() -> None:
    app = open_compare(view="Draw", ink=SEVEN)
    app.selectbox(key="drawing_label").set_value("7")
    app.button(key="keep_drawing").click().run()
    assert not app.exception
    assert [drawing.label for drawing in kept_drawings()] == ["7"]
    assert app.query_params["ink"] in ("none", ["none"])
    assert told_ink(app) == ""
    assert any("39 more, and they can be a data set" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("no_data")
def test_forty_drawings_become_a_data_set_to_train_on() -> None:
    for strokes in (ONE, *[SEVEN] * 39):
        keep_drawing(Drawing("7", StrokesText().parse(strokes)))
    app = open_compare(view="Draw")
    app.button(key="make_drawings").click().run()
    assert not app.exception
    assert any("The drawings are the data set drawings." in success.value for success in app.success)
    assert load_dataset("drawings").sample_shape == (8, 8)
    app.button(key="forget_drawings").click().run()
    assert kept_drawings() == []


@pytest.mark.usefixtures("no_data")
def test_a_name_that_is_taken_is_said() -> None:
    for strokes in (ONE, *[SEVEN] * 39):
        keep_drawing(Drawing("7", StrokesText().parse(strokes)))
    app = open_compare(view="Draw")
    app.text_input(key="drawings_name").set_value("digits")
    app.button(key="make_drawings").click().run()
    assert "digits is the name of a data set that the explorer knows" in app.error[0].value


@pytest.mark.usefixtures("no_data")
def test_a_torn_file_of_drawings_is_named_and_the_models_stay() -> None:
    drawings_file().parent.mkdir(parents=True)
    drawings_file().write_text("7,zz")
    app = open_compare(view="Draw")
    assert "is damaged; move it away" in app.error[0].value
    assert sum("of the 5 nearest training codes" in caption.value for caption in app.caption) == 3


@pytest.mark.parametrize(("data", "n_epochs"), [("digits", 100), ("mnist", 5)])
def test_every_k_shows_finished_trainings_with_their_protocol(data: str, n_epochs: int) -> None:
    app = open_compare(view="Every K", data=data)
    assert len(app.get("plotly_chart")) == 1
    said = " ".join(part.value for part in app.markdown)
    assert f"256-64-K, {n_epochs} epochs, 3 trainings at each K" in said
    assert "draws is lowest at K = " in said
    assert not [button for button in app.button if button.label.startswith("Train ")]


def planes_shown(app: AppTest) -> list[str]:
    """The planes of the table below the animation."""
    return list(app.dataframe[0].value["Plane"])


@pytest.mark.usefixtures("no_data")
def test_embeddings_open_on_the_shipped_planes_of_digits() -> None:
    app = open_compare(view="Embeddings")
    of_tsne = [f"t-SNE, perplexity 30, seed {seed}" for seed in range(3)]
    assert planes_shown(app) == ["PCA", "AE", "VAE", *of_tsne, "UMAP", "by chance"]
    assert [element.proto.component_name for element in app.get("bidi_component")].count("latent_animation") == 1
    said = " ".join(str(part.value) for part in app.markdown)
    assert "Of a sample's 10 nearest neighbours in pixels the planes keep: PCA 17.5 %" in said
    assert "by chance 1.0 %" in said
    assert "1,000 training samples of digits" in said
    can = app.dataframe[0].value.set_index("Plane")
    assert can.loc["VAE", "A new sample"] == "has a place"
    assert can.loc["VAE", "Picture of a point"] == "decoded"
    assert (can.loc[of_tsne, "A new sample"] == "has no place").all()
    assert can.loc["by chance", "Of 10 neighbours kept"] == "1.0 %"
    assert can.loc["by chance", "Rank correlation of distances"] == "0"


OUTLINE = "-50,0,50,0,50,50,-50,50"


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize(
    ("part", "component"), [("Side by side", "linked_planes"), ("One after the other", "latent_animation")]
)
def test_an_outline_of_the_link_is_counted_in_every_plane(part: str, component: str) -> None:
    app = open_compare(view="Embeddings", part=part, lasso=OUTLINE, lasso_in="3", held_sample="0")
    assert [element.proto.component_name for element in app.get("bidi_component")].count(component) == 1
    said = " ".join(str(each.value) for each in app.markdown)
    of_tsne = load_embeddings().of_perplexity(30)[3]
    n_marked = int(((of_tsne.points[:, 1] > 0) & (np.abs(of_tsne.points[:, 0]) < 50)).sum())
    assert 300 < n_marked < 700
    assert f"{n_marked} of 1,000 samples lie within the outline in the plane of t-SNE, perplexity 30, seed 0" in said
    assert f"by chance {100 * (n_marked - 1) / 999:.0f} %" in said
    assert app.query_params["held_sample"] in ("0", ["0"])


def load_embeddings() -> Embeddings:
    train = load_dataset("digits")
    models = [load_checkpoint(name).info.fingerprint for name in ("digits-ae-2d", "digits-vae-2d")]
    found = load_result(embeddings_key(train, tuple(models)))
    assert found is not None
    return found


@pytest.mark.usefixtures("no_data")
def test_without_an_outline_the_view_says_what_it_can_do() -> None:
    app = open_compare(view="Embeddings", part="Side by side", lasso=OUTLINE)
    assert any("a sample under the pointer is marked in every plane" in str(one.value) for one in app.markdown)


@pytest.mark.usefixtures("no_data")
def test_the_link_chooses_perplexity_and_plane() -> None:
    app = open_compare(view="Embeddings", perplexity="5", shown_plane="1")
    assert "t-SNE, perplexity 5, seed 2" in planes_shown(app)
    of_table = app.dataframe[0].value.set_index("Plane").loc["t-SNE, perplexity 5, seed 0", "Of 10 neighbours kept"]
    said = " ".join(str(one.value) for one in app.markdown)
    assert f"t-SNE {of_table} (t-SNE: perplexity 5)" in said
    assert app.query_params["shown_plane"] in ("1", ["1"])
    app = open_compare(view="Embeddings", perplexity="7", shown_plane="9")
    warned = " ".join(warning.value for warning in app.warning)
    assert "`perplexity=7`, but the perplexity of t-SNE must be" in warned
    assert "`shown_plane=9`, but the plane that is shown must be" in warned


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("installed", [False, True])
def test_umap_that_was_not_computed_is_offered_or_named(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.ui.views.compare.embeddings.known", lambda _: None)
    monkeypatch.setattr("explorer.ui.views.compare.embeddings.has_umap", lambda: installed)
    monkeypatch.setattr("explorer.ui.views.compare.embeddings.measured_on_demand", shipped_or_button)
    app = open_compare(view="Embeddings")
    assert "UMAP" not in planes_shown(app)
    named = any("`pip install --group umap`" in caption.value for caption in app.caption)
    assert (named, [button.label for button in app.button if "UMAP" in button.label]) == (
        not installed,
        ["Run UMAP"] * installed,
    )


def shipped_or_button(key: ResultKey[Any], label: str, *_: object) -> Any:
    """What is shipped, and for UMAP's key its button."""
    return st.button(label) and None if key.computation.name == "umap" else load_result(key)


@pytest.mark.usefixtures("library")
def test_embeddings_without_models_say_what_to_do(library: Path) -> None:
    for folder in library.iterdir():
        shutil.rmtree(folder)
    assert "no plain model" in open_compare(view="Embeddings").info[0].value


@pytest.mark.parametrize("place", [1, 2])
def test_an_outline_in_one_plane_marks_the_same_samples_in_all(library: Path, place: int) -> None:
    names = "digits-ae-2d", "digits-vae-2d"
    app = open_compare(*names, **{f"lasso_{place}": "0,-1000,1000,-1000,1000,1000,0,1000"})
    n_marked = int((load_checkpoint(names[place - 1]).codes.train[:, 0] > 0).sum())
    assert 0 < n_marked < 1437
    assert any(f"{n_marked:,} of 1,437 training samples are marked" in one.value for one in app.markdown)
    figures = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert [[trace["name"] for trace in figure["data"]] for figure in figures[:2]] == [
        ["others", "marked", *(["lasso"] if at == place else [])] for at in (1, 2)
    ]
    assert len(figures) == 3  # the marked samples
    assert {"CSV", "PARQUET", "NPZ"} <= {button.proto.label for button in app.get("download_button")}
    app.text_input(key="marked_name").set_value("right").run()
    app.button(key="save_marked").click().run()
    assert any("The data set digits_marked has the classes others and right" in said.value for said in app.success)
    kept = load_dataset("digits_marked")
    assert (int((kept.labels == 1).sum()), kept.class_names) == (n_marked, ("others", "right"))
    app.button(key="clear_marks").click().run()
    assert not app.exception
    assert f"lasso_{place}" not in app.query_params
    assert any(one.value.startswith("Draw an outline around codes in any plane") for one in app.markdown)


def test_models_of_other_samples_cannot_be_marked_together(library: Path) -> None:
    app = open_compare("digits-ae-2d", "vae-20d", lasso_1="0,0,1,0,1,1")
    assert any("codes of different samples" in one.value for one in app.info)
