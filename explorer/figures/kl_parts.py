"""The KL of VAEs as the sum of its three parts, and total correlation against distortion."""

from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.analysis.known_factors import BarTerms, FactorModel
from explorer.analysis.measure import Interval, mean_interval, without_negative
from explorer.figures import theme

PARTS: dict[str, tuple[str, Callable[[BarTerms], float]]] = {
    "mutual information": (theme.MUTED, lambda terms: terms.parts.mutual_information_nats),
    "total correlation": (theme.ERROR, lambda terms: terms.parts.total_correlation_nats),
    "dimension-wise": (theme.Z, lambda terms: terms.parts.dimension_wise_nats),
}
BETA_PATH, TC_PATH, NULL = "weight β", "β = 1 and a weight on TC", "dimensions shuffled"


def kl_parts_figure(models: Sequence[FactorModel], height: int) -> go.Figure:
    """A bar a kind of VAE: the mean over seeds of each part, one after the other."""
    titles = [model.title for model in models]
    fig = go.Figure()
    for name, (hue, part) in PARTS.items():
        values = [float(np.mean([part(terms) for terms in model.terms])) for model in models]
        texts = [f"{title}: {name} {value:.3f} nats" for title, value in zip(titles, values, strict=True)]
        bars = go.Bar(y=titles, x=values, name=name, marker_color=hue, orientation="h", hovertext=texts)
        fig.add_trace(bars.update(hovertemplate="%{hovertext}<extra></extra>"))
    theme.style(fig, height=height, x_title="KL, nats per image").update_layout(
        barmode="stack", legend={**theme.ABOVE, "y": 1.05, "traceorder": "normal"}
    )
    return fig.update_yaxes(autorange="reversed")


def correlation_figure(by_beta: Sequence[FactorModel], by_weight: Sequence[FactorModel], height: int) -> go.Figure:
    """Total correlation over distortion, with the intervals of the seeds: VAEs of several β, and of several weights."""
    fig = go.Figure()
    fig.add_trace(_path(by_beta, BETA_PATH, theme.MODEL_HUES["vae"], "circle"))
    fig.add_trace(_path(by_weight, TC_PATH, theme.ERROR, "diamond"))
    models = [*by_beta, *by_weight]
    null = [float(np.mean([one.shuffled.total_correlation_nats for one in model.terms])) for model in models]
    at = [distortion_of(model).value for model in models]
    points = go.Scatter(x=at, y=null, name=NULL, mode="markers", hovertemplate="%{y:.3f} nats<extra></extra>")
    fig.add_trace(points.update(marker={"color": theme.MUTED, "size": 13, "symbol": "line-ew-open", "line_width": 2}))
    theme.style(fig, height=height, x_title="distortion, nats per image", y_title="total correlation, nats")
    return fig.update_layout(legend=theme.ABOVE).update_yaxes(rangemode="tozero")


def _path(models: Sequence[FactorModel], name: str, hue: str, symbol: str) -> go.Scatter:
    values = [correlation_of(model) for model in models]
    ends = {"array": [one.high - one.value for one in values], "arrayminus": [one.value - one.low for one in values]}
    line = go.Scatter(
        x=[distortion_of(model).value for model in models],
        y=[one.value for one in values],
        error_y=ends,
        name=name,
        mode="lines+markers",
        hovertext=[model.title for model in models],
    )
    marker = {"color": hue, "size": 12, "symbol": symbol}
    return line.update(marker=marker, line_color=hue, hovertemplate="%{hovertext}: %{y:.3f} nats<extra></extra>")


def distortion_of(model: FactorModel) -> Interval:
    """The mean distortion over seeds, nats per image."""
    return mean_interval(np.array([terms.distortion_nats for terms in model.terms]))


def correlation_of(model: FactorModel) -> Interval:
    """The mean total correlation over seeds, nats."""
    return without_negative(mean_interval(np.array([terms.parts.total_correlation_nats for terms in model.terms])))
