"""Pictures of what each objective does: restored images, sparse codes, Jacobians, networks side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.contraction import CodeChanges, Directions
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.identity import KINDS, NOISE_STDS, Copies
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.images import Bytes, grey, mosaic_figure, signed

Pixels = NDArray[np.floating]
Values = NDArray[np.floating]
# The model with the objective stands beside the plain one, whose hue is its family's.
OBJECTIVE_HUE = "#2b6cb0"
PLAIN_HUE = theme.MODEL_HUES["ae"]
PCA_HUE = theme.MODEL_HUES["pca"]
SYMBOLS = ("circle", "square", "diamond", "triangle-up")


def restoration_figure(
    errors: RestorationErrors, hues: Mapping[str, str], level: float, x_title: str, height: int
) -> go.Figure:
    """The error of each model against the level of the noise, beside the corrupted image's own."""
    fig = go.Figure(_line("corrupted image", errors.levels, errors.null, theme.MUTED, dash="dash"))
    for place, (title, values) in enumerate(errors.restored.items()):
        fig.add_trace(_line(title, errors.levels, values, hues[title], symbol=SYMBOLS[place % len(SYMBOLS)]))
    fig.add_vline(x=level, line={"color": theme.MUTED, "width": 1, "dash": "dot"})
    return _titled(fig, x_title, "MSE to the clean image", height)


def units_figure(
    counts: Sequence[int], curves: Mapping[str, Values], hues: Mapping[str, str], height: int
) -> go.Figure:
    """The error of each model against how many units of its code are kept, both on logarithmic axes."""
    fig = go.Figure()
    for place, (title, values) in enumerate(curves.items()):
        fig.add_trace(_line(title, counts, values, hues[title], symbol=SYMBOLS[place % len(SYMBOLS)]))
    _titled(fig, "units kept of each code", "test MSE", height)
    fig.update_xaxes(type="log", tickvals=[count for count in (1, 2, 5, 10, 20, 50, 100, 200) if count <= max(counts)])
    return fig.update_yaxes(rangemode="tozero")


def spectrum_figure(spectra: Mapping[str, Values], hues: Mapping[str, str], y_title: str, height: int) -> go.Figure:
    """Singular values of a Jacobian in falling order, one line per model, on a logarithmic axis."""
    fig = go.Figure()
    for place, (title, values) in enumerate(spectra.items()):
        fig.add_trace(_line(title, range(1, len(values) + 1), values, hues[title], symbol=SYMBOLS[place]))
    _titled(fig, "singular value, largest first", y_title, height)
    shown = np.concatenate([np.asarray(values) for values in spectra.values()])
    ticks = theme.log_ticks(float(shown[shown > 0].min()), float(shown.max())) if (shown > 0).any() else []
    return fig.update_yaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks]).update_xaxes(dtick=1)


def code_changes_figure(changes: Mapping[str, CodeChanges], hues: Mapping[str, str], height: int) -> go.Figure:
    """How far codes move against how far pictures do, means over pictures, with the bound ‖J‖_F ‖δ‖ dashed."""
    fig = go.Figure()
    for title, of in changes.items():
        bound = of.lengths * of.norms.mean()
        fig.add_trace(_line(f"{title}: ‖J‖ ‖δ‖", list(of.lengths), bound, hues[title], dash="dash"))
        for way, moved, symbol in (("leading δ", of.leading, "square"), ("random δ", of.random, "circle")):
            fig.add_trace(_line(f"{title}: {way}", list(of.lengths), moved.mean(axis=1), hues[title], symbol=symbol))
    x = next(iter(changes.values())).lengths
    _titled(fig, "‖δ‖", "‖f(x + δ) − f(x)‖ / spread of z", height)
    fig.update_xaxes(type="log", tickvals=list(x), ticktext=[f"{one:g}" for one in x])
    means = [of.random.mean(axis=1) for of in changes.values()]
    most = max(float(of.lengths[-1] * of.norms.mean()) for of in changes.values())
    ticks = theme.log_ticks(float(np.min(means)), most)
    return fig.update_yaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])


def _line(
    title: str, x: Sequence[float] | range, y: Values, hue: str, symbol: str = "circle", dash: str = "solid"
) -> go.Scatter:
    return go.Scatter(
        x=list(x),
        y=y,
        name=as_label(title),
        mode="lines" if dash == "dash" else "lines+markers",
        line={"color": hue, "width": 3, "dash": dash},
        marker={"size": 9, "symbol": symbol},
        hovertemplate="%{x}: %{y:.4g}<extra>%{fullData.name}</extra>",
    )


def _titled(fig: go.Figure, x_title: str, y_title: str, height: int) -> go.Figure:
    theme.style(fig, height=height, x_title=x_title, y_title=y_title)
    return fig.update_layout(legend=theme.ABOVE, showlegend=True)


