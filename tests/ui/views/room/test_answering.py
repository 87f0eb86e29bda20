"""What a student is offered to answer with: choices, the limits of a number, a sheet that is sent."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from explorer.rooms import RoomQuestion
from explorer.ui.views.room import answering

CHOOSE = RoomQuestion("c", "pca", "choose", "Which?", "A.", "B.", 1, ("a", "b", "c"))


def number(*, low: float, high: float, unit: str = "") -> RoomQuestion:
    return RoomQuestion("n", "pca", "number", "How many?", "Many.", "Few.", low, low=low, high=high, unit=unit)


def room(question: RoomQuestion) -> Any:
    return SimpleNamespace(question=question, number=3, stage="covered", n_answers=2, n_students=5)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is put on the page: its kind and what it says."""
    found: list[tuple[str, Any]] = []

    def button(label: str, **look: Any) -> None:
        found.append(("button", (label, look["type"], look.get("disabled", False), look["args"][-1])))

    def number_input(label: str, low: float, high: float, start: float | None, **_: object) -> None:
        found.append(("number", (label, low, high, start)))

    page = SimpleNamespace(
        button=button, number_input=number_input, form=lambda *_, **__: nullcontext(), session_state={},
        form_submit_button=lambda *_, **__: None, markdown=lambda text: found.append(("text", text)),
        caption=lambda text: found.append(("caption", text)),
    )  # fmt: skip
    monkeypatch.setattr(answering, "st", page)
    monkeypatch.setattr(answering, "say_kept", lambda _: None)
    return found


@pytest.mark.parametrize("mine", [None, 0, 2])
def test_the_choice_that_was_pressed_stands_out(mine: int | None, said: list[tuple[str, Any]]) -> None:
    answering._show_choices(room(CHOOSE), mine)
    assert [what for _, what in said] == [
        (name, "primary" if place == mine else "secondary", False, place) for place, name in enumerate("abc")
    ]


@pytest.mark.parametrize(
    ("question", "mine", "shown"),
    [
        (number(low=1, high=784), None, ("From 1 to 784", 1, 784, None)),
        (number(low=1, high=784), 12, ("From 1 to 784", 1, 784, 12)),
        (number(low=0.5, high=2), 1.5, ("From 0.5 to 2", 0.5, 2.0, 1.5)),
    ],
)
def test_a_number_lies_between_its_limits(
    question: RoomQuestion, mine: float | None, shown: tuple[Any, ...], said: list[tuple[str, Any]]
) -> None:
    answering._show_number(room(question), mine)
    ((_, found),) = said
    assert found == shown
    assert isinstance(found[1], int if question.is_whole else float)


@pytest.mark.parametrize("ink", ["", "4e48"])
def test_an_empty_sheet_cannot_be_sent(ink: str, said: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    pads: list[Any] = []
    monkeypatch.setattr(answering, "drawing_pad", lambda *of, **look: pads.append((of, look["is_example"])))
    answering.st.session_state["ink_3"] = ink  # type: ignore[attr-defined]
    answering._show_pad(room(CHOOSE))
    assert said == [("button", ("Send", "primary", not ink, ink))]
    assert pads == [((ink, "pad_3"), False)]


@pytest.mark.parametrize(("stage", "can_change"), [("covered", True), ("open", True), ("revealed", False)])
def test_an_answer_can_be_changed_until_the_truth_is_revealed(
    stage: str, can_change: bool, said: list[tuple[str, Any]]
) -> None:
    at = room(CHOOSE)
    at.stage = stage
    answering._show_state(at, 1)
    answering._show_state(at, None)
    texts = [text for kind, text in said if kind == "text"]
    assert len(texts) == 1
    assert "Your answer: b" in texts[0]
    assert ("You can change it" in texts[0]) == can_change
    assert [text for kind, text in said if kind == "caption"] == ["2 of 5 answered."] * 2
