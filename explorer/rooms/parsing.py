"""Reading a file of questions: every fault is one sentence with its line."""

import yaml

from explorer.errors import RoomError
from explorer.lectures.parsing import QUESTION_NAME, Reader, quoted
from explorer.rooms.question import KINDS, Answer, Kind, Point, RoomQuestion, numbers_of

MOST_QUESTIONS, MOST_CHOICES = 200, 6
COMMON_FIELDS = ("name", "address", "kind", "ask", "misconception", "why")
KIND_FIELDS: dict[Kind, tuple[str, ...]] = {
    "choose": ("truth", "choices"), "number": ("truth", "low", "high", "unit"), "point": ("truth", "low", "high"),
    "draw": ("truth", "low", "high"),
    "follow": (),
}  # fmt: skip
FEWEST_CHOICES = 2
LARGEST = 1e9


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
    if not QUESTION_NAME.fullmatch(name):
        reader.refuse(fields["name"], f"{quoted(name)} is no name; use 1 to 60 lower-case letters, digits and dashes")
    parts = (name, reader.address(fields["address"]), kind, ask, misconception, reader.paragraphs(fields["why"], "why"))
    if kind == "follow":
        return RoomQuestion(*parts)
    if kind == "choose":
        choices = _choices(reader, fields["choices"])
        return RoomQuestion(*parts, truth=_right(reader, fields["truth"], choices), choices=choices)
    low, high = (_number(reader, fields[key], key) for key in ("low", "high"))
    truth = _within(reader, fields["truth"], low, high, n_numbers=1 if kind == "number" else 2)
    unit = reader.line(fields["unit"], "unit") if kind == "number" else ""
    return RoomQuestion(*parts, truth=truth, low=low, high=high, unit=unit)


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


def _within(reader: Reader, node: yaml.Node, low: float, high: float, n_numbers: int) -> Answer:
    """The truth: a number, or the two of a place, from low to high."""
    truth: Answer = _place(reader, node) if n_numbers == 2 else _number(reader, node, "truth")
    if low >= high or not all(low <= number <= high for number in numbers_of(truth)):
        shown = quoted(reader.line(node, "truth"))
        reader.refuse(node, f"truth is {shown}, but must lie from low to high, here {low:g} to {high:g}")
    return truth


def _place(reader: Reader, node: yaml.Node) -> Point:
    text = reader.line(node, "truth")
    numbers = [_as_number(part) for part in text.split(",")]
    if len(numbers) != 2 or not all(abs(number) <= LARGEST for number in numbers):
        reader.refuse(node, f"truth is {quoted(text)}, but must be a point of the plane, such as 0.5, -1.2")
    return numbers[0], numbers[1]


def _number(reader: Reader, node: yaml.Node, name: str) -> float:
    text = reader.line(node, name)
    number = _as_number(text)
    if not abs(number) <= LARGEST:
        reader.refuse(node, f"{name} is {quoted(text)}, but must be a number, such as 154 or 0.5")
    return number


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
