"""Pictures of PCA: eigendigits, spectrum, one image as a sum, errors against k and the plane."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.class_labels import label_places
from explorer.analysis.pca import (
    TICK_QUANTILES,
    Decomposition,
    ErrorCurve,
    PlanePicks,
    Spectrum,
    spectrum,
)
from explorer.figures import theme
from explorer.figures.images import data_uri, grey, mosaic_figure, signed
from explorer.models.pca import PCA

GREY_LEVELS = 255
MARKED_SHARES = (0.90, 0.95, 0.99)
LOG_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
# Test stands out; train lies almost on it, so it is dashed and drawn on top.
SPLIT_LINES = ({"color": theme.TEST, "width": 4}, {"color": theme.TRAIN, "width": 2.5, "dash": "dash"})
# In screen pixels: a line of text, what an axis with its title takes, and how far a mark's name stands from it.
NAME_HEIGHT_PX, AXIS_HEIGHT_PX, NAME_DISTANCE_PX = 22, 70, 36
MARKER_SYMBOLS = {"pca": "circle", "ppca": "pentagon", "linear_ae": "diamond", "ae": "square", "vae": "triangle-up"}
SCREE_COMPONENTS = 40
TILE_PIXELS = 56
INSET_PIXELS = 5
MARGIN = 0.3
GLYPH_SIZE = 20


@dataclass(frozen=True)
class ModelMark:
    """A model of the library beside the error curve: its error on test, at its own number K of latent dimensions."""

    name: str
    family: str
    latent_dim: int
    sse: float


def eigendigits_figure(model: PCA, components: NDArray[np.int64], n_columns: int, height: int) -> go.Figure:
    """Principal axes by number (1 is the first), each with its part of the variance: blue below 0, orange above."""
    chosen = components - 1
    share = spectrum(model).share
    labels = [f"<i>w</i><sub>{number}</sub> · {percent(share[number - 1])}" for number in components]
    return mosaic_figure(signed(_as_images(model, model.components[chosen])), labels, n_columns, height=height)


def mean_figure(model: PCA, height: int) -> go.Figure:
    """The mean image."""
    return mosaic_figure(grey(_as_images(model, model.mean[None])), [], 1, height=height)


def percent(share: float) -> str:
    """A share with two significant digits, such as 9.7 %, or 0 %."""
    if share < 1e-7:
        return "0 %"
    return f"{100 * share:.2g} %" if share >= 1e-5 else f"{100 * share:.0e} %"


def spectrum_figure(found: Spectrum, height: int) -> go.Figure:
    """The scree plot of the first components, and the variance explained by the first k with k at 90, 95, 99 %."""
    fig = make_subplots(cols=2, column_widths=[0.4, 0.6], horizontal_spacing=0.12)
    shown = min(SCREE_COMPONENTS, len(found.share))
    numbers = np.arange(1, len(found.share) + 1)
    scree = go.Bar(x=numbers[:shown], y=100 * found.share[:shown], marker_color=theme.TEST)
    scree.hovertemplate = "component %{x}: %{y:.2f} %<extra></extra>"
    curve = go.Scatter(
        x=numbers, y=100 * found.cumulative, mode="lines", line={"color": theme.TEST, "width": 3, "simplify": False}
    )
    curve.hovertemplate = "k = %{x}: %{y:.2f} %<extra></extra>"
    fig.add_trace(scree, row=1, col=1)
    fig.add_trace(curve, row=1, col=2)
    fig.add_trace(_share_marks(found), row=1, col=2)
    theme.style(fig, height=height).update_layout(showlegend=False, bargap=0.25)
    fig.update_xaxes(title_text="component", col=1)
    fig.update_yaxes(title_text="fraction of the variance (%)", rangemode="tozero", col=1)
    fig.update_xaxes(title_text="number of components k", rangemode="tozero", col=2)
    fig.update_yaxes(title_text="explained by the first k (%)", range=[0, 104], col=2)
    return fig


def _share_marks(found: Spectrum) -> go.Scatter:
    ks = [found.components_for(share) for share in MARKED_SHARES]
    return go.Scatter(
        x=ks,
        y=[100 * found.cumulative[k - 1] for k in ks],
        mode="markers+text",
        text=[f"{share:.0%} at k = {k}" for share, k in zip(MARKED_SHARES, ks, strict=True)],
        textposition="bottom right",
        textfont={"size": theme.FONT_SIZE},
        marker={"size": 12, "color": theme.ERROR},
        hoverinfo="skip",
    )


def terms_figure(parts: Decomposition, n_terms: int, height: int) -> go.Figure:
    """The mean and the first terms, each coefficient times its axis, above; their running sum below.

    Coefficients are in grey levels, 255 for a pixel from black to white; all terms share one scale of colours.
    """
    model = parts.model
    terms = parts.coefficients[:n_terms, None] * model.components[:n_terms]
    scale = float(np.abs(terms).max())
    above = np.concatenate((grey(_as_images(model, parts.mean[None])), signed(_as_images(model, terms), scale)))
    below = grey(_as_images(model, parts.partial_sums(np.arange(n_terms + 1))))
    labels = ["mean", *(term_label(parts, number) for number in range(1, n_terms + 1))]
    gap = round(below.shape[2] / 4)
    sums = ["k = 0", *(f"{k}" for k in range(1, n_terms + 1))]
    return mosaic_figure(np.concatenate((above, below)), [*labels, *sums], n_terms + 1, height=height, gap=gap)


def term_label(parts: Decomposition, number: int) -> str:
    """A term of the sum with its sign, such as + 341.6 w₁, in grey levels."""
    coefficient = GREY_LEVELS * parts.coefficients[number - 1]
    sign = "−" if coefficient < 0 else "+"
    return f"{sign} {abs(coefficient):.1f} <i>w</i><sub>{number}</sub>"


def error_figure(
    curves: dict[str, ErrorCurve], marks: Sequence[ModelMark], class_names: Sequence[str], height: int
) -> go.Figure:
    """Reconstruction error against k: a line for each split, thin ones for classes of the last, models at their K."""
    fig = go.Figure()
    last = list(curves.values())[-1]
    fig.add_traces([_class_line(last.class_sse[label], label, name) for label, name in enumerate(class_names)])
    for (name, curve), line in zip(reversed(curves.items()), SPLIT_LINES, strict=False):
        fig.add_trace(_error_line(curve.sse, f"PCA, {name}", line).update(legendrank=1))
    shown = last.class_sse[: len(class_names), 1:]
    highest = 1.08 * max(last.sse[0], shown.max(initial=0), *(mark.sse for mark in marks))
    gap = highest * NAME_HEIGHT_PX / (height - AXIS_HEIGHT_PX)
    fig.add_traces([_model_mark(mark, last.n_pixels) for mark in marks])
    named = best_of_each_kind(marks)
    heights = name_heights(named, gap).tolist()
    fig.layout.annotations = [_mark_name(mark, height) for mark, height in zip(named, heights, strict=True)]
    fig.add_hline(y=last.sse[0], line={"dash": "dot", "color": theme.MUTED}, annotation_text="the mean image alone")
    fig.update_traces(legendgrouptitle_text="test, by class", selector={"legendgroup": "classes"})
    theme.style(fig, height=height, x_title="number of components k, or latent dimensions K")
    fig.update_xaxes(type="log", tickvals=LOG_TICKS, range=[-0.08, np.log10(last.n_pixels)])
    fig.update_yaxes(title_text="SSE per image (pixels in [0, 1])", range=[0, highest])
    fig.update_layout(legend={"groupclick": "toggleitem", "itemsizing": "constant"}, hovermode="closest")
    return fig


def best_of_each_kind(marks: Sequence[ModelMark]) -> list[ModelMark]:
    """Of each family and K the model with the lowest error; the first of several that are equal."""
    best: dict[tuple[str, int], ModelMark] = {}
    for mark in sorted(marks, key=lambda mark: mark.sse):
        best.setdefault((mark.family, mark.latent_dim), mark)
    return list(best.values())


def name_heights(marks: Sequence[ModelMark], gap: float) -> NDArray[np.float64]:
    """Where each mark's name stands on the axis of errors: as near to its mark as names at its side leave room.

    Names are at most as wide as a factor of two on the axis of K.
    """
    from scipy.optimize import isotonic_regression

    heights = np.array([mark.sse for mark in marks])
    latent_dims = np.array([mark.latent_dim for mark in marks], np.int64)
    by_size = latent_dims.argsort(kind="stable")
    first_of_group = 1 + np.flatnonzero(latent_dims[by_size][1:] > 2 * latent_dims[by_size][:-1])
    for group in np.split(by_size, first_of_group):
        rows = group[heights[group].argsort(kind="stable")]
        steps = gap * np.arange(len(rows))
        heights[rows] = isotonic_regression(heights[rows] - steps).x + steps
    return heights


def _error_line(sse: NDArray[np.float64], name: str, line: dict[str, object]) -> go.Scatter:
    n_pixels = len(sse) - 1
    return go.Scatter(
        x=np.arange(1, n_pixels + 1),
        y=sse[1:].astype(np.float32),
        customdata=(sse[1:] / n_pixels).astype(np.float32),
        mode="lines",
        name=name,
        line=line,
        hovertemplate=f"<b>{name}</b>, k = %{{x}}: SSE %{{y:.3f}}, MSE %{{customdata:.5f}}<extra></extra>",
    )


def _class_line(sse: NDArray[np.float64], label: int, name: str) -> go.Scatter:
    line: dict[str, object] = {"color": theme.with_alpha(theme.class_colour(label), 0.7), "width": 1.5}
    return _error_line(sse, name, line).update(legendgroup="classes")


def _model_mark(mark: ModelMark, n_pixels: int) -> go.Scatter:
    marker = {
        "size": 14,
        "color": theme.model_hue(mark.family),
        "symbol": MARKER_SYMBOLS.get(mark.family, "star"),
        "line": {"color": "white", "width": 1},
    }
    words = f"<b>{mark.name}</b>, K = {mark.latent_dim}: test SSE {mark.sse:.3f}, MSE {mark.sse / n_pixels:.5f}"
    return go.Scatter(
        x=[mark.latent_dim],
        y=[mark.sse],
        mode="markers",
        name=mark.name,
        marker=marker,
        showlegend=False,
        hovertemplate=words + "<extra></extra>",
    )


def _mark_name(mark: ModelMark, height: float) -> dict[str, object]:
    """A mark's name to its right, with a thin line from the one to the other."""
    hue = theme.model_hue(mark.family)
    return {
        "x": np.log10(mark.latent_dim),
        "y": mark.sse,
        "ax": NAME_DISTANCE_PX,
        "ay": height,
        "ayref": "y",
        "text": f"<b>{mark.name}</b>",
        "font": {"color": hue},
        "xanchor": "left",
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": hue,
    }


