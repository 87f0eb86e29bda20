"""The documentation names every page, link parameter, command and make target there is, and no other."""

import re
from dataclasses import fields as dataclass_fields
from itertools import dropwhile, takewhile

import pytest

from benchmarks.holes import DIMENSIONS, LAWS, PLACES
from benchmarks.holes import SIZES as HOLE_SIZES
from docs.draw_powers import DOCUMENT, PICTURE, SIZES, columns, picture, powers
from docs.write_reading import CHAPTERS, READING, reading, source_of
from docs.write_reference import REFERENCE, reference
from explorer.__main__ import app
from explorer.analysis.holes import HOLE_QUANTITIES
from explorer.models import FAMILIES
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import SCENE
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def first_cells(text: str, heading: str) -> list[str]:
    """The words in code type that begin the rows of the first table below a heading."""
    below = dropwhile(lambda line: not line.startswith("|"), text.split(heading, 1)[1].splitlines())
    rows = takewhile(lambda line: line.startswith("|"), below)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_readme_lists_the_commands() -> None:
    groups = [str(group.name) for group in app.registered_groups]
    commands = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    assert first_cells(README, "## Command line") == [*groups, *commands]


def test_readme_lists_the_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {f"make {name}" for name in re.search(r"\.PHONY: (.*)", makefile)[1].split()}  # type: ignore[index]
    assert set(first_cells(README, "## Layout")) == targets


def test_every_family_and_every_field_of_an_objective_is_explained() -> None:
    text = (ROOT / "docs" / "families.md").read_text("utf-8")
    assert first_cells(text, "# Families and terms") == list(FAMILIES)
    named = {word.split("=")[0] for word in re.findall(r"`([^`]+)`", text)}
    fields = {field.name for cls in FAMILIES.values() for field in dataclass_fields(cls)}
    assert fields - named == {"activation", "upsampling"}


def test_reference_is_what_the_code_says() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "docs/reference.md is not up to date: run `make docs`."


def test_every_parameter_belongs_to_pages_that_there_are() -> None:
    assert {page for entry in SCENE for page in entry.pages} <= {entry.slug for entry in PAGES}


def test_reading_is_what_the_source_says() -> None:
    assert READING.read_text("utf-8") == reading(), "docs/reading.md is not up to date: run `make docs`."


def test_each_of_the_ten_functions_fits_a_slide() -> None:
    assert len(CHAPTERS) == 10
    assert {chapter.title: n for chapter in CHAPTERS if (n := source_of(chapter.source)[1].count("\n")) > 30} == {}


def test_a_function_that_is_gone_is_named() -> None:
    with pytest.raises(LookupError, match="has no function gone"):
        source_of("explorer/ui/components/shared/decoder.js:gone")


def test_curves_of_power_are_those_of_the_table() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert PICTURE.read_text("utf-8") == picture(document), (
        "docs/screenshots/powers.svg is out of date: run `make docs`."
    )
    found = powers(document)
    assert {k for _, k in found} == set(DIMENSIONS)
    assert {name for name, _ in found} == {metric.title.partition(" (")[0] for metric in HOLE_QUANTITIES}
    assert len(columns(document)) == len(LAWS) * len(PLACES)
    assert tuple(100 * size for size in HOLE_SIZES) == SIZES
    assert found["Local hole rate", 2][0] == (6, 10, 10, 10, 10)
    assert picture(document).count("<polyline") == len(found) * len(columns(document))