def firing_figure(values: Values, wanted: float | None, wanted_title: str, y_title: str, height: int) -> go.Figure:
    """How much each unit is used, (K,), the most used first, with the level that the objective asks for."""
    bars = go.Bar(x=np.arange(1, len(values) + 1), y=-np.sort(-values), marker_color=theme.Z, showlegend=False)
    bars.hovertemplate = "rank %{x}: %{y:.3f}<extra></extra>"
    fig = theme.style(go.Figure(bars), height=height, x_title="units, the most used first", y_title=y_title)
    if wanted is not None:
        fig.add_hline(y=wanted, line={"color": theme.ERROR, "width": 3, "dash": "dash"})
        label = {"text": as_label(wanted_title), "showarrow": False, "xref": "paper", "x": 1, "xanchor": "right"}
        fig.add_annotation(label, y=wanted, yanchor="bottom", font={"color": theme.ERROR})
    return fig.update_layout(bargap=0.1)


def code_figure(code: Values, height: int) -> go.Figure:
    """One code, (K,), unit by unit; what is 0 has no bar."""
    bars = go.Bar(x=np.arange(1, len(code) + 1), y=code, marker_color=theme.Z)
    bars.hovertemplate = "z<sub>%{x}</sub> = %{y:.3f}<extra></extra>"
    fig = theme.style(go.Figure(bars), height=height, x_title="unit of the code", y_title="activation z")
    return fig.update_yaxes(zeroline=True, zerolinecolor=theme.MUTED)


def features_figure(features: Pixels, n_columns: int, height: int) -> go.Figure:
    """What each unit alone draws, (K, H, W): orange where it adds light, blue where it takes it away."""
    return mosaic_figure(signed(features), [], n_columns, height=height)


def directions_figure(
    rows: Sequence[tuple[str, Pixels, Directions]], n_shown: int, shape: tuple[int, int], height: int
) -> go.Figure:
    """Rows of a title, its picture (H, W) and the leading directions of a Jacobian with their singular values."""
    tiles: list[Bytes] = []
    labels: list[str] = []
    for title, picture, directions in rows:
        tiles += [grey(picture[None]), signed(directions.pictures[:n_shown].reshape(-1, *shape))]
        labels += [title, *(f"{value:.3g}" for value in directions.values[:n_shown])]
    gap = max(1, shape[1] // 10)
    return mosaic_figure(np.concatenate(tiles), labels, len(labels) // len(rows), height=height, gap=gap)


def copies_figure(copies: Copies, shape: tuple[int, int], height: int) -> go.Figure:
    """A picture of each kind, a row each, and what every network makes of it; titles above the first row."""
    columns = [copies.inputs, *(network.pictures for network in copies.networks)]  # each (2, D)
    tiles = grey(np.stack(columns, axis=1).reshape(-1, *shape))
    titles = ["x", *(network.title for network in copies.networks)]
    return mosaic_figure(tiles, [*titles, *[""] * len(titles)], len(titles), height=height)


def kept_figure(copies: Copies, height: int) -> go.Figure:
    """The fraction of the variance that each network keeps of each kind of pictures, with 95 % intervals."""
    fig = go.Figure()
    for place, (kind, hue) in enumerate(zip(KINDS, (theme.TEST, theme.MUTED), strict=True)):
        kept = [network.kept[place] for network in copies.networks]
        ends = theme.whiskers(kept)
        titles = [network.title for network in copies.networks]
        bars = go.Bar(x=titles, y=[one.value for one in kept], name=kind, marker_color=hue, error_y=ends)
        fig.add_trace(bars.update(hovertemplate="%{x}: %{y:.1%}<extra>" + kind + "</extra>"))
    theme.style(fig, height=height, x_title="", y_title="variance kept")
    fig.update_yaxes(range=[0, 1.05], tickformat=".0%")
    return fig.update_layout(legend=theme.ABOVE, showlegend=True, barmode="group")


def response_figure(copies: Copies, titles: Sequence[str], hues: Mapping[str, str], height: int) -> go.Figure:
    """How much of noise passes through some of the networks, against its size; 1 is the identity."""
    fig = go.Figure()
    chosen = [network for network in copies.networks if network.title in titles]
    for place, network in enumerate(chosen):
        symbol = SYMBOLS[place % len(SYMBOLS)]
        fig.add_trace(_line(network.title, NOISE_STDS, network.responses, hues[network.title], symbol))
    fig.layout.shapes = [_level(network.slope, hues[network.title]) for network in chosen]
    _titled(fig, "standard deviation of δ", "|r(x + δ) − r(x)| / |δ|", height)
    return fig.update_xaxes(type="log", tickvals=list(NOISE_STDS)).update_yaxes(rangemode="tozero")


def _level(y: float, hue: str) -> dict[str, object]:
    """A dotted line across the figure. Shapes are set together: each `add_hline` copies all that are there before."""
    line = {"color": hue, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}
