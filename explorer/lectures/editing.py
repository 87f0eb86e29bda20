"""Changing a lecture: every change gives another lecture."""

from dataclasses import replace

from explorer.errors import LectureError
from explorer.lectures.lecture import Lecture, Question, Scene
from explorer.lectures.parsing import MOST_SCENES


def with_scene(lecture: Lecture, scene: Scene, number: int | None = None) -> Lecture:
    """The lecture with a scene in the place of that number (from 1), or with one more at its end."""
    if number is None and len(lecture.scenes) >= MOST_SCENES:
        raise LectureError(f"{lecture.title} has {MOST_SCENES} scenes, which is the most; begin another lecture.")
    if number is None:
        return replace(lecture, scenes=(*lecture.scenes, scene))
    return replace(lecture, scenes=(*lecture.scenes[: number - 1], scene, *lecture.scenes[number:]))


def without_scene(lecture: Lecture, number: int) -> Lecture:
    """The lecture without the scene of that number (from 1); raises LectureError for the last one."""
    if len(lecture.scenes) == 1:
        raise LectureError("A lecture needs one scene at least; delete the lecture instead.")
    return replace(lecture, scenes=(*lecture.scenes[: number - 1], *lecture.scenes[number:]))


def with_scene_moved(lecture: Lecture, number: int, to: int) -> Lecture:
    """The lecture with the scene of one number in the place of another (from 1)."""
    scenes = list(lecture.scenes)
    scenes.insert(to - 1, scenes.pop(number - 1))
    return replace(lecture, scenes=tuple(scenes))


def questions_of(text: str) -> tuple[Question, ...]:
    """Questions from lines, each with its answer behind the first question mark."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return tuple(_question(line) for line in lines if line)


def _question(line: str) -> Question:
    ask, mark, answer = line.partition("?")
    return Question(ask + mark, answer.strip())


def questions_text(questions: tuple[Question, ...]) -> str:
    """The lines from which `questions_of` makes these questions."""
    return "\n".join(f"{question.ask} {' '.join(question.answer.split())}".strip() for question in questions)
