"""Interpolations: what travels to the browser, what a click may be, and parts that do not fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.errors import CanvasError
from explorer.scenes.interpolation_view import Band, Chart, InterpolationView, Plane, Row, pack_interpolation
from explorer.ui.components.interpolation_player import component
from explorer.ui.components.interpolation_player.component import _place
from tests.ui.components.message_reader import read_message

RNG = np.random.default_rng(0)


def a_row(title: str, *, has_points: bool) -> Row:
    images = RNG.integers(0, 255, (5, 2, 3)).astype(np.uint8)
    points = RNG.standard_normal((5, 2)).astype(np.float32) if has_points else None
    return Row(title, "", "#3f90da", "solid", images, points, (0.0, 1.0, 2.0, 3.0, 4.0), ("a",) * 5)


def a_view() -> InterpolationView:
    codes = RNG.standard_normal((7, 2)).astype(np.float32)
    plane = Plane(codes, np.array([0, 1, 0, 1, 0, 1, 0], np.uint8), ("a", "b"), ("#3f90da", "#ffa90e"), ("u", "v"))
    rows = (a_row("codes", has_points=True), a_row("pixels", has_points=False))
    chart = Chart("distance", (Band("held-out", 0.1, 0.2, 0.3),))
    return InterpolationView(rows, ("0", "½", "1"), ("0", "¼", "½", "¾", "1"), "share", "a walk", plane, chart)


def test_what_is_packed_can_be_read_back() -> None:
    view = a_view()
    header, arrays = read_message(pack_interpolation(view, 3))
    assert view.plane is not None
    assert view.rows[0].points is not None
    expected = {
        "images0": view.rows[0].images, "points0": view.rows[0].points, "images1": view.rows[1].images,
        "codes": view.plane.codes, "labels": view.plane.labels,
    }  # fmt: skip
    assert set(arrays) == set(expected)
    for name, values in arrays.items():
        np.testing.assert_array_equal(values, expected[name])
    assert (header["captions"], header["start"]) == (["0", "¼", "½", "¾", "1"], 3)
    assert [row["readings"] for row in header["rows"]] == [[0.0, 1.0, 2.0, 3.0, 4.0]] * 2
    assert header["chart"]["bands"] == [{"name": "held-out", "low": 0.1, "middle": 0.2, "high": 0.3}]


def test_a_view_needs_neither_plane_nor_chart() -> None:
    rows = (a_row("z", has_points=False),)
    header, arrays = read_message(pack_interpolation(replace(a_view(), plane=None, chart=None, rows=rows), 0))
    assert header["plane"] is None
    assert header["chart"] is None
    assert list(arrays) == ["images0"]


def test_another_frame_is_no_other_view_but_another_picture_is() -> None:
    view = a_view()
    brighter = replace(view.rows[1], images=view.rows[1].images + np.uint8(1))
    other = replace(view, rows=(view.rows[0], brighter))
    signatures = [
        read_message(pack_interpolation(one, frame))[0]["signature"]
        for one, frame in ((view, 0), (view, 4), (other, 0))
    ]
    assert signatures[0] == signatures[1] != signatures[2]


@pytest.mark.parametrize(
    "part",
    [
        {"images": np.zeros((4, 2, 3), np.uint8)},
        {"points": np.zeros((6, 2), np.float32)},
        {"readings": (1.0,)},
        {"notes": ("a", "b")},
    ],
)
def test_parts_of_other_lengths_are_refused(part: dict[str, Any]) -> None:
    view = a_view()
    with pytest.raises(CanvasError, match="The interpolation has 5 frames"):
        replace(view, rows=(replace(view.rows[0], **part), view.rows[1]))


def test_steps_that_do_not_divide_the_frames_are_refused() -> None:
    with pytest.raises(CanvasError, match="4 steps do not divide an interpolation of 5 frames"):
        replace(a_view(), ticks=("0", "1", "2", "3"))


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"pick": {"u": 1, "v": -0.5}}, (1.0, -0.5)),
        ({"pick": {"u": float("nan"), "v": 0.0}}, None),
        ({"pick": {"u": 0.0, "v": float("nan")}}, None),
        ({"pick": {"u": 1e31, "v": 0.0}}, None),
        ({"pick": {"u": "1", "v": 0.0}}, None),
        ({"pick": None}, None),
        ({}, None),
    ],
)
def test_only_a_place_in_the_plane_is_a_click(told: dict[str, Any], place: tuple[float, float] | None) -> None:
    assert _place(told) == place


@pytest.mark.parametrize(("said", "heard"), [({"pick": {"u": 1, "v": 2}}, [(1.0, 2.0)]), ({"pick": 3}, []), ({}, [])])
def test_a_click_is_heard_by_whoever_listens(
    said: dict[str, Any], heard: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def show(_player: object, _key: str, events: list[str], hear: Callable[[dict[str, Any]], None], **_: object) -> Any:
        assert events == ["pick"]
        hear(said)
        return {"frame": 2}

    monkeypatch.setattr(component, "show_and_hear", show)
    clicks: list[tuple[float, float]] = []
    assert [component.interpolation_player(a_view(), 1, "walk", on_pick) for on_pick in (clicks.append, None)] == [2, 2]
    assert clicks == heard
