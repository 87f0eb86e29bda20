"""Where the names of classes stand in a plane of points: on their own points, and apart from each other."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_CELLS = 24
# Names are at least so many cells apart, as far as there is room.
APART = 2


def label_places(points: NDArray[np.floating], labels: NDArray[np.int64]) -> dict[int, Floats]:
    """A place (2,) for the name of each class that is present: points (N, 2), labels (N,).

    It is the middle of the cell, of a lattice over all points, in which the class outnumbers the others most, and a few
    cells away from the names of larger classes. The mean of a class can lie on another class's points.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum((high - low) / N_CELLS, 1e-12)
    cells = np.minimum(((points - low) / size).astype(np.int64), N_CELLS - 1)  # (N, 2)
    classes, counts = np.unique(labels, return_counts=True)
    in_cells = np.stack([_counts(cells[labels == label]) for label in classes])  # (C, cells, cells)
    excess = 2 * in_cells - in_cells.sum(axis=0)
    excess[in_cells == 0] = -len(points)
    taken: list[NDArray[np.int64]] = []
    places = {}
    for row in np.argsort(-counts, kind="stable").tolist():
        chosen = _best_cell(excess[row], taken)
        taken.append(chosen)
        places[int(classes[row])] = low + (chosen + 0.5) * size
    return places


def _counts(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = np.zeros((N_CELLS, N_CELLS), np.int64)
    np.add.at(counts, (cells[:, 0], cells[:, 1]), 1)
    return counts


def _best_cell(excess: NDArray[np.int64], taken: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The cell (2,) of the greatest excess that is apart from those taken; of the greatest where none is."""
    columns, lines = np.indices(excess.shape)
    is_free = np.ones(excess.shape, np.bool_)
    for column, line in taken:
        is_free &= np.maximum(np.abs(columns - column), np.abs(lines - line)) >= APART
    candidates = np.where(is_free, excess, excess.min() - 1)
    return np.array(np.unravel_index(candidates.argmax(), excess.shape))
