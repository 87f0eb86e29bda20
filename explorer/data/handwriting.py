"""Handwriting as models see it: strokes of a pen, scaled and centred as the digits of MNIST and of UCI were."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import DatasetError

Ink = NDArray[np.float32]
Place = NDArray[np.float64]
# Of each pen stroke the places (P, 2) from the left and from the top, a byte each.
Strokes = tuple[NDArray[np.uint8], ...]
MOST_CHARACTERS = 8000
PLACE_BYTES = 2
# Pixels on paper along the longer side of a drawing.
PAPER_PIXELS = 320
MNIST_SIDE, MNIST_BOX, MNIST_CENTRE = 28, 20, 14
UCI_BITMAP, UCI_BLOCK = 32, 4
ROUNDING = 1e-6  # by which the pen is wider, so that a pixel on its very edge is inked in any arithmetic
TINY = 1e-9  # rows that a level line goes down, in place of none


@dataclass(frozen=True)
class StrokesText:
    """Strokes as text: four hexadecimal digits a place, across and down, and `-` between strokes."""

    def __str__(self) -> str:
        return f"strokes of four hexadecimal digits a place with - between them, at most {MOST_CHARACTERS:,} characters"

    def parse(self, value: object) -> Strokes:
        """The strokes; raises ValueError for any other text, and for one without a place."""
        text = str(value)
        if len(text) > MOST_CHARACTERS:
            raise ValueError
        return tuple(_places(part) for part in text.split("-"))


def _places(text: str) -> NDArray[np.uint8]:
    if not text or len(text) % (2 * PLACE_BYTES):
        raise ValueError
    return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(-1, PLACE_BYTES)


def strokes_text(strokes: Strokes) -> str:
    """The inverse of `StrokesText.parse`."""
    return "-".join(places.tobytes().hex() for places in strokes)


@dataclass(frozen=True)
class Preparation:
    """How a drawing becomes a sample: the pen's width as a fraction of the drawing's longer side, and what follows."""

    pen: float
    shape: Callable[[Ink], Ink]
    sentence: str


def like_mnist(ink: Ink) -> Ink:
    """Ink (H, W) as MNIST has digits: in a box of 20 × 20 pixels by its aspect, its mass centred in 28 × 28.

    The mean place of the ink, counted in pixels from 0, lies within half a pixel of 14, as in all of MNIST
    (LeCun et al. 1998, section III.A). Raises DatasetError for paper without ink.
    """
    box = _scaled(_cropped(ink), MNIST_BOX)
    image = np.zeros((MNIST_SIDE, MNIST_SIDE), np.float32)
    top, left = (_start(box, axis) for axis in (0, 1))
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return image


def _start(box: Ink, axis: int) -> int:
    """The row or column at which a box begins, so that its centre of mass lies in the middle, as far as it fits."""
    profile = box.sum(axis=1 - axis, dtype=np.float64)
    mean_place = float(profile @ np.arange(len(profile)) / profile.sum())
    wanted = int(np.ceil(MNIST_CENTRE - 0.5 - mean_place))
    return min(max(wanted, 0), MNIST_SIDE - len(profile))


def like_uci_digits(ink: Ink) -> Ink:
    """Ink (H, W) as the 8 × 8 digits have it: as high as a bitmap of 32 × 32, and the ink counted in blocks of 4 × 4.

    A count of 16 becomes 1 (Alpaydin & Kaynak 1998, `optdigits`). Raises DatasetError for paper without ink.
    """
    box = _scaled(_cropped(ink), UCI_BITMAP) >= 0.5
    bitmap = np.zeros((UCI_BITMAP, UCI_BITMAP), bool)
    top, left = ((UCI_BITMAP - length) // 2 for length in box.shape)
    bitmap[top : top + box.shape[0], left : left + box.shape[1]] = box
    n_blocks = UCI_BITMAP // UCI_BLOCK
    counts = bitmap.reshape(n_blocks, UCI_BLOCK, n_blocks, UCI_BLOCK).sum(axis=(1, 3))
    return np.asarray(counts / UCI_BLOCK**2, np.float32)


# By the shape of a data set's samples. The pens give drawings the mean brightness of the data sets' own samples.
PREPARATIONS: dict[tuple[int, ...], Preparation] = {
    (28, 28): Preparation(
        0.115,
        like_mnist,
        "As in MNIST, the drawing is scaled to fit a box of 20 × 20 pixels, and its centre of mass lies in the middle.",
    ),
    (8, 8): Preparation(
        0.185,
        like_uci_digits,
        "As in this data set, the drawing is scaled to a bitmap of 32 × 32 and its ink counted in blocks of 4 × 4.",
    ),
}


def drawn_sample(strokes: Strokes, sample_shape: tuple[int, ...]) -> Ink:
    """Strokes as a sample in [0, 1] of a shape in `PREPARATIONS`; raises DatasetError for another shape."""
    preparation = PREPARATIONS.get(sample_shape)
    if preparation is None:
        shape = " × ".join(map(str, sample_shape))
        raise DatasetError(f"A drawing has 28 × 28 or 8 × 8 pixels, not {shape}; choose a data set of such images.")
    return preparation.shape(on_paper(strokes, preparation.pen))


def on_paper(strokes: Strokes, pen: float) -> Ink:
    """Strokes drawn in black on white, as large as the paper: 1 where there is ink, (H, W).

    pen: the width of the pen as a fraction of the drawing's longer side, the pen included. So it does not matter how
    large a drawing was made.
    """
    places = np.concatenate(strokes).astype(np.float64)
    low, extent = places.min(axis=0), float(np.ptp(places, axis=0).max())
    width = pen * PAPER_PIXELS
    scale = (PAPER_PIXELS - width) / max(extent, 1.0)
    edges = np.zeros((PAPER_PIXELS, PAPER_PIXELS + 1), np.int32)
    for stroke in strokes:
        line = (stroke - low) * scale + width / 2  # (P, 2)
        for start, end in zip(np.vstack([line[:1], line[:-1]]), line, strict=True):
            _add_segment(edges, start, end, width / 2 + ROUNDING)
    return (edges.cumsum(axis=1)[:, :-1] > 0).astype(np.float32)


def _add_segment(edges: NDArray[np.int32], start: Place, end: Place, radius: float) -> None:
    """Count in each row (H, W + 1) where the pixels within a radius of a straight line begin, and -1 behind the last.

    Such pixels lie side by side, so that a long line costs as many steps as it has rows.
    """
    first = np.maximum(np.ceil(min(start[1], end[1]) - radius), 0)
    rows = np.arange(first, min(np.floor(max(start[1], end[1]) + radius) + 1, PAPER_PIXELS))  # (R,)
    left, right = (_side(rows, start, end - start, radius, side) for side in (-1, 1))  # (R,), (R,)
    begin = np.clip(np.ceil(left), 0, PAPER_PIXELS).astype(int)
    stop = np.clip(np.floor(right) + 1, begin, PAPER_PIXELS).astype(int)
    edges[rows.astype(int), begin] += 1
    edges[rows.astype(int), stop] -= 1


def _side(rows: Place, start: Place, way: Place, radius: float, side: int) -> Place:
    """How far right (side 1) or left (-1) of each row (R,) lies within a radius of a line from a place (2,) on."""
    down = way[1] or TINY
    # Along the line the farthest place moves until its edge is level with the row.
    level = -side * radius * way[0] * np.sign(down) / np.hypot(way[0], down)
    along = np.clip((rows - level - start[1]) / down, 0, 1)  # (R,)
    away = rows - start[1] - along * down  # (R,)
    reach: Place = start[0] + along * way[0] + side * np.sqrt(np.maximum(radius**2 - away**2, 0))
    return reach


def _cropped(ink: Ink) -> Ink:
    """The least box that holds all ink; raises DatasetError where there is none."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise DatasetError("There is no ink on the paper; draw something first.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(box: Ink, longer_side: int) -> Ink:
    """A box (H, W) so that its longer side has so many pixels, each the mean of the ink that it covers."""
    height, width = (max(1, round(length * longer_side / max(box.shape))) for length in box.shape)
    image = Image.fromarray(box, mode=None).resize((width, height), Image.Resampling.BOX)
    return np.asarray(image, np.float32)
