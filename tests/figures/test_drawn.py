"""Every figure draws what it drew: data, signs, order, hues, marks, axes, units and texts of one case of each.

The other tests of this folder say what a figure must show; this one notices whatever else changes. Where a change is
meant, `python -m tests.figures.drawn` writes the cases anew, and their difference is part of the change.
"""

import ast
import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer import figures
from tests.conftest import ROOT
from tests.figures.cases import CASES
from tests.figures.drawn import FOLDER, Leaf, described, differs, kept, path_of

SOURCES = sorted(Path(figures.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("case", CASES)
def test_figure_draws_what_it_drew(case: str) -> None:
    before, now = kept(case), described(CASES[case]())
    pairs = {path: (before.get(path), now.get(path)) for path in before.keys() | now.keys()}
    assert {path: pair for path, pair in pairs.items() if differs(*pair)} == {}


def test_every_drawing_belongs_to_a_case() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == {path_of(case).name for case in CASES}


def figure_functions() -> set[str]:
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in SOURCES]
    functions = [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {name for name in functions if name.endswith(("_figure", "_chart")) and not name.startswith("_")}


def test_every_figure_has_a_case() -> None:
    text = Path(__file__).with_name("cases.py").read_text("utf-8")
    text += (ROOT / "benchmarks/figures.py").read_text("utf-8")
    assert {name for name in figure_functions() if not re.search(rf"\.{name}\b", text)} == set()


@pytest.mark.parametrize(
    ("before", "now", "is_other"),
    [
        (1.0, 1.0001, False),
        (1.0, 1.1, True),
        (1.0, -1.0, True),
        ("x", "y", True),
        (None, "y", True),
        ([1, 2], [2, 1], True),
        ([1, 2], [1, 2, 3], True),
    ],
)
def test_rounding_is_told_from_a_difference(before: Leaf, now: Leaf, is_other: bool) -> None:
    assert differs(before, now) == is_other


def test_swapped_axes_values_and_images_are_seen_in_long_lists() -> None:
    values = np.arange(20.0)
    assert described({"x": values}) != described({"x": values[::-1]})
    swapped = values.copy()
    swapped[[3, 9]] = swapped[[9, 3]]
    assert described({"x": values}) != described({"x": swapped})
    figure = go.Figure(go.Scatter(x=values, y=2 * values))
    assert described(figure)["data[0].y"] == [[20], 0, 38, 380, pytest.approx(260)]