def plane_figure(
    picks: PlanePicks,
    images: NDArray[np.floating],
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    height: int,
) -> go.Figure:
    """Samples in the plane of the first two components, coloured by class, with some images where they were picked.

    images: (M, H, W), one for each pick, or (0, H, W) for none; labels: (N,), a class for each sample.
    """
    by_class = [(picks.coordinates[labels == label], int(label), class_names[label]) for label in np.unique(labels)]
    fig = go.Figure([_class_points(*one) for one in by_class])
    if len(images):
        fig.add_layout_image(_pick_sheet(picks, images, labels[picks.rows]))
    else:
        places = label_places(picks.coordinates, labels)
        fig.layout.annotations = [_glyph(place, label, class_names[label]) for label, place in places.items()]
    theme.equal_aspect(theme.style(fig, height=height, x_title="score along w₁", y_title="score along w₂"))
    low, high = picks.corner, picks.corner + np.array(picks.shape) * picks.cell
    fig.update_xaxes(range=[low[0] - MARGIN * picks.cell, high[0] + MARGIN * picks.cell])
    fig.update_yaxes(range=[low[1] - MARGIN * picks.cell, high[1] + MARGIN * picks.cell])
    if picks.spacing == "quantile":
        for axis, scores in zip((fig.layout.xaxis, fig.layout.yaxis), picks.tick_scores, strict=True):
            axis.update(tickvals=TICK_QUANTILES, ticktext=[f"{score:.1f}" for score in scores])
    fig.update_layout(legend={"itemsizing": "constant"})
    return fig


