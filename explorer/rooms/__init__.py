"""Rooms: a lecturer asks, a class answers without accounts, and the answers are summarised (docs/class.md)."""

from explorer.rooms.answers import parse_answer
from explorer.rooms.parsing import parse_questions
from explorer.rooms.question import Answer, Point, RoomQuestion

__all__ = ["Answer", "Point", "RoomQuestion", "parse_answer", "parse_questions"]
