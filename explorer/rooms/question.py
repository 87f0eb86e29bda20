"""A question for a class: one of a few kinds, with its truth and the misconception that it brings to light."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["choose", "number"]
KINDS: tuple[Kind, ...] = ("choose", "number")


@dataclass(frozen=True)
class RoomQuestion:
    """What is asked, on which page, and what is true of it.

    address: the page with its query, as a scene of a lecture has it. misconception: what many believe. why: what is
    said once the truth is shown. Of the kind `choose`, truth is the index of the right one of `choices`; of the kind
    `number`, it is a number in `unit`, and answers lie from `low` to `high`.
    """

    name: str
    address: str
    kind: Kind
    ask: str
    misconception: str
    why: str
    truth: float
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
        return all(float(number).is_integer() for number in (self.truth, self.low, self.high))

    def in_words(self, answer: float) -> str:
        """An answer, or the truth, as people read it."""
        if self.kind == "choose":
            return self.choices[int(answer)]
        return f"{answer:,.10g} {self.unit}".strip()


def question_text(question: RoomQuestion) -> str:
    """A question as JSON, as a room keeps it."""
    return json.dumps(asdict(question), ensure_ascii=False)


def question_of(text: str) -> RoomQuestion:
    """The question that `question_text` wrote."""
    fields: dict[str, Any] = json.loads(text)
    return RoomQuestion(**{**fields, "choices": tuple(fields["choices"])})
