"""The page of holes without a browser: planes, map, worst hole, numbers and walk on the digits models."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.hole_map import LOG_RATIO
from explorer.analysis.holes import SQUARED_MMD
from explorer.analysis.interpolation import nearest_code_distance
from explorer.analysis.straight_interpolation import StraightInterpolation, leaving_rate
from explorer.figures.theme import model_hue
from explorer.scenes.canvas_scene import ThirdAxis
from explorer.store import load_checkpoint, load_codes, read_info
from explorer.ui.models.fitted_samplers import SEED, sampler_of
from explorer.ui.models.model_and_sampler import Side
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.views.holes.panels import (
    GRID_SIDE,
    N_DRAWS,
    N_STEPS,
    SHARES,
    WALK_FROM,
    WALK_TO,
    _canvas_scene,
    _hue,
    grid_pictures,
    leaving_rate_of,
    way_of,
    way_words,
)
from explorer.ui.views.holes.results import scene_of_class
from tests.conftest import ROOT, app_page


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-cvae-2d", "digits-pca", "digits-vae-2d", ".classifiers"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_holes(**query: str) -> AppTest:
    app = app_page("holes", **{"left": "digits-ae-2d", "right": "digits-vae-2d", **query}).run()
    assert not app.exception
    return app


def canvas_controls(app: AppTest) -> dict[str, dict[str, Any]]:
    """What Python tells the canvas of each side."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component") if element.proto.json]
    return {each["name"].removeprefix("holes-"): each for each in told if "view_state" in each}


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
    assert any("**digits-cvae-2d**, given class 0 throughout" in text.value for text in app.markdown)
    assert not app.error
    app = open_holes(left="digits-cvae-2d", left_sampler="prior", layer="re-encoding error")
    assert "but that of digits-cvae-2d takes a class as well; choose another layer" in app.error[0].value


def test_a_conditional_model_is_measured_class_by_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    app = press(open_holes(left="cvae-2d", left_sampler="prior", left_class="1"), "Measure")
    shown = " ".join(caption.value for caption in app.caption)
    assert "**cvae-2d with its own prior, class 1**" in shown
    assert "of which E_y KL(q(z|y) ‖ p) =" in shown
    assert f"{(load_codes('cvae-2d').test_labels == 1).sum():,} test draws" in shown or "without the data set" in shown


def test_a_class_of_too_few_codes_is_named() -> None:
    app = press(open_holes(left="digits-cvae-2d", left_sampler="prior", left_class="1"), "Measure")
    assert "digits-cvae-2d with its own prior, class 1: There are 36 codes to compare" in app.error[0].value


def test_the_second_of_two_models_of_one_family_has_another_hue() -> None:
    sides = [
        Side(key, read_info(name), "prior") for key, name in (("left", "digits-vae-2d"), ("right", "digits-vae-2d"))
    ]
    assert [_hue(side, sides) for side in sides] == [model_hue("vae"), model_hue("linear_ae")]
    others = [sides[0], Side("right", read_info("digits-ae-2d"), "prior")]
    assert [_hue(side, others) for side in others] == [model_hue("vae"), model_hue("ae")]


def test_a_scene_of_one_class_has_its_codes_and_samples_alone(library: Path) -> None:
    scene = scene_of(read_info("digits-cvae-2d")).canvas
    alone = scene_of_class(scene, 3)
    assert set(alone.labels) == {3}
    np.testing.assert_array_equal(alone.codes, scene.codes[scene.labels == 3])
    assert alone.references is not None
    assert set(alone.references.labels) == {3}


def test_a_scene_of_one_class_has_the_distances_of_its_codes_and_samples_alone(library: Path) -> None:
    scene = scene_of(read_info("digits-cvae-2d")).canvas
    assert scene.references is not None
    of_codes, of_samples = (np.arange(len(each), dtype=np.float32) for each in (scene.codes, scene.references.codes))
    third = ThirdAxis(np.zeros(2, np.float32), "w", 0.0, of_codes, of_samples)
    alone = scene_of_class(replace(scene, third=third), 3).third
    assert alone is not None
    np.testing.assert_array_equal(alone.codes, of_codes[scene.labels == 3])
    np.testing.assert_array_equal(alone.references, of_samples[scene.references.labels == 3])
    bare = replace(scene, references=None, third=replace(third, references=None))
    without = scene_of_class(bare, 3).third
    assert without is not None
    assert without.references is None


