"""Pictures of the linear autoencoder with and without a sigmoid: its losses, and its axes beside PCA's."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.linear_losses import LECTURE, OUTPUTS, LinearLosses
from explorer.figures import theme
from explorer.figures.clusters import named_rows_figure
from explorer.figures.foreign_text import as_label
from explorer.figures.images import mosaic_figure, signed

HUES = (theme.model_hue("linear_ae"), theme.ERROR)
ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def losses_figure(found: LinearLosses, height: int) -> go.Figure:
    """Both networks' errors after each epoch beside the lecture's, and the levels of PCA and of the mean image."""
    lecture = _curve("the lecture's, with a sigmoid", np.array(LECTURE), theme.MUTED, "diamond")
    networks = [_curve(one.title, one.errors, hue, "circle") for one, hue in zip(found.networks, HUES, strict=True)]
    fig = go.Figure([lecture, *networks])
    theme.style(fig, height=height, x_title="epoch", y_title="mean squared error per pixel").update_layout(legend=ABOVE)
    for level, text, hue, place in (
        (found.mean_error, "the mean image", theme.MUTED, "top right"),
        (found.pca_error, "PCA", theme.model_hue("pca"), "bottom right"),
    ):
        line = {"color": hue, "width": 2, "dash": "dash"}
        fig.add_hline(y=level, line=line, annotation_text=f"{text}: {level:.5f}", annotation_position=place)
    # The lecture's first loss is far above all others and would flatten them.
    low, high = min(found.pca_error, *LECTURE), LECTURE[1]
    fig.update_yaxes(range=[low - 0.15 * (high - low), high + 0.1 * (high - low)], tickformat=".3f")
    return fig.update_xaxes(dtick=1)


def _curve(name: str, errors: NDArray[np.float64], hue: str, symbol: str) -> go.Scatter:
    epochs = np.arange(1, len(errors) + 1)
    curve = go.Scatter(x=epochs, y=errors, name=as_label(name), mode="lines+markers", line={"color": hue, "width": 3})
    return curve.update(
        marker={"size": 9, "symbol": symbol}, hovertemplate="epoch %{x}: %{y:.5f}<extra>%{fullData.name}</extra>"
    )


def axes_figure(found: LinearLosses, shape: tuple[int, int], height: int) -> go.Figure:
    """PCA's axes, a row each, and each network's before and after the rotation; orange above zero, blue below."""
    bases = [found.axes, *(basis for one in found.networks for basis in (one.columns, one.turned))]
    titles = ["PCA", *(title for one in found.networks for title in (_short(one.title), "turned"))]
    tiles = signed(np.stack(bases, axis=1).reshape(-1, *shape))
    return mosaic_figure(tiles, [*titles, *[""] * (len(tiles) - len(titles))], len(bases), height=height, gap=2)


def _short(title: str) -> str:
    """What a network is called above a narrow column."""
    return "linear" if title == next(iter(OUTPUTS)) else "sigmoid"


def restored_figure(found: LinearLosses, shape: tuple[int, int], height: int) -> go.Figure:
    """Test images, and what PCA and both networks make of them, a row each."""
    rows = np.stack([found.pictures, found.by_pca, *(one.restored for one in found.networks)])
    names = ["x", "PCA", *(_short(one.title) for one in found.networks)]
    return named_rows_figure(rows.reshape(*rows.shape[:2], *shape), names, height)
