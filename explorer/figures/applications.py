"""Pictures of what codes are good for: hits of a search, strips of restored images, errors against what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.anomaly import Detection, ErrorAmongOthers
from explorer.analysis.compression import Point
from explorer.analysis.denoising import AS_IT_IS, RestorationErrors
from explorer.analysis.search import SearchQuality
from explorer.figures import theme
from explorer.figures.foreign_text import as_label, as_labels
from explorer.figures.images import NARROWEST, Bytes, data_uri, grey, mosaic
from explorer.figures.theme import ERROR, FONT_SIZE, MUTED, TEST

Pixels = NDArray[np.floating]
# How much longer than the longest bar its axis is, for the reading at its end.
ROOM_FOR_READINGS = 1.4
RIGHT, WRONG = "✓", "✕"
PIXELS_HUE = MUTED
DASHES = {"error": "dot", "density": "dash", "both": "solid"}
GAP = 2
LINE_PX = 26
N_BINS = 60
# Beyond this fraction of the errors the histogram's axis ends.
LONGEST_SHOWN = 0.999


@dataclass(frozen=True, eq=False)
class Row:
    """One row of pictures (n, H, W) or (n, H, W, 3) below its title, each under a label of some lines in its colour.

    colours: "" for no colour of its own.
    """

    title: str
    images: Pixels
    labels: Sequence[str] = ()
    colours: Sequence[str] = ()


def rows_figure(rows: Sequence[Row], height: int, n_columns: int) -> go.Figure:
    """Rows of at most n_columns pictures of one size under each other, crisp; height in screen pixels."""
    side, width = rows[0].images.shape[1:3]
    lines = [_n_lines(row) for row in rows]
    line = _line_in_pixels(sum(lines), len(rows), height, n_columns, (side, width))
    head = [round(n * line) for n in lines]
    tops = np.cumsum([0, *(side + GAP + above for above in head)])
    strips = [_strip(row, n_columns, above) for row, above in zip(rows, head, strict=True)]
    fig = go.Figure(go.Image(source=data_uri(np.concatenate(strips)), hoverinfo="skip"))
    places = zip(rows, tops[:-1].tolist(), head, strict=True)
    notes = [[*_title(row, top + line), *_labels(row, top + above, width)] for row, top, above in places]
    fig.layout.annotations = list(chain.from_iterable(notes))
    fig.update_yaxes(constraintoward="top")
    fig.update_xaxes(constraintoward="left")
    return theme.without_axes(theme.style(fig, height=height))


def _title(row: Row, foot: float) -> list[dict[str, object]]:
    """The title of a row, its foot so many pixels of a picture below the top; none where it is empty."""
    place = {"x": -0.5, "xanchor": "left", "align": "left", "y": foot - 0.5, "yanchor": "bottom"}
    return [{**place, "showarrow": False, "text": f"<b>{as_label(row.title)}</b>"}] if row.title else []


def _labels(row: Row, foot: float, width: int) -> list[dict[str, object]]:
    """The labels of a row of pictures so wide."""
    centres = [place * (width + GAP) + width / 2 - 0.5 for place in range(len(row.labels))]
    look = {"y": foot - 0.5, "showarrow": False, "yanchor": "bottom"}
    return [
        {"x": centre, "text": as_label(label), "font": {"color": colour} if colour else {}, **look}
        for centre, (label, colour) in zip(centres, _labelled(row), strict=True)
    ]


def _n_lines(row: Row) -> int:
    """Lines of text above a row's pictures."""
    label = max((text.count("\n") + 1 for text in row.labels), default=0)
    return bool(row.title) + label


def _line_in_pixels(n_lines: int, n_rows: int, height: int, n_columns: int, shape: tuple[int, int]) -> float:
    """How many pixels of a picture are as high as a line of text, whether height or width limits the figure."""
    side, width = shape
    by_height = (height - n_lines * LINE_PX) / (n_rows * (side + GAP))
    by_width = NARROWEST / (n_columns * (width + GAP))
    return LINE_PX / max(min(by_height, by_width), 1e-3)


def _labelled(row: Row) -> list[tuple[str, str]]:
    colours = row.colours or [""] * len(row.labels)
    return list(zip(row.labels, colours, strict=True))


