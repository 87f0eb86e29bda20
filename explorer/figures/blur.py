"""How sharp pictures are: what one code stands for, kinds of pictures as bars, reconstructions of models over K."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.analysis.blur import OneCode, SharpModel, Sharpness
from explorer.analysis.measure import Interval
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.trained_blur import Losses
from explorer.figures.clusters import named_rows_figure
from explorer.figures.foreign_text import as_labels
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.theme import MUTED, WHISKER, Z, model_hue, style

DECADES = (1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0)
AXIS = "edge energy, test images = 1"
TEST_IMAGES = {"color": MUTED, "width": 3, "dash": "dash"}
NAMES = {"pca": "PCA", "ae": "AE", "vae": "VAE"}


def one_code_figure(of: OneCode, sample_shape: tuple[int, ...], height: int) -> go.Figure:
    """Images x1, x2, … with nearly the same code, their mean, the decoder's answer x̂ = E[x|z] and draws of p(x|z)."""
    images = np.vstack((of.nearest, of.their_mean, of.decoded, of.drawn))
    labels = [f"x{number}" for number in range(1, len(of.nearest) + 1)]
    labels += ["mean", "x̂", *["draw"] * len(of.drawn)]
    return mosaic_figure(grey(images.reshape(-1, *sample_shape)), labels, len(images), height=height, gap=2)


def sharpness_figure(kinds: Sequence[Sharpness], family: str, height: int) -> go.Figure:
    """The edge energy of each kind of pictures of one model as a bar; a dashed line is that of test images."""
    kept = [one.kept.value for one in kinds]
    bars = go.Bar(
        x=kept, y=[f"{one.title}: {one.kept.value:.2f}" for one in kinds], orientation="h",
        marker_color=model_hue(family), error_x=_errors([one.kept for one in kinds]) | {"color": WHISKER},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    fig = style(go.Figure(bars).add_vline(x=1, line=TEST_IMAGES), height=height)
    fig.update_xaxes(title_text=AXIS, range=[0, 1.25 * max(1, *kept)])
    return fig.update_yaxes(autorange="reversed")


def sharpness_over_k_figure(models: Sequence[SharpModel], height: int) -> go.Figure:
    """The edge energy of reconstructions over K, a colour for each family; a dashed line is that of test images."""
    families = dict.fromkeys(one.family for one in models)
    fig = go.Figure([_curve(name, [one for one in models if one.family == name]) for name in families])
    style(fig.add_hline(y=1, line=TEST_IMAGES), height=height)
    ticks = sorted({one.latent_dim for one in models})
    fig.update_xaxes(type="log", tickvals=ticks, title_text="dimensions K")
    fig.update_yaxes(title_text="edge energy of reconstructions", range=[0, 1.1])
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"t": 24})


def variance_strip_figure(of: BlurByVariance, sample_shape: tuple[int, ...], height: int) -> go.Figure:
    """One image and its reconstruction for each variance of the pixels; below, the mean image and one draw for each."""
    images = np.vstack((of.image, of.one, of.draws[-1], of.draws))
    labels = ["x", *(f"{float(f'{variance:.1g}'):g}" for variance in of.variances), "mean", *["draw"] * len(of.draws)]
    return mosaic_figure(grey(images.reshape(-1, *sample_shape)), labels, 1 + len(of.one), height=height, gap=2)


def variance_figure(of: BlurByVariance, height: int) -> go.Figure:
    """Edge energy of reconstructions and of decoded draws against σ²; on the right axis the active dimensions."""
    fig = go.Figure()
    for name, hue, kept in (
        ("reconstructions", model_hue("vae"), of.restored),
        ("draws, decoded", Z, of.drawn),
    ):
        curve = go.Scatter(x=of.variances, y=[one.value for one in kept], name=name, mode="lines+markers")
        curve.update(line={"color": hue, "width": 3}, marker={"size": 10}, error_y=_errors(kept))
        fig.add_trace(curve.update(hovertemplate="σ² = %{x:.2g}: %{y:.2f}<extra>" + name + "</extra>"))
    active = go.Scatter(x=of.variances, y=of.n_active, name="active dimensions (right)", mode="lines", yaxis="y2")
    fig.add_trace(active.update(line={"color": MUTED, "width": 3, "dash": "dot", "shape": "hv"}))
    fig.layout.yaxis2 = {"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False, "nticks": 4}
    style(fig, height=height, x_title="variance σ² of a pixel", y_title=AXIS)
    fig.layout.yaxis2.update(title_text="active dimensions", tickmode="auto", tickformat="d")
    fig.update_xaxes(type="log", tickvals=[variance for variance in DECADES if of.variances[0] <= 1.01 * variance])
    fig.layout.yaxis.range = [0, 1.1]
    return fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})


def two_losses_figure(found: Losses, sample_shape: tuple[int, ...], height: int) -> go.Figure:
    """Test images, and below them their reconstructions under each loss, a row each."""
    rows = np.stack((found.images, *(one.restored for one in found.models)))
    names = ["x", *(one.title for one in found.models)]
    return named_rows_figure(rows.reshape(*rows.shape[:2], *sample_shape), names, height)


def _curve(family: str, models: Sequence[SharpModel]) -> go.Scatter:
    curve = go.Scatter(x=[one.latent_dim for one in models], y=[one.kept.value for one in models])
    curve.update(error_y=_errors([one.kept for one in models]), text=as_labels(one.title for one in models))
    marker = {"size": 12, "color": model_hue(family)}
    # PCA's components go on from K to K; networks of the library differ in more than K.
    curve.update(
        mode="lines+markers" if family == "pca" else "markers",
        marker=marker,
        line={"width": 3},
        name=NAMES.get(family, family),
    )
    return curve.update(hovertemplate="%{text}: %{y:.2f}<extra></extra>")


def _errors(intervals: Sequence[Interval]) -> dict[str, object]:
    above, below = [one.high - one.value for one in intervals], [one.value - one.low for one in intervals]
    return {"array": above, "arrayminus": below, "symmetric": False, "thickness": 2, "width": 5}
