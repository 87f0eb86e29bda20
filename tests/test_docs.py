"""The documentation names every page, link parameter, command and make target there is, and no other."""

import re
from itertools import dropwhile, takewhile

from explorer.__main__ import app
from explorer.ui.scene import SCENE
from explorer.ui.shell import PAGES
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def first_cells(text: str, heading: str) -> list[str]:
    """The words in code type that begin the rows of the first table below a heading."""
    below = dropwhile(lambda line: not line.startswith("|"), text.split(heading, 1)[1].splitlines())
    rows = takewhile(lambda line: line.startswith("|"), below)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_readme_lists_the_pages() -> None:
    slugs = ["" if entry.slug == "home" else entry.slug for entry in PAGES]
    assert first_cells(README, "## Pages") == [f"/{slug}" for slug in slugs]


def test_readme_lists_the_commands() -> None:
    commands = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert first_cells(README, "## Command line") == commands


def test_readme_lists_the_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {f"make {name}" for name in re.search(r"\.PHONY: (.*)", makefile)[1].split()}  # type: ignore[index]
    assert set(first_cells(README, "what a link can hold")) == targets


def test_every_parameter_of_the_links_is_explained() -> None:
    rows = [
        f"| `{entry.key}` | {', '.join(f'`/{page}`' for page in entry.pages)} | {entry.meaning} |" for entry in SCENE
    ]
    text = (ROOT / "docs" / "links.md").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows
