"""The page of holes without a browser: planes, map, worst hole, numbers and walk on the digits models."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-cvae-2d", "digits-pca", "digits-vae-2d", ".classifiers"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_holes(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    for key, value in {"left": "digits-ae-2d", "right": "digits-vae-2d", **query}.items():
        app.query_params[key] = value
    app.switch_page("pages/holes.py").run()
    assert not app.exception
    return app


def n_canvases(app: AppTest) -> int:
    return [element.proto.component_name for element in app.get("bidi_component")].count("latent_canvas")


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    "layer",
    ["codes only", "sampler against codes", "distance to codes", "re-encoding error", "classifier's confidence"],
)
def test_every_layer_shows_both_planes(layer: str) -> None:
    app = open_holes(layer=layer)
    assert n_canvases(app) == 2
    assert not app.error


def test_confidence_without_a_classifier_says_how_to_train_one(library: Path) -> None:
    shutil.rmtree(library / ".classifiers")
    # Maps are kept for all sessions by checkpoint, and another sampler has a map of its own.
    app = open_holes(layer="classifier's confidence", left_sampler="kde", right_sampler="gmm10")
    assert all("train-classifier --dataset digits" in error.value for error in app.error)
    assert len(app.error) == 2


def test_a_conditional_model_is_mapped_by_its_codes_and_told_one_class_on_a_walk() -> None:
    app = open_holes(left="digits-cvae-2d", left_sampler="prior", layer="sampler against codes")
    assert n_canvases(app) == 2
    assert any("**digits-cvae-2d**, told class" in text.value for text in app.markdown)
    assert not app.error
    app = open_holes(left="digits-cvae-2d", left_sampler="prior", layer="re-encoding error")
    assert "digits-cvae-2d is told a class as well; choose another layer" in app.error[0].value


def test_the_worst_hole_is_pinned_on_both_sides() -> None:
    app = press(open_holes(), "Take me to the worst hole")
    pins = app.session_state["hole_pins"]
    assert {key for key, pin in pins.items() if pin is not None} == {
        ("left", "digits-ae-2d"),
        ("right", "digits-vae-2d"),
    }


def test_numbers_are_measured_when_asked() -> None:
    app = open_holes()
    n_before = len(app.get("plotly_chart"))
    app = press(app, "Measure")
    assert len(app.get("plotly_chart")) == n_before + 1
    assert sum("permutation p" in caption.value for caption in app.caption) == 2
    assert sum("KL(q(z) ‖ p)" in caption.value for caption in app.caption) == 1


def test_an_unknown_sampler_in_the_link_is_named() -> None:
    app = open_holes(left_sampler="dice")
    assert "left_sampler=dice" in app.warning[0].value
    assert n_canvases(app) == 2


def test_a_walk_between_identical_samples_is_refused() -> None:
    app = open_holes()
    assert not app.error
    second = next(widget for widget in app.number_input if widget.label == "to test sample")
    second.set_value(0).run()
    assert "two different samples" in app.error[0].value
    assert n_canvases(app) == 2


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page("pages/holes.py").run()
    assert "Train one" in app.info[0].value
