"""The error curve's scene: curves, marks, hues and captions belong to their k."""

import json
import struct

import numpy as np
import pytest

from explorer.analysis.pca import ErrorCurve, ModelError
from explorer.errors import CanvasError
from explorer.figures.images import grey_palette
from explorer.figures.theme import TEST, TRAIN, class_colour, model_hue
from explorer.scenes.error_curve import ErrorScene, error_scene, pack_error_scene
from explorer.scenes.frame_tracks import Track

SSE = np.array([10.0, 6.0, 3.0, 1.0, 0.0])
KS = np.array([1, 2, 4])
CURVES = {"train": ErrorCurve(SSE, np.stack([SSE, 2 * SSE])), "test": ErrorCurve(1.1 * SSE, np.stack([SSE, 2 * SSE]))}
MODELS = [ModelError("my-vae", "vae", 2, 3.5), ModelError("my-ae", "ae", 2, 2.5), ModelError("wide", "ae", 4, 1.0)]


def test_the_handle_moves_on_the_curve_of_the_test_split() -> None:
    scene = error_scene(CURVES, KS)
    assert [(curve.name, curve.color) for curve in scene.chart.curves] == [("PCA, test", TEST), ("PCA, train", TRAIN)]
    np.testing.assert_allclose(scene.chart.curves[0].y, 1.1 * SSE[KS])
    np.testing.assert_allclose([dot for (dot,) in scene.chart.dots], np.column_stack((KS, 1.1 * SSE[KS])))
    assert (scene.chart.x_title, scene.chart.y_title) == ("number of components k", "SSE per image (pixels in [0, 1])")
    assert scene.chart.log_x
    assert not scene.chart.log_y
    assert scene.chart.y_least == 0
    assert scene.captions[1] == "k = 2: SSE 3.30 on test, 30.0 % of the mean image's 11.0"


def test_without_test_images_it_moves_on_that_of_train() -> None:
    scene = error_scene({"train": CURVES["train"]}, KS)
    assert [curve.name for curve in scene.chart.curves] == ["PCA, train"]
    assert scene.captions[0].startswith("k = 1: SSE 6.00 on train")


def test_models_stand_at_their_own_k_in_the_hue_of_their_family_and_are_named_there() -> None:
    scene = error_scene(CURVES, KS, models=MODELS)
    marks = [(mark.x, mark.y, mark.color) for mark in scene.chart.marks]
    assert marks == [(2, 3.5, model_hue("vae")), (2, 2.5, model_hue("ae")), (4, 1.0, model_hue("ae"))]
    legend = [(curve.name, curve.color) for curve in scene.chart.curves[2:]]
    assert legend == [("AE", model_hue("ae")), ("VAE", model_hue("vae"))]
    assert scene.captions[1].endswith(" · at K = 2: my-ae 2.50, my-vae 3.50")
    assert "at K" not in scene.captions[0]


def test_classes_have_their_own_curves_in_their_own_colours() -> None:
    scene = error_scene(CURVES, KS, class_names=("a", "b"))
    a, b = scene.chart.curves[2:]
    assert (a.name, a.color, b.name, b.color) == ("a", class_colour(0), "b", class_colour(1))
    np.testing.assert_allclose(b.y, 2 * SSE[KS])


def test_a_message_holds_the_pictures_and_where_the_handle_starts() -> None:
    track = Track("x̂", np.zeros((3, 2, 2), np.uint8), grey_palette())
    message = pack_error_scene(error_scene(CURVES, KS, (track,)), 2)
    header = json.loads(message[4 : 4 + struct.unpack("<I", message[:4])[0]])
    assert (header["start"], header["ks"], header["titles"]) == (2, [1, 2, 4], ["x̂"])
    assert header["arrays"]["levels0"]["shape"] == [3, 2, 2]


def test_pictures_of_other_frames_are_refused() -> None:
    scene = error_scene(CURVES, KS)
    with pytest.raises(CanvasError, match="one for every k"):
        ErrorScene(KS, scene.chart, scene.captions[:2], (), "")
