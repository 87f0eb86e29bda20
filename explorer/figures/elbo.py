"""Pictures of the evidence lower bound: the true posterior under several q, and bars and curves in nats."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.elbo import Approximation, ElboGap
from explorer.analysis.evidence import BoundsByDraws, TruePosterior
from explorer.analysis.forces import Forces
from explorer.analysis.mcmc import Chains
from explorer.analysis.training_bound import TrainingBound
from explorer.figures.foreign_text import as_label, as_labels
from explorer.figures.theme import ABOVE, ERROR, MU, MUTED, SIGMA, TEST, Z, equal_aspect, log_ticks, style, with_alpha
from explorer.models.written_numbers import with_minus

Floats = NDArray[np.float64]
TRUE, ELBO, GAP = Z, TEST, ERROR
KL = TEST
DENSITY_SCALE = ((0.0, with_alpha(TRUE, 0)), (1.0, with_alpha(TRUE, 0.95)))
DASHES = ("solid", "dash", "dot")
EVIDENCE_BAR, ELBO_BAR, GAP_BAR = "log p(x)", "ELBO", "KL(q ‖ p(z|x))"
BARS = (EVIDENCE_BAR, ELBO_BAR, GAP_BAR)
N_SHOWN = 400
# The axis of a bound begins at this fraction of its values: the first steps would leave no room for the rest.
SHOWN_FROM = 0.25
# What a plane shows of p(z|x), as a fraction of its height, and how much more on each side, of its width.
NEGLIGIBLE, PLANE_MARGIN = 1e-3, 0.05


@dataclass(frozen=True, eq=False)
class Estimates:
    """Running estimates of log p(x): values (repeats, n) by number of draws, and the log p(x) that they should meet."""

    title: str
    values_nats: Floats
    log_evidence_nats: float


def posterior_figure(gap: ElboGap, height: int) -> go.Figure:
    """p(z|x) as a colour, and each q(z) as its outline at 2σ."""
    true = gap.posterior
    fig = go.Figure(
        go.Heatmap(
            x=true.x, y=true.y, z=true.density.astype(np.float32), colorscale=DENSITY_SCALE, showscale=False,
            hovertemplate="z₁ %{x:.3f}, z₂ %{y:.3f}: density %{z:.3g}<extra>p(z|x)</extra>",
        )
    )  # fmt: skip
    for own, dash in zip(gap.approximations, DASHES, strict=True):
        x, y = outline(own, 2).T
        fig.add_scatter(x=x, y=y, mode="lines", line={"color": SIGMA, "width": 4, "dash": dash}, name=own.title)
    mean = gap.encoder.mean
    fig.add_scatter(x=[mean[0]], y=[mean[1]], mode="markers", marker={"color": MU, "size": 12}, name="μ(x)")
    return _as_plane(fig, part_that_matters(true, gap.approximations), height)


def part_that_matters(true: TruePosterior, approximations: Sequence[Approximation]) -> Floats:
    """The least and greatest z₁ and z₂, (2, 2), of all cells above NEGLIGIBLE of p(z|x) and of each q at 2σ."""
    up, across = np.nonzero(true.density >= NEGLIGIBLE * true.density.max())
    places = np.vstack([np.column_stack([true.x[across], true.y[up]]), *(outline(own, 2) for own in approximations)])
    return np.stack([places.min(axis=0), places.max(axis=0)])


def _as_plane(fig: go.Figure, corners: Floats, height: int) -> go.Figure:
    """The figure with a plane's axes, which hold the corners (2, 2) and grow across or up to fill its place."""
    style(fig, height=height, x_title="z₁", y_title="z₂")
    (left, low), (right, high) = corners + np.array([[-1], [1]]) * PLANE_MARGIN * (corners[1] - corners[0])
    fig.update_xaxes(range=[left, right], showgrid=False).update_yaxes(range=[low, high], showgrid=False)
    return equal_aspect(fig).update_xaxes(constrain="range").update_yaxes(constrain="range").update_layout(legend=ABOVE)


def outline(of: Approximation, n_sigma: float, n_points: int = 97) -> Floats:
    """Where a Gaussian lies n_sigma standard deviations from its mean, (n_points, 2), closed."""
    angle = np.linspace(0, 2 * np.pi, n_points)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(of.mean + n_sigma * circle @ of.factor.T)


def chains_figure(found: Chains, gap: ElboGap, height: int) -> go.Figure:
    """p(z|x) as a colour, where the chains end as dots, and the encoder's q at 2σ."""
    true, (x, y) = found.posterior, found.places[-1].T
    corners = part_that_matters(true, [gap.encoder])
    n_there = int(((corners[0] <= found.places[-1]) & (found.places[-1] <= corners[1])).all(axis=1).sum())
    scale = {"colorscale": DENSITY_SCALE, "showscale": False, "hoverinfo": "skip"}
    fig = go.Figure(go.Heatmap(x=true.x, y=true.y, z=true.density.astype(np.float32), **scale))
    name = f"{len(x)} chains after {found.steps[-1]} steps, {n_there} at p(z|x)"
    fig.add_scatter(x=x, y=y, mode="markers", marker={"color": ERROR, "size": 5, "opacity": 0.6}, name=name)
    x, y = outline(gap.encoder, 2).T
    fig.add_scatter(x=x, y=y, mode="lines", line={"color": SIGMA, "width": 4}, name=gap.encoder.title)
    return _as_plane(fig, corners, height)


