"""Changing a lecture."""

import pytest

from explorer.errors import LectureError
from explorer.lectures import Lecture, Question, Scene
from explorer.lectures.editing import questions_of, questions_text, with_scene, with_scene_moved, without_scene
from explorer.lectures.parsing import MOST_SCENES

A, B, C, D = (Scene(letter, "pca") for letter in "ABCD")
LECTURE = Lecture("L", (A, B, C))


def test_a_scene_is_added_at_the_end_or_replaces_another() -> None:
    assert with_scene(LECTURE, D).scenes == (A, B, C, D)
    assert with_scene(LECTURE, D, 2).scenes == (A, D, C)


def test_a_scene_is_moved_either_way() -> None:
    assert with_scene_moved(LECTURE, 1, 3).scenes == (B, C, A)
    assert with_scene_moved(LECTURE, 3, 2).scenes == (A, C, B)


def test_the_last_scene_stays() -> None:
    assert without_scene(LECTURE, 2).scenes == (A, C)
    with pytest.raises(LectureError, match="one scene at least"):
        without_scene(Lecture("L", (A,)), 1)


def test_a_lecture_has_an_end() -> None:
    with pytest.raises(LectureError, match="begin another lecture"):
        with_scene(Lecture("L", (A,) * MOST_SCENES), B)


def test_questions_stand_in_lines_with_their_answers_behind_the_mark() -> None:
    text = "Why? Because.\n\nHow many?\nSay it"
    questions = (Question("Why?", "Because."), Question("How many?"), Question("Say it"))
    assert questions_of(text) == questions
    assert questions_of(questions_text(questions)) == questions
