"""Figures that are pressed: what a press tells."""

from types import SimpleNamespace
from typing import Any

import plotly.graph_objects as go
import pytest

from explorer.ui import figure


@pytest.mark.parametrize(
    ("points", "picked"), [([{"customdata": 7}], [7]), ([{"customdata": 3}, {"customdata": 9}], [3]), ([], [])]
)
def test_a_press_tells_the_first_point_that_was_met(
    points: list[dict[str, int]], picked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_: object, key: str, on_select: Any, **__: object) -> None:
        state[key] = {"selection": {"points": points}}
        on_select()

    state: dict[str, object] = {}
    theme = SimpleNamespace(theme=SimpleNamespace(type="light"))
    monkeypatch.setattr(figure, "st", SimpleNamespace(context=theme, session_state=state, plotly_chart=press))
    monkeypatch.setattr(figure, "_fit_phone", lambda *_: None)
    heard: list[int] = []
    figure.show_clickable(go.Figure(), "strip", "A strip", heard.append)
    assert heard == picked
