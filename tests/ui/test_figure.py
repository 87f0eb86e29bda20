"""Figures that are pressed or around whose points an outline is drawn: what is told of it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import plotly.graph_objects as go
import pytest

from explorer.ui import figure

Draw = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Selects something in the next figure that is shown; returns how that was put on the page."""
    shown: dict[str, Any] = {}

    def select(selection: dict[str, Any]) -> dict[str, Any]:
        def show(_: object, *, key: str, on_select: Callable[[], None], **options: Any) -> None:
            shown.update(options)
            state[key] = {"selection": selection}
            on_select()

        state: dict[str, object] = {}
        theme = SimpleNamespace(theme=SimpleNamespace(type="light"))
        monkeypatch.setattr(figure, "st", SimpleNamespace(context=theme, session_state=state, plotly_chart=show))
        monkeypatch.setattr(figure, "_fit_phone", lambda *_: None)
        return shown

    return select


@pytest.mark.parametrize(
    ("points", "picked"), [([{"customdata": 7}], [7]), ([{"customdata": 3}, {"customdata": 9}], [3]), ([], [])]
)
def test_a_press_tells_the_first_point_that_was_met(
    points: list[dict[str, int]], picked: list[int], draw: Draw
) -> None:
    shown, heard = draw({"points": points}), list[int]()
    figure.show_clickable(go.Figure(), "strip", "A strip", heard.append)
    assert heard == picked
    assert shown["selection_mode"] == "points"
    assert shown["config"]["modeBarButtons"] == [["toImage"]]
    assert shown["config"]["toImageButtonOptions"]["filename"] == "latent-explorer-strip"


@pytest.mark.parametrize(
    ("outlines", "corners"),
    [([], []), ([{"x": [0, 1], "y": [0, 2]}, {"x": [3, 4, 5], "y": [6, 7, 8]}], [[(3, 6), (4, 7), (5, 8)]])],
)
def test_an_outline_tells_the_corners_of_the_last_one(
    outlines: list[dict[str, list[float]]], corners: list[list[tuple[float, float]]], draw: Draw
) -> None:
    shown, heard = draw({"lasso": outlines}), list[list[tuple[float, float]]]()
    figure.show_lasso(go.Figure(), "plane", "A plane", heard.append)
    assert heard == corners
    assert shown["selection_mode"] == "lasso"
    assert shown["config"]["modeBarButtons"] == [["toImage"]]
