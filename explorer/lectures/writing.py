"""A lecture as the text of its file."""

from functools import lru_cache
from typing import Any

import yaml

from explorer.lectures.lecture import Lecture, Question, Scene

WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that notes stay readable."""


def _write_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _write_text)


@lru_cache(maxsize=256)
def lecture_text(lecture: Lecture) -> str:
    """The YAML text from which `parse_lecture` makes the same lecture."""
    fields = {"title": lecture.title, "summary": lecture.summary, "scenes": [_scene(each) for each in lecture.scenes]}
    return str(yaml.dump(_filled(fields), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH))


def _scene(scene: Scene) -> dict[str, Any]:
    return _filled(
        {
            "title": scene.title,
            "address": scene.address,
            "minutes": scene.minutes,
            "notes": scene.notes,
            "questions": [_question(each) for each in scene.questions],
            "cover": scene.cover,
            "room": scene.room,
        }
    )


def _question(question: Question) -> str | dict[str, str]:
    return {"ask": question.ask, "answer": question.answer} if question.answer else question.ask


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value}
