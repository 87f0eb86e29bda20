"""Densities on codes: curves in one dimension, contours in two."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.density import Sampler
from explorer.figures.points import point_cloud, thinned
from explorer.figures.theme import EPSILON, MU, MUTED, SIGMA, equal_aspect, style, with_alpha
from explorer.figures.theme import Z as DRAWN

Array = NDArray[np.float32]
N_LINE, N_MESH, N_SHOWN = 400, 90, 3_000
MARGIN = 0.15
HUES = (SIGMA, EPSILON, MU)


def density_curves_figure(values: Array, samplers: Mapping[str, Sampler], height: int) -> go.Figure:
    """A histogram of values (N, 1) as a density, and the density of each sampler over it."""
    low, high = _range(values[:, 0])
    along = np.linspace(low, high, N_LINE, dtype=np.float32)
    bars = {"color": with_alpha(MUTED, 0.45)}
    fig = go.Figure(
        go.Histogram(x=values[:, 0], histnorm="probability density", nbinsx=60, marker=bars, name="observed")
    )
    for hue, (title, sampler) in zip(HUES, samplers.items(), strict=False):
        density = np.exp(sampler.log_density(along[:, None])).astype(np.float32)
        fig.add_scatter(x=along, y=density, mode="lines", name=title, line={"width": 3, "color": hue})
    style(fig, height=height, x_title="z", y_title="density (1 / unit of z)")
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}, bargap=0.02)


def density_contours_figure(points: Array, sampler: Sampler, draws: Array, height: int) -> go.Figure:
    """Points (N, 2) in grey, draws (n, 2) of a sampler, and the contours of its log-density."""
    both = np.concatenate((points, draws))
    (left, right), (low, high) = _range(both[:, 0]), _range(both[:, 1])
    u, v = np.linspace(left, right, N_MESH, dtype=np.float32), np.linspace(low, high, N_MESH, dtype=np.float32)
    fig = go.Figure([_dots(points, "observed", MUTED), _dots(draws, "drawn", DRAWN), contours(sampler, u, v)])
    style(fig, height=height, x_title="z₁", y_title="z₂")
    fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return equal_aspect(fig)


def contours(sampler: Sampler, u: Array, v: Array) -> go.Contour:
    """Where the density of a sampler is 1, 2, … 6 nats below its highest over a mesh: u, v (n,)."""
    mesh = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)  # (n n, 2)
    level = sampler.log_density(mesh).reshape(len(v), len(u)).astype(np.float32)
    top = float(level.max())
    lines = {"start": top - 6, "end": top, "size": 1, "coloring": "none"}
    contour = go.Contour(x=u, y=v, z=level, contours=lines, showscale=False, hoverinfo="skip", showlegend=False)
    return contour.update(line={"width": 1.5, "color": DRAWN})


def _dots(points: Array, name: str, colour: str) -> go.Scatter:
    return point_cloud(thinned(points, N_SHOWN), colour, 5, name)


def _range(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return low - MARGIN * (high - low), high + MARGIN * (high - low)
