"""Reading a file of questions: every fault is one sentence with its line."""

import re

import yaml

from explorer.errors import RoomError
from explorer.lectures.parsing import Reader, quoted
from explorer.rooms.question import KINDS, Kind, RoomQuestion

MOST_QUESTIONS, MOST_CHOICES = 200, 6
COMMON_FIELDS = ("name", "address", "kind", "ask", "misconception", "why", "truth")
KIND_FIELDS: dict[Kind, tuple[str, ...]] = {"choose": ("choices",), "number": ("low", "high", "unit")}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
FEWEST_CHOICES = 2


def parse_questions(text: str, source: str) -> tuple[RoomQuestion, ...]:
    """The questions that a YAML text lists; source: the file's name, with which a sentence begins.

    Raises RoomError, which says what was given, what is allowed and in which line.
    """
    reader = Reader(source, "`questions:`", RoomError)
    fields = reader.fields(reader.root(text), ("questions",), ("questions",), "a file of questions")
    nodes = reader.items(fields["questions"], "questions", MOST_QUESTIONS)
    questions: dict[str, RoomQuestion] = {}
    for node in nodes:
        question = _question(reader, node)
        if question.name in questions:
            reader.refuse(node, f"two questions are called {quoted(question.name)}; rename one")
        questions[question.name] = question
    return tuple(questions.values())


def _question(reader: Reader, node: yaml.Node) -> RoomQuestion:
    kind = _kind(reader, node)
    allowed = (*COMMON_FIELDS, *KIND_FIELDS[kind])
    fields = reader.fields(node, allowed, allowed, f"a question of the kind {kind}")
    name, ask, misconception = (reader.line(fields[key], key) for key in ("name", "ask", "misconception"))
    if not _NAME.fullmatch(name):
        reader.refuse(fields["name"], f"{quoted(name)} is no name; use 1 to 60 lower-case letters, digits and dashes")
    parts = (name, reader.address(fields["address"]), kind, ask, misconception, reader.paragraphs(fields["why"], "why"))
    if kind == "choose":
        choices = _choices(reader, fields["choices"])
        return RoomQuestion(*parts, truth=_right(reader, fields["truth"], choices), choices=choices)
    low, high, truth = (_number(reader, fields[key], key) for key in ("low", "high", "truth"))
    if not low <= truth <= high or low == high:
        reader.refuse(fields["truth"], f"truth is {truth:g}, but must lie from low to high, here {low:g} to {high:g}")
    return RoomQuestion(*parts, truth=truth, low=low, high=high, unit=reader.line(fields["unit"], "unit"))


def _kind(reader: Reader, node: yaml.Node) -> Kind:
    """The kind, which says what other fields there are."""
    every = tuple(dict.fromkeys((*COMMON_FIELDS, *(name for names in KIND_FIELDS.values() for name in names))))
    field = reader.fields(node, every, ("kind",), "a question")["kind"]
    given = reader.line(field, "kind")
    found = next((kind for kind in KINDS if kind == given), None)
    if found is None:
        reader.refuse(field, f"kind is {quoted(given)}, but must be one of {', '.join(KINDS)}")
    return found


def _choices(reader: Reader, node: yaml.Node) -> tuple[str, ...]:
    choices = tuple(reader.line(item, "a choice") for item in reader.items(node, "choices", MOST_CHOICES))
    if len(set(choices)) < max(FEWEST_CHOICES, len(choices)):
        reader.refuse(node, f"choices must be {FEWEST_CHOICES} to {MOST_CHOICES} texts that differ")
    return choices


def _right(reader: Reader, node: yaml.Node, choices: tuple[str, ...]) -> float:
    """The index of the right choice, which is written as its text."""
    text = reader.line(node, "truth")
    if text not in choices:
        reader.refuse(node, f"truth is {quoted(text)}, but must be one of the choices, word for word")
    return float(choices.index(text))


def _number(reader: Reader, node: yaml.Node, name: str) -> float:
    text = reader.line(node, name)
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1e9:
        reader.refuse(node, f"{name} is {quoted(text)}, but must be a number, such as 154 or 0.5")
    return number
