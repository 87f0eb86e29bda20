"""Where walks start and end: the samples they begin with, classes that are chosen, and clicks on the plane."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.ui.views.interpolate import endpoints

LABELS = np.array([0, 3, 1, 1, 3, 3])
# Of class 3 the mean is (2, 0), to which row 4 is nearest.
CODES = np.array([[9, 9], [0, 0], [5, 5], [6, 6], [2, 0.5], [4, -0.5]], np.float32)


def model(n_classes: int = 4) -> Any:
    checkpoint = SimpleNamespace(
        codes=SimpleNamespace(test_labels=LABELS, test=CODES), model=SimpleNamespace(latent_dim=2)
    )
    plane = SimpleNamespace(lift=lambda places: np.hstack([places, places[:, :1] + 1]))
    names = tuple("abcd"[:n_classes])
    return SimpleNamespace(n_test=6, class_names=names, checkpoint=checkpoint, plane=plane, test=None)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the session holds."""
    held: dict[str, Any] = {}
    monkeypatch.setattr(endpoints, "st", SimpleNamespace(session_state=held))
    return held


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is written into the link."""
    written: dict[str, Any] = {}
    monkeypatch.setattr(endpoints, "write", written.__setitem__)
    return written


@pytest.mark.parametrize(
    ("key", "n_classes", "row"), [("from", 4, 0), ("to", 4, 2), ("sample", 4, 4), ("sample", 2, 2), ("sample", 3, 0)]
)
def test_a_walk_begins_at_the_first_of_its_class_and_what_is_moved_at_its_middle(
    key: str, n_classes: int, row: int
) -> None:
    assert endpoints._first_sample(model(n_classes), key) == row


@pytest.mark.parametrize(
    ("key", "name", "row", "written"),
    [
        ("from", "d", 1, {"start": None}),
        ("to", "b", 2, {"end": None}),
        ("from", "c", 5, {"start": None}),
        ("from", endpoints.A_POINT, 5, {"start": None}),
        ("sample", "b", 2, {}),
    ],
)
def test_a_class_brings_its_first_sample_and_takes_the_place_of_a_point(
    key: str, name: str, row: int, written: dict[str, None], state: dict[str, Any], link: dict[str, Any]
) -> None:
    state |= {f"walk_class_{key}": name, key: 5}
    endpoints._take_class(key, "abcd", LABELS)
    assert (state[key], link) == (row, written)


def test_clicks_take_the_start_and_the_end_in_turn(state: dict[str, Any], link: dict[str, Any]) -> None:
    for place, end in (((1.0, 2.0), "end"), ((3.0, 4.0), "start")):
        endpoints.keep_click(model(), place)
        assert endpoints.POINTS[endpoints.next_end()] == end
    assert link == {"start": [1, 2, 2], "end": [3, 4, 4]}


@pytest.mark.parametrize(("left", "kept"), [(None, None), (5, 5), (6, None)])
@pytest.mark.parametrize("is_point", [False, True])
def test_a_sample_that_another_model_left_gives_way_to_the_first_of_the_class(
    left: int | None, kept: int | None, is_point: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, Any] = {} if left is None else {"to": left}
    asked: dict[str, Any] = {}

    def choose_number(key: str, label: str, low: int, high: int, start: int, *, disabled: bool, **_: object) -> int:
        asked["number"] = low, high, start, disabled
        return int(held.get(key, start))

    def selectbox(label: str, options: tuple[str, ...], **_: object) -> None:
        asked["class"] = label, options

    fake = SimpleNamespace(session_state=held, selectbox=selectbox, container=lambda **_: nullcontext())
    monkeypatch.setattr(endpoints, "st", fake)
    monkeypatch.setattr(endpoints, "choose_number", choose_number)
    row = endpoints._sample_widgets(model(), "to", is_point=is_point)
    assert held.get("to") == kept
    assert row == (5 if kept else 2)
    assert asked["number"] == (0, 5, 2, is_point)
    names = ("a", "b", "c", "d")
    assert asked["class"] == ("To class", (endpoints.A_POINT, *names) if is_point else names)
    assert held["walk_class_to"] == (endpoints.A_POINT if is_point else names[LABELS[row]])


@pytest.mark.parametrize("point", [None, (1.0, 2.0)])
def test_an_end_is_a_sample_or_the_point_in_the_link(
    point: tuple[float, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[bool] = []

    def widgets(_: object, key: str, *, is_point: bool) -> int:
        shown.append(is_point)
        return 4

    monkeypatch.setattr(endpoints, "read", lambda *_: point)
    monkeypatch.setattr(endpoints, "_sample_widgets", widgets)
    of = model()
    of.test = SimpleNamespace(pixels=lambda rows: rows[:, None] * np.ones(3))
    moved, end = endpoints.choose_sample(of, "sample"), endpoints.choose_sample(of, "to")
    assert (moved.title, moved.code.tolist()) == ("test sample 4, class d", [2, 0.5])
    assert moved.image is not None
    assert moved.image.tolist() == [4, 4, 4]
    assert shown == [False, point is not None]
    if point is not None:
        assert (end.title, end.code.tolist(), end.image) == ("the point (1, 2)", [1, 2], None)
    else:
        assert end.title == moved.title
