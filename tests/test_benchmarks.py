"""Measurements are written into their own sections of a page, and nowhere else."""

from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.stage import largest_difference

PAGE = "# Speed\n\nA note.\n\n<!-- measured: pca -->\n\nold\n\n<!-- end of pca -->\n\nAnother note.\n"


def test_what_moves_least_and_most_decides_by_how_much_a_page_moves() -> None:
    assert largest_difference([(0.0, 45.0), (2.0, 45.0), (1.0, 50.0)]) == 5.0
    assert largest_difference([(3.0, 4.0)]) == 0.0


def test_a_section_takes_the_place_of_its_former_self() -> None:
    once = benchmarks.put(PAGE, "pca", "new\n")
    assert once == PAGE.replace("old", "new")
    assert benchmarks.put(once, "pca", "new") == once


def test_a_new_section_comes_last() -> None:
    page = benchmarks.put(PAGE, "pages", "fast")
    assert page == PAGE + "\n<!-- measured: pages -->\n\nfast\n\n<!-- end of pages -->\n"
    assert benchmarks.put(page, "pages", "fast") == page


@pytest.mark.parametrize(("arguments", "written"), [(["pca"], False), (["pca", "--write"], True), ([], True)])
def test_measurements_by_name_are_printed_and_written_only_when_asked(
    arguments: list[str],
    written: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(benchmarks, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(benchmarks, "SPEED", ("pca",))
    monkeypatch.setattr("benchmarks.pca.table", lambda: iter(["12 ms"]))
    benchmarks.main(arguments)
    assert "12 ms" in capsys.readouterr().out
    assert ("12 ms" in (tmp_path / "page.md").read_text(encoding="utf-8")) == written
    assert (tmp_path / "page.md").read_text(encoding="utf-8").endswith("Another note.\n")
