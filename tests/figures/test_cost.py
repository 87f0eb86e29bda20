"""What a figure costs grows with the size of what it shows, not with its square."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.figures import SIZED, TIMES, UNSIZED, Draw, growth
from explorer import figures

SOURCES = sorted(Path(figures.__file__).parent.glob("*.py"))


def figure_functions() -> list[str]:
    """The public functions of explorer/figures that return a figure."""
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in SOURCES]
    functions = [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [name for name in functions if name.endswith("_figure") and not name.startswith("_")]


def test_every_figure_is_measured_or_said_to_have_one_size() -> None:
    measured = {name.split(".")[-1] for name in SIZED}
    assert measured | UNSIZED == set(figure_functions())
    assert not measured & UNSIZED


@pytest.mark.parametrize("name", SIZED)
def test_four_times_the_size_takes_at_most_about_four_times_the_calls(name: str) -> None:
    assert growth(SIZED[name]) < 1.2 * TIMES


def one_by_one(n: int) -> Draw:
    """A figure as none should be built."""
    import plotly.graph_objects as go

    def draw() -> None:
        fig = go.Figure()
        for place in range(n):
            fig.add_annotation(x=place, text="label")

    return draw


@pytest.mark.parametrize(("make", "is_linear"), [(one_by_one, False), (SIZED["mosaic_figure"], True)])
def test_annotations_added_one_by_one_are_seen(make: Callable[[int], Draw], is_linear: bool) -> None:
    assert (growth(make) < 1.2 * TIMES) == is_linear