@pytest.mark.slow
def test_a_sampler_is_shown_in_words_and_stands_in_the_link_by_its_name() -> None:
    app = open_holes(left_sampler="kde")
    assert app.selectbox(key="left_sampler").format_func("kde") == "a kernel density"
    app.selectbox(key="left_sampler").set_value("flow").run()
    assert app.query_params["left_sampler"] in ("flow", ["flow"])


def test_what_a_way_does_is_said_from_its_numbers() -> None:
    codes = np.zeros((3, 2), np.float32)
    leaves = StraightInterpolation(codes, np.array([0.1, 0.6, 0.2]), 0.2)
    assert way_words("AE", leaves) == (
        "**AE**: the path leaves the data; at 50 % of the path the nearest training code is 3.0 times as far away as "
        "the limit that 99 % of the test codes keep."
    )
    stays = StraightInterpolation(codes, np.array([0.1, 0.15, 0.2]), 0.2)
    assert way_words("VAE", stays) == (
        "**VAE**: the path stays within the data; the nearest training code is at most 1.00 times as far away as the "
        "limit that 99 % of the test codes keep."
    )


def test_the_walk_of_the_shipped_models_shows_what_its_text_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    ways = [way_of(load_checkpoint(name), WALK_FROM, WALK_TO) for name in ("ae-2d", "vae-2d")]
    assert [way.leaves for way in ways] == [True, False]


def test_a_way_of_a_conditional_model_is_judged_beside_codes_of_the_class_that_it_is_told() -> None:
    checkpoint = load_checkpoint("digits-cvae-2d")
    codes, start, end = checkpoint.codes, 3, 20
    way = way_of(checkpoint, start, end, 4)
    for label, judged in ((4, way), (None, way_of(checkpoint, start, end))):
        is_told = slice(None) if label is None else codes.train_labels == label
        nearest = nearest_code_distance(codes.train[is_told])
        np.testing.assert_allclose(judged.distance, nearest.distance(judged.codes), rtol=1e-5)
    held_out = nearest_code_distance(codes.train[codes.train_labels == 4]).distance(codes.test[codes.test_labels == 4])
    assert way.null == pytest.approx(np.quantile(held_out, 0.99))


def test_pairs_of_a_conditional_model_are_of_one_class() -> None:
    codes = load_codes("digits-cvae-2d")
    found = leaving_rate_of(codes, 4)
    own = codes.test[codes.test_labels == 4]
    assert found == leaving_rate(
        codes.train[codes.train_labels == 4], own, np.arange(len(own)), N_STEPS, np.random.default_rng(SEED)
    )
    assert found.n_pairs > 900  # nearly every pair: two codes of the class
    shown = " ".join(part.value for part in open_holes(left="digits-cvae-2d", left_class="4").caption)
    assert f"Of {found.n_pairs} random pairs within class 4 in digits-cvae-2d" in shown
    assert "random pairs of different classes in digits-vae-2d" in shown


def test_it_opens_with_the_map_and_the_draws() -> None:
    app = open_holes()
    assert app.selectbox(key="layer").value == "sampler against codes"
    assert "one of 600 draws of the sampler" in " ".join(text.value for text in app.markdown)
    assert "random pairs of different classes in digits-ae-2d" in " ".join(part.value for part in app.caption)


def test_a_link_to_the_walk_opens_it() -> None:
    assert [part.proto.expanded for part in open_holes().expander if part.label.startswith("A path")] == [False]
    app = open_holes(**{"from": "3", "to": "8"})
    assert [part.proto.expanded for part in app.expander if part.label.startswith("A path")] == [True]


def test_the_grid_is_what_the_decoder_makes_of_the_range_of_its_own_codes(library: Path) -> None:
    checkpoint = load_checkpoint("digits-ae-2d")
    side = Side("left", checkpoint.info, "gaussian")
    pictures = grid_pictures(side, checkpoint).reshape(GRID_SIDE, GRID_SIDE, -1)
    low, high = np.quantile(checkpoint.codes.train, [0.01, 0.99], axis=0)
    corners = np.array([[low[0], high[1]], [high[0], low[1]]], np.float32)  # top left, bottom right
    np.testing.assert_allclose(pictures[[0, -1], [0, -1]], checkpoint.model.decode(corners), atol=1e-4)


