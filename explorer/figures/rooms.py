"""What a class answered, as pictures: bars of choices and a histogram of numbers, with the truth if it is revealed."""

import textwrap

import plotly.graph_objects as go

from explorer.figures import theme
from explorer.figures.foreign_text import as_label, as_labels
from explorer.rooms.summaries import ChoiceShares, NumberHistogram, Spread

ANSWERS, TRUTH = theme.MUTED, theme.TEST
LETTERS_A_LINE = 34
# Above the longest bar its label needs room.
ROOM_FOR_LABELS = 1.25


def spread_figure(spread: Spread, *, with_truth: bool, height: int) -> go.Figure:
    """The answers of a class; with_truth: whether the right choice, or the true number, is marked."""
    fig = _shares(spread, with_truth) if isinstance(spread, ChoiceShares) else _histogram(spread, with_truth)
    return fig.update_layout(height=height, showlegend=False)


def _shares(spread: ChoiceShares, with_truth: bool) -> go.Figure:
    """A bar for each choice, the first on top, with its count and percentage."""
    names = as_labels("\n".join(textwrap.wrap(choice, LETTERS_A_LINE)) for choice in spread.question.choices)
    rows = list(range(len(names)))
    right = int(spread.question.truth) if with_truth else -1
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
        label = as_label(question.in_words(question.truth))
        anchor = "top left" if question.truth > (edges[0] + edges[-1]) / 2 else "top right"
        fig.add_vline(question.truth, line={"color": TRUTH, "width": 4}, annotation_text=label,
                      annotation_position=anchor, annotation_font_color=TRUTH)  # fmt: skip
    return fig


def _whole_ticks(spread: Spread) -> int:
    """The distance of ticks on an axis that counts: about five, at whole numbers."""
    most = max(int(spread.counts.max()), 1)
    return next(step * power for power in (1, 10, 100, 1000) for step in (1, 2, 5) if most / (step * power) <= 5)
