"""Samples in columns and what models make of them in rows, each picture above its error; a press picks a column."""

import numpy as np
import plotly.graph_objects as go

from explorer.analysis.strip import Reconstructions, Strip
from explorer.figures import theme
from explorer.figures.foreign_text import as_label
from explorer.figures.images import data_uri, grey, mosaic

# Of the height of a tile: what stands below it for its error.
FOOT = 0.3
# Nearly clear, so that a press on a picture meets something.
TARGET_OPACITY = 0.001


def strip_figure(strip: Strip, sample_shape: tuple[int, ...], chosen: int, height: int | None = None) -> go.Figure:
    """Rows: the samples and each model's reconstructions; columns: the samples, the chosen one framed.

    Below each picture is its squared error summed over pixels, below each original that of the mean image. The
    points of the trace 'samples' lie on the pictures and hold each one's column as custom data.
    """
    tile_height, tile_width = sample_shape[:2]
    foot = round(FOOT * tile_height)
    images = [strip.images, *(row.images for row in strip.rows)]
    tiles = np.concatenate([grey(part.reshape(-1, *sample_shape)) for part in images])
    n_columns, pitch = len(strip.samples), (tile_height + foot, tile_width + 1)
    fig = go.Figure([go.Image(source=data_uri(mosaic(tiles, n_columns, 1, foot - 1)[foot - 1 :]), hoverinfo="skip")])
    fig.add_trace(_targets(strip, pitch, (tile_height, tile_width)))
    errors = [strip.null_sse, *(row.sse for row in strip.rows)]
    fig.layout.annotations = [
        _error(value, column * pitch[1] + tile_width / 2, row * pitch[0] + tile_height)
        for row, values in enumerate(errors)
        for column, value in enumerate(values)
    ]
    fig.layout.shapes = [_frame(chosen * pitch[1], tile_width, len(images) * pitch[0])]
    theme.style(fig, height=height)
    fig.update_xaxes(visible=False, range=[-1.5, n_columns * pitch[1] + 0.5], constrain="domain")
    fig.update_yaxes(
        tickvals=[row * pitch[0] + tile_height / 2 for row in range(len(images))],
        ticktext=[f"original<br>mean image {strip.null_test_sse:.1f}", *map(_row_title, strip.rows)],
        range=[len(images) * pitch[0] + 0.5, -1.5], showgrid=False, constrain="domain", constraintoward="top",
    )  # fmt: skip
    return fig.update_layout(showlegend=False, dragmode=False, clickmode="event+select")


def _row_title(row: Reconstructions) -> str:
    hue = theme.model_hue(row.family)
    return f"<span style='color:{hue}'><b>{as_label(row.title)}</b></span><br>test {row.test_sse:.1f}"


def _targets(strip: Strip, pitch: tuple[int, int], tile: tuple[int, int]) -> go.Scatter:
    """Points on the pictures: what a press picks, and what the pointer reads."""
    rows, columns = np.meshgrid(np.arange(len(strip.rows) + 1), np.arange(len(strip.samples)), indexing="ij")
    trace = go.Scatter(
        x=(columns * pitch[1] + tile[1] / 2).ravel(),
        y=(rows * pitch[0] + tile[0] / 2).ravel(),
        customdata=columns.ravel(),
        text=[f"test sample {strip.samples[column]}" for column in columns.ravel()],
        mode="markers",
        name="samples",
    )
    trace.marker = {"size": 60, "symbol": "square", "opacity": TARGET_OPACITY, "color": theme.MUTED}
    return trace.update(hovertemplate="%{text}<extra></extra>", unselected={"marker": {"opacity": TARGET_OPACITY}})


def _error(value: float, x: float, y: float) -> dict[str, object]:
    place = {"x": x - 0.5, "y": y - 0.5, "yanchor": "top", "xanchor": "center"}
    return {"text": f"{value:.1f}", "showarrow": False, "borderpad": 0, **place}


def _frame(left: float, width: int, height: float) -> dict[str, object]:
    corners = {"x0": left - 0.5, "x1": left + width - 0.5, "y0": -0.5, "y1": height - 0.5}
    return {"type": "rect", **corners, "line": {"color": theme.ERROR, "width": 3}}
