"""The frames of a mosaic's tiles, read from the figure."""

import re
from typing import NamedTuple

import plotly.graph_objects as go

CORNERS = re.compile(r"M([^,]+),([^H]+)H([^V]+)V([^H]+)H([^Z]+)Z")


class Frame(NamedTuple):
    """A rectangle in the pixels of the sheet."""

    x0: float
    y0: float
    x1: float
    y1: float


def frames_of(figure: go.Figure) -> list[Frame]:
    """The frame of each tile in the order of the tiles; they all are one path."""
    (outlines,) = figure.layout.shapes
    found = [Frame(*map(float, corners[:4])) for corners in CORNERS.findall(outlines.path)]
    assert len(found) == outlines.path.count("Z")
    return found