def _class_points(points: NDArray[np.float64], label: int, name: str) -> go.Scattergl:
    return go.Scattergl(
        x=points[:, 0].astype(np.float32),
        y=points[:, 1].astype(np.float32),
        mode="markers",
        name=name,
        marker={"size": 5, "color": theme.class_colour(label), "opacity": 0.6},
        hovertemplate=f"<b>{name}</b> (%{{x:.2f}}, %{{y:.2f}})<extra></extra>",
    )


def _glyph(place: NDArray[np.float64], label: int, name: str) -> dict[str, object]:
    """The class's name on its points, so that colour is not all that tells it."""
    x, y = place.tolist()
    font = {"size": GLYPH_SIZE, "color": "white"}
    return {
        "x": x,
        "y": y,
        "text": f"<b>{name}</b>",
        "font": font,
        "bgcolor": theme.class_colour(label),
        "showarrow": False,
    }


def _pick_sheet(picks: PlanePicks, images: NDArray[np.floating], labels: NDArray[np.int64]) -> go.layout.Image:
    """All picked images as one picture that lies on the lattice, each in a frame of its class's colour."""
    tiles = grey(images)
    times = max(1, round(TILE_PIXELS / max(tiles.shape[1:3])))
    tiles = tiles.repeat(times, axis=1).repeat(times, axis=2)
    tiles = np.concatenate((tiles, np.full_like(tiles[..., :1], 255)), axis=-1)
    for tile, label in zip(tiles, labels, strict=True):
        _frame(tile, theme.class_colour(int(label)))
    tiles = np.pad(tiles, ((0, 0), (INSET_PIXELS, INSET_PIXELS), (INSET_PIXELS, INSET_PIXELS), (0, 0)))
    columns, lines = picks.shape
    sheet = np.zeros((lines, columns, *tiles.shape[1:]), np.uint8)
    sheet[lines - 1 - picks.cells[:, 1], picks.cells[:, 0]] = tiles
    picture = sheet.swapaxes(1, 2).reshape(lines * tiles.shape[1], columns * tiles.shape[2], 4)
    left, low = picks.corner
    top = low + lines * picks.cell
    size = {"sizex": columns * picks.cell, "sizey": lines * picks.cell, "sizing": "stretch"}
    return go.layout.Image(source=data_uri(picture), xref="x", yref="y", x=left, y=top, layer="above", **size)


def _frame(tile: NDArray[np.uint8], colour: str, width: int = 3) -> None:
    rgb = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    for edge in (tile[:width], tile[-width:], tile[:, :width], tile[:, -width:]):
        edge[..., :3] = rgb


def _as_images(model: PCA, vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    return vectors.reshape(len(vectors), *model.sample_shape)
