"""Directions of latent space that are found by themselves, ranked by how much a step along them changes the picture.

Principal axes of the decoder's mean metric (Ramesh, Choi & LeCun 2018), contrasts of classes (Radford et al. 2016),
independent components of the codes (Hyvärinen & Oja 2000).
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import FastICA
from sklearn.exceptions import ConvergenceWarning

from explorer.analysis.decoder_geometry import Layers, pull_back_metric
from explorer.analysis.measure import Interval, mean_interval, range_of
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
METRIC_AXIS, CONTRAST, INDEPENDENT = "axis of JᵀJ", "class contrast", "independent component"
N_MEASURED, N_RANDOM, RIDGE = 300, 100, 1e-6
# Sources are found as well among some thousand codes.
MOST_UNMIXED = 5_000
# Directions that share more of their line than this show the same.
ALIKE = 0.95


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction of latent space.

    kind: how it was found; title: which one, such as '4 against all'; step: (K,), of Mahalanobis length 1;
    change: how far the picture moves per such a step, Euclidean over its values, mean over codes.
    """

    kind: str
    title: str
    step: Array
    change: Interval


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions by falling change, and what directions drawn by chance change: mean and central 95 % of 100."""

    ranked: tuple[Direction, ...]
    null: Interval


def find_directions(
    layers: Layers, codes: Array, labels: NDArray[np.int64], class_names: tuple[str, ...], seed: int
) -> Directions:
    """Directions of all three kinds through codes (N, K) with classes (N,), without those that show the same twice."""
    rng, root = np.random.default_rng(seed), covariance_root(codes)
    at = codes[rng.permutation(len(codes))[:N_MEASURED]]
    metric = pull_back_metric(layers, at, np.eye(codes.shape[1], dtype=np.float32))  # (n, K, K)
    found = [
        Direction(kind, title, step, mean_interval(changes(metric, step)))
        for kind, title, vector in _candidates(metric, root, codes, labels, class_names, seed)
        for step in [standard_step(root, vector)]
    ]
    ranked = sorted(found, key=lambda one: -one.change.value)
    chance = rng.standard_normal((N_RANDOM, codes.shape[1])) @ root.T
    null = np.array([changes(metric, standard_step(root, vector)).mean() for vector in chance])
    return Directions(tuple(_distinct(ranked)), range_of(null))


def covariance_root(codes: Array) -> Wide:
    """L with L Lᵀ the covariance of codes (N, K), (K, K); of directions without any spread a trace of it is added.

    Raises AnalysisError where no code differs from another.
    """
    covariance = np.atleast_2d(np.cov(codes.T.astype(np.float64)))
    if not np.trace(covariance) > 0:
        raise AnalysisError("All codes of this model are the same, so no direction leads from one to another.")
    return np.linalg.cholesky(covariance + RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance)))


def changes(metric: Wide, step: Array) -> Wide:
    """How far the picture moves at each code for a step (K,), √(δᵀ G δ) of metrics (n, K, K), (n,)."""
    wide = step.astype(np.float64)
    moved: Wide = np.sqrt(np.maximum(np.einsum("nij,i,j->n", metric, wide, wide), 0))
    return moved


def standard_step(root: Wide, vector: NDArray[np.floating]) -> Array:
    """The step (K,) along a vector (K,) of Mahalanobis length 1 among the codes; its largest entry is positive.

    Among codes of a Gaussian all such steps are equally common, whatever their direction.
    """
    step = vector / np.linalg.norm(np.linalg.solve(root, vector.astype(np.float64)))
    return np.asarray(step * np.sign(step[np.abs(step).argmax()]), np.float32)


def _candidates(
    metric: Wide, root: Wide, codes: Array, labels: NDArray[np.int64], class_names: tuple[str, ...], seed: int
) -> Iterator[tuple[str, str, NDArray[np.floating]]]:
    # Of the metric in units of the codes' spread; a vector a column, by rising change.
    _, vectors = np.linalg.eigh(root.T @ metric.mean(axis=0) @ root)  # (K, K)
    yield from ((METRIC_AXIS, str(rank), vector) for rank, vector in enumerate((root @ vectors).T[::-1], 1))
    for label in np.unique(labels):
        of_class = labels == label
        if 0 < of_class.sum() < len(labels):
            contrast = codes[of_class].mean(axis=0) - codes[~of_class].mean(axis=0)
            yield CONTRAST, f"{class_names[label]} against all", contrast
    some = codes[:: max(1, len(codes) // MOST_UNMIXED)]
    yield from ((INDEPENDENT, str(rank), vector) for rank, vector in enumerate(independent_components(some, seed), 1))


def independent_components(codes: Array, seed: int) -> Array:
    """The directions (K, K), one a row, along which codes (N, K) are mixed of independent sources, by FastICA."""
    ica = FastICA(whiten="unit-variance", random_state=seed, max_iter=1_000, tol=1e-3)
    with warnings.catch_warnings():
        # Codes of a Gaussian have no independent components but any; what it ends with is a direction like another.
        warnings.simplefilter("ignore", ConvergenceWarning)
        ica.fit(codes.astype(np.float64))
    return np.asarray(ica.mixing_.T, np.float32)


def _distinct(ranked: list[Direction]) -> Iterator[Direction]:
    """Those that are not nearly the line of one before them."""
    lines: list[Array] = []
    for one in ranked:
        line = one.step / max(float(np.linalg.norm(one.step)), 1e-12)
        if all(abs(float(line @ other)) < ALIKE for other in lines):
            lines.append(line)
            yield one


def walk_along(centre: Array, step: Array, n: int, reach: float = 2.0) -> Array:
    """Codes (n, K) from `reach` standard deviations before to as many behind a centre (K,)."""
    return np.asarray(centre + np.linspace(-reach, reach, n)[:, None] * step, np.float32)
