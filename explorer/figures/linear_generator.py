"""A plane of classes under a density, with the draws that are decoded."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.class_labels import label_places
from explorer.analysis.density import Sampler
from explorer.analysis.linear_generator import PlaneOfClasses
from explorer.figures.clusters import LabelledPoints, class_dots
from explorer.figures.density import contours
from explorer.figures.pca import class_glyph
from explorer.figures.theme import Z, equal_aspect, style

N_MESH, MARGIN = 90, 0.05


def generator_figure(
    plane: PlaneOfClasses, density: Sampler, draws: NDArray[np.float32], class_names: Sequence[str], height: int
) -> go.Figure:
    """Codes in their classes' colours, the contours of a density, and its draws (n, 2), numbered from 1."""
    present = np.unique(plane.labels).tolist()
    scatter = LabelledPoints(plane.codes, plane.labels, class_names)
    fig = go.Figure([class_dots(scatter, label) for label in present])
    seen = np.vstack((plane.codes, draws))
    low, high = seen.min(axis=0), seen.max(axis=0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    u, v = np.linspace(low, high, N_MESH, dtype=np.float32).T
    fig.add_traces([contours(density, u, v), _numbered(draws)])
    places = label_places(plane.codes, plane.labels)
    fig.layout.annotations = [class_glyph(place, label, class_names[label]) for label, place in places.items()]
    style(fig, height=height, x_title="z₁, along w₁", y_title="z₂, along w₂").update_layout(showlegend=False)
    return equal_aspect(fig.update_xaxes(range=[low[0], high[0]]).update_yaxes(range=[low[1], high[1]]))


def _numbered(draws: NDArray[np.float32]) -> go.Scatter:
    """Each draw as a disc with its number."""
    numbers = [str(number) for number in range(1, len(draws) + 1)]
    marker = {"size": 25, "color": Z, "line": {"color": "white", "width": 1.5}}
    points = go.Scatter(x=draws[:, 0], y=draws[:, 1], mode="markers+text", text=numbers, marker=marker, name="drawn")
    return points.update(textfont={"color": "white", "size": 15}, hovertemplate="z = (%{x:.2f}, %{y:.2f})")
