"""Figures made of one sheet of pictures, in a place narrower than they were laid out for."""

import base64
import re
import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Any

import plotly.graph_objects as go

from explorer.figures.images import NARROWEST
from explorer.figures.theme import FONT_SIZE

# Where the header of a PNG file says its width and height (PNG specification, section 11.2.2).
PNG_SIZE = slice(16, 24)
# Of the line above a picture: what letters may take; and 9.5 px of a phone's window, which is 540 px of the layout.
ROOM_ABOVE_PX, LEGIBLE_PX = 21, 13.2
# Of three or more charts beside one another each is at least so wide; a phone shows them in parts.
NARROWEST_PART_PX = 220
# The width of a letter, of digits and capitals among small ones, with the space to the next label; and in a name beside
# a row of pictures.
EM_PER_LETTER, EM_PER_NAME_LETTER = 0.6, 0.5
# The height of a line of text, and how far letters below a picture rise for each pixel that they lose.
LINE_EM, UP_PER_PX = 1.3, 1.8


def n_blank_px_of(figure: go.Figure, width: int) -> int:
    """Pixels that a sheet leaves blank below it in a figure `width` pixels wide; 0 for any other figure."""
    sheet = _sheet_of(figure)
    if sheet is None:
        return 0
    n_columns, n_rows = sheet
    margins = figure.layout.margin
    drawn = _room_of(figure, width) * n_rows / n_columns + margins.t + margins.b
    return max(0, int(figure.layout.height - drawn))


def label_px_of(figure: go.Figure, width: int) -> float:
    """The size at which labels touch neither their neighbours nor a picture, at most FONT_SIZE.

    On a sheet letters shrink at the most as much as the pictures, whose place was laid out for them; of other figures
    the titles of their parts are looked at.
    """
    sheet, margins = _sheet_of(figure), figure.layout.margin
    if sheet is None:
        titles = [label for label in _labels_of(figure) if label.get("xref") == "paper"]
        return float(min(FONT_SIZE, (width - margins.l - margins.r) * _pitch_per_em(titles))) if titles else FONT_SIZE
    labels = _labels_of(figure)
    if not labels:
        return FONT_SIZE
    n_columns, n_rows = sheet
    laid_out = min(NARROWEST / n_columns, (figure.layout.height - margins.t - margins.b) / n_rows)
    drawn = min(_room_of(figure, width) / n_columns, laid_out)
    shrunk = FONT_SIZE * drawn / laid_out
    if any("<br>" in label["text"] for label in labels):
        return float(min(shrunk, drawn * _pitch_per_em(labels)))
    roomy = min(ROOM_ABOVE_PX * drawn / laid_out, drawn * _pitch_per_em(labels))
    return float(max(shrunk, min(FONT_SIZE, roomy)))


def legible_width(figure: go.Figure, width: int) -> int:
    """The width from `width` on at which labels of a sheet, or three charts in a row, are read, shown in parts."""
    if _sheet_of(figure) is None:
        n_parts = _n_columns(figure)
        return max(width, NARROWEST_PART_PX * n_parts) if n_parts > 2 else width
    label_px = label_px_of(figure, width)
    if label_px >= LEGIBLE_PX:
        return width
    return round(width + _room_of(figure, width) * (LEGIBLE_PX / label_px - 1))


def label_shift_px(figure: go.Figure, width: int) -> float:
    """How far down labels move that a page makes smaller, since their first line stays where it was laid out for.

    What stands above a picture comes nearer to it, and what stands below comes nearer, too: up, with some room left.
    """
    labels, smaller_px = _labels_of(figure), FONT_SIZE - label_px_of(figure, width)
    if labels and labels[0].get("yanchor") == "top":
        return -UP_PER_PX * smaller_px
    n_more_lines = min((label["text"].count("<br>") for label in labels if label["text"]), default=0)
    return smaller_px * (1 + LINE_EM * n_more_lines)


def _n_columns(figure: go.Figure) -> int:
    """How many charts lie beside one another."""
    return len({axis.domain[0] for axis in figure.select_xaxes() if axis.domain})


def _room_of(figure: go.Figure, width: int) -> float:
    """What a figure so wide leaves to its pictures, beside the names of their rows where they have any."""
    margins, names = figure.layout.margin, figure.layout.yaxis.ticktext or ()
    n_letters = max((_n_letters(name) for name in names), default=0)
    return float(width - margins.l - margins.r - EM_PER_NAME_LETTER * FONT_SIZE * n_letters)


def _n_letters(text: str) -> int:
    """Letters of the longest line of a label."""
    return max(len(re.sub("<[^>]*>", "", line)) for line in text.split("<br>"))


def _labels_of(figure: go.Figure) -> list[dict[str, Any]]:
    """A figure's labels as plain dictionaries, in which a look-up takes a tenth of plotly's time."""
    return list(figure.layout.to_plotly_json().get("annotations", []))


def _pitch_per_em(labels: Sequence[Mapping[str, Any]]) -> float:
    """The least distance of labels beside one another, in the unit of their places for one em of their text."""
    rows: dict[float, list[tuple[float, float]]] = {}
    for label in labels:
        rows.setdefault(label["y"], []).append((label["x"], EM_PER_LETTER * _n_letters(label["text"])))
    pairs = [pair for row in rows.values() for pair in pairwise(sorted(row))]
    return min(((right - left) / max((own + other) / 2, 1) for (left, own), (right, other) in pairs), default=inf)


def _sheet_of(figure: go.Figure) -> tuple[int, int] | None:
    """Width and height, in their own pixels, of the pictures on a figure's only axes; None where there are none."""
    sheets = [trace for trace in figure.data if trace.type == "image"]
    if len(sheets) != 1 or sheets[0].xaxis not in (None, "x") or not sheets[0].source:
        return None
    png = base64.b64decode(sheets[0].source.split(",")[1])
    n_columns, n_rows = struct.unpack(">II", png[PNG_SIZE])
    return n_columns, n_rows
