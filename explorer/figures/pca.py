"""Pictures of PCA: eigendigits, spectrum, one image as a sum, errors against k and the plane."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.class_labels import label_places
from explorer.analysis.covariance import RankK
from explorer.analysis.latent_plane import subscript
from explorer.analysis.pca import (
    TICK_QUANTILES,
    Decomposition,
    PlanePicks,
    Spectrum,
    spectrum,
)
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.images import data_uri, grey, mosaic_figure, signed
from explorer.figures.points import thinned
from explorer.models.pca import PCA

GREY_LEVELS = 255
MARKED_SHARES = (0.90, 0.95, 0.99)
LOG_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
# Test stands out; train lies almost on it, so it is dashed and drawn on top.
SPLIT_LINES = ({"color": theme.TEST, "width": 4}, {"color": theme.TRAIN, "width": 2.5, "dash": "dash"})
SCREE_COMPONENTS = 40
TILE_PIXELS = 56
INSET_PIXELS = 5
MARGIN = 0.3
GLYPH_SIZE = 20


def eigendigits_figure(model: PCA, components: NDArray[np.int64], n_columns: int, height: int) -> go.Figure:
    """Principal axes by number (1 is the first), each with its part of the variance: blue below 0, orange above."""
    chosen = components - 1
    share = spectrum(model).share
    labels = [f"w{subscript(number)} · {percent(share[number - 1])}" for number in components]
    return mosaic_figure(signed(_as_images(model, model.components[chosen])), labels, n_columns, height=height)


def around_mean_figure(model: PCA, components: NDArray[np.int64], n_columns: int, height: int) -> go.Figure:
    """The mean image less and plus two standard deviations along principal axes by number, a pair of images for each.

    x̄ − 2√λ w stands on the left of x̄ + 2√λ w; values below 0 and above 1 are clipped.
    """
    chosen = components - 1
    steps = 2 * np.sqrt(model.variances[chosen])[:, None] * model.components[chosen]  # (n, D)
    pairs = np.stack((model.mean - steps, model.mean + steps), axis=1).reshape(-1, len(model.mean))
    labels = [f"{sign} w{subscript(number)}" for number in components for sign in "−+"]
    return mosaic_figure(grey(_as_images(model, pairs)), labels, 2 * n_columns, height=height)


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


def terms_figure(parts: Decomposition, n_terms: int, height: int, *, one_by_one: bool = False) -> go.Figure:
    """The mean and the first terms, each coefficient times its axis, above; below their running sum, or, one by one,
    the mean and that term alone.

    Coefficients are in grey levels, 255 for a pixel from black to white; all terms share one scale of colours.
    """
    model = parts.model
    terms = parts.coefficients[:n_terms, None] * model.components[:n_terms]
    scale = float(np.abs(terms).max())
    above = np.concatenate((grey(_as_images(model, parts.mean[None])), signed(_as_images(model, terms), scale)))
    alone = np.concatenate((parts.mean[None], parts.mean + terms))
    below = grey(_as_images(model, alone if one_by_one else parts.partial_sums(np.arange(n_terms + 1))))
    labels = ["mean", *(term_label(parts, number) for number in range(1, n_terms + 1))]
    gap = round(below.shape[2] / 4)
    numbers = range(1, n_terms + 1)
    sums = [f"x̄ + z{subscript(j)}w{subscript(j)}" for j in numbers] if one_by_one else [f"{k}" for k in numbers]
    sums.insert(0, "x̄" if one_by_one else "k = 0")
    return mosaic_figure(np.concatenate((above, below)), [*labels, *sums], n_terms + 1, height=height, gap=gap)


def term_label(parts: Decomposition, number: int) -> str:
    """A term of the sum with its sign, such as + 341.6 w₁, in grey levels."""
    coefficient = GREY_LEVELS * parts.coefficients[number - 1]
    sign = "−" if coefficient < 0 else "+"
    return f"{sign} {abs(coefficient):.1f} w{subscript(number)}"


def rank_figure(of: RankK, height: int) -> go.Figure:
    """S, the sum of its first k terms and what is left, entry by entry, on one scale of colours."""
    # Half the largest entry: few pairs of pixels but the diagonal have more.
    scale = float(np.abs(of.whole).max()) / 2
    tiles = signed(np.stack((of.whole, of.first, of.whole - of.first)), scale)
    labels = ["S", f"first {of.k}" if of.k > 1 else "first term", f"left: {percent(of.norm_left)} of ‖S‖²"]
    return mosaic_figure(tiles, labels, 3, height=height, gap=max(1, of.whole.shape[1] // 12))


def outer_products_figure(of: RankK, share: NDArray[np.float64], height: int) -> go.Figure:
    """The first terms of S one by one, each with its part of the variance, on one scale of colours."""
    numbers = range(1, len(of.terms) + 1)
    labels = [f"λ{subscript(j)}w{subscript(j)}w{subscript(j)}ᵀ · {percent(share[j - 1])}" for j in numbers]
    tiles = signed(of.terms, float(np.abs(of.terms).max()) / 2)
    return mosaic_figure(tiles, labels, len(tiles), height=height, gap=max(1, of.whole.shape[1] // 12))


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
    points, classes = thinned(picks.coordinates), thinned(labels)
    by_class = [(points[classes == label], int(label), class_names[label]) for label in np.unique(classes)]
    fig = go.Figure([_class_points(*one) for one in by_class])
    if len(images):
        fig.add_layout_image(_pick_sheet(picks, images, labels[picks.rows]))
    else:
        places = label_places(picks.coordinates, labels)
        fig.layout.annotations = [class_glyph(place, label, class_names[label]) for label, place in places.items()]
    theme.equal_aspect(theme.style(fig, height=height, x_title="score along w₁", y_title="score along w₂"))
    low, high = picks.corner, picks.corner + np.array(picks.shape) * picks.cell
    fig.update_xaxes(range=[low[0] - MARGIN * picks.cell, high[0] + MARGIN * picks.cell])
    fig.update_yaxes(range=[low[1] - MARGIN * picks.cell, high[1] + MARGIN * picks.cell])
    if picks.spacing == "quantile":
        for axis, scores in zip((fig.layout.xaxis, fig.layout.yaxis), picks.tick_scores, strict=True):
            axis.update(tickvals=TICK_QUANTILES, ticktext=[f"{score:.1f}" for score in scores])
    fig.update_layout(legend={"itemsizing": "constant"})
    return fig


def _class_points(points: NDArray[np.float64], label: int, name: str) -> go.Scatter:
    return go.Scatter(
        x=points[:, 0].astype(np.float32),
        y=points[:, 1].astype(np.float32),
        mode="markers",
        name=as_label(name),
        marker={"size": 5, "color": theme.class_colour(label), "opacity": 0.6},
        hovertemplate=f"<b>{as_label(name)}</b> (%{{x:.2f}}, %{{y:.2f}})<extra></extra>",
    )


def class_glyph(place: NDArray[np.float64], label: int, name: str) -> dict[str, object]:
    """The class's name on its points, so that colour is not all that tells it."""
    x, y = place.tolist()
    font = {"size": GLYPH_SIZE, "color": "white"}
    return {
        "x": x,
        "y": y,
        "text": f"<b>{as_label(name)}</b>",
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
