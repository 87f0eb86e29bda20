"""The questions that a lecturer can put: their order, their words, and answers of rooms that have ended."""

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.ui.page_entries import PAGES
from explorer.ui.rooms import asking, panel


def question(page: str) -> Any:
    return SimpleNamespace(page=page, ask=f"What of {page}?")


FIRST, SECOND, *_ = (entry for entry in PAGES if entry.slug)


def test_questions_of_this_page_come_first_and_others_in_the_order_of_the_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every = [question(page) for page in ("elsewhere", SECOND.slug, "pca", FIRST.slug)]
    bank = SimpleNamespace(questions=dict(enumerate(every)))
    monkeypatch.setattr(asking, "all_questions", lambda: bank)
    order = [one.page for one in asking.questions_for("pca")]
    assert order[0] == "pca"
    assert [page for page in order if page != "pca"] == [
        page for page in (FIRST.slug, SECOND.slug, "elsewhere") if page != "pca"
    ]


def test_a_question_of_another_page_says_which() -> None:
    assert asking.option_text(question(FIRST.slug), FIRST.slug) == f"What of {FIRST.slug}?"
    assert asking.option_text(question(FIRST.slug), "pca") == f"{FIRST.title}: What of {FIRST.slug}?"
    assert asking.option_text(question("elsewhere"), "pca") == "elsewhere: What of elsewhere?"


@pytest.mark.parametrize(
    ("n_questions", "lecture", "said"),
    [
        (1, "", "Answers of room AB12, 1 question"),
        (2, "PCA", "Answers of room AB12, 2 questions, PCA"),
        (0, "", "Answers of room AB12, 0 questions"),
    ],
)
def test_an_ended_room_is_described_by_its_questions_and_lecture(n_questions: int, lecture: str, said: str) -> None:
    room: Any = SimpleNamespace(code="AB12", n_questions=n_questions, lecture=lecture)
    assert asking._described(room) == said


@pytest.mark.parametrize(("mode", "leader"), [("class", None), ("open", "own"), ("students", "own")])
def test_the_newest_ended_rooms_are_offered_those_of_all_in_class_mode(
    mode: str, leader: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, offered = [], []

    def ended(of: str | None) -> list[Any]:
        asked.append(of)
        return [SimpleNamespace(code=f"R{place}", n_questions=1, lecture="") for place in range(7)]

    monkeypatch.setattr(asking, "ended_rooms", ended)
    monkeypatch.setattr(asking, "own_tag", lambda: "own")
    monkeypatch.setattr(asking, "server", lambda: SimpleNamespace(mode=mode))
    download = lambda label, *_, key, **__: offered.append((label, key))
    monkeypatch.setattr(asking, "st", SimpleNamespace(download_button=download))
    asking._offer_results()
    assert asked == [leader]
    assert offered == [(f"Answers of room R{place}, 1 question", f"results_R{place}") for place in range(5)]


@pytest.mark.parametrize(
    ("mode", "own", "code"),
    [("class", "MINE", "MINE"), ("class", None, "NEWEST"), ("open", "MINE", "MINE"), ("open", None, None)],
)
def test_the_room_of_another_browser_is_led_in_class_mode_alone(
    mode: str, own: str | None, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "room_led_by", lambda _: own)
    monkeypatch.setattr(panel, "own_tag", lambda: "own")
    monkeypatch.setattr(panel, "newest_room", lambda: "NEWEST")
    monkeypatch.setattr(panel, "server", lambda: SimpleNamespace(mode=mode))
    assert panel.led_room() == code
