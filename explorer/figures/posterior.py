"""Pictures of posteriors: ellipses to scale, the reparameterisation step by step, the aggregate beside the prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.gradient_estimators import GradientEstimates
from explorer.analysis.latent_plane import subscript
from explorer.analysis.tradeoff import Aggregate, ellipse
from explorer.figures.foreign_text import as_label, as_labels
from explorer.figures.theme import (
    EPSILON,
    FONT_SIZE,
    MODEL_HUES,
    MU,
    MUTED,
    SIGMA,
    Z,
    class_colour,
    equal_aspect,
    style,
    with_alpha,
    without_axes,
)
from explorer.models.written_numbers import with_minus

Array = NDArray[np.float32]
INK = "rgba(128, 140, 148, 0.9)"
GRADIENT = "#d1372c"
SPREAD = 0.28
# Half of the side of a posterior's neighbourhood, in its larger σ.
REACH = 3.2
SQUARE_MARGIN = 1.05


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """One posterior among others in a plane.

    codes: (N, 2) means of other samples with labels (N,); stds: (N, 2); mean, std: (2,) of the one; draws: (S, 2).
    """

    codes: Array
    stds: Array
    labels: NDArray[np.int64]
    mean: Array
    std: Array
    draws: Array
    axis_names: tuple[str, str]


def ellipse_figure(of: Neighbourhood, height: int) -> go.Figure:
    """One posterior at 1σ and 2σ: on the left in the whole plane, on the right as close as its σ asks for."""
    reach = REACH * float(of.std.max())
    titles = ["The whole plane", f"Its neighbourhood: ± {reach:.2g}"]
    fig = make_subplots(cols=2, subplot_titles=titles, horizontal_spacing=0.1)
    near = np.abs(of.codes - of.mean).max(axis=1) < 1.5 * reach
    for column, rows in ((1, np.ones(len(of.codes), bool)), (2, near)):
        for trace in _posterior_traces(of, rows, with_outlines=column == 2):
            fig.add_trace(trace.update(showlegend=column == 2 and bool(trace.name)), row=1, col=column)
    x, y = (of.mean[:, None] + reach * np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]])).astype(np.float32)
    fig.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": SIGMA}, showlegend=False, hoverinfo="skip"))
    style(fig, height=height)
    fig.update_xaxes(title_text=of.axis_names[0], constrain="domain").update_yaxes(constrain="domain")
    fig.update_xaxes(range=[of.mean[0] - reach, of.mean[0] + reach], col=2)
    fig.update_yaxes(range=[of.mean[1] - reach, of.mean[1] + reach], scaleanchor="x2", col=2)
    fig.update_yaxes(scaleanchor="x", title_text=of.axis_names[1], col=1)
    return fig.update_layout(margin={"t": 40}, legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0})


def draws_figure(of: Neighbourhood, height: int) -> go.Figure:
    """The neighbourhood of one posterior with its draws, of which the first is named z."""
    reach = REACH * float(of.std.max())
    near = np.abs(of.codes - of.mean).max(axis=1) < 1.5 * reach
    fig = go.Figure(_posterior_traces(of, near, with_outlines=False))
    fig.add_trace(_dots(of.draws[:1], [Z], 15, "z"))
    for point, name, hue in ((of.mean, "μ", MU), (of.draws[0], "z", Z), *_names_of_ellipses(of)):
        x, y = map(float, point)
        beside = {"showarrow": False, "yshift": -19 if name == "z" else 17}
        fig.add_annotation(x=x, y=y, text=f"<b>{name}</b>", font={"size": 20, "color": hue}, **beside)
    style(fig, height=height, x_title=of.axis_names[0], y_title=of.axis_names[1]).update_layout(showlegend=False)
    fig.update_xaxes(range=[of.mean[0] - reach, of.mean[0] + reach])
    fig.update_yaxes(range=[of.mean[1] - reach, of.mean[1] + reach])
    return equal_aspect(fig).update_xaxes(constrain="range")


def _names_of_ellipses(of: Neighbourhood) -> list[tuple[Array, str, str]]:
    """Where each ellipse is named, at its top."""
    up = of.std * np.array([0, 1], np.float32)
    return [(of.mean + n_sigma * up, f"{n_sigma}σ", SIGMA) for n_sigma in (1, 2)]


def _posterior_traces(of: Neighbourhood, rows: NDArray[np.bool_], *, with_outlines: bool) -> list[go.Scatter]:
    colours = [with_alpha(class_colour(int(label)), 0.35) for label in of.labels[rows]]
    traces = [_dots(of.codes[rows], colours, 5, "")]
    if with_outlines:
        present = np.unique(of.labels[rows])
        chosen = [(rows & (of.labels == label), int(label)) for label in present]
        traces += [_outlines(of.codes[mine], of.stds[mine], label, 0.5, "") for mine, label in chosen]
    for n_sigma, dash in ((1, "solid"), (2, "dash")):
        x, y = ellipse(of.mean, of.std, n_sigma).T
        line = {"color": SIGMA, "width": 4, "dash": dash}
        traces.append(go.Scatter(x=x, y=y, mode="lines", line=line, name=f"{n_sigma}σ", hoverinfo="skip"))
    return [*traces, _dots(of.draws, [Z] * len(of.draws), 9, "draws of z"), _dots(of.mean[None], [MU], 14, "μ")]


def _dots(points: Array, colours: Sequence[str], size: int, name: str) -> go.Scatter:
    return go.Scatter(
        x=points[:, 0].astype(np.float32),
        y=points[:, 1].astype(np.float32),
        mode="markers",
        name=name,
        marker={"color": colours[0] if len(set(colours)) == 1 else list(colours), "size": size},
        hovertemplate=f"{name or 'another mean'}: (%{{x:.2f}}, %{{y:.2f}})<extra></extra>",
    )


def many_ellipses_figure(
    panels: Sequence[tuple[str, Array, Array, NDArray[np.int64]]], names: tuple[str, str], height: int
) -> go.Figure:
    """The means and 1σ ellipses of the same samples under some models, each panel to its own scale.

    A panel holds the square around its ellipses and is as high as the others.

    panels: title, mean (N, 2), std (N, 2) and labels (N,).
    """
    fig = make_subplots(
        cols=len(panels), subplot_titles=as_labels(title for title, *_ in panels), horizontal_spacing=0.05
    )
    for column, (_, mean, std, labels) in enumerate(panels, start=1):
        for label in np.unique(labels):
            rows = labels == label
            fig.add_trace(_outlines(mean[rows], std[rows], int(label)), row=1, col=column)
            # An ellipse smaller than a pixel would not show.
            fig.add_trace(_dots(mean[rows], [class_colour(int(label))], 3, str(label)), row=1, col=column)
        (left, low), (right, high) = _square_around(mean, std)
        scaled = {"scaleanchor": "x" if column == 1 else f"x{column}", "constrain": "range"}
        fig.update_yaxes(**scaled, range=[low, high], col=column)
        fig.update_xaxes(constrain="range", range=[left, right], title_text=names[0], col=column)
    style(fig, height=height).update_annotations(font={"size": FONT_SIZE})
    fig.update_layout(showlegend=False, margin={"t": 60})
    return fig.update_yaxes(title_text=names[1], col=1)


def _square_around(mean: Array, std: Array) -> Array:
    """The corners (2, 2) of the square around all ellipses at 1σ."""
    low, high = (mean - std).min(axis=0), (mean + std).max(axis=0)
    centre, half = (low + high) / 2, SQUARE_MARGIN * (high - low).max() / 2
    return np.stack([centre - half, centre + half])


def _outlines(means: Array, stds: Array, label: int, alpha: float = 1.0, name: str | None = None) -> go.Scatter:
    """Ellipses at 1σ of one class as one line with gaps."""
    gap = np.full((1, 2), np.nan, np.float32)
    parts = [np.vstack([ellipse(mean, std, 1, 33), gap]) for mean, std in zip(means, stds, strict=True)]
    x, y = np.vstack(parts).astype(np.float32).T
    line = {"color": with_alpha(class_colour(label), alpha), "width": 1.5}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", name=str(label) if name is None else name)


def aggregate_figure(aggregate: Aggregate, dimensions: Sequence[int], height: int) -> go.Figure:
    """The aggregate posterior of some dimensions (from 0) as lines over the filled prior, one for each that differs."""
    fig = go.Figure()
    for k, name in _priors(aggregate, dimensions):
        prior = {"x": aggregate.places, "y": aggregate.prior[k], "fill": "tozeroy", "name": name}
        fig.add_scatter(**prior, fillcolor=with_alpha(MUTED, 0.2), line={"color": MUTED, "dash": _dash(dimensions, k)})
    for k in dimensions:
        line = {"color": MODEL_HUES["vae"], "width": 3, "dash": _dash(dimensions, k)}
        name = with_minus(f"q(z{subscript(k + 1)}): mean {aggregate.mean[k]:.2f}, std {aggregate.std[k]:.2f}")
        fig.add_scatter(x=aggregate.places, y=aggregate.density[k], mode="lines", line=line, name=name)
    style(fig, height=height, x_title="z", y_title="density")
    return fig.update_layout(legend={"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0})


def _priors(aggregate: Aggregate, dimensions: Sequence[int]) -> list[tuple[int, str]]:
    """The dimensions whose prior is drawn, with its name: one where it is the same in all of them."""
    is_same = all(np.array_equal(aggregate.prior[k], aggregate.prior[dimensions[0]]) for k in dimensions)
    return [(dimensions[0], "prior")] if is_same else [(k, f"prior of z{k + 1}") for k in dimensions]


def _dash(dimensions: Sequence[int], k: int) -> str:
    dashes = ("solid", "dash", "dot", "dashdot")
    return dashes[dimensions.index(k) % len(dashes)]


def gradients_figure(estimates: GradientEstimates, height: int) -> go.Figure:
    """Two estimates of one gradient, a dot per draw in its own row, with the mean as a line across."""
    fig = go.Figure()
    rows = (("through the draw", estimates.pathwise, Z), ("score function", estimates.score, EPSILON))
    for row, (name, values, hue) in enumerate(rows):
        heights = row + SPREAD * np.random.default_rng(0).uniform(-1, 1, len(values))
        marker = {"size": 5, "opacity": 0.35, "color": hue}
        dots = {"x": values.astype(np.float32), "y": heights.astype(np.float32), "mode": "markers", "marker": marker}
        fig.add_scatter(**dots, name=name, hovertemplate="%{x:.3g}<extra></extra>", showlegend=False)
        mean = float(values.mean())
        line = {"color": INK, "width": 3}
        fig.add_scatter(
            x=[mean, mean], y=[row - 0.4, row + 0.4], mode="lines", line=line, name="mean", showlegend=False
        )
    style(fig, height=height, x_title="∂/∂μ of the squared error, from one draw")
    return fig.update_yaxes(tickvals=[0, 1], ticktext=[name for name, *_ in rows], range=[-0.6, 1.6], showgrid=False)


# Where each part of the picture stands, and its colour.
NODES = {
    "x": ("x", 0.0, 1.0, INK),
    "encoder": ("encoder", 1.3, 1.0, INK),
    "mu": ("μ", 2.7, 1.7, MU),
    "sigma": ("σ", 2.7, 0.3, SIGMA),
    "epsilon": ("ε", 4.0, -0.6, EPSILON),
    "z": ("z", 4.9, 1.0, Z),
    "decoder": ("decoder", 6.2, 1.0, INK),
    "loss": ("loss", 7.6, 1.0, INK),
}
EDGES = (
    ("x", "encoder"),
    ("encoder", "mu"),
    ("encoder", "sigma"),
    ("mu", "z"),
    ("sigma", "z"),
    ("epsilon", "z"),
    ("z", "decoder"),
    ("decoder", "loss"),
)
BACK_TO_Z = (("decoder", "loss"), ("z", "decoder"))
BACK_TO_ENCODER = (("mu", "z"), ("sigma", "z"), ("encoder", "mu"), ("encoder", "sigma"))


def reparameterisation_figure(step: int, values: dict[str, str], *, reparameterised: bool, height: int) -> go.Figure:
    """The computation of one step of training; step: 1 to 6, values: what stands below the nodes that are known.

    Grey arrows wait, dark ones carry values forward, red ones carry the gradient back.
    """
    fig = go.Figure()
    reached = _reached(step)
    for edge in EDGES:
        if edge != ("epsilon", "z") or reparameterised:
            _arrow(fig, edge, INK if edge[1] in reached and edge[0] in reached else with_alpha(MUTED, 0.25))
    if step >= 6:
        for start, end in (*BACK_TO_Z, *(BACK_TO_ENCODER if reparameterised else ())):
            _arrow(fig, (end, start), GRADIENT, shift=0.14)
    for name, (text, x, y, colour) in NODES.items():
        if name != "epsilon" or reparameterised:
            _node(fig, text, x, y, colour if name in reached else with_alpha(MUTED, 0.35), values.get(name, ""))
    if step >= 6 and not reparameterised:
        text = "no rule leads from a draw of N(μ, σ²) to μ and σ:<br>backpropagation ends here"
        fig.add_annotation(x=5.4, y=-0.6, text=text, showarrow=False, font={"color": GRADIENT, "size": 18})
    style(fig, height=height)
    fig.update_xaxes(range=[-0.6, 8.2])
    return without_axes(fig.update_yaxes(range=[-1.25, 2.25]))


def _reached(step: int) -> set[str]:
    """The nodes whose values are known after a step."""
    order = (("x", "encoder"), ("mu", "sigma"), ("epsilon",), ("z",), ("decoder", "loss"))
    return {name for names in order[:step] for name in names}


def _node(fig: go.Figure, text: str, x: float, y: float, colour: str, value: str) -> None:
    is_letter = len(text) == 1
    solid = colour if colour.startswith("#") else INK
    fig.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers+text",
            text=[f"<b>{text}</b>"],
            textfont={"color": "#ffffff" if is_letter else solid, "size": 24 if is_letter else 17},
            marker={"size": 48 if is_letter else 1, "color": colour},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    # The arrow from ε ends below z.
    beside = 0.46 if text == "z" else -0.46
    fig.add_annotation(x=x, y=y + beside, text=as_label(value), showarrow=False, font={"size": 18})


def _arrow(fig: go.Figure, edge: tuple[str, str], colour: str, shift: float = 0.0) -> None:
    (_, x0, y0, _), (_, x1, y1, _) = (NODES[name] for name in edge)
    margin = 0.34
    length = float(np.hypot(x1 - x0, y1 - y0))
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    start_margin, end_margin = (0.55 if NODES[name][0] in ("encoder", "decoder") else margin for name in edge)
    fig.add_annotation(
        ax=x0 + dx * start_margin,
        ay=y0 + dy * start_margin + shift,
        x=x1 - dx * end_margin,
        y=y1 - dy * end_margin + shift,
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        showarrow=True,
        arrowhead=2,
        arrowwidth=3,
        arrowcolor=colour,
        text="",
    )
