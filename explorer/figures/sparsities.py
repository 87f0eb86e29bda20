"""The picture of the ways to a sparse code: one picture's code under each, how sparse it is, and what that costs."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.measure import Interval
from explorer.analysis.sparsities import Sparsities
from explorer.figures import theme
from explorer.figures.foreign_text import as_label

HEADS = ("code of one test image", "sparseness", "test squared error")
# Characters of a name before it goes on below.
NAME_WIDTH = 12
ABOVE = {"orientation": "h", "y": -0.08, "yanchor": "top", "x": 0.45}


def sparsities_figure(found: Sparsities, height: int) -> go.Figure:
    """A row for each way: the units of one code, the sparseness of code and hidden layer, and the error."""
    networks = found.networks
    n, titles = len(networks), [as_label(one.title) for one in networks]
    bars = [{"rowspan": n}, {"rowspan": n}]
    specs = [[{}, *bars], *[[{}, None, None] for _ in range(n - 1)]]
    fig = make_subplots(
        rows=n, cols=3, specs=specs, column_widths=[0.4, 0.32, 0.28], horizontal_spacing=0.06, vertical_spacing=0.03
    )
    for row, one in enumerate(networks, start=1):
        units = np.arange(1, len(one.example) + 1)
        code = go.Bar(x=units, y=one.example, marker_color=theme.Z, showlegend=False)
        fig.add_trace(code.update(hovertemplate="z<sub>%{x}</sub> = %{y:.2f}<extra></extra>"), row=row, col=1)
    for name, hue, values in (
        ("hidden layer", theme.MUTED, [one.hidden for one in networks]),
        ("code", theme.Z, [one.code for one in networks]),
    ):
        fig.add_trace(_across(titles, values, hue, name), row=1, col=2)
    fig.add_trace(_across(titles, [one.sse for one in networks], theme.ERROR, ""), row=1, col=3)
    return _styled(fig, found, titles, height)


def _across(titles: Sequence[str], values: Sequence[Interval], hue: str, name: str) -> go.Bar:
    ends = theme.whiskers(values)
    bars = go.Bar(y=titles, x=[one.value for one in values], orientation="h", name=name, error_x=ends, width=0.36)
    return bars.update(marker_color=hue, showlegend=bool(name), hovertemplate="%{y}: %{x:.3g}<extra></extra>")


def _styled(fig: go.Figure, found: Sparsities, titles: Sequence[str], height: int) -> go.Figure:
    """Titles beside the codes, heads above the columns, and a dashed line for what is expected without any training."""
    n = len(titles)
    theme.style(fig, height=height).update_layout(
        legend=ABOVE, bargap=0.1, barmode="group", margin={"t": 36, "l": 10 * NAME_WIDTH}
    )
    fig.update_xaxes(showticklabels=False, col=1)
    fig.update_xaxes(title_text="unit of the code", showticklabels=True, row=n, col=1)
    fig.update_yaxes(showticklabels=False, zeroline=True, zerolinecolor=theme.MUTED, col=1)
    for column, null in ((2, found.null), (3, found.mean_sse)):
        fig.update_yaxes(showticklabels=False, categoryorder="array", categoryarray=titles[::-1], row=1, col=column)
        fig.add_vline(x=null, line={"color": theme.MUTED, "width": 2, "dash": "dash"}, row=1, col=column)
    fig.update_xaxes(range=[0, 1], row=1, col=2)
    fig.update_xaxes(rangemode="tozero", row=1, col=3)
    for row, title in enumerate(titles):
        axis = fig.layout["yaxis" if row == 0 else f"yaxis{row + 3}"]
        text = {"text": "<br>".join(wrap(title, NAME_WIDTH)), "showarrow": False, "xref": "paper", "yref": "paper"}
        fig.add_annotation(text, x=-0.01, xanchor="right", y=sum(axis.domain) / 2, yanchor="middle")
    for place, head in enumerate(HEADS, start=1):
        axis = fig.layout["xaxis" if place == 1 else f"xaxis{place}"]
        text = {"text": f"<b>{head}</b>", "showarrow": False, "xref": "paper", "yref": "paper", "yanchor": "bottom"}
        fig.add_annotation(text, x=axis.domain[0], xanchor="left", y=1.005)
    return fig
