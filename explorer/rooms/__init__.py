"""Rooms: a lecturer asks, a class answers without accounts, and the answers are summarised (docs/class.md)."""

from explorer.rooms.answers import Answer, parse_answer
from explorer.rooms.parsing import parse_questions
from explorer.rooms.question import RoomQuestion

__all__ = ["Answer", "RoomQuestion", "parse_answer", "parse_questions"]
