"""A latent space at a glance: a small picture of the codes, coloured by class."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.analysis.latent_plane import principal_plane
from explorer.figures.theme import class_colour

SIZE = 360
OVERSAMPLING = 2
OUTSIDE_SHARE = 0.004
MARGIN = 1.1
N_AXES = 2


def latent_thumbnail(codes: NDArray[np.float32], labels: NDArray[np.int64]) -> bytes:
    """Codes (N, K) with labels (N,) as a square PNG on a clear ground, at equal scale on both axes.

    More than two dimensions are shown in the plane of their first two principal components.
    """
    rows = np.random.default_rng(0).permutation(len(codes))  # so that no class lies on top of the others
    places = _pixel_places(_plane(codes)[rows])
    canvas = np.zeros((SIZE * OVERSAMPLING, SIZE * OVERSAMPLING, 4), np.uint8)
    inside = ((places >= 0) & (places < len(canvas))).all(axis=1)
    colours = _class_colours(int(labels.max(initial=0)) + 1)[labels[rows]]
    for column, row in _disk(_radius(len(codes))):
        x, y = np.clip(places[inside] + (column, row), 0, len(canvas) - 1).T
        canvas[y, x] = colours[inside]
    return _png(Image.fromarray(canvas).resize((SIZE, SIZE), Image.Resampling.BOX))


def _plane(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Two coordinates of each code, (N, 2)."""
    if codes.shape[1] == 1:
        return np.hstack([codes, np.zeros_like(codes)])
    return codes if codes.shape[1] == N_AXES else principal_plane(codes, codes.mean(axis=0)).project(codes)


def _pixel_places(plane: NDArray[np.float32]) -> NDArray[np.int64]:
    """Columns and rows on the canvas, (N, 2); all but a few outliers lie inside."""
    low, high = np.quantile(plane, [OUTSIDE_SHARE, 1 - OUTSIDE_SHARE], axis=0)
    side = max(float((high - low).max()) * MARGIN, 1e-12)
    unit = (plane - (low + high) / 2) / side * (1, -1) + 0.5
    places: NDArray[np.int64] = np.floor(unit * SIZE * OVERSAMPLING).astype(np.int64)
    return places


def _class_colours(n_classes: int) -> NDArray[np.uint8]:
    """The colours of classes, (C, 4), opaque."""
    hexadecimal = [class_colour(label).removeprefix("#") + "ff" for label in range(n_classes)]
    return np.array([list(bytes.fromhex(colour)) for colour in hexadecimal], np.uint8)


def _radius(n_points: int) -> float:
    """Fewer points are larger; in pixels of the canvas."""
    return float(np.clip(220 / np.sqrt(max(n_points, 1)), 2.3, 9))


def _disk(radius: float) -> list[tuple[int, int]]:
    """The pixels of a disk around the origin."""
    reach = range(-int(radius), int(radius) + 1)
    return [(column, row) for row in reach for column in reach if column**2 + row**2 <= radius**2]


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
