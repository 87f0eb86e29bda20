"""Pictures of holes: the map over a plane of codes, and the numbers beside their null values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.hole_map import CONFIDENCE, CONTOUR_SHARES, LOG_RATIO, HoleMap, Layer
from explorer.analysis.measure import Measure
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.points import point_cloud, thinned

Array = NDArray[np.float32]
CLIPPED_NATS = 8.0
LEAST_CONFIDENCE = 0.3
LEAST_FAR = 0.5
GROUND_ALPHA = 0.8
LINE_PIXELS, ROW_GAP_PIXELS, LEGEND_PIXELS = 26, 22, 90
# The bar of a layer's colours: its steps, and its height with ticks and title.
N_SCALE_STEPS, SCALE_HEIGHT_PX, SCALE_FOOT_PX = 201, 72, 56
# Orange is where a hole is, in every layer; blue where the sampler misses codes.
HOLE = theme.DIVERGING[-1][1]
MISSED = theme.DIVERGING[0][1]
HOLE_SCALE = ((0.0, theme.with_alpha(HOLE, 0)), (1.0, theme.with_alpha(HOLE, 0.95)))
FADING_HOLE_SCALE = ((0.0, theme.with_alpha(HOLE, 0.95)), (1.0, theme.with_alpha(HOLE, 0)))
SIGNED_HOLE_SCALE = (
    (0.0, theme.with_alpha(MISSED, 0.95)),
    (0.5, theme.with_alpha(theme.MUTED, 0)),
    (1.0, theme.with_alpha(HOLE, 0.95)),
)


@dataclass(frozen=True)
class NumberSeries:
    """The measures of one model, or of one sampler, under a title and in a hue."""

    title: str
    hue: str
    measures: tuple[Measure, ...]


def hole_map_figure(
    result: HoleMap, layer_key: str, points: Array, labels: NDArray[np.int64], height: int
) -> go.Figure:
    """One layer of a map with the sampler's contours, the codes (N, 2) in their classes' colours and the worst hole.

    Where neither draws nor codes lie the layer is left clear.
    """
    layer = next(layer for layer in result.layers if layer.kind.key == layer_key)
    fig = go.Figure([_heatmap(result, layer), _codes(points, labels), *_contours(result), *_worst(result)])
    u, v = result.plane.labels
    theme.style(fig, height=height, x_title=u, y_title=v)
    fig.update_xaxes(range=[result.u[0], result.u[-1]], showgrid=False)
    fig.update_yaxes(range=[result.v[0], result.v[-1]], showgrid=False)
    return theme.equal_aspect(fig)


def _heatmap(result: HoleMap, layer: Layer) -> go.Heatmap:
    kind = layer.kind
    shown = np.where(result.reached, layer.values, np.float32(np.nan))
    heatmap = go.Heatmap(x=result.u, y=result.v, z=shown, zsmooth=False, **_scale(layer, result.reached))
    heatmap.hovertemplate = f"%{{z:.3g}} {kind.unit}<extra>{kind.title}</extra>"
    heatmap.colorbar = {"title": {"text": kind.unit, "side": "right"}, "thickness": 14, "outlinewidth": 0}
    return heatmap


def _scale(layer: Layer, reached: NDArray[np.bool_]) -> dict[str, object]:
    if layer.kind == LOG_RATIO:
        return {"colorscale": SIGNED_HOLE_SCALE, "zmin": -CLIPPED_NATS, "zmax": CLIPPED_NATS}
    if layer.kind == CONFIDENCE:
        return {"colorscale": FADING_HOLE_SCALE, "zmin": LEAST_CONFIDENCE, "zmax": 1}
    # Never finer than this, or the speckle between the codes of a model without holes would look like holes.
    highest = max(LEAST_FAR, float(np.quantile(layer.values[reached], 0.99)))
    return {"colorscale": HOLE_SCALE, "zmin": 0, "zmax": highest}


def _codes(points: Array, labels: NDArray[np.int64]) -> go.Scatter:
    colours = [theme.class_colour(int(label)) for label in thinned(labels)]
    return point_cloud(thinned(points), colours, 3)


def _contours(result: HoleMap) -> list[go.Contour]:
    lines = []
    for share, level in zip(CONTOUR_SHARES, result.contour_nats, strict=True):
        contour = go.Contour(x=result.u, y=result.v, z=result.sampler_nats, hoverinfo="skip", showscale=False)
        contour.contours = {"start": level, "end": level, "size": 1, "coloring": "none"}
        contour.line = {"color": theme.Z, "width": 2.5, "dash": "solid" if share == CONTOUR_SHARES[0] else "dot"}
        contour.update(name=f"{share:.0%} of draws", showlegend=False)
        lines.append(contour)
    return lines


def _worst(result: HoleMap) -> list[go.Scatter]:
    if result.worst is None:
        return []
    across, up = result.worst.point
    rings = []
    # Black on white, so that one of the two stands out on every ground.
    for width, colour in ((7, "white"), (3, "black")):
        marker = {"symbol": "circle-open", "size": 22, "line": {"width": width}, "color": colour}
        rings.append(go.Scatter(x=[across], y=[up], mode="markers", marker=marker, showlegend=False))
    label = f"log-ratio {result.worst.log_ratio_nats:.1f} nats<extra>worst hole</extra>"
    rings[-1].update(mode="markers+text", text="worst hole", textposition="top center", hovertemplate=label)
    return rings


def layer_pixels(result: HoleMap, layer_key: str) -> NDArray[np.uint8]:
    """One layer as an image (H, W, 4), first row on top: orange where a hole is, blue where codes are missed."""
    layer = next(layer for layer in result.layers if layer.kind.key == layer_key)
    strength = np.where(result.reached, _hole_strength(layer, result.reached), 0)
    colours = np.array([list(bytes.fromhex(colour[1:])) for colour in (MISSED, HOLE)], np.uint8)
    pixels = np.empty((*strength.shape, 4), np.uint8)
    pixels[..., :3] = colours[(strength > 0).astype(int)]
    pixels[..., 3] = np.rint(255 * GROUND_ALPHA * np.minimum(np.abs(strength), 1))
    return pixels[::-1]


def map_scale_figure(result: HoleMap, layer_key: str) -> go.Figure:
    """The scale of a layer's colours as a bar to lie under its plane."""
    layer = next(layer for layer in result.layers if layer.kind.key == layer_key)
    scale = _scale(layer, result.reached)
    places = np.linspace(float(str(scale["zmin"])), float(str(scale["zmax"])), N_SCALE_STEPS)
    bar = go.Heatmap(x=places, y=[0], z=places[None], showscale=False, hoverinfo="skip", **scale)
    fig = theme.style(go.Figure(bar), height=SCALE_HEIGHT_PX, x_title=_scale_title(layer))
    fig.update_yaxes(visible=False, fixedrange=True)
    fig.update_layout(margin={"t": 4, "b": SCALE_FOOT_PX})
    return fig.update_xaxes(
        fixedrange=True, showgrid=False, nticks=7, title_standoff=6, ticklen=0, ticklabelstandoff=-6
    )


