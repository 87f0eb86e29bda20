"""One sample among the codes of a data set in a model's plane, and its reconstruction below."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.class_labels import label_places
from explorer.analysis.outside_sample import OutsideSample, OwnSamples
from explorer.figures import theme
from explorer.figures.images import data_uri, grey
from explorer.figures.pca import class_glyph
from explorer.models.latent_model import Array

Extent = tuple[float, float, float]
N_DOTS = 2000
# The plane's part of the height.
HEIGHTS = (0.6, 0.4)
N_OUTLINE = 73
# Three such planes share the width.
SMALL_GLYPH = 13


def outside_sample_figure(
    sample: OutsideSample | None, own: OwnSamples, extent: Extent, shape: tuple[int, ...], height: int
) -> go.Figure:
    """Test codes coloured and named by class, the sample ringed, its posterior at 1σ and 2σ; below, what x̂ looks like.

    Without a sample the codes alone. extent: the centre (u, v) of what is shown of the plane, and half its side.
    """
    fig = make_subplots(rows=2, cols=1, row_heights=HEIGHTS, vertical_spacing=0.16)
    points = own.plane.project(own.test_codes)
    rows = np.random.default_rng(0).permutation(len(points))[:N_DOTS]
    fig.add_trace(_dots(points[rows], own, rows), row=1, col=1)
    theme.style(fig, height=height)
    u, v, half = extent
    fig.update_xaxes(range=[u - half, u + half], title_text=own.plane.labels[0], constrain="domain", row=1)
    fig.update_yaxes(range=[v - half, v + half], title_text=own.plane.labels[1], scaleanchor="x", row=1)
    fig.update_xaxes(visible=False, row=2).update_yaxes(visible=False, constraintoward="top", row=2)
    if sample is not None:
        _add_sample(fig, sample, shape)
    names, places = own.class_names, label_places(points, own.test_labels)
    glyphs = [class_glyph(place, label, names[label]) for label, place in places.items()]
    fig.layout.annotations = [{**glyph, "font": {"size": SMALL_GLYPH, "color": "white"}} for glyph in glyphs]
    return fig.update_layout(showlegend=False, dragmode=False)


def _add_sample(fig: go.Figure, sample: OutsideSample, shape: tuple[int, ...]) -> None:
    if sample.covariance is not None:
        for n_sigma in (1, 2):
            fig.add_trace(_posterior(sample.place, sample.covariance, n_sigma), row=1, col=1)
    fig.add_trace(_ring(sample.place), row=1, col=1)
    image = data_uri(grey(sample.x_hat.reshape(1, *shape))[0])
    fig.add_trace(go.Image(source=image, hoverinfo="skip", name="reconstruction"), row=2, col=1)


def _dots(points: Array, own: OwnSamples, rows: np.typing.NDArray[np.int64]) -> go.Scatter:
    colours = [theme.with_alpha(theme.class_colour(int(label)), 0.4) for label in own.test_labels[rows]]
    marker = {"size": 4, "color": colours}
    return go.Scatter(
        x=points[:, 0], y=points[:, 1], mode="markers", name="test codes", marker=marker, hoverinfo="skip"
    )


def _ring(place: Array) -> go.Scatter:
    marker = {"symbol": "circle-open", "size": 20, "color": theme.ERROR, "line": {"width": 4}}
    template = "the drawing: (%{x:.2f}, %{y:.2f})<extra></extra>"
    return go.Scatter(x=place[:1], y=place[1:], mode="markers", name="drawing", marker=marker, hovertemplate=template)


def _posterior(mean: Array, covariance: Array, n_sigma: int) -> go.Scatter:
    """The outline of a Gaussian in the plane at n_sigma standard deviations."""
    angle = np.linspace(0, 2 * np.pi, N_OUTLINE)
    circle = np.stack([np.cos(angle), np.sin(angle)])  # (2, P)
    x, y = mean[:, None] + n_sigma * np.linalg.cholesky(covariance.astype(np.float64)) @ circle
    line = {"color": theme.SIGMA, "width": 3, "dash": "solid" if n_sigma == 1 else "dot"}
    return go.Scatter(x=x, y=y, mode="lines", name=f"{n_sigma}σ", line=line, hoverinfo="skip")
