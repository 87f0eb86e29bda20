"""Notes, questions and clock of a lecture, which follow the window that shows it; keys here move that window."""

from dataclasses import asdict
from pathlib import Path

from explorer.lectures import Lecture
from explorer.ui.components.shared.registration import register

_notes = register(Path(__file__).parent)


def speaker_notes(name: str, lecture: Lecture, number: int) -> None:
    """Show the notes from the scene of that number (from 1) on; the browser has all of them and needs no server."""
    data = {
        "lecture": name,
        "title": lecture.title,
        "scene": number,
        "scenes": [asdict(each) for each in lecture.scenes],
    }
    _notes(key=f"speaker_notes {name}", data=data)
