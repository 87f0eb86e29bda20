"""Decoders from weak to strong: both terms of −ELBO for each, and draws given the code of one picture."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.decoder_strength import SIDE, Strengths
from explorer.analysis.measure import Interval
from explorer.figures import theme
from explorer.figures.foreign_text import as_labels
from explorer.figures.images import grey, mosaic_figure

HEADS = ("−ELBO, nats per image", "KL, nats per image")
VAE_HUE = theme.MODEL_HUES["vae"]


def strengths_figure(found: Strengths, height: int) -> go.Figure:
    """−ELBO of each decoder, with the entropy of the data as a dashed line where it is known, and its KL."""
    titles = as_labels(one.title for one in found.models)
    fig = make_subplots(rows=2, subplot_titles=[f"<b>{head}</b>" for head in HEADS])
    losses = _bars(titles, [one.negative_elbo_nats for one in found.models], theme.MUTED)
    rates = _bars(titles, [one.kl_nats for one in found.models], VAE_HUE)
    fig.add_trace(losses, row=1, col=1).add_trace(rates, row=2, col=1)
    if not np.isnan(found.entropy_nats):
        fig.add_vline(x=found.entropy_nats, line={"color": theme.ERROR, "width": 3, "dash": "dash"}, row=1, col=1)
    theme.style(fig, height=height).update_layout(bargap=0.35, margin={"t": 40})
    return fig.update_yaxes(autorange="reversed").update_xaxes(rangemode="tozero")


def _bars(titles: Sequence[str], values: Sequence[Interval], hue: str) -> go.Bar:
    ends = theme.whiskers(values)
    named = [f"{title}: {one.value:.2f}" for title, one in zip(titles, values, strict=True)]
    bars = go.Bar(y=named, x=[one.value for one in values], error_x=ends, marker_color=hue, orientation="h")
    return bars.update(showlegend=False, hovertemplate="%{y} nats<extra></extra>")


def strength_draws_figure(found: Strengths, height: int) -> go.Figure:
    """A row for each decoder: the picture x, then draws x' ~ p(x|z) of codes z ~ q(z|x) of this picture."""
    rows = [np.vstack((found.picture, one.draws)) for one in found.models]
    images = np.vstack(rows).astype(np.float32).reshape(-1, SIDE, SIDE)
    n_columns = len(rows[0])
    labels = [label for _ in rows for label in ("x", *["draw"] * (n_columns - 1))]
    return mosaic_figure(grey(images), labels, n_columns, height=height, gap=2)