def chain_distances_figure(found: Chains, height: int) -> go.Figure:
    """How far the chains are from p(z|x) against the steps, with as many draws of q and exact ones as levels."""
    steps, kept = found.steps[1:], found.distances[1:]
    error = {"array": [one.high - one.value for one in kept], "arrayminus": [one.value - one.low for one in kept]}
    curve = go.Scatter(x=steps, y=[one.value for one in kept], error_y=error, mode="lines+markers", name="chains")
    fig = go.Figure(curve.update(line={"color": ERROR, "width": 4}, marker={"size": 12}))
    levels = (("q(z|x)", found.encoder.value, SIGMA), ("exact draws", found.floor.value, MUTED))
    for name, value, hue in levels:
        note = {"text": name, "font": {"size": 18, "color": hue}}
        line = {"color": hue, "width": 3, "dash": "dash"}
        fig.add_hline(y=value, line=line, annotation=note, annotation_position="top left")
    style(fig, height=height, x_title="steps, a pass through the decoder each", y_title="total variation from p(z|x)")
    fig.update_xaxes(type="log", tickvals=list(steps))
    return fig.update_yaxes(range=[0, 1.02]).update_layout(showlegend=False)


def bars_figure(gap: ElboGap, height: int, lit: Collection[str] = BARS) -> go.Figure:
    """log p(x) as the ELBO and what is missing, for the encoder's q; bars that are not lit are grey."""
    own, top = gap.encoder, gap.posterior.log_evidence_nats
    base = own.elbo_nats - 1.5 * max(top - own.elbo_nats, 0.1)
    spans = ((EVIDENCE_BAR, base, top, TRUE), (ELBO_BAR, base, own.elbo_nats, ELBO), (GAP_BAR, own.elbo_nats, top, GAP))
    fig = go.Figure()
    for (name, low, high, colour), nats in zip(spans, (top, own.elbo_nats, own.gap_nats), strict=True):
        shown = colour if name in lit else with_alpha(MUTED, 0.35)
        fig.add_bar(
            x=[name], base=[low], y=[high - low], marker_color=shown, text=with_minus(f"{nats:.2f}"),
            textposition="outside", textfont={"size": 22}, cliponaxis=False, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    for nats in (own.elbo_nats, top):
        fig.add_hline(y=nats, line={"color": MUTED, "dash": "dot", "width": 2})
    style(fig, height=height, y_title="nats; the axis does not begin at 0")
    fig.update_xaxes(tickfont={"size": 18})
    return fig.update_yaxes(range=[base, top + 0.25 * (top - base)]).update_layout(bargap=0.25, margin={"t": 24})


def gaps_figure(gap: ElboGap, height: int) -> go.Figure:
    """What each q leaves of log p(x), in nats."""
    gaps = [own.gap_nats for own in gap.approximations]
    titles = [own.title for own in gap.approximations]
    bar = go.Bar(x=gaps, y=titles, orientation="h", marker_color=GAP, text=[f"{nats:.3f}" for nats in gaps])
    fig = go.Figure(bar.update(textposition="outside", textfont={"size": 18}, cliponaxis=False, hoverinfo="skip"))
    style(fig, height=height, x_title="gap KL(q ‖ p(z|x)) in nats")
    fig.update_xaxes(range=[0, 1.2 * max(gaps)])
    return fig.update_yaxes(autorange="reversed")


def single_draws_figure(with_log_q: Floats, with_closed_kl: Floats, elbo_nats: float, height: int) -> go.Figure:
    """Estimates of the ELBO from one draw each, by both forms, (n,), and the ELBO itself."""
    low, high = np.quantile(np.concatenate([with_log_q, with_closed_kl]), (0.002, 1))
    bins = {"start": low, "end": high + 1e-9, "size": max(high - low, 1e-6) / 60}
    fig = go.Figure()
    for values, name, colour in (
        (with_closed_kl, "log p(x|z) − KL in closed form", TEST),
        (with_log_q, "log p(x|z) + log p(z) − log q(z|x)", ERROR),
    ):
        fig.add_histogram(x=values, xbins=bins, marker_color=with_alpha(colour, 0.6), name=name)
    fig.add_vline(x=elbo_nats, line={"color": MUTED, "width": 3}, annotation_text="ELBO")
    style(fig, height=height, x_title="one draw's estimate of the ELBO in nats", y_title="draws")
    return fig.update_layout(barmode="overlay", legend=ABOVE)


def bounds_figure(bounds: BoundsByDraws, log_evidence_nats: float, elbo_nats: float, height: int) -> go.Figure:
    """Importance-weighted bounds against the number of draws, between the ELBO and log p(x)."""
    error = {"array": bounds.margin_nats, "thickness": 3, "width": 8}
    fig = go.Figure(go.Scatter(x=bounds.n_draws, y=bounds.mean_nats, error_y=error, mode="lines+markers"))
    fig.update_traces(marker={"color": ELBO, "size": 14}, line={"width": 4}, name="bound of K draws")
    for nats, text, place in ((log_evidence_nats, "log p(x)", "top left"), (elbo_nats, "ELBO", "bottom right")):
        line = {"color": TRUE if nats == log_evidence_nats else MUTED, "width": 3, "dash": "dot"}
        fig.add_hline(y=nats, line=line, annotation={"text": text, "font": {"size": 18}}, annotation_position=place)
    style(fig, height=height, x_title="draws K", y_title="nats")
    return fig.update_xaxes(type="log", tickvals=list(bounds.n_draws)).update_layout(showlegend=False)


def estimates_figure(panels: Sequence[Estimates], height: int) -> go.Figure:
    """Estimates of log p(x) by draws from the prior, a panel for each model, to one scale in nats below log p(x)."""
    fig = make_subplots(cols=len(panels), subplot_titles=as_labels(panel.title for panel in panels), shared_yaxes=True)
    for column, panel in enumerate(panels, start=1):
        n = panel.values_nats.shape[1]
        shown = np.unique(np.geomspace(1, n, N_SHOWN).astype(np.int64))
        for values in panel.values_nats[:, shown - 1]:
            line = {"color": ERROR, "width": 2.5}
            fig.add_scatter(x=shown, y=values - panel.log_evidence_nats, mode="lines", line=line, row=1, col=column)
        fig.add_hline(y=0, line={"color": TRUE, "width": 4}, row=1, col=column)
        fig.update_xaxes(
            type="log", tickvals=log_ticks(1, n), tickformat=",", title_text="draws from the prior", col=column
        )
    style(fig, height=height).update_annotations(font={"size": 20})
    least = min(float((panel.values_nats[:, 9:] - panel.log_evidence_nats).min()) for panel in panels)
    fig.update_xaxes(tickformat=",").update_yaxes(col=1, title_text="estimate − log p(x) in nats")
    return fig.update_yaxes(range=[least, 0.06 * -least]).update_layout(showlegend=False, margin={"t": 40}, bargap=0)


def training_bound_figure(bounds: Mapping[str, TrainingBound], hues: Mapping[str, str], height: int) -> go.Figure:
    """The bound of each model, by its title, against training samples seen: train solid, held-out samples dashed."""
    fig = go.Figure()
    for title, one in bounds.items():
        parts = (
            ("train", one.n_seen, one.train_nats, "solid"),
            ("held out", one.held_out_n_seen, one.held_out_nats, "dash"),
        )
        for part, n_seen, nats, dash in parts:
            line = {"color": hues[title], "width": 4, "dash": dash}
            name = f"{as_label(title)}, {part}"
            fig.add_scatter(x=n_seen, y=nats, mode="lines", line=line, name=name, visible=len(n_seen) > 0)
    fig.update_traces(hovertemplate="%{x:,} samples: %{y:.1f} nats<extra>%{fullData.name}</extra>")
    style(fig, height=height, x_title="training samples seen", y_title="bound on log p(x) in nats per sample")
    low = min(float(one.n_seen[0]) for one in bounds.values())
    fig.update_xaxes(type="log", tickvals=log_ticks(low, max(float(one.n_seen[-1]) for one in bounds.values())))
    floor = min(float(np.quantile(one.train_nats, SHOWN_FROM)) for one in bounds.values())
    top = max(float(one.train_nats.max()) for one in bounds.values())
    fig.update_yaxes(range=[floor, top + 0.04 * (top - floor)])
    return fig.update_layout(legend=ABOVE)


def forces_figure(found: Forces, beta: float, height: int) -> go.Figure:
    """Distortion, β KL and their sum against σ, with the least sum and the encoder's σ."""
    fig = go.Figure()
    for values, name, colour, width in (
        (found.distortion_nats, "distortion, above its least value", ERROR, 4),
        (found.kl_nats, f"β KL with β = {beta:g}", KL, 4),
        (found.total_nats, "sum", MUTED, 6),
    ):
        fig.add_scatter(x=found.sigma, y=values, mode="lines", line={"color": colour, "width": width}, name=name)
    least = found.total_nats.min()
    marker = {"color": MUTED, "size": 16, "symbol": "diamond"}
    fig.add_scatter(x=[found.best_sigma], y=[least], mode="markers", marker=marker, name="least sum")
    fig.add_vline(x=found.encoder_sigma, line={"color": SIGMA, "width": 4, "dash": "dash"})
    # Text on a logarithmic axis is placed by the logarithm, a line by the value.
    note = {"font": {"size": 18, "color": SIGMA}, "showarrow": False, "xanchor": "right", "yanchor": "top"}
    fig.add_annotation(x=log10(found.encoder_sigma), y=1, yref="paper", text="σ of the encoder ", **note)
    style(fig, height=height, x_title="σ", y_title="nats")
    fig.update_xaxes(type="log", tickvals=log_ticks(found.sigma[0], found.sigma[-1]))
    fig.update_yaxes(range=[-0.08 * least - 0.5, 3 * least + 4])
    return fig.update_layout(legend=ABOVE)
