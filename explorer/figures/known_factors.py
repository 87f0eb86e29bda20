"""Whether axes of a code are known factors: scores of each model beside rotated codes, and walks along each axis."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.known_factors import WALK_REACH, WALK_STEPS, FactorModel, FactorModels
from explorer.analysis.latent_plane import subscript
from explorer.analysis.measure import Interval
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.theme import MUTED, Z, style

MEASURES = {"mig": "MIG", "sap": "SAP", "dci": "DCI"}
NULL = "same codes, rotated"


def factor_scores_figure(models: FactorModels, height: int) -> go.Figure:
    """A panel a score: each kind of model with the interval of its seeds, and its own codes rotated at random."""
    fig = make_subplots(3, 1, shared_xaxes=True, vertical_spacing=0.06)
    titles = [one.title for one in models]
    for row, (key, title) in enumerate(MEASURES.items(), 1):
        own, null = (
            [take(key) for take in takes] for takes in zip(*((m.interval, m.null) for m in models), strict=True)
        )
        fig.add_trace(_points(titles, null, MUTED, NULL, "line-ew-open"), row=row, col=1)
        fig.add_trace(_points(titles, own, Z, "its axes", "circle"), row=row, col=1)
        fig.update_yaxes(title_text=title, rangemode="tozero", row=row, col=1)
    for number, trace in enumerate(fig.data):
        trace.showlegend = number < 2
    style(fig, height=height)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return fig.update_layout(legend=legend, margin={"t": 24})


def _points(titles: list[str], values: list[Interval], colour: str, name: str, symbol: str) -> go.Scatter:
    ends = {"array": [one.high - one.value for one in values], "arrayminus": [one.value - one.low for one in values]}
    points = go.Scatter(x=titles, y=[one.value for one in values], name=name, mode="markers", error_y=ends)
    return points.update(marker={"color": colour, "size": 13, "symbol": symbol, "line": {"width": 2}})


def axis_walks_figure(model: FactorModel, height: int) -> go.Figure:
    """What a model decodes along each axis of its code, a row per axis, from two standard deviations below to above."""
    rows, steps = model.walks.shape[:2]
    tiles = grey(model.walks.reshape(-1, *model.walks.shape[2:]) / 255)
    deviations = np.linspace(-WALK_REACH, WALK_REACH, WALK_STEPS)
    heads = [f"{value:+.1f} σ".replace("-", "−") if abs(value) > 1e-9 else f"z{subscript(1)}" for value in deviations]
    labels = [
        f"z{subscript(row + 1)}" if column == steps // 2 else heads[column] if row == 0 else ""
        for row in range(rows)
        for column in range(steps)
    ]
    return mosaic_figure(tiles, labels, steps, height=height)
