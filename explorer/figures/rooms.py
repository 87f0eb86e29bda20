"""What a class answered, as pictures: bars, a histogram, or a heat map on a plane, with the truth if it is revealed."""

import textwrap

import numpy as np
import plotly.graph_objects as go

from explorer.figures import theme
from explorer.figures.foreign_text import as_label, as_labels
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.rooms.question import numbers_of
from explorer.rooms.summaries import ChoiceShares, NumberHistogram, PointDensity, Spread

ANSWERS, TRUTH, HEAT = theme.MUTED, theme.TEST, "#6d73e6"
LETTERS_A_LINE = 34
# Above the longest bar its label needs room.
ROOM_FOR_LABELS = 1.25


def spread_figure(spread: Spread, *, with_truth: bool, height: int, cloud: PlaneCloud | None = None) -> go.Figure:
    """The answers of a class; with_truth: whether the right choice, the true number or place is marked.

    cloud: the codes under the answers in a plane, where the model is at hand.
    """
    match spread:
        case ChoiceShares():
            fig = _shares(spread, with_truth)
        case NumberHistogram():
            fig = _histogram(spread, with_truth)
        case PointDensity():
            fig = _plane(spread, cloud, with_truth)
    return fig.update_layout(height=height, showlegend=False)


def _shares(spread: ChoiceShares, with_truth: bool) -> go.Figure:
    """A bar for each choice, the first on top, with its count and percentage."""
    names = as_labels("\n".join(textwrap.wrap(choice, LETTERS_A_LINE)) for choice in spread.question.choices)
    rows = list(range(len(names)))
    right = spread.right if with_truth else -1
    fig = go.Figure(
        go.Bar(
            x=spread.counts,
            y=rows,
            orientation="h",
            marker_color=[TRUTH if row == right else ANSWERS for row in rows],
            text=[
                f"{n} ({share:.0%})".replace("%", " %")
                for n, share in zip(spread.counts, spread.fractions, strict=True)
            ],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    theme.style(fig, x_title="answers")
    fig.update_xaxes(range=[0, max(int(spread.counts.max()), 1) * ROOM_FOR_LABELS], dtick=_whole_ticks(spread))
    return fig.update_yaxes(tickvals=rows, ticktext=names, autorange="reversed")


def _histogram(spread: NumberHistogram, with_truth: bool) -> go.Figure:
    """A bar for each bin, and a line at the truth."""
    question, edges = spread.question, spread.edges
    fig = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=spread.counts,
            width=(edges[1:] - edges[:-1]) * 0.94,
            marker_color=ANSWERS,
            hoverinfo="skip",
        )
    )
    theme.style(fig, x_title=as_label(question.unit), y_title="answers")
    fig.update_xaxes(range=[float(edges[0]), float(edges[-1])])
    fig.update_yaxes(range=[0, max(int(spread.counts.max()), 1) * ROOM_FOR_LABELS], dtick=_whole_ticks(spread))
    if with_truth:
        label, (truth,) = as_label(question.in_words(question.truth)), numbers_of(question.truth)
        anchor = "top left" if truth > (edges[0] + edges[-1]) / 2 else "top right"
        fig.add_vline(truth, line={"color": TRUTH, "width": 4}, annotation_text=label,
                      annotation_position=anchor, annotation_font_color=TRUTH)  # fmt: skip
    return fig


def _plane(spread: PointDensity, cloud: PlaneCloud | None, with_truth: bool) -> go.Figure:
    """Each answer, how dense they lie, and the truth as a star, over the codes of the plane."""
    fig = go.Figure([_heat(spread), _taps(spread), *([_star(spread)] if with_truth else [])])
    if cloud is not None:
        _draw_codes(fig, cloud)
    limits = [spread.question.low, spread.question.high]
    fig.update_xaxes(range=limits, constrain="domain").update_yaxes(range=limits, constrain="domain")
    return theme.equal_aspect(theme.style(fig))


def _draw_codes(fig: go.Figure, cloud: PlaneCloud) -> None:
    """Codes by class under what is drawn already, and the classes' names at the medians of their codes."""
    n_classes = len(cloud.colors)
    # Numbers instead of a colour for each code, which plotly would read one by one at every look of the lecturer.
    steps = [(edge / n_classes, colour) for i, colour in enumerate(cloud.colors) for edge in (i, i + 1)]
    marker = {
        "size": 4, "opacity": 0.35, "color": cloud.labels, "colorscale": steps, "cmin": -0.5, "cmax": n_classes - 0.5,
    }  # fmt: skip
    u, v = cloud.codes.T
    codes = go.Scatter(x=u, y=v, mode="markers", marker=marker, hoverinfo="skip")
    names = [_name(cloud, int(label)) for label in np.unique(cloud.labels)]
    fig.add_trace(codes).update_layout(annotations=names)
    fig.data = (fig.data[-1], *fig.data[:-1])
    fig.update_xaxes(title=as_label(cloud.axis_labels[0])).update_yaxes(title=as_label(cloud.axis_labels[1]))


def _name(cloud: PlaneCloud, label: int) -> dict[str, object]:
    """A class's name at the median of its codes."""
    x, y = np.median(cloud.codes[cloud.labels == label], axis=0).tolist()
    text, font = as_label(cloud.class_names[label]), {"color": cloud.colors[label]}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font}


def _heat(spread: PointDensity) -> go.Heatmap:
    """Clear where nobody tapped."""
    shades = [(share, theme.with_alpha(HEAT, 0.85 * share)) for share in (0.0, 0.5, 1.0)]
    top = max(float(spread.density.max()), 1e-12)
    return go.Heatmap(
        x=spread.mesh, y=spread.mesh, z=spread.density, zmin=0, zmax=top, colorscale=shades, showscale=False,
        zsmooth="best", hoverinfo="skip",
    )  # fmt: skip


def _taps(spread: PointDensity) -> go.Scatter:
    marker = {"size": 8, "color": HEAT, "line": {"width": 1.5, "color": "white"}}
    return go.Scatter(x=spread.points[:, 0], y=spread.points[:, 1], mode="markers", marker=marker, hoverinfo="skip")


def _star(spread: PointDensity) -> go.Scatter:
    question = spread.question
    u, v = numbers_of(question.truth)
    marker = {"size": 22, "symbol": "star", "color": TRUTH, "line": {"width": 2, "color": "white"}}
    return go.Scatter(
        x=[u], y=[v], mode="markers+text", marker=marker, text=[as_label(question.in_words(question.truth))],
        textposition="bottom center" if v > (question.low + question.high) / 2 else "top center",
        textfont={"color": TRUTH}, hoverinfo="skip",
    )  # fmt: skip


def _whole_ticks(spread: ChoiceShares | NumberHistogram) -> int:
    """The distance of ticks on an axis that counts: about five, at whole numbers."""
    most = max(int(spread.counts.max()), 1)
    return next(step * power for power in (1, 10, 100, 1000) for step in (1, 2, 5) if most / (step * power) <= 5)