def _strip(row: Row, n_columns: int, above: int) -> Bytes:
    """A row of pictures with clear space above it and, where it is short, behind it."""
    sheet = mosaic(grey(row.images), len(row.images), GAP)
    n_clear = n_columns * (row.images.shape[2] + GAP) - GAP - sheet.shape[1]
    return np.pad(sheet, ((above, GAP), (0, n_clear), (0, 0)))


def hit_labels(class_names: Sequence[str], is_right: NDArray[np.bool_]) -> tuple[list[str], list[str]]:
    """What stands above each hit, a sign and its class, and in which colour: right and wrong differ in both."""
    labels = [f"{RIGHT if right else WRONG} {name}" for name, right in zip(class_names, is_right, strict=True)]
    return labels, [TEST if right else ERROR for right in is_right]


def search_figure(found: SearchQuality, class_names: Sequence[str], hue: str, height: int) -> go.Figure:
    """Mean precision at 10 of the queries of each class, by codes and by pixels."""
    classes = [label for label in range(len(class_names)) if (found.query_labels == label).any()]
    fig = go.Figure()
    series = (("codes", found.by_codes, hue, "circle"), ("pixels", found.by_pixels, PIXELS_HUE, "diamond-open"))
    for name, values, colour, symbol in series:
        means = [float(values[found.query_labels == label].mean()) for label in classes]
        marker = {"size": 12, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}}
        names = as_labels(class_names[label] for label in classes)
        fig.add_scatter(x=names, y=means, mode="markers", name=name, marker=marker)
    fig.update_traces(hovertemplate="class %{x}: %{y:.3f}<extra>%{fullData.name}</extra>")
    theme.style(fig, height=height, x_title="class of the query", y_title="precision at 10")
    fig.update_xaxes(type="category")
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


@dataclass(frozen=True)
class Bar:
    """One bar with its reading beside it."""

    title: str
    value: float
    reading: str
    hue: str


def bars_figure(bars: Sequence[Bar], x_title: str, height: int) -> go.Figure:
    """Horizontal bars from top to bottom, each with its title above it and its reading at its end."""
    names = as_labels(bar.title for bar in bars)
    fig = go.Figure(go.Bar(x=[bar.value for bar in bars], y=names, orientation="h"))
    fig.update_traces(marker={"color": [bar.hue for bar in bars]}, text=[bar.reading for bar in bars])
    fig.update_traces(textposition="outside", textfont={"size": FONT_SIZE}, constraintext="none", cliponaxis=False)
    fig.update_traces(hovertemplate="%{y}: %{text}<extra></extra>")
    theme.style(fig, height=height, x_title=x_title)
    fig.update_xaxes(range=[0, ROOM_FOR_READINGS * max(bar.value for bar in bars)])
    return fig.update_yaxes(autorange="reversed").update_layout(bargap=0.25)


def errors_figure(
    found: Sequence[ErrorAmongOthers], hues: Mapping[str, str], *, threshold_fraction: float, height: int
) -> go.Figure:
    """The errors of the test images as a histogram for each model, with one picture's error and the threshold.

    threshold_fraction: the fraction of the test images below the threshold.
    """
    fig = make_subplots(rows=len(found), shared_xaxes=True, vertical_spacing=0.12, subplot_titles=_titles(found))
    end = 1.05 * max(max(one.error, float(np.quantile(one.errors, LONGEST_SHOWN))) for one in found)
    edges = np.linspace(0, end, N_BINS + 1)
    for place, one in enumerate(found, start=1):
        shares = np.histogram(one.errors, edges)[0] / len(one.errors)
        bars = go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=shares, marker={"color": hues[one.title]}, name=one.title)
        bars.hovertemplate = "error %{x:.1f}: %{y:.1%} of the test images<extra></extra>"
        fig.add_trace(bars, row=place, col=1)
        threshold = float(np.quantile(one.errors, threshold_fraction))
        fig.add_vline(threshold, line={"color": MUTED, "width": 3, "dash": "dot"}, row=place, col=1)
        fig.add_vline(one.error, line={"color": ERROR, "width": 4}, row=place, col=1)
    theme.style(fig, height=height)
    fig.update_yaxes(title_text="fraction of test images", rangemode="tozero")
    fig.update_xaxes(title_text="squared error, summed over pixels", row=len(found))
    fig.update_xaxes(range=[0, end])
    return fig.update_layout(showlegend=False, bargap=0, margin={"t": 34})


