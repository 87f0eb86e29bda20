"""Lectures: ordered scenes with a speaker's notes, as text files that anybody can write (docs/lectures.md)."""

from explorer.lectures.lecture import Lecture, Question, Scene
from explorer.lectures.parsing import parse_lecture
from explorer.lectures.writing import lecture_text

__all__ = ["Lecture", "Question", "Scene", "lecture_text", "parse_lecture"]
