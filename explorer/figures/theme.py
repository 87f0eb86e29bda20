"""The look of every figure in one place: what a colour means, how large text is, equal aspect, downloads."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

import plotly.graph_objects as go

from explorer.analysis.measure import Interval

# Petroff 2021: ten colours that remain distinct to colour-blind eyes, in their published order; for classes only.
PETROFF = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)

# One colour for each concept, in plots, formulas and code alike.
MU = "#2e9e4f"
SIGMA = "#d6569b"
EPSILON = "#8f86f0"
Z = "#0e9aa7"

# A legend above its figure.
ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}

# One hue for each family of models, apart from the classes'.
MODEL_HUES = {
    "pca": "#1d8a86",
    "ppca": "#3d7fb8",
    "linear_ae": "#7a9a1f",
    "ae": "#c2417f",
    "conv_ae": "#e0629c",
    "vae": "#6d73e6",
    "conv_vae": "#8a8ff0",
    "cvae": "#a85fd0",
    "gmvae": "#2f9e6b",
}
UNKNOWN_MODEL_HUE = "#8a8f98"

# What stands for train and test, for an error and for a variance; legible on white and on near-black.
TRAIN = "#8a97a0"
TEST = "#1d8a86"
ERROR = "#e07b28"
MUTED = "#8a97a0"
# Of an interval's ends on a bar: seen on white and on black.
WHISKER = "#7b858c"

# Blue - white - orange for signed values, from -1 to 1.
DIVERGING = ((0.0, "#0b4a8f"), (0.25, "#6aa3d5"), (0.5, "#ffffff"), (0.75, "#f3a760"), (1.0, "#a64b00"))

FONT_SIZE = 17
# Ticks of logarithmic axes: how many decades have ticks inside, and how far beyond the data a tick may lie.
MOST_DECADES, LOG_MARGIN = 3, 1.3
INK = "#45524f"
GRID = "rgba(128, 140, 148, 0.25)"
CLEAR = "rgba(0, 0, 0, 0)"


def class_colour(label: int) -> str:
    """The colour of a class by its index; beyond ten classes the colours come round again."""
    return PETROFF[label % len(PETROFF)]


def model_hue(family: str) -> str:
    """The hue of a family of models."""
    return MODEL_HUES.get(family, UNKNOWN_MODEL_HUE)


def whiskers(intervals: Sequence[Interval]) -> dict[str, object]:
    """How far intervals reach above and below their values, as bars show it."""
    above, below = [one.high - one.value for one in intervals], [one.value - one.low for one in intervals]
    return {"array": above, "arrayminus": below, "color": WHISKER}


def with_alpha(colour: str, alpha: float) -> str:
    """A colour #rrggbb, see-through: alpha from 0 (clear) to 1 (solid)."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"


def style(fig: go.Figure, *, height: int | None = None, x_title: str = "", y_title: str = "") -> go.Figure:
    """Text that is read from the last row on a clear ground, so that light and dark pages both carry it."""
    letters = {"size": FONT_SIZE}
    fig.layout.height = height
    fig.layout.paper_bgcolor = fig.layout.plot_bgcolor = CLEAR
    _set(fig, "font", letters)
    _set(fig, "margin", {"l": 8, "r": 8, "t": 8, "b": 8})
    _set(fig, "hoverlabel", {"font": letters})
    _set(fig, "legend", {"font": letters, "bgcolor": CLEAR, "title": {"font": letters}})
    axis = {"gridcolor": GRID, "zeroline": False, "title": {"font": letters}, "automargin": True, "tickfont": letters}
    for names, text in ((_names(fig.select_xaxes()), x_title), (_names(fig.select_yaxes()), y_title)):
        for name in names:
            _set(fig, name, _merged(axis, {"title": {"text": text}} if text else {}))
    return fig


def in_ink(fig: go.Figure) -> go.Figure:
    """Darker text than the app's own for figures on a light page: a projector washes grey out."""
    ink = {"color": INK}
    _set(fig, "font", ink)
    for name in (*_names(fig.select_xaxes()), *_names(fig.select_yaxes())):
        _set(fig, name, {"tickfont": ink, "title": {"font": ink}})
    for slider in fig.layout.sliders:
        slider.currentvalue.font.color = INK
    return fig


def _set(fig: go.Figure, name: str, values: Mapping[str, Any]) -> None:
    """Add values to what a part of the layout holds; a tenth of the time that plotly's `update_layout` takes."""
    fig.layout[name] = _merged(fig.layout[name].to_plotly_json(), values)


def _merged(held: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """`held` with `added`, dictionary within dictionary."""
    return {
        **held,
        **{k: _merged(held.get(k, {}), v) if isinstance(v, Mapping) else v for k, v in added.items()},
    }


def _names(axes: Iterable[Any]) -> list[str]:
    return [axis.plotly_name for axis in axes]


def equal_aspect(fig: go.Figure) -> go.Figure:
    """One unit is as long across as it is up, so that distances and ellipses are honest."""
    fig.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain", constraintoward="top")
    fig.update_xaxes(constrain="domain")
    return fig


def without_axes(fig: go.Figure) -> go.Figure:
    """For pictures: no axis, grid or ticks."""
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return fig


def log_ticks(low: float, high: float) -> list[float]:
    """Whole numbers to read on a logarithmic axis from low to high: 1, 2 and 5 of each decade, or 1 alone of many.

    Plotly's own ticks between two decades show one digit: a 2 that means 20.
    """
    first, last = floor(log10(low)), ceil(log10(high))
    steps = (1, 2, 5) if last - first <= MOST_DECADES else (1,)
    ticks = [float(f"{step}e{decade}") for decade in range(first, last + 1) for step in steps]
    return [tick for tick in ticks if low / LOG_MARGIN <= tick <= high * LOG_MARGIN]


def is_mosaic(fig: go.Figure) -> bool:
    """Whether a figure is made of pictures alone, in which there is nothing to zoom."""
    return len(fig.data) > 0 and all(trace.type == "image" for trace in fig.data)


def toolbar(file_name: str, *, only_download: bool = False) -> dict[str, Any]:
    """Plotly's configuration: a quiet toolbar whose camera saves a figure three times as sharp as the screen.

    While shift is held the page has it save an SVG, see `figure_camera.js`.
    """
    config: dict[str, Any] = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "png", "filename": file_name, "scale": 3},
        "locales": {"en-US": {"dictionary": {"Download plot as a PNG": "Save as PNG, with shift as SVG"}}},
    }
    return config | {"modeBarButtons": [["toImage"]]} if only_download else config
