"""The canvas's bytes, read back by an independent reader, and what a scene refuses."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from explorer.errors import CanvasError
from explorer.models.layers import (
    Activation,
    Convolution,
    Dense,
    Reshape,
    TransposedConvolution,
    Upsampling,
    apply_layers,
)
from explorer.scenes import canvas_message as message
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import Background, CanvasScene, Pin, References, ThirdAxis
from explorer.ui.components.latent_canvas.component import _chosen_label, _pin_change, _view_text
from explorer.ui.components.latent_canvas.remote_decode import Question, pack_answer, question_from
from explorer.ui.components.latent_canvas.view_state import ViewState
from tests.ui.components.message_reader import read_message

DEMO = Path(__file__).parents[2] / "browser" / "apps" / "canvas_app.py"
RNG = np.random.default_rng(0)
N, M, K, SIDE = 40, 7, 3, 4


def normal(*shape: int) -> NDArray[np.float32]:
    return RNG.normal(size=shape).astype(np.float32)


def make_scene() -> CanvasScene:
    return CanvasScene(
        codes=normal(N, 2),
        labels=RNG.integers(0, 2, N).astype(np.uint8),
        class_names=("zero", "one"),
        colors=("#3f90da", "#ffa90e"),
        decoder=(Dense(normal(5, K), normal(5)), Activation("leaky_relu"), Dense(normal(SIDE**2, 5), normal(SIDE**2))),
        origin=normal(K),
        axes=normal(2, K),
        axis_labels=("z₁", "z₂"),
        image_shape=(SIDE, SIDE),
        references=References(
            normal(M, 2), RNG.integers(0, 256, (M, SIDE, SIDE)).astype(np.uint8), np.ones(M, np.uint8)
        ),
        background=Background(RNG.integers(0, 256, (3, 5, 4)).astype(np.uint8), (-1, 1, -2, 2), "holes"),
        draws=np.array([[0.5, -1.0], [2.0, 3.0]], np.float32),
    )


def test_every_array_comes_back() -> None:
    scene = make_scene()
    _, arrays = read_message(pack(scene))
    assert scene.references is not None
    assert scene.background is not None
    np.testing.assert_array_equal(arrays["codes"], scene.codes)
    np.testing.assert_array_equal(arrays["labels"], scene.labels)
    np.testing.assert_array_equal(arrays["reference_codes"], scene.references.codes)
    np.testing.assert_array_equal(arrays["reference_samples"], scene.references.samples)
    np.testing.assert_array_equal(arrays["background"], scene.background.rgba)
    np.testing.assert_array_equal(arrays["draws"], [[0.5, -1.0], [2.0, 3.0]])


def make_solid() -> CanvasScene:
    """A scene of orthonormal axes with a third one."""
    axes = np.linalg.qr(normal(K, K))[0].T.astype(np.float32)
    third = ThirdAxis(axes[2], "z₃", 0.5, normal(N), normal(M))
    return replace(make_scene(), axes=axes[:2], third=third)


def test_a_third_axis_travels_with_its_distances() -> None:
    scene = make_solid()
    header, arrays = read_message(pack(scene))
    assert scene.third is not None
    assert header["third_axis"]["label"] == "z₃"
    assert header["third_axis"]["at_origin"] == 0.5
    np.testing.assert_allclose(header["third_axis"]["axis"], scene.third.axis)
    np.testing.assert_array_equal(arrays["third_codes"], scene.third.codes)
    np.testing.assert_array_equal(arrays["third_reference_codes"], scene.third.references)
    assert read_message(pack(make_scene()))[0]["third_axis"] is None


def test_a_pin_above_the_plane_is_a_latent_vector_and_back() -> None:
    scene, pin = make_solid(), Pin(0.5, -2, 1.5)
    assert scene.third is not None
    expected = scene.origin + 0.5 * scene.axes[0] - 2 * scene.axes[1] + 1.5 * scene.third.axis
    np.testing.assert_allclose(scene.z_at(pin), expected, rtol=1e-5, atol=1e-6)
    back = scene.pin_at(scene.z_at(pin))
    assert (back.u, back.v, back.w) == pytest.approx((0.5, -2, 1.5), abs=1e-5)


def test_without_a_third_axis_nothing_lies_above_the_plane() -> None:
    scene = make_scene()
    np.testing.assert_array_equal(scene.z_at(Pin(1, 2, 3)), scene.z_at(Pin(1, 2)))
    assert scene.pin_at(normal(K)).w == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"axis": normal(K + 1)}, "The third axis has shape (4,), but must be (3,)"),
        ({"codes": normal(N - 1)}, "third.codes has 39 rows, but must have 40"),
        ({"references": None}, "third.references has 0 rows, but must have 7"),
        ({"references": normal(M + 1)}, "third.references has 8 rows, but must have 7"),
        ({"codes": np.full(N, np.nan, np.float32)}, "A distance from the plane is not finite"),
    ],
)
def test_a_third_axis_that_does_not_fit_is_refused(change: dict[str, Any], sentence: str) -> None:
    scene = make_solid()
    assert scene.third is not None
    with pytest.raises(CanvasError, match=re.escape(sentence)):
        replace(scene, third=replace(scene.third, **change))


def test_codes_of_missing_samples_travel_without_them() -> None:
    codes, labels = normal(M, 2), np.ones(M, np.uint8)
    header, arrays = read_message(pack(replace(make_scene(), references=References(codes, None, labels))))
    np.testing.assert_array_equal(arrays["reference_codes"], codes)
    assert "reference_samples" not in arrays
    assert header["reference_note"] == make_scene().reference_note


def test_the_layer_list_decodes_as_the_decoder_does() -> None:
    scene = make_scene()
    header, arrays = read_message(pack(scene))
    x = z = normal(6, K)
    for layer in header["layers"]:
        if layer["kind"] == "dense":
            x = x @ arrays[layer["weight"]].T + arrays[layer["bias"]]
        else:
            x = np.where(x > 0, x, layer["slope"] * x)
    np.testing.assert_allclose(x, apply_layers(scene.decoder, z), rtol=1e-5, atol=1e-6)


def test_every_layer_says_its_shapes_and_maps_are_flattened() -> None:
    decoder = (
        Dense(normal(8, K), normal(8)),
        Reshape((2, 2, 2)),
        Upsampling((3, 3)),
        Convolution(normal(3, 2, 3, 3), normal(3), stride=1, padding=1),
        Activation("elu"),
        TransposedConvolution(normal(3, 1, 2, 2), normal(1), stride=1, padding=0, output_padding=(0, 0)),
    )
    header, arrays = read_message(pack(replace(make_scene(), decoder=decoder)))
    layers = header["layers"]
    kinds = ["dense", "reshape", "upsampling", "convolution", "activation", "transposed_convolution", "flatten"]
    assert [layer["kind"] for layer in layers] == kinds
    assert [layer["from"] for layer in layers] == [[3], [8], [2, 2, 2], [2, 3, 3], [3, 3, 3], [3, 3, 3], [1, 4, 4]]
    assert [layer["shape"] for layer in layers[:-1]] == [layer["from"] for layer in layers[1:]]
    assert (layers[3]["stride"], layers[3]["padding"]) == (1, 1)
    np.testing.assert_array_equal(arrays[layers[3]["weight"]], decoder[3].weight)


def test_header_says_where_the_plane_lies() -> None:
    scene = make_scene()
    header, _ = read_message(pack(scene, "left"))
    u, v = 0.5, -2.0
    z = np.array(header["origin"]) + u * np.array(header["axes"][0]) + v * np.array(header["axes"][1])
    np.testing.assert_allclose(z, scene.z_at(Pin(u, v)), rtol=1e-5)
    assert header["name"] == "left"
    assert header["class_names"] == ["zero", "one"]
    assert header["background"] == {"extent": [-1, 1, -2, 2], "label": "holes"}


def test_images_travel_compressed_and_codes_plain() -> None:
    table = read_message(pack(make_scene()))[0]["arrays"]
    assert [name for name, entry in table.items() if entry["compressed"]] == ["reference_samples", "background"]


def test_very_many_codes_travel_in_16_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    assert read_message(pack(scene))[0]["arrays"]["codes"]["dtype"] == "float32"
    monkeypatch.setattr(message, "MOST_EXACT_CODES", N - 1)
    header, arrays = read_message(message.pack(make_scene()))
    assert header["arrays"]["codes"]["dtype"] == "uint16"
    assert header["arrays"]["reference_codes"]["dtype"] == "float32"
    assert arrays["codes"].shape == scene.codes.shape


def test_equal_scenes_have_equal_signatures_and_others_do_not() -> None:
    scene = make_scene()
    twin, other = replace(scene), replace(scene, codes=scene.codes + 1)
    signatures = [read_message(pack(each))[0]["signature"] for each in (scene, twin, other)]
    assert signatures[0] == signatures[1] != signatures[2]


def test_a_scene_without_references_says_why() -> None:
    scene = replace(make_scene(), references=None, reference_note="The data set is not here.")
    header, arrays = read_message(pack(scene))
    assert header["reference_note"] == "The data set is not here."
    assert not any(name.startswith("reference") for name in arrays)


def test_curves_travel_as_numbers() -> None:
    samples = normal(M, SIDE**2)
    scene = replace(make_scene(), image_shape=None, references=References(normal(M, 2), samples, np.zeros(M, np.uint8)))
    np.testing.assert_array_equal(read_message(pack(scene))[1]["reference_samples"], samples)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"codes": normal(N, 3)}, r"codes has shape \(40, 3\), but must be \(N, 2\)"),
        ({"codes": np.full((N, 2), np.nan, np.float32)}, "codes holds a value that is not finite"),
        ({"labels": np.zeros(3, np.uint8)}, "labels has 3 rows, but must have 40"),
        ({"labels": np.full(N, 9, np.uint8)}, "A label is 9, but the scene has only 2 class names"),
        ({"class_names": ()}, "The scene has 0 classes"),
        ({"colors": ("#3f90da",)}, "1 colours for 2 classes"),
        ({"origin": normal(2)}, "the decoder takes codes of 3"),
        ({"axes": np.full((2, K), np.inf, np.float32)}, "must be finite"),
        ({"image_shape": (28, 28)}, r"image_shape is \(28, 28\), but the decoder gives 16 values"),
        ({"decoder": (Activation("relu"),)}, "does not begin with a dense layer"),
        ({"decoder": ()}, "does not begin with a dense layer"),
        ({"class_biases": normal(2, 4)}, r"class_biases has shape \(2, 4\), but must be \(2, 5\)"),
        (
            {"references": References(normal(M, 2), normal(M, 9), np.zeros(M, np.uint8))},
            r"references have shape \(9,\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CanvasError, match=sentence):
        replace(make_scene(), **change)


def test_references_must_be_as_long_as_their_codes() -> None:
    with pytest.raises(CanvasError, match=r"references\.samples has 6 rows, but must have 7"):
        References(normal(M, 2), normal(M - 1, 16), np.zeros(M, np.uint8))


@pytest.mark.parametrize(
    ("rgba", "extent", "sentence"),
    [
        (np.zeros((3, 5), np.uint8), (-1.0, 1.0, -1.0, 1.0), r"shape \(3, 5\)"),
        (np.zeros((3, 5, 4), np.uint8), (1.0, 1.0, -1.0, 1.0), "must rise along both axes"),
    ],
)
def test_a_background_needs_colours_and_an_extent(
    rgba: NDArray[np.uint8], extent: tuple[float, float, float, float], sentence: str
) -> None:
    with pytest.raises(CanvasError, match=sentence):
        Background(rgba, extent, "holes")


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        ({"u": 1, "v": -2.5, "w": 0}, (Pin(1.0, -2.5),)),
        ({"u": 1, "v": -2.5, "w": 0.5}, (Pin(1.0, -2.5, 0.5),)),
        ({"u": None, "v": None, "w": None}, (None,)),
        ({"u": 1.0, "v": 2.0}, None),
        ({"u": 1.0, "v": 2.0, "w": float("nan")}, None),
        (None, None),
        ({"u": "1", "v": 2.0, "w": 0}, None),
        ({"u": float("nan"), "v": 0.0, "w": 0}, None),
        ({"u": float("inf"), "v": 0.0, "w": 0}, None),
        ({"u": 10**400, "v": 0.0, "w": 0}, None),
        ([1, 2], None),
    ],
)
def test_only_finite_points_count_as_pins(sent: object, change: tuple[Pin | None] | None) -> None:
    assert _pin_change({"pin": sent}) == change


@pytest.mark.parametrize(
    ("sent", "label"), [(0, 0), (9, 9), (10, None), (-1, None), ("3", None), (2.5, None), (None, None)]
)
def test_only_a_class_of_the_scene_counts_as_chosen(sent: object, label: int | None) -> None:
    assert _chosen_label({"label": sent}, 10) == label


VIEW_TEXTS = (
    "",
    "grid-range",
    "grid-quantile~view-2.5,0.31,-1.2~classes-3,7~points-off",
    "view-1,0,1e-7",
    "view-0.125,0,0",
    "view-400,0,0",
    "classes-0~points-off",
    "turn-30,22,1",
    "grid-range~turn--179.5,-90,2.5~height--0.8~decode-nearest~spin-on~classes-3",
)
NO_VIEW_TEXTS = (
    "grid-off", "grid", "points-on", "view-1,2", "view-0,1,2", "view-0.1,1,2", "view-401,1,2", "view-1e29,0,0",
    "view--1,1,2", "view-1,1e31,0", "view-1,nan,0",
    "classes-", "classes-1000", "points-off~grid-range", "grid-range~grid-range", "grid-range~", "zoom-2", "<b>",
    "turn-1,2", "turn-0,91,1", "turn-0,0,0", "turn-0,0,401", "height-a", "height-1e31", "decode-plane", "spin-off",
    "height-1~turn-0,0,1",
)  # fmt: skip


@pytest.mark.parametrize("text", VIEW_TEXTS)
def test_a_text_of_the_view_is_believed(text: str) -> None:
    assert ViewState().parse(text) == text
    assert _view_text(text) == text


@pytest.mark.parametrize("text", NO_VIEW_TEXTS)
def test_another_text_is_no_state_of_the_view(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is never shown
        ViewState().parse(text)
    assert _view_text(text) is None


def test_a_class_that_the_scene_lacks_is_no_state_of_its_view() -> None:
    assert ViewState(n_classes=3).parse("classes-0,2") == "classes-0,2"
    with pytest.raises(ValueError):  # noqa: PT011 - the message is never shown
        ViewState(n_classes=3).parse("classes-0,3")


def test_the_pin_at_a_latent_vector_is_the_nearest_point_of_the_plane() -> None:
    axes = np.linalg.qr(normal(K, 2))[0].T.astype(np.float32)
    scene = replace(shown_scene(), axes=axes)
    z = scene.origin + 0.5 * axes[0] - 2 * axes[1] + np.cross(axes[0], axes[1])
    pin = scene.pin_at(z.astype(np.float32))
    assert (pin.u, pin.v) == pytest.approx((0.5, -2), abs=1e-5)


@pytest.mark.parametrize("told", [None, 3, ["grid-range"]])
def test_what_is_no_text_is_no_state_of_the_view(told: object) -> None:
    assert _view_text(told) is None


def test_the_large_message_does_not_depend_on_the_pin() -> None:
    app = AppTest.from_file(DEMO, default_timeout=30).run()
    before = app.get("bidi_component")[1].proto.bytes
    app.button[0].click().run()
    controls, canvas, _ = app.get("bidi_component")
    assert canvas.proto.bytes == before
    assert json.loads(controls.proto.json)["pinned"] == [0.0, 0.0, 0.0]


def read_answer(answer: bytes) -> tuple[dict[str, Any], NDArray[Any]]:
    header, arrays = read_message(answer)
    return header, arrays["values"]


def test_a_question_is_answered_with_what_the_layers_give() -> None:
    scene = replace(make_scene(), class_biases=normal(2, 5))
    question = question_from({"id": "one", "places": [[0.5, -1, 0.3, 1], [2, 0.25, 0, 0]]}, scene)
    assert question == Question("one", ((0.5, -1.0, 0.3, 1), (2.0, 0.25, 0.0, 0)))
    header, levels = read_answer(pack_answer(scene, "left", question))
    assert (header["name"], header["id"], levels.dtype.name) == ("left", "one", "uint8")
    expected = scene.samples_at(np.array([[0.5, -1, 0.3], [2, 0.25, 0]], np.float32), np.array([1, 0], np.uint8))
    np.testing.assert_allclose(levels / 255, np.clip(expected, 0, 1), atol=0.5 / 255 + 1e-6)


def test_a_curve_is_answered_in_numbers_by_the_scenes_own_decoder() -> None:
    seen: list[list[int]] = []

    def decode(z: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(labels.tolist())
        return np.tile(z[:, :1], SIDE**2)

    scene = replace(make_scene(), image_shape=None, references=None, decode=decode)
    question = question_from({"id": "two", "places": [[1, 0, 0, 1]]}, scene)
    _, values = read_answer(pack_answer(scene, "", question))
    assert values.dtype.name == "float32"
    assert seen == [[1]]
    np.testing.assert_allclose(values, np.full((1, SIDE**2), scene.origin[0] + scene.axes[0, 0]), rtol=1e-6)


def test_without_a_question_the_answer_is_for_nobody() -> None:
    header, values = read_answer(pack_answer(make_scene(), "plane", None))
    assert header["id"] is None
    assert len(values) == 0


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "ask",
        {"id": "x"},
        {"id": 3, "places": [[0, 0, 0, 0]]},
        {"id": "x" * 65, "places": [[0, 0, 0, 0]]},
        {"id": "x", "places": []},
        {"id": "x", "places": [[0, 0, 0, 0]] * 513},
        {"id": "x", "places": [[0, 0, 0]]},
        {"id": "x", "places": [[0, 0, 0, 2]]},
        {"id": "x", "places": [[0, 0, 0, -1]]},
        {"id": "x", "places": [[0, 0, 0, 0.5]]},
        {"id": "x", "places": [[float("nan"), 0, 0, 0]]},
        {"id": "x", "places": [[0, float("inf"), 0, 0]]},
        {"id": "x", "places": [[0, 0, float("nan"), 0]]},
        {"id": "x", "places": [["0", 0, 0, 0]]},
        {"id": "x", "places": [[0, 0, 0, 0], None]},
    ],
)
def test_what_is_no_question_is_not_decoded(sent: object) -> None:
    assert question_from(sent, make_scene()) is None


def test_a_decoder_too_large_stays_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    n_bytes = 4 * (5 * K + 5 + 5 * SIDE**2 + SIDE**2)
    monkeypatch.setattr(message, "MAX_WEIGHT_BYTES", n_bytes)
    assert read_message(pack(make_scene()))[0]["layers"] is not None
    monkeypatch.setattr(message, "MAX_WEIGHT_BYTES", n_bytes - 1)
    header, arrays = read_message(message.pack(make_scene()))
    assert header["layers"] is None
    assert not any(name.startswith(("weight", "bias")) for name in arrays)


@cache
def shown_scene() -> CanvasScene:
    return make_scene()


def show_scene() -> None:
    from explorer.ui.components.latent_canvas.component import latent_canvas
    from tests.ui.components.test_latent_canvas import shown_scene

    latent_canvas(shown_scene(), "plane")


def show_what_is_heard() -> None:
    """The first run on a server that was started anew, which calls nothing; what a browser says is there already."""
    import pytest
    import streamlit as st

    from explorer.scenes.canvas_scene import Pin
    from explorer.ui.components.latent_canvas import component
    from explorer.ui.components.latent_canvas.component import latent_canvas
    from tests.ui.components.test_latent_canvas import shown_scene

    heard = st.session_state.setdefault("heard", [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "_canvas", lambda **_: st.session_state["said"])
        pin = latent_canvas(
            shown_scene(), "plane", pinned=Pin(9.0, 9.0), on_pin=heard.append, on_label=heard.append,
            on_view_state=heard.append,
        )  # fmt: skip
    st.session_state["pin"] = pin


@pytest.mark.parametrize(
    ("said", "heard", "pin"),
    [
        ({"pin": {"u": 1, "v": 2.5, "w": 0}}, [Pin(1.0, 2.5)], Pin(1.0, 2.5)),
        ({"pin": {"u": None, "v": None, "w": None}}, [None], None),
        ({"label": 1}, [1], Pin(9.0, 9.0)),
        ({"view": ""}, [""], Pin(9.0, 9.0)),
        ({}, [], Pin(9.0, 9.0)),
    ],
)
def test_what_a_browser_says_in_the_first_run_counts(
    said: dict[str, object], heard: list[object], pin: Pin | None
) -> None:
    app = AppTest.from_function(show_what_is_heard, default_timeout=30)
    app.session_state["said"] = said
    app.run()
    assert not app.exception
    assert app.session_state["heard"] == heard
    assert app.session_state["pin"] == pin


def test_only_a_question_about_the_scene_that_is_shown_is_answered() -> None:
    question = Question("x", ((0.0, 0.0, 0.0, 1),))
    app = AppTest.from_function(show_scene, default_timeout=30)
    for scene, answered in ((shown_scene(), "x"), (make_scene(), None)):
        app.session_state["plane-server-asked"] = scene, question
        app.run()
        assert not app.exception
        assert read_answer(app.get("bidi_component")[2].proto.bytes)[0]["id"] == answered
