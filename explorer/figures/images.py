"""Images as figures: digits in grey, signed images in blue, white and orange, many at once as a crisp mosaic."""

import base64
import io
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.foreign_text import as_label
from explorer.figures.theme import DIVERGING, GRID, style, without_axes

Pixels = NDArray[np.floating]
Bytes = NDArray[np.uint8]
N_GREYS = 256
# In screen pixels: a line of text above a tile, the least height of the tile, and the least width that a figure has on
# a projector.
LABEL_HEIGHT, LEAST_TILE_HEIGHT = 26, 8
NARROWEST = 780
# zlib's usual level 6 takes about twice the time for files that are up to a half larger.
PNG_LEVEL = 3


def grey(images: Pixels) -> Bytes:
    """Images (N, H, W) with 0 as black and 1 as white, clipped there, or in colour (N, H, W, 3) -> (N, H, W, 3)."""
    levels = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
    return levels if levels.ndim == 4 else np.repeat(levels[..., None], 3, axis=-1)


def signed(images: Pixels, scale: float | None = None) -> Bytes:
    """Signed images (N, H, W) -> (N, H, W, 3): blue below 0, white at 0, orange above.

    The strongest colours stand for -scale and scale; without a scale for each image's own largest magnitude. Of colour
    images (N, H, W, 3) each channel is shown by its own brightness: mid-grey at 0, full at scale, none at -scale.
    """
    axes = tuple(range(1, images.ndim))
    largest = np.abs(images).max(axis=axes, keepdims=True) if scale is None else np.full((1,) * images.ndim, scale)
    if images.ndim == 4:
        return signed_levels(images, largest)
    return diverging_palette()[signed_levels(images, largest)]


def signed_levels(images: Pixels, scale: Pixels) -> Bytes:
    """Values from -scale to scale as indices into `diverging_palette`; 0 is in the middle."""
    share = np.divide(images, scale, out=np.zeros_like(images, dtype=np.float64), where=scale > 0)
    middle = N_GREYS // 2
    levels: Bytes = np.rint(middle + np.clip(share, -1, 1) * (middle - 1)).astype(np.uint8)
    return levels


def diverging_palette() -> Bytes:
    """The 256 colours of signed images, (256, 3); entry 128 is white."""
    middle = N_GREYS // 2
    place = 0.5 + 0.5 * (np.arange(N_GREYS) - middle) / (middle - 1)
    stops = np.array([stop for stop, _ in DIVERGING])
    colours = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in DIVERGING])
    return np.stack([np.interp(place, stops, channel) for channel in colours.T], axis=-1).round().astype(np.uint8)


def grey_palette() -> Bytes:
    """The 256 greys of digits, (256, 3)."""
    return np.repeat(np.arange(N_GREYS, dtype=np.uint8)[:, None], 3, axis=1)


def mosaic(tiles: Bytes, n_columns: int, gap: int = 1, head: int = 0) -> Bytes:
    """Tiles (N, H, W, 3) row after row -> one image (., ., 4), `gap` clear pixels between and `head` above each."""
    n_tiles, height, width, _ = tiles.shape
    n_rows = -(-n_tiles // n_columns)
    sheet = np.zeros((n_rows * (head + height + gap) - gap, n_columns * (width + gap) - gap, 4), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = (i // n_columns) * (head + height + gap) + head, (i % n_columns) * (width + gap)
        sheet[top : top + height, left : left + width, :3] = tile
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet


def png_bytes(image: Bytes) -> bytes:
    """An image (H, W, 3) or (H, W, 4) as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "png", compress_level=PNG_LEVEL)
    return file.getvalue()


def data_uri(image: Bytes) -> str:
    """An image (H, W, 3) or (H, W, 4) as a link that holds its own PNG."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(image)).decode("ascii")


def mosaic_figure(tiles: Bytes, labels: Sequence[str], n_columns: int, *, height: int, gap: int = 1) -> go.Figure:
    """Tiles (N, H, W, 3) row after row, each under its label; crisp at any size; height in screen pixels."""
    n_tiles, tile_height, tile_width, _ = tiles.shape
    n_rows = -(-n_tiles // n_columns)
    shown_height = min(height / n_rows - LABEL_HEIGHT, NARROWEST / n_columns * tile_height / tile_width)
    head = round(tile_height * LABEL_HEIGHT / max(shown_height, LEAST_TILE_HEIGHT)) if any(labels) else 0
    fig = go.Figure(go.Image(source=data_uri(mosaic(tiles, n_columns, gap, head)), hoverinfo="skip"))
    lefts = [(i % n_columns) * (tile_width + gap) - 0.5 for i in range(n_tiles)]
    tops = [(i // n_columns) * (head + tile_height + gap) + head - 0.5 for i in range(n_tiles)]
    corners = list(zip(lefts, tops, strict=True))
    fig.layout.shapes = [_outlines(corners, tile_width, tile_height)]
    middles = [(left + tile_width / 2, top) for left, top in corners]
    fig.layout.annotations = [_label(*place, text) for place, text in zip(middles, labels, strict=bool(labels))]
    fig.update_yaxes(constraintoward="top")
    return without_axes(style(fig, height=height))


def columns_of_largest_tiles(n_tiles: int, width: int, height: int) -> int:
    """In how many columns labelled square tiles are largest in a place of screen pixels; the fewest of equals."""

    def side(n_columns: int) -> float:
        return min(width / n_columns, height / -(-n_tiles // n_columns) - LABEL_HEIGHT)

    return max(range(1, n_tiles + 1), key=side)


def _outlines(corners: Sequence[tuple[float, float]], width: int, height: int) -> dict[str, object]:
    """The frames of tiles with these upper left corners: one shape for all, since plotly checks each one."""
    path = "".join(f"M{left},{top}H{left + width}V{top + height}H{left}Z" for left, top in corners)
    return {"type": "path", "path": path, "line": {"color": GRID, "width": 1}}


def _label(x: float, y: float, text: str) -> dict[str, object]:
    """A tile's label, its foot at (x, y). Labels are set together: each `add_` copies all that are there before."""
    return {"x": x, "y": y, "text": as_label(text), "showarrow": False, "yanchor": "bottom"}
