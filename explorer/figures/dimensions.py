"""Pictures of what many dimensions do: distances, samples needed, errors against features, and where draws lie."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.dimensions import (
    SPREAD_OF_CUBE,
    Distances,
    Peaking,
    Radii,
    dimensions_for,
    log10_samples_needed,
)
from explorer.figures import theme
from explorer.figures.foreign_text import as_label

Floats = NDArray[np.float64]
BINS = np.linspace(0, 2.2, 45)
# Cubes whose distances are drawn as a density.
DRAWN = {2: "dot", 10: "dash", 100: "solid"}


def distances_figure(uniform: Mapping[int, Distances], own: Distances, title: str, height: int) -> go.Figure:
    """Distances over their mean of points in cubes of several dimensions and of the data; their spread against d."""
    fig = make_subplots(cols=2, column_widths=[0.55, 0.45], horizontal_spacing=0.12)
    for d, dash in DRAWN.items():
        fig.add_trace(_density(uniform[d].relative, f"uniform, d = {d}", theme.MUTED, dash), row=1, col=1)
    fig.add_trace(_density(own.relative, title, theme.TEST, "solid").update(line_width=4), row=1, col=1)
    fig.add_traces(_spreads(uniform, own, title), rows=1, cols=2)
    theme.style(fig, height=height).update_layout(legend=theme.ABOVE, showlegend=True)
    fig.update_xaxes(title_text="distance / mean distance", col=1)
    fig.update_yaxes(title_text="density of pairs", rangemode="tozero", col=1)
    fig.update_xaxes(title_text="dimension d", type="log", tickvals=[1, 10, 100, 1000, 10_000], tickangle=0, col=2)
    return fig.update_yaxes(title_text="standard deviation / mean", rangemode="tozero", col=2)


def _shades(colour: str, n: int) -> list[str]:
    """One hue, stronger from line to line."""
    return [theme.with_alpha(colour, alpha) for alpha in np.linspace(0.4, 1, n)]


def _density(values: Floats, name: str, hue: str, dash: str) -> go.Scatter:
    share, _ = np.histogram(values, BINS, density=True)
    middles = (BINS[1:] + BINS[:-1]) / 2
    line = {"color": hue, "width": 2.5, "dash": dash}
    return go.Scatter(x=middles, y=share, name=as_label(name), mode="lines", line=line, hoverinfo="name")


def _spreads(uniform: Mapping[int, Distances], own: Distances, title: str) -> list[go.Scatter]:
    """The spread in cubes with its limit, and the data's where a cube has the same."""
    d = np.geomspace(1, max(*uniform, own.like_uniform_in), 60)
    limit = go.Scatter(x=d, y=np.sqrt(SPREAD_OF_CUBE / d), name="√(0.35 / d)", mode="lines", showlegend=False)
    limit.line = {"color": theme.MUTED, "width": 2, "dash": "dot"}
    cubes = _points(list(uniform), [one.spread.value for one in uniform.values()], "uniform points", theme.MUTED)
    spread = own.spread
    mark = _points([own.like_uniform_in], [spread.value], title, theme.TEST)
    mark.error_y = {"array": [spread.high - spread.value], "arrayminus": [spread.value - spread.low]}
    mark.update(text=[f"d ≈ {own.like_uniform_in:.0f}"], mode="markers+text", textposition="top right")
    return [limit, cubes, mark]


def _points(x: Sequence[float], y: Sequence[float], name: str, hue: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        name=as_label(name),
        mode="markers",
        marker={"size": 12, "color": hue},
        showlegend=False,
        hovertemplate="d = %{x:.3g}: %{y:.3f}<extra></extra>",
    )


