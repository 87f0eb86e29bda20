"""Planes of the same samples as a Streamlit component; Python hears of the sample that is held and of the outline."""

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from explorer.scenes.linked_planes import LinkedPlanes, Marks, linked_planes_message
from explorer.ui.components.shared.registration import register, show_and_hear

FARTHEST = 1e6
FEWEST_CORNERS, MOST_CORNERS = 3, 48

_planes = register(Path(__file__).parent)


def linked_planes(planes: LinkedPlanes, marks: Marks, key: str, on_marks: Callable[[Marks], None]) -> None:
    """Show planes with marks; on_marks: called before the page runs again, with what was marked in the browser."""

    def hear(said: Mapping[str, Any]) -> None:
        if (found := marks_said(said, len(planes.labels), len(planes.titles))) is not None:
            on_marks(found)

    start = {"sample": marks.sample, "plane": marks.plane, "corners": marks.corners}
    show_and_hear(_planes, key, ["marks"], hear, data=linked_planes_message(planes).to_bytes(start=start))


def marks_said(result: Mapping[str, Any], n_samples: int, n_planes: int) -> Marks | None:
    """The marks that the browser says; None for anything that is none."""
    match result.get("marks"):
        case {"sample": sample, "plane": None} if _is_row(sample, n_samples):
            return Marks(sample)
        case {"sample": sample, "plane": int() as plane, "corners": list() as corners} if (
            _is_row(sample, n_samples) and 0 <= plane < n_planes and _are_corners(corners)
        ):
            return Marks(sample, plane, tuple(map(float, corners)))
        case _:
            return None


def _is_row(sample: object, n_samples: int) -> bool:
    return sample is None or (isinstance(sample, int) and 0 <= sample < n_samples)


def _are_corners(corners: list[object]) -> bool:
    are_numbers = all(isinstance(one, int | float) and isfinite(one) and abs(one) <= FARTHEST for one in corners)
    return are_numbers and len(corners) % 2 == 0 and FEWEST_CORNERS <= len(corners) // 2 <= MOST_CORNERS
