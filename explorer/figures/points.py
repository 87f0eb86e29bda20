"""Points of a plane as marks of SVG, which draw where a browser has no WebGL and stay when it loses a context."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

MOST_POINTS = 3_000  # a browser takes a second over 6,000 discs


def thinned(points: NDArray[Any], most: int = MOST_POINTS) -> NDArray[Any]:
    """Every so many rows of (N, ...), so that at most `most` are left."""
    return points[:: max(1, -(-len(points) // most))]


def point_cloud(points: NDArray[np.floating], colour: str | list[str], size: int, name: str = "") -> go.Scatter:
    """Points (N, 2) as half transparent discs; name: in the legend, '' for none."""
    shown = points.astype(np.float32)
    marker = {"size": size, "opacity": 0.6, "color": colour, "line": {"width": 0}}
    dots = go.Scatter(x=shown[:, 0], y=shown[:, 1], mode="markers", marker=marker, hoverinfo="skip")
    return dots.update(name=name, showlegend=bool(name))
