"""The frame: pages declared once."""

import pytest

from explorer.ui.page_entries import FORMER_SLUGS, PAGES, SECTIONS, page_entry, pages_of
from tests.conftest import ROOT


def test_every_page_script_is_declared_and_every_declared_page_has_a_script() -> None:
    declared = {entry.file for entry in PAGES} | {f"pages/{former}.py" for former in FORMER_SLUGS}
    assert declared == {f"pages/{file.name}" for file in (ROOT / "pages").glob("*.py")}


def test_every_page_has_a_test() -> None:
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests" / "pages").glob("test_*.py")}
    assert {entry.slug for entry in PAGES} - tested == set()


def test_sections_hold_every_page_once() -> None:
    assert sorted(entry.slug for section in SECTIONS for entry in pages_of(section)) == sorted(
        {entry.slug for entry in PAGES}
    )


def test_undeclared_page_is_refused() -> None:
    with pytest.raises(KeyError):
        page_entry("undeclared")
