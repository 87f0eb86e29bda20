"""What is left of a room: each question with all answers, without a name or anything else of who gave them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.rooms.question import Answer, RoomQuestion, numbers_of

COLUMNS = ("number", "question", "kind", "ask", "answer", "answer_in_words", "truth", "truth_in_words")


@dataclass(frozen=True)
class Asked:
    """A question that was put to a class, by its number in the room (from 1), and the answers sorted by value."""

    number: int
    question: RoomQuestion
    answers: tuple[Answer, ...]


def results_csv(asked: Sequence[Asked]) -> str:
    """A row for each answer as CSV (RFC 4180); a question without answers has none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerows(_row(each, answer) for each in asked for answer in each.answers)
    return buffer.getvalue()


def _row(asked: Asked, answer: Answer) -> tuple[object, ...]:
    question = asked.question
    words, truth_words = question.in_words(answer), question.in_words(question.truth)
    return (
        asked.number, question.name, question.kind, question.ask, _plain(answer), words, _plain(question.truth),
        truth_words,
    )  # fmt: skip


def _plain(answer: Answer) -> str:
    """An answer in digits: a number, the two of a place with a comma, or a drawing's pixels, two hexadecimal each."""
    if isinstance(answer, bytes):
        return answer.hex()
    return ",".join(f"{number:.10g}" for number in numbers_of(answer))
