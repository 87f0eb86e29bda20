"""The picture of a decoder's metric: where it stretches the plane, and the steps that change its picture equally."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.decoder_geometry import Metric, equal_change_ellipse
from explorer.figures import theme
from explorer.figures.points import point_cloud, thinned

Array = NDArray[np.float32]
N_ELLIPSES = 13
# The half-axis of an ellipse where the decoder stretches as it usually does, in distances between two ellipses.
HALF_AXIS = 0.35
SHOWN_QUANTILES = (0.02, 0.98)
STRETCH_SCALE = ((0.0, theme.with_alpha(theme.Z, 0)), (1.0, theme.with_alpha(theme.Z, 0.95)))


def metric_figure(
    metric: Metric, points: Array, labels: NDArray[np.int64], z_names: tuple[str, str], height: int
) -> go.Figure:
    """The area factor in colour on a logarithmic scale, codes (N, 2) in their classes' colours, ellipses over both."""
    across, up = np.meshgrid(metric.u, metric.v)
    colours = [theme.class_colour(int(label)) for label in thinned(labels)]
    fig = go.Figure([_heatmap(metric), point_cloud(thinned(points), colours, 3), *_ellipses(metric, points)])
    theme.style(fig, height=height, x_title=z_names[0], y_title=z_names[1])
    fig.update_xaxes(range=[across.min(), across.max()], showgrid=False)
    fig.update_yaxes(range=[up.min(), up.max()], showgrid=False)
    return theme.equal_aspect(fig)


def _heatmap(metric: Metric) -> go.Heatmap:
    factor = np.maximum(metric.area_factor, 1e-12)
    low, high = np.quantile(factor, SHOWN_QUANTILES)
    ticks = theme.log_ticks(float(low), float(max(high, low * 1.01)))
    heatmap = go.Heatmap(x=metric.u, y=metric.v, z=np.log10(factor), zsmooth="best", colorscale=STRETCH_SCALE)
    heatmap.update(zmin=np.log10(low), zmax=np.log10(max(high, low * 1.01)), customdata=factor)
    heatmap.hovertemplate = "√det JᵀJ = %{customdata:.3g}<extra>area factor</extra>"
    names = {"tickvals": np.log10(ticks).tolist(), "ticktext": [f"{tick:g}" for tick in ticks]}
    heatmap.colorbar = {"title": {"text": "area factor", "side": "right"}, "thickness": 14, "outlinewidth": 0, **names}
    return heatmap


def change_of_ellipses(metric: Metric, points: Array) -> float:
    """How far the picture moves along half of the usual ellipse near codes (N, 2): the change that all stand for."""
    largest = np.sqrt(np.linalg.eigvalsh(metric.values[_have_codes(metric, points)])[:, -1])  # (n,)
    return float(HALF_AXIS * (metric.u[-1] - metric.u[0]) / N_ELLIPSES * np.median(largest))


def _ellipses(metric: Metric, points: Array) -> list[go.Scatter]:
    """An outline at each of 13 × 13 places that codes (N, 2) are near to; black on white stands out on every ground."""
    change, is_near = change_of_ellipses(metric, points), _have_codes(metric, points)
    rows, columns = (_centres(len(axis)) for axis in (metric.v, metric.u))
    outlines: list[Array | NDArray[np.float64]] = []
    for row in rows:
        for column in columns:
            if not is_near[row, column]:
                continue
            place = np.array([metric.u[column], metric.v[row]])
            outlines += [place + equal_change_ellipse(metric.values[row, column], change), np.array([[np.nan, np.nan]])]
    x, y = np.concatenate(outlines).T
    line = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    return [go.Scatter(x=x, y=y, line={"width": w, "color": c}, **line) for w, c in ((3.5, "white"), (1.5, "black"))]


def _have_codes(metric: Metric, points: Array) -> NDArray[np.bool_]:
    """Whether a code lies in the square around each place (H, W), half as large again as an ellipse's share."""
    half = 0.75 * (metric.u[-1] - metric.u[0]) / N_ELLIPSES
    across, up = (np.abs(axis[:, None] - points[:, place]) < half for place, axis in enumerate((metric.u, metric.v)))
    inside: NDArray[np.bool_] = up.astype(np.float32) @ across.astype(np.float32).T > 0  # (H, W)
    return inside


def _centres(n: int) -> NDArray[np.int64]:
    """Where ellipses stand along an axis of n places, evenly and away from its ends."""
    return np.rint((np.arange(N_ELLIPSES) + 0.5) * (n - 1) / N_ELLIPSES).astype(np.int64)