def samples_needed_figure(
    radii: Sequence[float], n_samples: int, title: str, most_dimensions: int, height: int
) -> go.Figure:
    """The number of samples that a near neighbour needs, against d, for several radii; a line for the data's own."""
    d = np.arange(1, most_dimensions + 1)
    fig = go.Figure()
    for radius, hue in zip(radii, _shades(theme.TEST, len(radii)), strict=True):
        curve = go.Scatter(
            x=d, y=10 ** log10_samples_needed(d, radius), name=f"within {radius:g}", mode="lines+markers"
        )
        curve.line, curve.marker = {"color": hue, "width": 3}, {"size": 7}
        fig.add_trace(curve.update(hovertemplate="d = %{x}: %{y:.2g} samples<extra></extra>"))
    enough = [dimensions_for(n_samples, radius) for radius in radii]
    marks = go.Scatter(x=enough, y=[n_samples] * len(enough), mode="markers+text", showlegend=False, hoverinfo="skip")
    marks.update(text=[f"d = {one:.1f}" for one in enough], textposition="bottom right")
    fig.add_trace(marks.update(marker={"size": 13, "color": theme.ERROR}))
    fig.add_hline(y=n_samples, line={"color": theme.ERROR, "width": 2, "dash": "dash"})
    own = {"text": as_label(title), "showarrow": False, "xref": "paper", "x": 0.01, "xanchor": "left"}
    fig.add_annotation(own, y=np.log10(n_samples), yanchor="bottom", font={"color": theme.ERROR})
    theme.style(fig, height=height, x_title="dimension d", y_title="samples n").update_layout(legend=theme.ABOVE)
    return fig.update_yaxes(type="log", exponentformat="power", dtick=2)


def peaking_figure(curves: Mapping[int, Peaking], height: int) -> go.Figure:
    """The error against the number of features, by the number of samples that the means come from; dotted: known."""
    fig = go.Figure()
    for (n, found), hue in zip(curves.items(), _shades(theme.TEST, len(curves)), strict=True):
        line = go.Scatter(x=found.n_features, y=found.learned, name=f"means of {n} samples", mode="lines")
        line.line = {"color": hue, "width": 3}
        fig.add_trace(line.update(hovertemplate="%{x} features: %{y:.1%}<extra></extra>"))
        place = int(found.learned.argmin())
        mark = _points([found.best], [float(found.learned[place])], "least", theme.ERROR)
        mark.error_y = {"array": [float(found.high[place] - found.learned[place])]}
        fig.add_trace(mark.update(text=[f"{found.best}"], mode="markers+text", textposition="top center"))
    known = go.Scatter(x=found.n_features, y=found.known, name="true means", mode="lines")
    fig.add_trace(known.update(line={"color": theme.MUTED, "width": 3, "dash": "dot"}))
    theme.style(fig, height=height, x_title="number of features", y_title="error").update_layout(legend=theme.ABOVE)
    fig.update_xaxes(type="log", tickvals=theme.log_ticks(1, float(found.n_features[-1])))
    return fig.update_yaxes(tickformat=".0%", rangemode="tozero")


def radii_figure(of: Radii, draws: Floats, height: int) -> go.Figure:
    """Two coordinates of uniform draws (N, K), those outside the largest ball in orange; densities of ‖z‖."""
    fig = make_subplots(cols=2, column_widths=[0.45, 0.55], horizontal_spacing=0.12)
    is_outside = np.linalg.norm(draws, axis=1) > of.face
    for name, chosen, hue in (
        ("within the ball", ~is_outside, theme.TEST),
        ("outside the ball", is_outside, theme.ERROR),
    ):
        x, y = draws[chosen, 0], draws[chosen, 1]
        points = go.Scatter(x=x, y=y, name=name, mode="markers", marker={"size": 6, "color": hue}, hoverinfo="skip")
        fig.add_trace(points, row=1, col=1)
    for name, density, hue in (("uniform", of.uniform, theme.ERROR), ("N(0, I)", of.normal, theme.Z)):
        line = go.Scatter(x=of.at, y=density, name=name, mode="lines", line={"color": hue, "width": 4})
        fig.add_trace(line.update(hovertemplate="‖z‖ = %{x:.2f}: %{y:.2f}<extra>" + name + "</extra>"), row=1, col=2)
    theme.style(fig, height=height).update_layout(legend=theme.ABOVE)
    for x, text in ((of.face, "sides"), (of.corner, "corners")):
        fig.add_vline(x=x, line={"color": theme.MUTED, "width": 2, "dash": "dash"}, annotation_text=text, row=1, col=2)
    reach = 1.05 * of.face
    fig.update_xaxes(title_text="z₁", range=[-reach, reach], constrain="domain", col=1)
    fig.update_yaxes(title_text="z₂", range=[-reach, reach], scaleanchor="x", constrain="domain", col=1)
    fig.update_xaxes(title_text="distance ‖z‖ from the middle", rangemode="tozero", col=2)
    return fig.update_yaxes(title_text="density", rangemode="tozero", col=2)
