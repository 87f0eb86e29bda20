"""A question for a class: one of a few kinds, with its truth and the misconception that it brings to light."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["choose", "number", "point", "draw", "follow"]
KINDS: tuple[Kind, ...] = ("choose", "number", "point", "draw", "follow")
# A place (u, v) in a latent plane.
Point = tuple[float, float]
# The grey values of a drawing of 28 × 28 pixels, row by row.
Drawing = bytes
# The index of a choice, a number in the question's unit, a place, or a drawing.
Answer = float | Point | Drawing


@dataclass(frozen=True)
class RoomQuestion:
    """What is asked, on which page, and what is true of it.

    address: the page with its query, as a scene of a lecture has it. misconception: what many believe. why: what is
    said once the truth is shown. truth: of the kind `choose` the index of the right one of `choices`, of the kind
    `number` a number in `unit`, of the kinds `point` and `draw` a place in the plane of the model that the address
    names. Answers lie from `low` to `high`, those in a plane along both axes. What is of the kind `follow` has no
    answer: the address is where the lecturer leads.
    """

    name: str
    address: str
    kind: Kind
    ask: str
    misconception: str
    why: str
    truth: Answer = 0.0
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    unit: str = ""

    @property
    def page(self) -> str:
        """The slug of the page."""
        return self.address.partition("?")[0]

    @property
    def is_whole(self) -> bool:
        """Whether the answers are whole numbers: where truth and limits are."""
        return all(float(number).is_integer() for number in (*numbers_of(self.truth), self.low, self.high))

    def in_words(self, answer: Answer) -> str:
        """An answer, or the truth, as people read it."""
        if isinstance(answer, bytes):
            return "a drawing"
        if isinstance(answer, tuple):
            return f"({answer[0]:.3g}, {answer[1]:.3g})"
        if self.kind == "choose":
            return self.choices[int(answer)]
        return f"{answer:,.10g} {self.unit}".strip()


def numbers_of(answer: Answer) -> tuple[float, ...]:
    """The numbers of an answer: one, the two of a place, or the grey values of a drawing."""
    return tuple(map(float, answer)) if isinstance(answer, tuple | bytes) else (answer,)


def question_text(question: RoomQuestion) -> str:
    """A question as JSON, as a room keeps it."""
    return json.dumps(asdict(question), ensure_ascii=False)


def question_of(text: str) -> RoomQuestion:
    """The question that `question_text` wrote."""
    fields: dict[str, Any] = json.loads(text)
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    return RoomQuestion(**{**fields, **lists})