def test_draws_lie_over_the_codes_and_the_map_under_them() -> None:
    draws = sampler_of(read_info("digits-ae-2d"), "gaussian", None).sample(N_DRAWS, np.random.default_rng(SEED))
    side = Side("left", read_info("digits-ae-2d"), "gaussian")
    scene = _canvas_scene(side, LOG_RATIO)
    assert scene.draws is not None
    np.testing.assert_allclose(scene.draws, draws, atol=1e-5)
    assert scene.background is not None
    assert scene.background.rgba.shape == (80, 80, 4)


def test_the_worst_hole_is_pinned_on_both_sides() -> None:
    app = press(open_holes(), "Take me to the worst hole")
    for key in ("z_left", "z_right"):
        assert len(app.query_params[key].split(",")) == 2
        assert canvas_controls(app)[key.removeprefix("z_")]["pinned"] is not None


def test_the_link_restores_pin_and_view_of_each_plane() -> None:
    app = open_holes(z_left="0.5,-1", canvas_left="grid-range~view-2,0.1,0.2", canvas_right="classes-3~points-off")
    left, right = (canvas_controls(app)[side] for side in ("left", "right"))
    assert (left["pinned"], left["view_state"]) == ([0.5, -1, 0], "grid-range~view-2,0.1,0.2")
    assert (right["pinned"], right["view_state"]) == (None, "classes-3~points-off")
    assert not app.warning


def test_a_view_and_a_pin_that_are_none_are_named() -> None:
    app = open_holes(z_left="1,2,3", canvas_right="classes-10")
    shown = " ".join(warning.value for warning in app.warning)
    assert "`z_left=1,2,3`, but the pinned point of the left plane must be 2 numbers" in shown
    assert "`canvas_right=classes-10`, but the view of the right plane must be any of grid-range" in shown
    assert canvas_controls(app)["left"]["pinned"] is canvas_controls(app)["right"]["view_state"] is None
    assert {"z_left", "canvas_right"}.isdisjoint(app.query_params)


def test_the_link_restores_the_ends_of_the_walk() -> None:
    app = open_holes(**{"from": "5", "to": "7"})
    assert (app.number_input(key="from").value, app.number_input(key="to").value) == (5, 7)


def test_another_model_lets_go_of_the_pin() -> None:
    app = open_holes(z_left="0.5,-1", z_right="1,1")
    app.selectbox(key="left").set_value("digits-pca").run()
    assert "z_left" not in app.query_params
    assert app.query_params["z_right"] == "1,1"


@pytest.mark.usefixtures("clear_caches")
def test_numbers_are_measured_when_asked() -> None:
    app = open_holes()
    n_before = len(app.get("plotly_chart"))
    app = press(app, "Measure")
    assert len(app.get("plotly_chart")) == n_before + 1
    assert sum("permutation p" in caption.value for caption in app.caption) == 2
    told = next(text.value for text in app.markdown if "cannot see" in text.value)
    assert all(f"**{metric.title}** cannot see {metric.blind_to}." in told for metric in (*SHARES, SQUARED_MMD))
    assert any("one-sided level of 2.5" in caption.value for caption in app.caption)
    assert sum("KL(q(z) ‖ p)" in caption.value for caption in app.caption) == 1


def test_an_unknown_sampler_in_the_link_is_named() -> None:
    app = open_holes(left_sampler="dice")
    assert "left_sampler=dice" in app.warning[0].value
    assert n_canvases(app) == 2


def test_a_walk_between_identical_samples_is_refused() -> None:
    app = open_holes()
    assert not app.error
    second = next(widget for widget in app.number_input if widget.label == "to test sample")
    second.set_value(WALK_FROM).run()
    assert "two different samples" in app.error[0].value
    assert n_canvases(app) == 2


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    app = app_page("holes").run()
    assert "Train one" in app.info[0].value
