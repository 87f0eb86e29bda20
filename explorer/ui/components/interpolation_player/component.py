"""The interpolation player as a Streamlit component: a slider along strips of pictures, a plane that is clicked."""

import hashlib
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import CanvasError

Array = NDArray[np.float32]
# Beyond it a coordinate is no place that can have been clicked.
FARTHEST = 1e30
SHOWN_SHARE = 0.99

_FOLDER = Path(__file__).parent
# Ticks, axes and dots are drawn as in the latent animation.
_DRAWING = ("chart.js", "plane.js")
_player = st.components.v2.component(
    "interpolation_player",
    html=(_FOLDER / "interpolation_player.html").read_text("utf-8"),
    css=(_FOLDER.parent / "shared" / "player.css").read_text("utf-8")
    + (_FOLDER / "interpolation_player.css").read_text("utf-8"),
    js="\n".join(
        [
            *((_FOLDER.parent / "latent_animation" / name).read_text("utf-8") for name in _DRAWING),
            *((_FOLDER / name).read_text("utf-8") for name in ("paths.js", "interpolation_player.js")),
        ]
    ),
)


@dataclass(frozen=True, eq=False)
class Row:
    """One interpolation: pictures frame by frame.

    images: (F, H, W) uint8; points: (F, 2) in the plane, or None; readings: F numbers for the chart, or None;
    notes: F words below the moving picture, or none; dash: 'solid', 'dashed' or 'dotted'.
    """

    title: str
    note: str
    color: str
    dash: str
    images: NDArray[np.uint8]
    points: Array | None = None
    readings: tuple[float, ...] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane under the paths; codes: (M, 2), labels: (M,) uint8; hint: what a click does, '' for
    nothing; note: what else is said below it."""

    codes: Array
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    axis_labels: tuple[str, str]
    hint: str = ""
    note: str = ""


@dataclass(frozen=True)
class Band:
    """What is usual: a range of readings with its middle and its name."""

    name: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Chart:
    """What stands below the strips, step for step, from 0 up to `top` where it has a limit."""

    y_title: str
    bands: tuple[Band, ...] = ()
    top: float | None = None


@dataclass(frozen=True, eq=False)
class InterpolationView:
    """Rows of F frames that move together, of which `ticks` names n equally spaced ones, shown as strips.

    captions: F, one a frame. Raises CanvasError for rows of other lengths or frames that the steps do not divide.
    """

    rows: tuple[Row, ...]
    ticks: tuple[str, ...]
    captions: tuple[str, ...]
    control: str
    alt: str
    plane: Plane | None = None
    chart: Chart | None = None
    n_columns: int = 1

    def __post_init__(self) -> None:
        n_frames = len(self.captions)
        lengths = {
            len(part) for row in self.rows for part in (row.images, row.points, row.readings) if part is not None
        }
        lengths |= {len(row.notes) for row in self.rows if row.notes}
        if lengths != {n_frames}:
            raise CanvasError(f"The interpolation has {n_frames} frames, but parts of its rows have {sorted(lengths)}.")
        if len(self.ticks) < 2 or (n_frames - 1) % (len(self.ticks) - 1):
            raise CanvasError(f"{len(self.ticks)} steps do not divide an interpolation of {n_frames} frames.")


def interpolation_player(
    view: InterpolationView, frame: int, key: str, on_pick: Callable[[tuple[float, float]], None] | None = None
) -> int:
    """Show a view; returns the frame on which its slider was left, at first `frame`.

    on_pick: called with the place (u, v) in the plane that was clicked, before the page runs again.
    """

    def tell() -> None:
        place = _place(st.session_state[key])
        if on_pick is not None and place is not None:
            on_pick(place)

    result = _player(key=key, data=pack_interpolation(view, frame), on_frame_change=_nothing, on_pick_change=tell)
    left_on = result.get("frame")
    return int(left_on) if isinstance(left_on, int | float) and 0 <= left_on < len(view.captions) else frame


def pack_interpolation(view: InterpolationView, frame: int) -> bytes:
    """A view as bytes: uint32 length of the header, header as JSON, then codes, paths, labels and images.

    The signature leaves out the frame: a slider that was moved is no other view.
    """
    header, body = _facts(view), _body(view)
    header["signature"] = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()[:16]
    head = json.dumps(header | {"start": frame}, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 4)
    return struct.pack("<I", len(head)) + head + body


def _facts(view: InterpolationView) -> dict[str, Any]:
    plane = view.plane
    return {
        "frames": len(view.captions),
        "ticks": view.ticks,
        "captions": view.captions,
        "control": view.control,
        "alt": view.alt,
        "columns": view.n_columns,
        "rows": [_row_facts(row) for row in view.rows],
        "plane": None if plane is None else _plane_facts(view, plane),
        "chart": None if view.chart is None else _chart_facts(view.chart),
    }


def _row_facts(row: Row) -> dict[str, Any]:
    readings = None if row.readings is None else [round(number, 4) for number in row.readings]
    facts = {name: getattr(row, name) for name in ("title", "note", "color", "dash", "notes")}
    return facts | {"size": row.images.shape[1:], "readings": readings, "has_points": row.points is not None}


def _plane_facts(view: InterpolationView, plane: Plane) -> dict[str, Any]:
    ends = [row.points for row in view.rows if row.points is not None]
    return {
        "n": len(plane.codes),
        "classes": list(zip(plane.class_names, plane.colors, strict=True)),
        "axis_labels": plane.axis_labels,
        "hint": plane.hint,
        "note": plane.note,
        "extent": extent(plane.codes, np.concatenate(ends) if ends else plane.codes[:0]),
    }


def _chart_facts(chart: Chart) -> dict[str, Any]:
    return {"y_title": chart.y_title, "top": chart.top, "bands": [vars(band) for band in chart.bands]}


def _body(view: InterpolationView) -> bytes:
    plane = view.plane
    floats = [] if plane is None else [plane.codes.astype("<f4").tobytes()]
    floats += [row.points.astype("<f4").tobytes() for row in view.rows if row.points is not None]
    labels = b"" if plane is None else plane.labels.astype(np.uint8).tobytes()
    return b"".join((*floats, labels, *(row.images.tobytes() for row in view.rows)))


def extent(codes: Array, paths: Array) -> tuple[float, float, float]:
    """The square that nearly all codes (M, 2) and all of the paths (P, 2) lie in: its centre and half of its side."""
    low, high = np.quantile(codes, [(1 - SHOWN_SHARE) / 2, (1 + SHOWN_SHARE) / 2], axis=0)
    if len(paths):
        low, high = np.minimum(low, paths.min(0)), np.maximum(high, paths.max(0))
    centre, reach = (low + high) / 2, max(float((high - low).max() / 2) * 1.08, 1e-6)
    return float(centre[0]), float(centre[1]), reach


def _place(result: Mapping[str, Any]) -> tuple[float, float] | None:
    match result.get("pick"):
        case {"u": float() | int() as u, "v": float() | int() as v} if (
            isfinite(u + v) and max(abs(u), abs(v)) < FARTHEST
        ):
            return float(u), float(v)
        case _:
            return None


def _nothing() -> None:
    """The page runs again by itself."""