def _titles(found: Sequence[ErrorAmongOthers]) -> list[str]:
    return as_labels(f"{one.title}: the drawing (line) at {one.error:.1f}, threshold (dots)" for one in found)


def roc_figure(detections: Sequence[Detection], hues: Mapping[str, str], height: int) -> go.Figure:
    """ROC curves: a hue for each model's title, a dash for each kind of score; the diagonal is guessing."""
    fig = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", name="guessing, AUC 0.500", hoverinfo="skip"))
    fig.update_traces(line={"color": MUTED, "width": 2, "dash": "dot"})
    for one in detections:
        line = {"color": hues[one.title], "width": 3, "dash": DASHES[one.kind]}
        name = as_label(f"{one.title} by {one.kind}, AUC {one.auc.value:.3f}")
        x, y = one.false_alarms.astype(np.float32), one.found.astype(np.float32)
        fig.add_scatter(x=x, y=y, mode="lines", name=name, line=line)
    hover = "%{x:.1%} of the inliers, %{y:.1%} of the anomalies<extra>%{fullData.name}</extra>"
    fig.update_traces(hovertemplate=hover, selector={"hoverinfo": None})
    theme.style(
        fig, height=height, x_title="fraction of inliers above the threshold", y_title="fraction of anomalies above it"
    )
    fig.update_xaxes(range=[-0.01, 1.01]).update_yaxes(range=[-0.01, 1.01])
    return fig


@dataclass(frozen=True)
class ByteCurve:
    """Error against bytes under a title; `marked` is the point that is on show."""

    title: str
    points: tuple[Point, ...]
    hue: str
    dash: str
    marked: int | None = None


def bytes_figure(curves: Sequence[ByteCurve], height: int) -> go.Figure:
    """Squared error per pixel against bytes per image, both on logarithmic scales."""
    fig = go.Figure()
    for curve in curves:
        x, y = ([getattr(point, name) for point in curve.points] for name in ("bytes_per_picture", "mse"))
        sizes = [16 if place == curve.marked else 7 for place in range(len(curve.points))]
        line, marker = {"color": curve.hue, "width": 3, "dash": curve.dash}, {"size": sizes, "color": curve.hue}
        fig.add_scatter(x=x, y=y, mode="lines+markers", name=as_label(curve.title), line=line, marker=marker)
        fig.data[-1].text = [point.setting for point in curve.points]
    fig.update_traces(hovertemplate="%{text}: %{x:.1f} bytes, MSE %{y:.4f}<extra>%{fullData.name}</extra>")
    theme.style(fig, height=height, x_title="bytes per image", y_title="test MSE")
    fig.update_xaxes(type="log", dtick=1, minor={"showgrid": False}).update_yaxes(type="log", dtick=1, tickformat="~g")
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


def noise_figure(errors: RestorationErrors, unit: str, hues: Mapping[str, str], level: float, height: int) -> go.Figure:
    """Error to the clean image against the level of noise: of the noisy image itself and of each restoration.

    hues: by title; of two ways of one hue the second is dashed. level: the one that is on show.
    """
    fig = go.Figure()
    series = {AS_IT_IS: (errors.null, MUTED, "dot")}
    for title, values in errors.restored.items():
        is_second = hues[title] in {hue for _, hue, _ in series.values()}
        series[title] = (values, hues[title], "dash" if is_second else "solid")
    for title, (values, hue, dash) in series.items():
        line = {"color": hue, "width": 3, "dash": dash}
        fig.add_scatter(x=errors.levels, y=values, mode="lines+markers", line=line, marker={"size": 8})
        fig.data[-1].name = as_label(title)
    fig.update_traces(hovertemplate="level %{x:g}: MSE %{y:.4f}<extra>%{fullData.name}</extra>")
    theme.style(fig, height=height, x_title=f"level of noise ({unit})", y_title="MSE to the clean image")
    fig.add_vline(x=level, line={"color": MUTED, "width": 1})
    fig.update_yaxes(rangemode="tozero")
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
