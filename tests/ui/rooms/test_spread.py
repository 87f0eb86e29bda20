"""What a room's answers come to in a sentence, and how many drawings are shown."""

from typing import Any

import numpy as np
import pytest

from explorer.rooms.question import RoomQuestion
from explorer.rooms.summaries import spread_of
from explorer.store.questions import shipped_questions
from explorer.ui.rooms import spread

CHOICE = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))


def number() -> RoomQuestion:
    return next(question for question in shipped_questions() if question.name == "pca-95")


def test_choices_are_told_by_the_one_that_was_chosen_most() -> None:
    assert spread.finding(spread_of(CHOICE, (0, 1, 0))) == "Most often, 2 of 3 times: A."
    assert spread.verdict(spread_of(CHOICE, (0, 1, 0))) == "The answer is: B. 1 of 3 chose it."


def test_numbers_are_told_by_their_quartiles() -> None:
    said = spread.finding(spread_of(number(), (10.0, 20.0, 30.0, 40.0, 90.0)))
    assert said == "The median of 5 answers is 30 components; half of them lie from 20 components to 40 components."


@pytest.mark.parametrize("question", [CHOICE, number()])
def test_without_answers_there_is_no_finding(question: RoomQuestion) -> None:
    assert spread.finding(spread_of(question, ())) == spread.NO_ANSWER


@pytest.mark.parametrize(("n", "n_shown"), [(0, 0), (3, 3), (60, 60), (61, 31), (130, 44)])
def test_at_most_sixty_drawings_are_shown(n: int, n_shown: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    images = np.arange(n * 4, dtype=np.uint8).reshape(n, 2, 2)
    monkeypatch.setattr(spread, "drawn_images", lambda _: images)
    monkeypatch.setattr(spread, "mosaic_figure", lambda tiles, labels, *_, **__: shown.append((tiles, labels)))
    monkeypatch.setattr(spread, "show_figure", lambda *said: shown.append(said[1:]))
    spread.show_drawings(())
    if n:
        (tiles, labels), (_, alt) = shown
        assert (tiles.shape, len(labels), alt) == ((n_shown, 2, 2, 3), n_shown, f"{n_shown} of {n} drawings")
    else:
        assert shown == []
