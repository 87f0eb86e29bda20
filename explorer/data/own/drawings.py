"""Drawings that were kept with their labels: one file for all who draw, and a data set when there are enough."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.data.handwriting import Strokes, StrokesText, drawn_sample, strokes_text
from explorer.data.own.bounds import MAX_NAME_CHARACTERS
from explorer.data.own.content import Content, classes_of, unlike
from explorer.data.own.draft import Draft, draft_of
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError

MOST_DRAWINGS = 10_000
COLUMNS = ("label", "ink")


@dataclass(frozen=True, eq=False)
class Drawing:
    """The strokes of one drawing, and what it shows."""

    label: str
    strokes: Strokes


def drawings_file() -> Path:
    """Where drawings are kept: a table (CSV) of labels and strokes, a line each."""
    return own_folder() / "drawings.csv"


def keep_drawing(drawing: Drawing) -> None:
    """Add one drawing; raises DatasetError for a blank label, when there are 10,000, or when the disk refuses."""
    label = " ".join(drawing.label.split())
    if not label or len(label) > MAX_NAME_CHARACTERS:
        raise DatasetError(f"A drawing's label has 1 to {MAX_NAME_CHARACTERS} characters; say what the drawing shows.")
    if len(kept_drawings()) >= MOST_DRAWINGS:
        raise DatasetError(f"{MOST_DRAWINGS:,} drawings are kept, and there is room for no more; forget them first.")
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow((*unlike([label]), strokes_text(drawing.strokes)))
    try:
        drawings_file().parent.mkdir(parents=True, exist_ok=True)
        # One write for each line, so that lines of a class that draws together do not mix.
        with drawings_file().open("ab", buffering=0) as file:
            file.write(line.getvalue().encode())
    except OSError as error:
        raise DatasetError(
            f"The drawing could not be kept in {drawings_file()} ({error.strerror or error})."
        ) from error


def kept_drawings() -> list[Drawing]:
    """All drawings in the order in which they were kept; raises DatasetError for a file that is damaged."""
    try:
        if not drawings_file().is_file():
            return []
        rows = list(csv.reader(io.StringIO(drawings_file().read_text("utf-8"))))
        return [Drawing(label, StrokesText().parse(ink)) for label, ink in rows]
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetError(f"{drawings_file()} is damaged; move it away to begin again.") from error


def forget_drawings() -> None:
    """Remove all drawings; the data sets that were made of them stay. Raises DatasetError when the disk refuses."""
    try:
        drawings_file().unlink(missing_ok=True)
    except OSError as error:
        raise DatasetError(f"{drawings_file()} could not be removed ({error.strerror or error}).") from error


def drawn_images(drawings: Sequence[Drawing], sample_shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Drawings as images of a shape in `PREPARATIONS`, (N, H, W) bytes; raises DatasetError for another shape."""
    images = [drawn_sample(drawing.strokes, sample_shape) for drawing in drawings]
    return np.rint(255 * np.stack(images)).astype(np.uint8)


def drawings_draft(drawings: Sequence[Drawing], sample_shape: tuple[int, ...]) -> Draft:
    """Drawings as a data set that is not kept yet; raises DatasetError for fewer than 40 and leaves nothing then."""
    labels = classes_of(np.array([drawing.label for drawing in drawings]))
    content = Content("drawings", drawn_images(drawings, sample_shape), *labels)
    return draft_of(content, "The drawings")
