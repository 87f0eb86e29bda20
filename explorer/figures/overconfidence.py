"""Pictures that belong to no class: columns of them, and p(y|x) against p(x)."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.overconfidence import SURE, Judged
from explorer.figures.applications import Row, rows_figure
from explorer.figures.foreign_text import as_label
from explorer.figures.points import thinned
from explorer.figures.theme import MUTED, class_colour, log_ticks, style

N_SHOWN = 4
SMALLEST_DOUBT = 1e-6
DOUBTS = (0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)


def judged_pictures_figure(
    judged: Sequence[Judged], class_names: Sequence[str], sample_shape: tuple[int, ...], height: int
) -> go.Figure:
    """A column of pictures of each kind, each under its most probable class, p(y|x) and log p(x) in nats."""
    rows = []
    for number in range(min(N_SHOWN, len(judged[0].x))):
        images = np.stack([one.x[number].reshape(sample_shape) for one in judged])  # (kinds, H, W)
        labels = [label_of(one, number, class_names) for one in judged]
        heads = [] if number else [f"{one.title}\n" for one in judged]
        rows.append(Row("", images, [head + label for head, label in zip_longest(heads, labels, fillvalue="")]))
    return rows_figure(rows, height, len(judged))


def label_of(one: Judged, number: int, class_names: Sequence[str]) -> str:
    """The likeliest class of a picture with p(y|x), and log p(x) in nats on the next line."""
    label, confidence, nats = one.labels[number], one.confidence[number], one.log_likelihood_nats[number]
    return f"{class_names[label]}: {confidence:.2f}\n{nats:,.0f}".replace("-", "−")


def confidence_figure(judged: Sequence[Judged], height: int) -> go.Figure:
    """p(y|x) of the most probable class against −log p(x), a mark for each picture, probable pictures on the right.

    Across on a logarithmic scale of nats, which needs −log p(x) > 0; up on a logarithmic scale of doubt, 1 − p(y|x).
    """
    fig = go.Figure()
    for number, one in enumerate(judged):
        points = thinned(np.column_stack([-one.log_likelihood_nats, doubt(one)]), 300)
        marker = {"size": 9, "opacity": 0.65, "color": class_colour(number), "symbol": number}
        fig.add_scatter(x=points[:, 0], y=points[:, 1], mode="markers", name=as_label(one.title), marker=marker)
    fig.update_traces(hovertemplate="log p(x) ≥ −%{x:,d} nats<br>1 − p(y|x) = %{y:.2g}<extra>%{fullData.name}</extra>")
    style(fig, height=height, x_title="log p(x) in nats, more likely →", y_title="p(y|x) of the likeliest class")
    every = -np.concatenate([one.log_likelihood_nats for one in judged])
    ticks = log_ticks(float(every.min()), float(every.max()))
    fig.update_xaxes(type="log", autorange="reversed", tickvals=ticks, ticktext=[f"−{tick:,.0f}" for tick in ticks])
    fig.update_yaxes(type="log", autorange="reversed", tickvals=DOUBTS, ticktext=[f"{1 - one:.6g}" for one in DOUBTS])
    fig.add_hline(y=1 - SURE, line={"color": MUTED, "width": 2, "dash": "dash"})
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


def doubt(one: Judged) -> NDArray[np.float64]:
    """1 − p(y|x) of the likeliest class, (N,), and one in a million where it is less."""
    return np.maximum(1 - one.confidence, SMALLEST_DOUBT)
