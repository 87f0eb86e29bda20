"""Curves, sheets and daily profiles: PCA's straight answer, an autoencoder's bent one, and how it comes about."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

from explorer.analysis.manifold import N_CURVE, SHEET_SHAPE, LayerView, Shape, Stage
from explorer.figures import theme
from explorer.figures.dataset import space_axes
from explorer.models.pca import PCA

Array = NDArray[np.floating]
# Along a curve or a sheet; all of it is seen on white and on black.
POSITIONS = ((0.0, "#3f90da"), (0.5, "#9a9aa0"), (1.0, "#e8871e"))
REACH = 1.08
# Nine small panels with a disc for each of a thousand samples take a browser seconds; a fourth shows the curve as well.
ONE_OF = 4
CAMERA = {"eye": {"x": 1.25, "y": 1.55, "z": 0.75}}
AE_HUE, PCA_HUE = theme.model_hue("ae"), theme.model_hue("pca")


def bent_figure(shape: Shape, stages: Sequence[Stage], height: int) -> go.Figure:
    """Samples with PCA's line or plane through them, and the autoencoder's curve or sheet at its stages.

    Several stages come with a slider that runs in the browser; none draws PCA alone.
    """
    points = shape.test.pixels()
    is_space = points.shape[1] == 3
    cloud = _cloud(points, shape.position)
    straight = _plane(points, shape.linear) if is_space else _line(points, shape.linear)
    bent = [_sheet(stage, shape.clean) if is_space else _curve(stage, points) for stage in stages]
    fig = go.Figure([cloud, straight, *bent[-1:]])
    theme.style(fig, height=height, x_title="x₁", y_title="x₂")
    above = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"}
    fig.update_layout(legend=above, uirevision="shape")
    if is_space:
        fig.update_layout(scene={"aspectmode": "data", "camera": CAMERA, "uirevision": "shape"} | space_axes())
    else:
        reach = REACH * np.abs(points).max(axis=0)
        theme.equal_aspect(fig).update_xaxes(range=[-reach[0], reach[0]]).update_yaxes(range=[-reach[1], reach[1]])
    return _with_slider(fig, bent, stages, is_space) if len(stages) > 1 else fig


def _cloud(points: Array, position: Array) -> go.Scatter | go.Scatter3d:
    marker = {"color": position.astype(np.float32), "colorscale": POSITIONS, "opacity": 0.6}
    places = dict(zip("xyz", points.T.astype(np.float32), strict=False))
    kind, size = (go.Scatter3d, 3) if points.shape[1] == 3 else (go.Scatter, 6)
    return kind(**places, mode="markers", name="samples", marker=marker | {"size": size}, hoverinfo="skip")


def _line(points: Array, linear: PCA) -> go.Scatter:
    reach = 2 * float(np.abs(points).max())
    ends = linear.decode(np.array([[-reach], [reach]], np.float32))
    line = {"color": PCA_HUE, "width": 4}
    return go.Scatter(x=ends[:, 0], y=ends[:, 1], mode="lines", name="PCA", line=line, hoverinfo="name")


def _plane(points: Array, linear: PCA) -> go.Surface:
    codes = linear.encode(np.asarray(points, np.float32))
    low, high = codes.min(axis=0), codes.max(axis=0)
    corners = np.array([[(u, v) for v in (low[1], high[1])] for u in (low[0], high[0])], np.float32)
    places = linear.decode(corners.reshape(-1, 2)).reshape(2, 2, 3)
    return _surface(places, PCA_HUE, "PCA", opacity=0.35)


def _curve(stage: Stage, points: Array) -> go.Scatter:
    """What the decoder makes of the codes from the lowest to the highest: the bent line itself."""
    codes = stage.encode(np.asarray(points, np.float32))
    z = np.linspace(codes.min(), codes.max(), N_CURVE, dtype=np.float32)[:, None]
    x, y = stage.decode(z).T.round(3).tolist()
    line = {"color": AE_HUE, "width": 5}
    return go.Scatter(x=x, y=y, mode="lines", name="Autoencoder", line=line, hoverinfo="name")


def _sheet(stage: Stage, clean: Array) -> go.Surface:
    """What becomes of the sheet without noise when it is encoded and decoded."""
    places = stage.reconstruct(np.asarray(clean, np.float32)).reshape(*SHEET_SHAPE, 3).round(3)
    return _surface(places, AE_HUE, "Autoencoder", opacity=0.75)


def _surface(places: Array, colour: str, name: str, opacity: float) -> go.Surface:
    x, y, z = (places[..., axis].tolist() for axis in range(3))
    scale = [[0, colour], [1, colour]]
    return go.Surface(
        x=x,
        y=y,
        z=z,
        surfacecolor=np.zeros(places.shape[:2]).tolist(),
        colorscale=scale,
        showscale=False,
        showlegend=True,
        opacity=opacity,
        name=name,
        hoverinfo="name",
    )


def _with_slider(fig: go.Figure, bent: Sequence[Any], stages: Sequence[Stage], redraw: bool) -> go.Figure:
    fig.frames = [
        go.Frame(data=[trace], traces=[2], name=f"{stage.step}") for trace, stage in zip(bent, stages, strict=True)
    ]
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": redraw}, "transition": {"duration": 0}}
    steps = [
        {
            "method": "animate",
            "label": f"{stage.step} of {stage.n_steps}, test MSE {stage.mse:.4f}",
            "args": [[f"{stage.step}"], at_once],
        }
        for stage in stages
    ]
    slider = {
        "active": len(stages) - 1,
        "currentvalue": {"prefix": "step ", "font": {"size": theme.FONT_SIZE, "color": theme.MUTED}},
        "steps": steps,
        "font": {"color": theme.CLEAR},
        "bgcolor": theme.with_alpha(theme.MUTED, 0.4),
        "bordercolor": theme.MUTED,
        "ticklen": 0,
        "minorticklen": 0,
        "pad": {"t": 56},
    }
    return fig.update_layout(sliders=[slider])


def learning_figure(stages: Sequence[Stage], linear_mse: float, height: int) -> go.Figure:
    """The error on test as it falls, beside PCA's."""
    steps = [max(stage.step, 1) for stage in stages]
    errors = [stage.mse for stage in stages]
    fig = go.Figure(go.Scatter(x=steps, y=errors, mode="lines", line={"color": AE_HUE, "width": 4}, name="Autoencoder"))
    fig.update_traces(hovertemplate="step %{x}: MSE %{y:.4f}<extra></extra>")
    fig.add_hline(y=linear_mse, line={"color": PCA_HUE, "width": 3, "dash": "dash"})
    theme.style(fig, height=height, x_title="step", y_title="test MSE")
    fig.update_xaxes(type="log", dtick=1, range=[0, float(np.log10(stages[-1].n_steps))])
    return fig.update_yaxes(type="log", dtick=1).update_layout(showlegend=False)


