"""Test digits redrawn with a pen: how often a drawing lies among its class. `python -m benchmarks.handwriting`.

A test digit is thinned to a line of one pixel (Zhang & Suen 1984), the line is drawn again as strokes, prepared as a
drawing by hand is, and encoded; the majority of its five nearest training codes is its class. Written by hand into
docs/data.md.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.neighbours import nearest
from explorer.data import Dataset, load_dataset
from explorer.data.handwriting import Strokes, drawn_sample
from explorer.models.latent_model import ConditionalModel, LatentModel
from explorer.store import list_checkpoints, load_checkpoint, shipped_names

Mask = NDArray[np.bool_]
N_REDRAWN, N_NEIGHBOURS = 100, 5
# A pixel's eight neighbours in the order of the paper, from above and clockwise.
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
# Each pair of neighbours once.
ONWARD = ((0, 1), (1, -1), (1, 0), (1, 1))


def thinned(mask: Mask) -> Mask:
    """The line of one pixel within a shape (H, W), by Zhang and Suen's two alternating passes."""
    line = np.pad(mask, 1)
    while True:
        before = line.copy()
        for corners in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
            p = np.stack([np.roll(line, (-row, -column), (0, 1)) for row, column in AROUND])
            n_ink, n_steps = p.sum(axis=0), (~p & np.roll(p, -1, axis=0)).sum(axis=0)
            is_edge = (n_ink >= 2) & (n_ink <= 6) & (n_steps == 1)
            line &= ~(is_edge & ~p[list(corners[0])].all(axis=0) & ~p[list(corners[1])].all(axis=0))
        if np.array_equal(line, before):
            return line[1:-1, 1:-1]


def strokes_along(line: Mask) -> Strokes:
    """A stroke between each two neighbouring pixels of a line (H, W), and a dot for a pixel alone."""
    step = 255 // max(line.shape)
    pixels = {(int(row), int(column)) for row, column in np.argwhere(line)}
    pairs = [
        (pixel, (pixel[0] + down, pixel[1] + across))
        for pixel in sorted(pixels)
        for down, across in ONWARD
        if (pixel[0] + down, pixel[1] + across) in pixels
    ]
    alone = [(pixel,) for pixel in sorted(pixels - {end for pair in pairs for end in pair})]
    return tuple(np.array([(column * step, row * step) for row, column in part], np.uint8) for part in (*pairs, *alone))


def redrawn(test: Dataset, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Test images of some rows, thinned, drawn with the pen and prepared, (N, D)."""
    height, width = test.sample_shape
    images = test.pixels(rows).reshape(-1, height, width)
    zoom = 28 // height  # a digit of 8 x 8 pixels has no line within it
    drawings = [strokes_along(thinned(_enlarged(image, zoom) > 0.5)) for image in images]
    return np.stack([drawn_sample(strokes, test.sample_shape).ravel() for strokes in drawings])


def _enlarged(image: NDArray[np.float32], zoom: int) -> NDArray[np.float32]:
    from scipy.ndimage import zoom as interpolated

    return np.asarray(interpolated(image, zoom, order=1, grid_mode=True, mode="nearest"), np.float32)


def share_of_own_class(model: LatentModel, train: Dataset, x: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """How often the majority of the five nearest training codes has a sample's own class; ties go to the nearer."""
    rows = nearest(model.encode(x), model.encode(train.pixels()), N_NEIGHBOURS)[1]  # (N, 5)
    votes = np.stack([(train.labels[rows] == label).sum(axis=1) for label in range(train.n_classes)], axis=1)
    return float((votes.argmax(axis=1) == labels).mean())


def table(dataset: str) -> Iterator[str]:
    """A line for each shipped model of a data set: drawings and their originals."""
    train, test = load_dataset(dataset), load_dataset(dataset, "test")
    rows = np.arange(N_REDRAWN)
    x, labels = redrawn(test, rows), test.labels[rows]
    yield f"mean brightness: drawn {x.mean():.4f}, originals {test.pixels(rows).mean():.4f}"
    yield f"| {dataset}, K | model | redrawn | original |"
    yield "|---|---|---|---|"
    for info in list_checkpoints():
        if info.run.dataset == dataset and info.name in shipped_names():
            model = load_checkpoint(str(info.path)).model
            if not isinstance(model, ConditionalModel):
                shares = (share_of_own_class(model, train, part, labels) for part in (x, test.pixels(rows)))
                yield f"| {model.latent_dim} | {info.name} | {' | '.join(f'{share:.2f}' for share in shares)} |"


if __name__ == "__main__":
    for name in ("digits", "mnist"):
        for line in table(name):
            print(line)
