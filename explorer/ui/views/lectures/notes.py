"""The speaker's notes, in a window that follows the lecture in another."""

from typing import Any

from explorer.models.fields import Range
from explorer.store.lectures import list_lectures
from explorer.ui.components.speaker_notes.component import speaker_notes
from explorer.ui.query_params import read
from explorer.ui.views.lectures.choice import choose_lecture


def notes(bar: Any) -> None:
    """The notes of one lecture, from the scene that the link names on."""
    readable = {file.name: file.lecture for file in list_lectures() if file.lecture is not None}
    with bar:
        name = choose_lecture(readable)
    lecture = readable[name]
    speaker_notes(name, lecture, int(read("scene", Range(int, 1, len(lecture.scenes))) or 1))
