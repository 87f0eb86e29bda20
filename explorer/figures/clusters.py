"""Pictures of clusters and classes: components over codes, shares of one code, tables of counts, rows of samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.clustering import UNMATCHED, Clustering, ProjectedMixture
from explorer.figures import theme
from explorer.figures.foreign_text import as_label, as_labels
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.points import point_cloud, thinned
from explorer.models.latent_model import Array

N_CIRCLE = 65
# The room that a component's name takes, as a share of the plane.
NAME_SHARE = 0.055
ELLIPSE_SIGMAS = 2.0
COUNT_SCALE = ((0.0, theme.with_alpha(theme.Z, 0)), (1.0, theme.with_alpha(theme.Z, 0.9)))


@dataclass(frozen=True, eq=False)
class LabelledPoints:
    """points (N, 2) with labels (N,), an index into class_names."""

    points: Array
    labels: NDArray[np.int64]
    class_names: Sequence[str]


def component_names(n_components: int) -> list[str]:
    """c₁, c₂, … as words that a figure and a table share."""
    return [f"c{number}" for number in range(1, n_components + 1)]


def cluster_plane_figure(
    scatter: LabelledPoints, shadow: ProjectedMixture, axis_names: tuple[str, str], height: int
) -> go.Figure:
    """Codes in their classes' colours under each component at 2σ with its name; the heavier, the thicker its line."""
    fig = go.Figure([class_dots(scatter, label) for label in range(len(scatter.class_names))])
    parts = zip(shadow.means, shadow.covariances, strict=True)
    outlines = [ellipse_points(mean, covariance, ELLIPSE_SIGMAS) for mean, covariance in parts]
    widths = 1.5 + 2.5 * shadow.weights / shadow.weights.max()
    names = component_names(len(outlines))
    fig.add_traces([_outline(*component) for component in zip(names, outlines, widths.tolist(), strict=True)])
    seen = np.concatenate((scatter.points, *outlines))
    low, high = seen.min(axis=0), seen.max(axis=0)
    # A closed curve's mean without its repeated end is its centre.
    centres = np.stack([outline[:-1].mean(axis=0) for outline in outlines])
    places = spread_names(centres, NAME_SHARE * float((high - low).max()))
    fig.layout.annotations = [_component_name(name, *place) for name, place in zip(names, places, strict=True)]
    theme.style(fig, height=height, x_title=axis_names[0], y_title=axis_names[1])
    margin = 0.03 * (high - low)
    fig.update_xaxes(range=[low[0] - margin[0], high[0] + margin[0]])
    fig.update_yaxes(range=[low[1] - margin[1], high[1] + margin[1]])
    return theme.equal_aspect(fig.update_layout(legend={"title": {"text": "class"}, "itemsizing": "constant"}))


def class_dots(scatter: LabelledPoints, label: int) -> go.Scatter:
    """The points of one class in its colour, thinned out where there are many."""
    shown = thinned(scatter.points)[thinned(scatter.labels) == label]
    return point_cloud(shown, theme.class_colour(label), 4, as_label(scatter.class_names[label]))


def _outline(name: str, outline: NDArray[np.float64], width: float) -> go.Scatter:
    x, y = outline.astype(np.float32).T
    line = {"color": theme.Z, "width": width}
    return go.Scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip", showlegend=False)