def _scale_title(layer: Layer) -> str:
    if layer.kind == LOG_RATIO:
        return "log p(z) − log q(z), nats: holes at the right, missed codes at the left"
    return f"{layer.kind.title} ({layer.kind.unit})"


def _hole_strength(layer: Layer, reached: NDArray[np.bool_]) -> NDArray[np.floating]:
    scale = _scale(layer, reached)
    low, high = float(str(scale["zmin"])), float(str(scale["zmax"]))
    if layer.kind == CONFIDENCE:
        return (high - layer.values) / (high - low)
    return layer.values / high


def hole_numbers_figure(series: Sequence[NumberSeries]) -> go.Figure:
    """Each number as a dot with its 95 % interval, filled where it differs from its null, which is a grey bar.

    One row per quantity, all of them shares from 0 to 1; every series must hold the same quantities.
    """
    titles = [measure.metric.title for measure in series[0].measures]
    row_pixels = LINE_PIXELS * len(series) + ROW_GAP_PIXELS
    lines = (np.arange(len(series)) - (len(series) - 1) / 2) * LINE_PIXELS / row_pixels
    placed = [(one, -np.arange(len(titles)) - below) for one, below in zip(series, lines, strict=True)]
    fig = go.Figure([trace for one, rows in placed for trace in (_nulls(one, rows), _dots(one, rows))])
    fig.layout.annotations = [reading for one, rows in placed for reading in _readings(one, rows)]
    theme.style(fig, height=row_pixels * len(titles) + LEGEND_PIXELS)
    fig.update_xaxes(range=[-0.02, 1.02], tickformat=".0%", domain=[0, 0.72])
    fig.update_yaxes(tickvals=[-row for row in range(len(titles))], ticktext=titles, showgrid=False)
    fig.update_yaxes(range=[-len(titles) + 0.5, 0.5])
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


def _nulls(series: NumberSeries, rows: NDArray[np.float64]) -> go.Scatter:
    low, high = (np.array([getattr(m.null, side) for m in series.measures]) for side in ("low", "high"))
    # A null that is known exactly has no width; half a percent keeps it in sight.
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.0025)
    error = {"type": "data", "array": half, "thickness": 14, "width": 0, "color": theme.with_alpha(theme.MUTED, 0.6)}
    trace = go.Scatter(x=middle, y=rows, mode="markers", error_x=error, showlegend=False, hoverinfo="skip")
    return trace.update(marker={"size": 1, "color": theme.MUTED})


def _dots(series: NumberSeries, rows: NDArray[np.float64]) -> go.Scatter:
    value, low, high = (np.array([getattr(m.measured, k) for m in series.measures]) for k in ("value", "low", "high"))
    error = {"type": "data", "symmetric": False, "array": high - value, "arrayminus": value - low}
    symbols = ["circle" if measure.is_significant else "circle-open" for measure in series.measures]
    marker = {"size": 14, "color": series.hue, "symbol": symbols, "line": {"width": 3, "color": series.hue}}
    trace = go.Scatter(x=value, y=rows, mode="markers", name=as_label(series.title), marker=marker)
    trace.error_x = {**error, "thickness": 3, "width": 0, "color": series.hue}
    trace.text = [f"{measure.metric.meaning} ({measure.metric.source})" for measure in series.measures]
    return trace.update(hovertemplate="%{x:.1%}: %{text}<extra></extra>")


def _readings(series: NumberSeries, rows: NDArray[np.float64]) -> list[dict[str, object]]:
    placed = zip(series.measures, rows.tolist(), strict=True)
    return [_reading(measure, row, series.hue) for measure, row in placed]


def _reading(measure: Measure, row: float, hue: str) -> dict[str, object]:
    text = f"<b>{measure.measured.value:.1%}</b>, null {measure.null.value:.1%}"
    font = {"size": theme.FONT_SIZE, "color": hue}
    place = {"x": 0.74, "xref": "paper", "xanchor": "left", "y": row, "yanchor": "middle"}
    return {"text": text, "showarrow": False, "font": font, **place}
