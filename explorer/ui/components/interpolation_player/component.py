"""The interpolation player as a Streamlit component: a slider along strips of pictures, a plane that is clicked."""

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from explorer.scenes.interpolation_view import InterpolationView, pack_interpolation
from explorer.ui.components.shared.registration import frame_within, register, show_and_hear, stay

# Beyond it a coordinate is no place that can have been clicked.
FARTHEST = 1e30

_player = register(Path(__file__).parent)


def interpolation_player(
    view: InterpolationView, frame: int, key: str, on_pick: Callable[[tuple[float, float]], None] | None = None
) -> int:
    """Show a view; returns the frame on which its slider was left, at first `frame`.

    on_pick: called with the place (u, v) in the plane that was clicked, before the page runs again.
    """

    def hear(said: Mapping[str, Any]) -> None:
        if on_pick is not None and (place := _place(said)) is not None:
            on_pick(place)

    data = pack_interpolation(view, frame)
    result = show_and_hear(_player, key, ["pick"], hear, data=data, on_frame_change=stay)
    return frame_within(result, len(view.captions), frame)


def _place(result: Mapping[str, Any]) -> tuple[float, float] | None:
    match result.get("pick"):
        case {"u": float() | int() as u, "v": float() | int() as v} if (
            isfinite(u + v) and max(abs(u), abs(v)) < FARTHEST
        ):
            return float(u), float(v)
        case _:
            return None