def spread_names(centres: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Places for names (M, 2): the centres (M, 2), moved up until no two are nearer than `gap` across and up."""
    places = centres.astype(np.float64)
    for row in np.argsort(centres[:, 1], kind="stable"):
        others = np.delete(places, row, axis=0)
        while (np.abs(others - places[row]) < 0.999 * gap).all(axis=1).any():
            places[row, 1] += gap / 4
    return places


def _component_name(name: str, x: float, y: float) -> dict[str, object]:
    font = {"color": "#ffffff", "size": theme.FONT_SIZE}
    look = {"showarrow": False, "font": font, "bgcolor": theme.with_alpha(theme.Z, 0.85), "borderpad": 2}
    return {"x": x, "y": y, "text": f"<b>{name}</b>"} | look


def ellipse_points(mean: Array, covariance: NDArray[np.float64], n_sigmas: float) -> NDArray[np.float64]:
    """The curve at n_sigmas of a Gaussian with mean (2,) and covariance (2, 2), (65, 2)."""
    angle = np.linspace(0, 2 * np.pi, N_CIRCLE)
    circle = np.stack((np.cos(angle), np.sin(angle)))
    outline: NDArray[np.float64] = (mean[:, None] + n_sigmas * np.linalg.cholesky(covariance) @ circle).T
    return outline


def shares_figure(shares: NDArray[np.float64], weights: NDArray[np.float32], height: int) -> go.Figure:
    """The share of each component in one code (M,) as bars, its weight in the prior (M,) as a grey line."""
    names = component_names(len(shares))
    fig = go.Figure(go.Bar(x=names, y=shares.astype(np.float32), marker={"color": theme.Z}, name="p(c|z) of this code"))
    fig.update_traces(hovertemplate="%{x}: %{y:.3f}<extra></extra>")
    line = {"color": theme.MUTED, "width": 3, "shape": "hvh"}
    fig.add_trace(go.Scatter(x=names, y=weights, mode="lines", line=line, name="p(c), the prior"))
    theme.style(fig, height=height, y_title="probability")
    fig.update_yaxes(range=[0, 1.02])
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


def clustering_figure(found: Clustering, class_names: Sequence[str], height: int) -> go.Figure:
    """Samples of each component (rows, sorted by their matched class) in each class; matched pairs have a frame."""
    order = np.argsort(np.where(found.matched_class == UNMATCHED, len(class_names), found.matched_class), kind="stable")
    names = [component_names(len(order))[c] for c in order]
    fig = table_figure(found.counts[order].astype(np.float64), names, class_names, height, digits=0)
    columns = found.matched_class[order].tolist()
    fig.layout.shapes = [_frame(row, column) for row, column in enumerate(columns) if column != UNMATCHED]
    fig.update_xaxes(title_text="class").update_yaxes(title_text="component")
    return fig


def _frame(row: int, column: int) -> dict[str, object]:
    corners = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", **corners, "line": {"color": theme.ERROR, "width": 2.5}}


def table_figure(
    values: NDArray[np.float64], row_names: Sequence[str], column_names: Sequence[str], height: int, *, digits: int
) -> go.Figure:
    """Values (R, C) as numbers on a ground that is the deeper the larger they are; zeros are left out."""
    texts = [[f"{value:.{digits}f}" if round(value, digits) else "" for value in row] for row in values]
    fig = go.Figure(go.Heatmap(z=values.astype(np.float32), text=texts, texttemplate="%{text}", showscale=False))
    fig.update_traces(colorscale=COUNT_SCALE, zmin=0, xgap=2, ygap=2, hoverinfo="skip", textfont={"size": 17})
    theme.style(fig, height=height)
    fig.update_xaxes(tickvals=[*range(len(column_names))], ticktext=as_labels(column_names), side="top", showgrid=False)
    fig.update_yaxes(
        tickvals=[*range(len(row_names))], ticktext=as_labels(row_names), autorange="reversed", showgrid=False
    )
    return fig


def named_rows_figure(images: Array, names: Sequence[str], height: int, head: str = "") -> go.Figure:
    """Images (R, n, H, W) or (R, n, H, W, 3), a row each, its name on the left; head: what stands above."""
    n_columns, tile_height, tile_width = images.shape[1:4]
    tiles = grey(images.reshape(-1, *images.shape[2:]))
    fig = mosaic_figure(tiles, (), n_columns, height=height)
    middles = [row * (tile_height + 1) + tile_height / 2 for row in range(len(names))]
    fig.layout.annotations = [
        {"x": -1.5, "y": middle, "text": as_label(name), "showarrow": False, "xanchor": "right"}
        for middle, name in zip(middles, names, strict=True)
    ]
    if head:
        fig.add_annotation(
            x=n_columns * (tile_width + 1) / 2, y=-1, text=as_label(head), showarrow=False, yanchor="bottom"
        )
    longest = max(len(name) for name in names)
    return fig.update_layout(margin={"l": 10 * longest + 8, "t": 34 if head else 8})
