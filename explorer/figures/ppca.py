"""Pictures of probabilistic PCA: likelihood against k, and samples by three ways."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.figures import theme
from explorer.figures.images import data_uri, grey, mosaic
from explorer.figures.pca import LOG_TICKS, SPLIT_LINES

MARGIN = 0.06
ROW_GAP = 0.06
LEFT = {"annotation_position": "bottom left"}
Floats = NDArray[np.float64]


def likelihood_figure(curves: Mapping[str, Floats], marked_k: int, height: int) -> go.Figure:
    """The mean of log p(x) against k, a line for each split and the last one's value marked at one k.

    curves: by split, (K + 1,) with k the index; the value at 0, where all is noise, is a dotted line. A fall far below
    it, once k is too large, leaves the picture.
    """
    fig = go.Figure()
    for (name, nats), line in zip(list(curves.items())[::-1], SPLIT_LINES, strict=False):
        fig.add_trace(_likelihood_line(nats, name, line).update(legendrank=1))
    name, nats = list(curves.items())[-1]
    fig.add_trace(_mark(name, marked_k, float(nats[marked_k])))
    fig.add_hline(y=nats[0], line={"dash": "dot", "color": theme.MUTED}, annotation_text="noise alone, k = 0", **LEFT)
    theme.style(fig, height=height, x_title="number of latent dimensions k")
    fig.update_xaxes(type="log", tickvals=LOG_TICKS, range=[-0.05, np.log10(len(nats) + 20)])
    low, high = float(nats[0]), max(float(curve.max()) for curve in curves.values())
    margin = MARGIN * (high - low)
    fig.update_yaxes(title_text="mean log p(x) (nats per image)", range=[low - margin, high + margin])
    return fig.update_layout(hovermode="closest", legend={"x": 0.02, "y": 0.98})


def _likelihood_line(nats: Floats, name: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=np.arange(1, len(nats)),
        y=nats[1:].astype(np.float32),
        mode="lines",
        name=name,
        line=line,
        hovertemplate=f"<b>{name}</b>, k = %{{x}}: log p(x) %{{y:.1f}} nats<extra></extra>",
    )


def _mark(name: str, k: int, nats: float) -> go.Scatter:
    return go.Scatter(
        x=[k],
        y=[nats],
        mode="markers+text",
        text=[f"<b>k = {k}: {nats:.1f}</b>"],
        textposition="top left",
        textfont={"size": theme.FONT_SIZE},
        marker={"size": 13, "color": theme.ERROR},
        name=f"{name} at k = {k}",
        showlegend=False,
        hoverinfo="skip",
    )


def sample_rows_figure(rows: Mapping[str, NDArray[np.floating]], height: int) -> go.Figure:
    """Rows of images (N, H, W), each below its name; 0 is black and 1 white, and what lies beyond is drawn so too."""
    fig = make_subplots(rows=len(rows), subplot_titles=[f"<b>{name}</b>" for name in rows], vertical_spacing=ROW_GAP)
    for place, images in enumerate(rows.values(), start=1):
        sheet = mosaic(grey(images), len(images))
        fig.add_trace(go.Image(source=data_uri(sheet), hoverinfo="skip"), row=place, col=1)
    fig.update_annotations(x=0, xanchor="left")
    theme.without_axes(theme.style(fig, height=height))
    fig.update_xaxes(constraintoward="left").update_yaxes(constraintoward="top")
    return fig.update_layout(margin={"t": 30})
