"""What counts as an answer: browsers send anything, so every answer is checked here before it is kept."""

import base64
import json
import math
from collections.abc import Iterable

from explorer.data.handwriting import MNIST_SIDE, StrokesText, drawn_sample
from explorer.errors import DatasetError, RoomError
from explorer.rooms.question import Answer, Drawing, Point, RoomQuestion, numbers_of


def parse_answer(question: RoomQuestion, given: object) -> Answer:
    """An answer as it is kept; raises RoomError for what the question does not allow."""
    match question.kind:
        case "choose":
            return _choice(question, given)
        case "number":
            return _number(question, given)
        case "point":
            return _point(question, given)
        case "draw":
            return _drawing(given)
        case "follow":
            raise RoomError("There is nothing to answer here; the lecturer leads from page to page.")


def answer_text(answer: Answer) -> str:
    """An answer as JSON, as a room keeps it."""
    return json.dumps(base64.b64encode(answer).decode() if isinstance(answer, bytes) else answer)


def answer_of(text: str) -> Answer:
    """The answer that `answer_text` wrote."""
    value = json.loads(text)
    if isinstance(value, str):
        return base64.b64decode(value)
    return (float(value[0]), float(value[1])) if isinstance(value, list) else float(value)


def in_order(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Answers to one question, sorted, so that their order does not show who gave them."""
    return tuple(sorted(answers, key=numbers_of))


def _choice(question: RoomQuestion, given: object) -> float:
    if isinstance(given, bool) or given not in range(len(question.choices)):
        raise RoomError(f"{_short(given)} is not one of the {len(question.choices)} choices; press one of them.")
    return float(str(given))


def _number(question: RoomQuestion, given: object) -> float:
    number = _finite(given)
    if not question.low <= number <= question.high:
        allowed = f"{question.low:,.10g} to {question.high:,.10g} {question.unit}".strip()
        raise RoomError(f"{_short(given)} is no answer; send a number from {allowed}.")
    return float(round(number)) if question.is_whole else number


def _point(question: RoomQuestion, given: object) -> Point:
    u, v = (_finite(part) for part in given) if isinstance(given, tuple | list) and len(given) == 2 else (math.nan,) * 2
    if not all(question.low <= number <= question.high for number in (u, v)):
        raise RoomError(
            f"{_short(given)} is no place in the plane; tap where both coordinates lie from {question.low:g} to "
            f"{question.high:g}."
        )
    return u, v


def _drawing(given: object) -> Drawing:
    """Strokes as MNIST would have them: whatever was sent, no more than 28 × 28 bytes are kept."""
    try:
        ink = drawn_sample(StrokesText().parse(given), (MNIST_SIDE, MNIST_SIDE))
    except (ValueError, DatasetError) as error:
        raise RoomError(f"{_short(given)} is no drawing; draw with the pen and press Send.") from error
    return (ink * 255).round().astype("uint8").tobytes()


def _finite(given: object) -> float:
    """A number, or one that is in no interval."""
    try:
        return float(str(given))
    except ValueError:
        return math.nan


def _short(given: object) -> str:
    text = str(given)
    return f"`{text[:40].replace('`', '')}{'…' * (len(text) > 40)}`"
