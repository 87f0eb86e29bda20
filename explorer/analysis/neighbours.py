"""Nearest neighbours and balls around points, exact, without a full distance matrix."""

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

Array = NDArray[np.float64]
Points = NDArray[np.float64] | NDArray[np.float32]
Search = Callable[[Points, int], tuple[Array, NDArray[np.int64]]]
Counts = tuple[NDArray[np.int64], NDArray[np.int64]]
# In more dimensions than this a tree visits nearly every leaf, and chunks of plain distances are faster.
MAX_TREE_DIM = 8
CHUNK = 512
SMALLEST_RADIUS = 1e-12


def nearest(points: Points, among: Points, k: int = 1) -> tuple[Array, NDArray[np.int64]]:
    """The k nearest of `among` (m, K) to each of `points` (n, K): distances (n, k) ascending and indices (n, k)."""
    return search_among(among)(points, k)


def search_among(among: Points) -> Search:
    """`nearest` for points that are asked for more than once: what it prepares is kept."""
    if among.shape[1] <= MAX_TREE_DIM:
        tree = KDTree(among)
        return lambda points, k: _typed(tree.query(points, k=np.arange(1, k + 1)))
    # float32 lets scikit-learn take its blocked path; it still accumulates in double precision.
    search = NearestNeighbors(algorithm="brute").fit(among.astype(np.float32))
    return lambda points, k: _typed(search.kneighbors(points.astype(np.float32), k))


def _typed(found: tuple[NDArray[Any], NDArray[Any]]) -> tuple[Array, NDArray[np.int64]]:
    return found[0].astype(np.float64), found[1].astype(np.int64)


def nearest_distance(points: Array, among: Array) -> Array:
    """The distance (n,) from each of `points` to the nearest of `among`."""
    return nearest(points, among)[0][:, 0]


def distance_and_ratio(points: Array, among: Array, k: int) -> tuple[Array, Array]:
    """How far the nearest of `among` (m, K) is from each of `points` (n, K), plainly and relative to the density there.

    The ratio (n,) is the distance (n,) over that neighbour's own distance to its k-th nearest among the others: the
    nearest-neighbour data description of de Ridder, Tax & Duin (1998), there with k = 1.
    """
    distances, rows = nearest(points, among)  # (n, 1), (n, 1)
    neighbours, place = np.unique(rows[:, 0], return_inverse=True)  # (u,), (n,)
    own = nearest(among[neighbours], among, k + 1)[0][:, k]  # (u,)
    # Copies of one code have no distance among themselves.
    return distances[:, 0], distances[:, 0] / np.maximum(own, SMALLEST_RADIUS)[place]


def radii(points: Array, k: int) -> Array:
    """The distance (n,) from each point to its k-th nearest neighbour, itself not counted."""
    return nearest(points, points, k + 1)[0][:, k]


def ball_counts(centres: Array, radius: Array, points: Array) -> Counts:
    """How many of `points` (n, K) lie in each ball (m,), and in how many balls each point lies (n,)."""
    count = _counts_by_tree(points) if points.shape[1] <= MAX_TREE_DIM else partial(_counts_by_distance, points)
    chunks = [slice(start, start + CHUNK) for start in range(0, len(centres), CHUNK)]
    pairs = [count(centres[rows], radius[rows]) for rows in chunks]
    return np.concatenate([in_ball for in_ball, _ in pairs]), np.sum([of_point for _, of_point in pairs], axis=0)


def _counts_by_tree(points: Array) -> Callable[[Array, Array], Counts]:
    tree = KDTree(points)

    def count(centres: Array, radius: Array) -> Counts:
        found = tree.query_ball_point(centres, radius)
        rows = np.fromiter(chain.from_iterable(found), np.int64)
        return np.fromiter(map(len, found), np.int64), np.bincount(rows, minlength=len(points))

    return count


def _counts_by_distance(points: Array, centres: Array, radius: Array) -> Counts:
    inside = euclidean_distances(centres, points, squared=True) <= radius[:, None] ** 2  # (m, n)
    return inside.sum(axis=1), inside.sum(axis=0)
