"""The glossary is true of the source: its names are there, and the words that it replaces are not."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.conftest import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
SOURCES = [*sorted((ROOT / "explorer").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    table = GLOSSARY.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines() if line.startswith("|")][2:]


def names(source: str) -> Iterator[str]:
    """Every function, class, constant and parameter that a module defines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name


def words(name: str) -> set[str]:
    """The words of an identifier in lower case, whether it is written with underscores or capitals."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return {*parts, "_".join(parts)}


def unused(text: str) -> set[str]:
    return {word.strip() for cell in text.split(",") for word in [cell]}


@cache
def defined() -> set[str]:
    return {name for file in SOURCES for name in names(file.read_text("utf-8"))}


REPLACED = {word for row in rows("Words that we do not use") for word in unused(row[0])}


def test_every_name_of_the_glossary_is_in_the_source() -> None:
    named = {name for row in rows("Words") for name in re.findall(r"`([^`]+)`", row[2])}
    assert len(named) > 20
    assert named - defined() == set()


def test_words_stand_in_alphabetical_order_and_once() -> None:
    listed = [row[0].strip() for row in rows("Words")]
    assert listed == sorted(set(listed))


def test_no_name_uses_a_word_that_was_replaced() -> None:
    assert {name for name in defined() if words(name) & REPLACED} == set()


def test_a_replaced_word_is_found_in_names_of_either_style() -> None:
    assert {"ledger", "sign_on", "filler"} <= REPLACED
    assert all(words(name) & REPLACED for name in ("_open_ledger", "MeanFiller", "sign_on", "PackFilm"))
    assert not any(words(name) & REPLACED for name in ("signed", "filmed", "register"))


def test_definitions_of_every_kind_are_seen() -> None:
    source = "class A:\n    b: int = 3\ndef c(d, *, e): f = 1\nG, H = 1, 2"
    assert {*names(source)} == {"A", "b", "c", "d", "e", "f", "G", "H"}
