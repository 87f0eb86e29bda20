"""Codes in a plane to draw an outline around; those within it stand out."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures import theme

N_DOTS = 4000
MARKED_ALPHA, OTHER_ALPHA = 0.95, 0.2
Array = NDArray[np.floating]


def lasso_figure(
    points: Array,
    labels: NDArray[np.int64],
    marked: NDArray[np.bool_],
    outline: Array | None,
    axis_names: tuple[str, str],
    height: int,
) -> go.Figure:
    """At most 4,000 points of (N, 2) by class (N,), the marked ones solid and the others faint, and the outline."""
    rows = np.random.default_rng(0).permutation(len(points))[:N_DOTS]
    fig = go.Figure()
    for name, chosen, alpha in (
        ("others", ~marked[rows], OTHER_ALPHA if marked.any() else 0.6),
        ("marked", marked[rows], MARKED_ALPHA),
    ):
        shown = rows[chosen]
        colours = [theme.with_alpha(theme.class_colour(int(label)), alpha) for label in labels[shown]]
        x, y = points[shown].astype(np.float32).T
        fig.add_trace(
            go.Scatter(x=x, y=y, mode="markers", name=name, marker={"size": 6, "color": colours}, hoverinfo="skip")
        )
    if outline is not None:
        closed = np.vstack([outline, outline[:1]])
        line = {"color": theme.ERROR, "width": 3}
        fig.add_trace(go.Scatter(x=closed[:, 0], y=closed[:, 1], mode="lines", name="lasso", line=line))
    theme.style(fig, height=height, x_title=axis_names[0], y_title=axis_names[1])
    theme.equal_aspect(fig)
    fig.update_traces(unselected={"marker": {"opacity": 1}}, selector={"mode": "markers"})
    return fig.update_layout(showlegend=False, dragmode="lasso")
