"""Codebooks: what each vector decodes to, how often it is used, and the error at equal bits beside other ways."""

import numpy as np
import plotly.graph_objects as go

from explorer.analysis.codebooks import AE, CLUSTERS, PCA, VQ, Codebooks, Curve, DecodedCodebook
from explorer.analysis.measure import mean_interval
from explorer.figures import theme
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.objectives import OBJECTIVE_HUE, PLAIN_HUE

HUES = {VQ: OBJECTIVE_HUE, AE: PLAIN_HUE, PCA: theme.MODEL_HUES["pca"], CLUSTERS: theme.MUTED}
SYMBOLS = {VQ: "circle", AE: "square", PCA: "diamond", CLUSTERS: "x"}
MOST_LABELLED = 16
# Of what no picture falls on, as dim as it can be and still be seen.
DIMMED = 0.35


def codebook_figure(of: DecodedCodebook, height: int) -> go.Figure:
    """What each vector decodes to, the most used first, the unused ones dimmed; a few with their pictures counted."""
    images = of.pictures / np.float32(255)
    images[of.counts == 0] *= DIMMED
    labels = [f"{count:,}" for count in of.counts] if len(of.counts) <= MOST_LABELLED else []
    return mosaic_figure(grey(images), labels, int(np.ceil(np.sqrt(len(images)))), height=height, gap=1)


def usage_figure(of: DecodedCodebook, height: int) -> go.Figure:
    """How many training images fall on each vector, the most used first, and the number if all were used alike."""
    ranks, even = np.arange(1, len(of.counts) + 1), of.counts.sum() / len(of.counts)
    bars = go.Bar(
        x=ranks, y=of.counts, marker_color=OBJECTIVE_HUE, hovertemplate="vector %{x}: %{y} pictures<extra></extra>"
    )
    fig = theme.style(go.Figure(bars), height=height, x_title="vector, by its use", y_title="pictures")
    return fig.add_hline(
        y=even, line={"color": theme.MUTED, "width": 2, "dash": "dash"}, annotation_text="all used alike"
    )


def bits_figure(found: Codebooks, height: int) -> go.Figure:
    """Test error per pixel against bits per image of each way, with the intervals of the seeds."""
    fig = go.Figure([_line(curve) for curve in found.curves])
    theme.style(fig, height=height, x_title="bits per image", y_title="test error per pixel")
    ticks = found.curve(VQ).bits
    fig.update_xaxes(type="log", tickvals=ticks, ticktext=[str(one) for one in ticks])
    return fig.update_yaxes(rangemode="tozero").update_layout(legend=theme.ABOVE)


def _line(curve: Curve) -> go.Scatter:
    means = curve.mse.mean(axis=1)
    line = go.Scatter(x=curve.bits, y=means, name=curve.title, mode="lines+markers")
    if curve.mse.shape[1] > 1:
        of = [mean_interval(seeds) for seeds in curve.mse]
        ends = {"array": [one.high - one.value for one in of], "arrayminus": [one.value - one.low for one in of]}
        line.update(error_y=ends)
    return line.update(
        line={"color": HUES[curve.title], "width": 3},
        marker={"size": 11, "symbol": SYMBOLS[curve.title]},
        hovertemplate="%{x} bits: %{y:.4f}<extra></extra>",
    )
