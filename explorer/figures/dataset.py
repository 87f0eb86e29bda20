"""Pictures of a data set, whatever its samples are: images as mosaics, curves as lines, points as clouds."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.dataset_summary import Ints, Randoms, Summary, log10_ball_share
from explorer.data import Dataset
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.images import columns_of_largest_tiles, grey, mosaic_figure

Array = NDArray[np.floating]
POINT_SIZES = {2: 6, 3: 3}
SHOWN_POINTS = 2000
MANY_DIMENSIONS = 20
# The width of a figure that has the window for itself, in screen pixels.
FULL_WIDTH = 1236
CURVE_ALPHA = 0.35
# As many values as two sidewalks have hours: an axis shows every third of them.
MOST_HOURS = 48


def samples_figure(dataset: Dataset, picks: Sequence[Ints], height: int) -> go.Figure:
    """Some samples of every class; picks: rows of each class."""
    kind = _curves_of_classes if len(dataset.sample_shape) == 1 else _images_of_classes
    return kind(dataset, picks, height)


def _images_of_classes(dataset: Dataset, picks: Sequence[Ints], height: int) -> go.Figure:
    """A line of images for every class; a class with fewer samples has a shorter line."""
    n_columns = max(len(rows) for rows in picks)
    tiles = np.zeros((len(picks), n_columns, *dataset.sample_shape), np.float32)
    for label, rows in enumerate(picks):
        tiles[label, : len(rows)] = dataset.pixels(rows).reshape(len(rows), *dataset.sample_shape)
    fig = mosaic_figure(grey(tiles.reshape(-1, *dataset.sample_shape)), [], n_columns, height=height)
    step = dataset.sample_shape[0] + 1
    middles = [label * step + step / 2 - 1 for label in range(len(picks))]
    counts = np.bincount(dataset.labels, minlength=len(picks))
    names = [f"<b>{as_label(name)}</b> · {count:,}" for name, count in zip(dataset.class_names, counts, strict=True)]
    return fig.update_yaxes(visible=True, showgrid=False, tickvals=middles, ticktext=names, ticks="")


def _curves_of_classes(dataset: Dataset, picks: Sequence[Ints], height: int) -> go.Figure:
    if dataset.sample_shape[0] in POINT_SIZES:
        rows = np.concatenate(picks)
        return points_figure(dataset.pixels(rows), dataset.labels[rows], dataset.class_names, height)
    colours = [theme.with_alpha(theme.class_colour(label), CURVE_ALPHA) for label in range(len(picks))]
    classes = zip(picks, dataset.class_names, colours, strict=True)
    fig = go.Figure([_lines(dataset.pixels(rows), name, colour, 1.5) for rows, name, colour in classes])
    return _curve_axes(fig, height, dataset)


def points_figure(points: Array, labels: Ints, class_names: Sequence[str], height: int) -> go.Figure:
    """Points (N, 2) or (N, 3), coloured by class, on axes of one scale."""
    fig = go.Figure([_cloud(points[labels == label], name, label) for label, name in enumerate(class_names)])
    theme.style(fig, height=height, x_title="x₁", y_title="x₂").update_layout(legend={"itemsizing": "constant"})
    if points.shape[1] == 3:
        return fig.update_layout(scene={"aspectmode": "data"} | space_axes())
    return theme.equal_aspect(fig)


def space_axes() -> dict[str, dict[str, object]]:
    """The axes of a picture in three dimensions, quiet and legible."""
    axis = {"backgroundcolor": theme.CLEAR, "gridcolor": theme.GRID, "nticks": 5, "tickfont": {"size": 13}}
    return {f"{letter}axis": axis | {"title": {"text": f"x{sub}"}} for letter, sub in zip("xyz", "₁₂₃", strict=True)}


def _cloud(points: Array, name: str, label: int) -> go.Scatter | go.Scatter3d:
    marker = {"size": POINT_SIZES[points.shape[1]], "color": theme.class_colour(label), "opacity": 0.7}
    places = dict(zip("xyz", points.T.astype(np.float32), strict=False))
    kind = go.Scatter3d if points.shape[1] == 3 else go.Scatter
    return kind(**places, mode="markers", name=as_label(name), marker=marker, hoverinfo="name")


def _lines(curves: Array, name: str, colour: str, width: float) -> go.Scatter:
    """Many curves (M, D) as one trace, with a gap between each two."""
    n_curves, n_values = curves.shape
    x = np.tile(np.append(np.arange(n_values, dtype=np.float32), np.nan), n_curves)
    y = np.concatenate((curves, np.full((n_curves, 1), np.nan)), axis=1).ravel().astype(np.float32)
    line = {"color": colour, "width": width}
    return go.Scatter(x=x, y=y, mode="lines", name=as_label(name), line=line, hoverinfo="name")


def _curve_axes(fig: go.Figure, height: int, dataset: Dataset) -> go.Figure:
    is_bridge = dataset.name == "fremont"
    x_title, y_title = ("hour of the day", "hundreds of bicycles per hour") if is_bridge else ("value i", "xᵢ")
    theme.style(fig, height=height, x_title=x_title, y_title=y_title)
    fig.update_xaxes(dtick=3 if dataset.sample_shape[0] <= MOST_HOURS else None)
    return fig.update_layout(legend={"x": 0.01, "y": 0.99})


def means_figure(dataset: Dataset, summary: Summary, height: int) -> go.Figure:
    """The mean of each class, of all, and how much each value varies."""
    if len(dataset.sample_shape) > 1:
        return _mean_images(dataset, summary, height)
    if dataset.sample_shape[0] in POINT_SIZES:
        return _mean_points(dataset, summary, height)
    fig = go.Figure()
    spread = np.sqrt(summary.variance)
    hours = np.arange(len(spread), dtype=np.float32)
    band = {"x": np.append(hours, hours[::-1]), "y": np.append(summary.mean + spread, (summary.mean - spread)[::-1])}
    fig.add_trace(go.Scatter(**band, fill="toself", mode="none", fillcolor=theme.GRID, name="mean ± one std of all"))
    fig.add_trace(_lines(summary.mean[None], "all", theme.MUTED, 3))
    means = zip(summary.class_means, dataset.class_names, strict=True)
    fig.add_traces([_lines(mean[None], name, theme.class_colour(label), 4) for label, (mean, name) in enumerate(means)])
    return _curve_axes(fig, height, dataset)


def _mean_images(dataset: Dataset, summary: Summary, height: int) -> go.Figure:
    """Class means, then the mean of all and the pixels' variance, white where it is largest."""
    spread = summary.variance / max(float(summary.variance.max()), 1e-12)
    images = np.vstack((summary.class_means, summary.mean, spread)).reshape(-1, *dataset.sample_shape)
    labels = [*dataset.class_names, "mean of all", "variance"]
    n_columns = columns_of_largest_tiles(len(images), FULL_WIDTH, height)
    return mosaic_figure(grey(images), labels, n_columns, height=height, gap=2)


