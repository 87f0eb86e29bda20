"""What the browser may say of marks in linked planes."""

from unittest.mock import Mock

import pytest

from explorer.scenes.linked_planes import Marks
from explorer.ui.components.linked_planes import component
from explorer.ui.components.linked_planes.component import marks_said

SQUARE = [0, 0, 1, 0, 1, 1.5]


def said(**marks: object) -> Marks | None:
    return marks_said({"marks": marks}, n_samples=10, n_planes=3)


def test_a_sample_and_an_outline_are_heard() -> None:
    assert said(sample=9, plane=None, corners=[]) == Marks(9)
    assert said(sample=None, plane=2, corners=SQUARE) == Marks(None, 2, (0, 0, 1, 0, 1, 1.5))
    assert said(sample=None, plane=None, corners=SQUARE) == Marks()


@pytest.mark.parametrize(
    "marks",
    [
        {"sample": 10, "plane": None, "corners": []},
        {"sample": "1", "plane": None, "corners": []},
        {"sample": 1, "plane": 3, "corners": SQUARE},
        {"sample": 1, "plane": 1, "corners": SQUARE[:5]},
        {"sample": 1, "plane": 1, "corners": SQUARE[:4]},
        {"sample": 1, "plane": 1, "corners": SQUARE * 17},
        {"sample": 1, "plane": 1, "corners": [*SQUARE[:5], float("nan")]},
        {"sample": 1, "plane": 1, "corners": [*SQUARE[:5], 1e9]},
        {"sample": 1, "plane": 1, "corners": [*SQUARE[:5], "1"]},
        {"plane": None},
    ],
)
def test_anything_else_is_not(marks: dict[str, object]) -> None:
    assert said(**marks) is None


def test_nothing_said_is_none() -> None:
    assert marks_said({}, 10, 3) is None


@pytest.mark.parametrize(
    ("marks", "heard"), [({"sample": 1, "plane": None}, [Marks(1)]), ({"sample": 3, "plane": None}, []), (None, [])]
)
def test_only_marks_of_these_samples_reach_the_page(
    marks: object, heard: list[Marks], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(component, "show_and_hear", lambda _planes, _key, _events, hear, **_: hear({"marks": marks}))
    monkeypatch.setattr(component, "linked_planes_message", lambda _: Mock())
    said: list[Marks] = []
    component.linked_planes(Mock(labels=[0, 1, 0], titles=["a", "b"]), Marks(), "planes", said.append)
    assert said == heard
