"""Reading a lecture's file, which anybody may have written: every fault is one sentence with its line."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import yaml

from explorer.errors import ExplorerError, LectureError
from explorer.lectures.lecture import Lecture, Question, Scene, cover_parts, plain_address

MOST_CHARACTERS, MOST_SCENES, MOST_QUESTIONS, MOST_DEPTH = 200_000, 200, 20, 8
LONGEST_LINE, LONGEST_NOTES, LONGEST_MINUTES = 300, 10_000, 600
LECTURE_FIELDS = ("title", "summary", "scenes")
SCENE_FIELDS = ("title", "address", "minutes", "notes", "questions", "cover", "room")
QUESTION_FIELDS = ("ask", "answer")
QUESTION_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
EXAMPLE = "address: pca?view=Error"
T = TypeVar("T")


def parse_lecture(text: str, source: str) -> Lecture:
    """The lecture that a YAML text describes; source: the file's name, with which a sentence begins.

    Raises LectureError, which says what was given, what is allowed and in which line.
    """
    reader = Reader(source)
    fields = reader.fields(reader.root(text), LECTURE_FIELDS, ("title", "scenes"), "a lecture")
    scenes = reader.items(fields["scenes"], "scenes", MOST_SCENES)
    if not scenes:
        reader.refuse(fields["scenes"], "a lecture needs one scene at least; write `- title: …` below `scenes:`")
    return Lecture(
        reader.line(fields["title"], "title"),
        tuple(_scene(reader, node) for node in scenes),
        reader.optional(fields, "summary", reader.line, ""),
    )


def _scene(reader: "Reader", node: yaml.Node) -> Scene:
    fields = reader.fields(node, SCENE_FIELDS, ("title", "address"), "a scene")
    return Scene(
        reader.line(fields["title"], "title"),
        reader.address(fields["address"]),
        reader.optional(fields, "notes", reader.paragraphs, ""),
        reader.optional(fields, "minutes", reader.minutes, 0.0),
        reader.optional(fields, "questions", reader.questions, ()),
        reader.optional(fields, "cover", reader.cover, ""),
        reader.optional(fields, "room", reader.room, ""),
    )


@dataclass(frozen=True)
class Reader:
    """Reads the nodes of one file; every refusal names the file and the line.

    begins_with: what the file of an empty one should begin with; error: what a refusal is.
    """

    source: str
    begins_with: str = "`title:` and `scenes:`"
    error: type[ExplorerError] = LectureError

    def root(self, text: str) -> yaml.Node:
        """The tree of a text; raises `error` for what is too long, too deep or no YAML."""
        if len(text) > MOST_CHARACTERS:
            raise self.error(
                f"{self.source} has {len(text):,} characters, more than {MOST_CHARACTERS:,}; shorten its texts."
            )
        try:
            self._check_events(yaml.parse(text, yaml.SafeLoader))
            root = yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._fault(line, f"this is no YAML: {error.problem}; mind indentation and colons") from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self._fault(line, "it holds a character that no text has; take it out") from error
        if root is None:
            raise self._fault(1, f"the file is empty; begin with {self.begins_with}")
        return root

    def _check_events(self, events: Iterable[yaml.Event]) -> None:
        depth = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                raise self._fault(_line_of(event), f"lists stand in lists {MOST_DEPTH} deep; write fewer")
            if isinstance(event, yaml.AliasEvent):
                raise self._fault(
                    _line_of(event), "the file has aliases (`*`), which are not read; write the text itself"
                )

    def fields(
        self, node: yaml.Node, allowed: tuple[str, ...], needed: tuple[str, ...], what: str
    ) -> dict[str, yaml.Node]:
        """The fields of a mapping by name."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, f"here {what} is expected, with the fields {', '.join(allowed)}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in allowed:
                self.refuse(key, f"{what} has no field {quoted(key.value)}; its fields are {', '.join(allowed)}")
            if key.value in found:
                self.refuse(key, f"{what} has two fields {key.value}; keep one")
            found[key.value] = value
        for name in needed:
            if name not in found:
                self.refuse(node, f"{what} needs the field {name}; add `{name}:`")
        return found

    def optional(self, fields: dict[str, yaml.Node], name: str, read: Callable[[yaml.Node, str], T], default: T) -> T:
        """A field that may be left out."""
        return read(fields[name], name) if name in fields else default

    def items(self, node: yaml.Node, name: str, most: int) -> list[yaml.Node]:
        """The items of a list; a field that is left empty has none."""
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, f"{name} must be a list, each item after a dash")
        if len(node.value) > most:
            self.refuse(node, f"{name} has {len(node.value)} items, more than {most}; leave some out")
        return list(node.value)

    def paragraphs(self, node: yaml.Node, name: str, longest: int = LONGEST_NOTES) -> str:
        """A text of any lines."""
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, f"{name} must be a text; put it in quotation marks if it holds a colon")
        if len(node.value) > longest:
            self.refuse(node, f"{name} has {len(node.value):,} characters, more than {longest:,}; shorten it")
        return str(node.value).strip()

    def line(self, node: yaml.Node, name: str) -> str:
        """A text of one line that is not empty."""
        text = " ".join(self.paragraphs(node, name, LONGEST_LINE).split())
        if not text:
            self.refuse(node, f"{name} is empty; write a text after the colon")
        return text

    def address(self, node: yaml.Node) -> str:
        """A page with its query."""
        link = self.paragraphs(node, "address")
        try:
            return plain_address(link)
        except ValueError:
            self.refuse(node, f"{quoted(link)} is no page of the explorer; copy a page's link, as in `{EXAMPLE}`")

    def minutes(self, node: yaml.Node, name: str) -> float:
        """A number of minutes."""
        text = self.paragraphs(node, name)
        try:
            minutes = float(text)
        except ValueError:
            minutes = -1
        if not 0 <= minutes <= LONGEST_MINUTES:
            self.refuse(node, f"minutes is {quoted(text)}, but must be a number from 0 to {LONGEST_MINUTES}")
        return int(minutes) if minutes.is_integer() else minutes

    def questions(self, node: yaml.Node, name: str) -> tuple[Question, ...]:
        """Questions, each a text or a question with its answer."""
        return tuple(self._question(item) for item in self.items(node, name, MOST_QUESTIONS))

    def _question(self, node: yaml.Node) -> Question:
        if isinstance(node, yaml.ScalarNode):
            return Question(self.line(node, "a question"))
        fields = self.fields(node, QUESTION_FIELDS, ("ask",), "a question")
        return Question(self.line(fields["ask"], "ask"), self.optional(fields, "answer", self.paragraphs, ""))

    def cover(self, node: yaml.Node, name: str) -> str:
        """The name of a part of the page, and from where on it is covered."""
        text = " ".join(self.paragraphs(node, name, LONGEST_LINE).split())
        try:
            cover_parts(text or "none")
        except ValueError:
            self.refuse(node, f"cover is {quoted(text)}, but must be a part's name, as in `figure-scree from 40 %`")
        return text

    def room(self, node: yaml.Node, name: str) -> str:
        """The name of a question that a room is asked, or nothing."""
        text = self.paragraphs(node, name, LONGEST_LINE)
        if text and not QUESTION_NAME.fullmatch(text):
            self.refuse(node, f"room is {quoted(text)}, but must be the name of a question, as in `pca-95`")
        return text

    def refuse(self, node: yaml.Node, reason: str) -> NoReturn:
        """Raise the sentence about a node."""
        raise self._fault(_line_of(node), reason)

    def _fault(self, line: int, reason: str) -> ExplorerError:
        return self.error(f"{self.source}, line {line}: {reason}.")


def _line_of(part: yaml.Event | yaml.Node) -> int:
    """The line, from 1, in which a part of the file begins."""
    return part.start_mark.line + 1 if part.start_mark else 1


def quoted(text: object) -> str:
    """What was given, in a few characters."""
    shown = str(text)
    return f"`{shown[:40].replace('`', '')}{'…' * (len(shown) > 40)}`"
