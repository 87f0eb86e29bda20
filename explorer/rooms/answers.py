"""What counts as an answer: browsers send anything, so every answer is checked here before it is kept."""

import math

from explorer.errors import RoomError
from explorer.rooms.question import RoomQuestion

# The index of a choice, or a number in the question's unit.
Answer = float


def parse_answer(question: RoomQuestion, given: object) -> Answer:
    """An answer as it is kept; raises RoomError for what the question does not allow."""
    return _choice(question, given) if question.kind == "choose" else _number(question, given)


def _choice(question: RoomQuestion, given: object) -> Answer:
    if isinstance(given, bool) or given not in range(len(question.choices)):
        raise RoomError(f"{_short(given)} is none of the {len(question.choices)} choices; press one of them.")
    return float(str(given))


def _number(question: RoomQuestion, given: object) -> Answer:
    try:
        number = float(str(given))
    except ValueError:
        number = math.nan
    if not question.low <= number <= question.high:
        allowed = f"{question.low:,.10g} to {question.high:,.10g} {question.unit}".strip()
        raise RoomError(f"{_short(given)} is no answer; send a number from {allowed}.")
    return float(round(number)) if question.is_whole else number


def _short(given: object) -> str:
    text = str(given)
    return f"`{text[:40].replace('`', '')}{'…' * (len(text) > 40)}`"