def bend_figure(views: Sequence[LayerView], position: Array, height: int) -> go.Figure:
    """A grid and the samples after each layer: the encoder above from left to right, the decoder below."""
    n_top = next(place for place, view in enumerate(views) if view.title == "z") + 1
    n_rows, n_columns = 2, n_top
    titles = [f"{view.title} ({view.width})" for view in views]
    places = [(1, place + 1) for place in range(n_top)] + [(2, place + 2) for place in range(len(views) - n_top)]
    in_cells = dict(zip(places, titles, strict=True))
    labels = [in_cells.get((row, column), "") for row in (1, 2) for column in range(1, n_columns + 1)]
    fig = make_subplots(n_rows, n_columns, subplot_titles=labels, horizontal_spacing=0.02, vertical_spacing=0.1)
    for view, (row, column) in zip(views, places, strict=True):
        for trace in _bent_layer(view, position):
            fig.add_trace(trace, row=row, col=column)
    theme.style(fig, height=height).update_layout(showlegend=False, margin={"t": 32})
    fig.update_annotations(font={"size": theme.FONT_SIZE})
    return theme.without_axes(fig)


def _bent_layer(view: LayerView, position: Array) -> tuple[go.Scatter, go.Scatter]:
    gaps = np.full((len(view.grid), 1, 2), np.nan)
    x, y = np.concatenate((view.grid, gaps), axis=1).reshape(-1, 2).T.astype(np.float32)
    line = {"color": theme.MUTED, "width": 1}
    marker = {"color": position[::ONE_OF].astype(np.float32), "colorscale": POSITIONS, "size": 4}
    px, py = view.points[::ONE_OF].T.astype(np.float32)
    return (
        go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip"),
        go.Scatter(x=px, y=py, mode="markers", marker=marker, hoverinfo="skip"),
    )


def angles_figure(stages: Sequence[Stage], height: int) -> go.Figure:
    """Principal angles between a linear autoencoder's subspace and PCA's, epoch by epoch."""
    epochs = [stage.epoch for stage in stages]
    angles = np.stack([stage.angles_degrees for stage in stages])
    fig = go.Figure()
    for number, (values, dash) in enumerate(
        zip(angles.T, ("solid", "dash", "dot", "dashdot") * 8, strict=False), start=1
    ):
        line = {"color": theme.model_hue("linear_ae"), "width": 4, "dash": dash}
        fig.add_trace(go.Scatter(x=epochs, y=values, mode="lines+markers", line=line, name=f"angle {number}"))
    fig.update_traces(hovertemplate="epoch %{x:.1f}: %{y:.2f}°<extra></extra>")
    theme.style(fig, height=height, x_title="epoch", y_title="angle to PCA's subspace (degrees)")
    last = max(epochs[-1], 1.0)
    fig.update_xaxes(range=[-0.02 * last, 1.02 * last])
    return fig.update_yaxes(range=[-2, 92], dtick=15).update_layout(legend={"x": 0.99, "xanchor": "right", "y": 0.99})


def day_figure(day: Array, linear: Array, bent: Array | None, height: int) -> go.Figure:
    """One day's counts, (24,) or (48,) in bicycles per hour, with its linear and its nonlinear reconstruction."""
    curves = [("the day", day, theme.MUTED, "solid", 5), ("PCA", linear, PCA_HUE, "dash", 3)]
    if bent is not None:
        curves.append(("Autoencoder", bent, AE_HUE, "solid", 3))
    fig = go.Figure()
    for name, values, colour, dash, width in curves:
        line = {"color": colour, "width": width, "dash": dash}
        hover = f"{name}, %{{x}}:00: %{{y:.0f}}<extra></extra>"
        fig.add_trace(go.Scatter(y=values.astype(np.float32), mode="lines", line=line, name=name, hovertemplate=hover))
    theme.style(fig, height=height, x_title="hour", y_title="bicycles per hour")
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    return fig.update_xaxes(dtick=6).update_yaxes(rangemode="tozero")


def cyclic_colours(n_colours: int) -> tuple[str, ...]:
    """Colours that come round again, as months and weekdays do."""
    return _as_hex("Phase", np.arange(n_colours) / n_colours)


def ordered_colours(n_colours: int) -> tuple[str, ...]:
    """Colours from dark to light, as years go by."""
    return _as_hex("Plasma", np.linspace(0, 0.9, n_colours))


def _as_hex(scale: str, places: Array) -> tuple[str, ...]:
    colours = sample_colorscale(scale, places.tolist(), colortype="tuple")
    return tuple("#" + "".join(f"{round(255 * part):02x}" for part in colour) for colour in colours)
