"""The interpolation player's view: rows of pictures that move together, their plane and their distance to the data."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.scenes.extent import square_extent
from explorer.scenes.message import make_message

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Row:
    """One interpolation: pictures frame by frame.

    images: (F, H, W) or (F, H, W, 3) uint8; points: (F, 2) in the plane, or None; readings: F numbers for the chart, or
    None; notes: F words below the moving picture, or none; dash: 'solid', 'dashed' or 'dotted'.
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


def pack_interpolation(view: InterpolationView, frame: int) -> bytes:
    """A view as a message: `images0` and `points0` of the first row and so on, `codes` and `labels` of the plane.

    The signature leaves out the frame: a slider that was moved is no other view.
    """
    plane, arrays = view.plane, _row_arrays(view.rows)
    if plane is not None:
        arrays |= {"codes": plane.codes.astype(np.float32), "labels": plane.labels.astype(np.uint8)}
    facts = {
        "captions": view.captions,
        "ticks": view.ticks,
        "control": view.control,
        "alt": view.alt,
        "columns": view.n_columns,
        "rows": [_row_facts(row) for row in view.rows],
        "plane": None if plane is None else _plane_facts(view, plane),
        "chart": None if view.chart is None else asdict(view.chart),
    }
    return make_message(facts, arrays).to_bytes(start=frame)


def _row_arrays(rows: tuple[Row, ...]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for i, row in enumerate(rows):
        arrays[f"images{i}"] = row.images
        if row.points is not None:
            arrays[f"points{i}"] = row.points.astype(np.float32)
    return arrays


def _row_facts(row: Row) -> dict[str, Any]:
    readings = None if row.readings is None else [round(number, 4) for number in row.readings]
    return {name: getattr(row, name) for name in ("title", "note", "color", "dash", "notes")} | {"readings": readings}


def _plane_facts(view: InterpolationView, plane: Plane) -> dict[str, Any]:
    paths = [row.points for row in view.rows if row.points is not None]
    facts = {name: getattr(plane, name) for name in ("class_names", "colors", "axis_labels", "hint", "note")}
    return facts | {"extent": square_extent(plane.codes, np.concatenate(paths) if paths else None)}
