"""The picture of a classifier's decisions over the plane of codes."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.class_labels import label_places
from explorer.analysis.decision_map import DecisionMap
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.images import data_uri
from explorer.figures.pca import class_glyph
from explorer.figures.points import thinned

# How solid a region is where the classifier is sure; it fades to clear where all classes are equally likely.
SOLID = 150


def decision_map_figure(
    of: DecisionMap, codes: NDArray[np.float32], labels: NDArray[np.int64], class_names: Sequence[str], height: int
) -> go.Figure:
    """Regions in the colour of the likeliest class, paler where it is unsure, under the codes (N, 2)."""
    points, classes = thinned(codes), thinned(labels)
    fig = go.Figure([_points(points[classes == one], int(one), class_names[one]) for one in np.unique(classes)])
    fig.add_layout_image(_regions(of, len(class_names)))
    places = label_places(codes, labels)
    fig.layout.annotations = [class_glyph(place, label, class_names[label]) for label, place in places.items()]
    theme.style(fig, height=height, x_title="z₁", y_title="z₂").update_layout(showlegend=False)
    fig.update_xaxes(range=[float(of.u[0]), float(of.u[-1])], showgrid=False)
    return fig.update_yaxes(range=[float(of.v[0]), float(of.v[-1])], showgrid=False)


def _points(points: NDArray[np.float32], label: int, name: str) -> go.Scatter:
    marker = {"size": 4, "color": theme.class_colour(label), "opacity": 0.7}
    return go.Scatter(
        x=points[:, 0], y=points[:, 1], mode="markers", name=as_label(name), marker=marker, hoverinfo="name"
    )


def _regions(of: DecisionMap, n_classes: int) -> go.layout.Image:
    """The map as one picture below the points, its first row at the top."""
    colours = np.array([list(bytes.fromhex(theme.class_colour(label)[1:])) for label in range(n_classes)], np.uint8)
    sureness = np.clip((of.confidence - 1 / n_classes) / (1 - 1 / n_classes), 0, 1)
    alpha = np.rint(SOLID * sureness).astype(np.uint8)
    picture = np.concatenate((colours[of.classes], alpha[..., None]), axis=-1)[::-1]
    size = {"sizex": float(of.u[-1] - of.u[0]), "sizey": float(of.v[-1] - of.v[0]), "sizing": "stretch"}
    corner = {"x": float(of.u[0]), "y": float(of.v[-1]), "xref": "x", "yref": "y", "layer": "below"}
    return go.layout.Image(source=data_uri(picture), **corner, **size)
