"""A lecture's file: what is right comes through, and every fault is one sentence with its line."""

import pytest

from explorer.errors import LectureError
from explorer.lectures import Lecture, Question, Scene, lecture_text, parse_lecture
from explorer.lectures.lecture import cover_parts, plain_address
from explorer.lectures.parsing import MOST_CHARACTERS, MOST_SCENES

WHOLE = """\
title: Two scenes
summary: A sentence.
scenes:
  - title: The curve
    address: pca?view=Variance
    minutes: 2.5
    cover: figure-pca-variance from 30 %
    room: pca-95
    notes: |
      First: a paragraph.

      Another.
    questions:
      - How many?
      - ask: Why?
        answer: Because.
  - title: The start
    address: home
"""
SCENE = "scenes:\n  - title: A\n    address: pca\n"


def test_every_field_is_read() -> None:
    lecture = parse_lecture(WHOLE, "a.yaml")
    assert lecture == Lecture(
        "Two scenes",
        (
            Scene(
                "The curve",
                "pca?view=Variance",
                "First: a paragraph.\n\nAnother.",
                2.5,
                (Question("How many?"), Question("Why?", "Because.")),
                "figure-pca-variance from 30 %",
                "pca-95",
            ),
            Scene("The start", "home"),
        ),
        "A sentence.",
    )
    assert lecture.minutes == 2.5
    assert (lecture.scenes[0].page, lecture.scenes[0].query) == ("pca", {"view": ["Variance"]})


def test_a_lecture_comes_back_from_its_own_text() -> None:
    lecture = parse_lecture(WHOLE, "a.yaml")
    text = lecture_text(lecture)
    assert parse_lecture(text, "b.yaml") == lecture
    assert "notes: |" in text


FAULTS = {
    "": (1, "the file is empty"),
    "- a\n- b\n": (1, "here a lecture is expected, with the fields title, summary, scenes"),
    "title: A\n": (1, "a lecture needs the field scenes"),
    "title: A\nscenes:\n": (2, "a lecture needs one scene at least"),
    "title: A\nscenes: 3\n": (2, "scenes must be a list"),
    f"title: A\nspeaker: B\n{SCENE}": (2, "a lecture has no field `speaker`"),
    f"title: A\ntitle: B\n{SCENE}": (2, "a lecture has two fields title"),
    f"title:\n{SCENE}": (1, "title is empty"),
    f"title: [A]\n{SCENE}": (1, "title must be a text"),
    f"title: A\n{SCENE}    minutes: soon\n": (5, "minutes is `soon`, but must be a number from 0 to 600"),
    f"title: A\n{SCENE}    minutes: nan\n": (5, "minutes is `nan`, but must be a number from 0 to 600"),
    f"title: A\n{SCENE}    room: 'A b'\n": (5, "room is `A b`, but must be the name of a question"),
    f"title: A\n{SCENE}    cover: '<b>'\n": (5, "cover is `<b>`, but must be a part's name"),
    f"title: A\n{SCENE}    questions: why\n": (5, "questions must be a list"),
    f"title: A\n{SCENE}    questions:\n      - answer: x\n": (6, "a question needs the field ask"),
    f"title: A\n{SCENE}  - title: B\n": (5, "a scene needs the field address"),
    f"title: A\n{SCENE}  - title: B\n    address: ../secret file\n": (6, "`../secret file` is no page"),
    f"title: A\n{SCENE}   bad: [\n": (5, "this is no YAML"),
    "title: A\nscenes: &a\n  - *a\n": (3, "the file has aliases"),
    "title: A\nscenes: " + "[" * 9 + "]" * 9: (2, "lists stand in lists 8 deep"),
    f"title: A\n{SCENE}    notes: \x07\n": (5, "it holds a character that no text has"),
    "title: A\n" + SCENE + f"    notes: {'a' * 10_001}\n": (5, "notes has 10,001 characters, more than 10,000"),
    "title: A\nscenes:\n" + "  - {title: A, address: pca}\n" * (MOST_SCENES + 1): (3, "scenes has 201 items"),
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: text[:30].replace("\n", " "))
def test_a_fault_is_one_sentence_with_its_line(text: str) -> None:
    line, reason = FAULTS[text]
    with pytest.raises(LectureError) as fault:
        parse_lecture(text, "a.yaml")
    said = str(fault.value)
    assert said.startswith(f"a.yaml, line {line}: {reason}")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_file_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(LectureError, match="more than 200,000"):
        parse_lecture("a" * (MOST_CHARACTERS + 1), "a.yaml")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("pca?view=Error", "pca?view=Error"),
        ("http://localhost:8501/pca?view=Error&lecture=oregon&scene=4", "pca?view=Error"),
        ("https://host/below/latent?models=a&models=b", "latent?models=a&models=b"),
        ("http://localhost:8501/", "home"),
        ("/data", "data"),
    ],
)
def test_a_link_from_the_browser_becomes_page_and_query(link: str, address: str) -> None:
    assert plain_address(link) == address


def test_a_cover_names_a_part_and_where_it_begins() -> None:
    assert cover_parts("decoded") == ("decoded", 0)
    assert cover_parts("figure-x from 40 %") == ("figure-x", 40)