def _mean_points(dataset: Dataset, summary: Summary, height: int) -> go.Figure:
    fig = points_figure(
        dataset.pixels(slice(0, SHOWN_POINTS)), dataset.labels[:SHOWN_POINTS], dataset.class_names, height
    ).update_traces(opacity=0.35)
    centres = np.vstack((summary.class_means, summary.mean))
    colours = [*(theme.class_colour(label) for label in range(dataset.n_classes)), theme.MUTED]
    places = dict(zip("xyz", centres.T.astype(np.float32), strict=False))
    kind = go.Scatter3d if centres.shape[1] == 3 else go.Scatter
    marker = {"size": 4 * POINT_SIZES[centres.shape[1]], "color": colours, "symbol": "diamond"}
    return fig.add_trace(kind(**places, mode="markers", name="means", marker=marker))


def randoms_figure(dataset: Dataset, found: Randoms, height: int) -> go.Figure:
    """Real samples, samples of shuffled values and samples of random values, under one another or side by side."""
    rows = {"real": found.real, "shuffled": found.shuffled, "random": found.uniform}
    if len(dataset.sample_shape) > 1:
        tiles = np.concatenate(list(rows.values())).reshape(-1, *dataset.sample_shape)
        fig = mosaic_figure(grey(tiles), [], len(found.real), height=height)
        step = dataset.sample_shape[0] + 1
        middles = [(row + 0.5) * step - 1 for row in range(3)]
        return fig.update_yaxes(visible=True, showgrid=False, tickvals=middles, ticktext=list(rows), ticks="")
    is_space = dataset.sample_shape[0] == 3
    fig = make_subplots(cols=3, subplot_titles=list(rows), specs=[[{"type": "scene" if is_space else "xy"}] * 3])
    for column, samples in enumerate(rows.values(), start=1):
        fig.add_trace(_few(samples), row=1, col=column)
    theme.style(fig, height=height).update_layout(showlegend=False, margin={"t": 40})
    return _same_axes(fig, np.concatenate(list(rows.values())), is_space)


def _few(samples: Array) -> go.Scatter | go.Scatter3d:
    if samples.shape[1] in POINT_SIZES:
        return _cloud(samples, "", 0).update(marker_color=theme.TEST)
    return _lines(samples, "", theme.with_alpha(theme.TEST, 0.6), 1.5)


def _same_axes(fig: go.Figure, samples: Array, is_space: bool) -> go.Figure:
    low, high = float(samples.min()), float(samples.max())
    margin = 0.05 * (high - low)
    if is_space:
        return fig.update_scenes(aspectmode="cube", **space_axes())
    fig.update_yaxes(range=[low - margin, high + margin])
    return theme.equal_aspect(fig) if samples.shape[1] == 2 else fig


def volume_figure(n_values: int, is_logarithmic: bool, height: int) -> go.Figure:
    """The fraction of a cube that its largest ball fills, against the dimension; up to D on a logarithmic scale."""
    d = np.unique(np.geomspace(1, max(n_values, MANY_DIMENSIONS), 200).astype(np.int64))
    d = d if is_logarithmic else np.arange(1, MANY_DIMENSIONS + 1)
    share = log10_ball_share(d)
    words = [power_of_ten(value) for value in share]
    fig = go.Figure(
        go.Scatter(
            x=d,
            y=share if is_logarithmic else 10**share,
            mode="lines+markers",
            line={"color": theme.TEST, "width": 3},
            marker={"size": 4 if is_logarithmic else 10},
            customdata=words,
            hovertemplate="d = %{x}: %{customdata}<extra></extra>",
        )
    )
    theme.style(fig, height=height, x_title="dimension d", y_title="V(ball) / V(cube)")
    if is_logarithmic:
        fig.update_xaxes(type="log", tickvals=theme.log_ticks(1, float(d[-1])), minor={"showgrid": False})
        return fig.update_yaxes(title_text="log₁₀ of V(ball) / V(cube)")
    return fig.update_yaxes(rangemode="tozero").update_xaxes(dtick=1)


def power_of_ten(log10: float) -> str:
    """A share from its decimal logarithm, such as 0.0025 or 10⁻¹⁷⁹²."""
    if log10 > -4:
        return f"{10**log10:.2g}"
    return f"10<sup>{log10:.0f}</sup>"
