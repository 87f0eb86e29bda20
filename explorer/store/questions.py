"""The bank of questions that comes with the explorer."""

from functools import cache
from pathlib import Path

import explorer.rooms
from explorer.rooms import RoomQuestion, parse_questions

FILE = "questions.yaml"


@cache
def shipped_questions() -> tuple[RoomQuestion, ...]:
    """Every question of the bank, in the order of the file; raises RoomError for a fault of the file."""
    path = Path(explorer.rooms.__file__).parent / FILE
    return parse_questions(path.read_text("utf-8"), FILE)
