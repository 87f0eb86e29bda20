"""Figures made of one sheet of pictures, in a place narrower than they were laid out for."""

import base64
import struct

import plotly.graph_objects as go

from explorer.figures.images import NARROWEST
from explorer.figures.theme import FONT_SIZE

# Where the header of a PNG file says its width and height (PNG specification, section 11.2.2).
PNG_SIZE = slice(16, 24)


def n_blank_px_of(figure: go.Figure, width: int) -> int:
    """Pixels that a sheet leaves blank below it in a figure `width` pixels wide; 0 for any other figure."""
    sheet = _sheet_of(figure)
    if sheet is None:
        return 0
    n_columns, n_rows = sheet
    margins = figure.layout.margin
    drawn = (width - margins.l - margins.r) * n_rows / n_columns + margins.t + margins.b
    return max(0, int(figure.layout.height - drawn))


def label_px_of(figure: go.Figure, width: int) -> float:
    """The size at which labels have the room beside their pictures that they were laid out with, at most FONT_SIZE."""
    sheet = _sheet_of(figure)
    if sheet is None:
        return FONT_SIZE
    n_columns, n_rows = sheet
    margins = figure.layout.margin
    laid_out = min(NARROWEST / n_columns, (figure.layout.height - margins.t - margins.b) / n_rows)
    drawn = min((width - margins.l - margins.r) / n_columns, laid_out)
    return float(FONT_SIZE * drawn / laid_out)


def _sheet_of(figure: go.Figure) -> tuple[int, int] | None:
    """Width and height, in their own pixels, of the pictures on a figure's only axes; None where there are none."""
    sheets = [trace for trace in figure.data if trace.type == "image"]
    if len(sheets) != 1 or sheets[0].xaxis not in (None, "x") or not sheets[0].source:
        return None
    png = base64.b64decode(sheets[0].source.split(",")[1])
    n_columns, n_rows = struct.unpack(">II", png[PNG_SIZE])
    return n_columns, n_rows
