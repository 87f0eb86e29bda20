"""The geometry that a decoder gives latent space: how far its picture moves when a code moves, and the shortest paths.

Arvanitidis, Hansen & Hauberg 2018 (Latent space oddity); Shao, Kumar & Fletcher 2018 (deep generative models).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from explorer.analysis.auc import auc_interval
from explorer.analysis.differentiable import apply_with_gradient
from explorer.analysis.interpolation import between, path_length
from explorer.analysis.latent_plane import Plane
from explorer.analysis.measure import Interval
from explorer.analysis.neighbours import nearest
from explorer.errors import AnalysisError
from explorer.models.layers import Layer, apply_layers
from explorer.training import one_thread

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
Layers = tuple[Layer, ...]
# From the straight path a coarse way first: with many points at once the descent stops at far longer ways.
COARSE_STEPS, MOST_ITERATIONS = 20, 150
FINER = 8
GRAPH_SIDE = 64
# Steps to the eight places around and, so that ways may turn by less than 45 degrees, a knight's move away.
MOVES = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2))
MARGIN = 0.1
N_NEIGHBOURS = 5
FEWEST_CODES = 10


@dataclass(frozen=True, eq=False)
class Metric:
    """G = JᵀJ over a plane at u (W,) and v (H,), ascending; values: (H, W, 2, 2), per unit of the code squared."""

    u: Array
    v: Array
    values: Wide

    @property
    def area_factor(self) -> Wide:
        """The area of the decoder's pictures per area of the plane (H, W), the root of det G."""
        return area_factor(self.values)


@dataclass(frozen=True)
class Borders:
    """Whether the decoder stretches more where classes meet.

    auc: how often the area factor at a code among several classes exceeds that at a code among its own; null 0.5;
    mixed, pure: the median area factor at both; n_mixed, n_pure: how many codes each is over.
    """

    auc: Interval
    mixed: float
    pure: float
    n_mixed: int
    n_pure: int


def pull_back_metric(layers: Layers, codes: Array, axes: Array) -> Wide:
    """G = JᵀJ at codes (N, K) along axes (M, K), (N, M, M): a step δ of the axes moves the picture by √(δᵀ G δ).

    J is the decoder's Jacobian.
    """
    z = torch.from_numpy(codes)
    columns = [_derivative(layers, z, torch.from_numpy(axis)) for axis in axes]
    jacobian = torch.stack(columns, dim=2).double()  # (N, D, M)
    metric: Wide = torch.einsum("ndi,ndj->nij", jacobian, jacobian).numpy()  # (N, M, M)
    return metric


def _derivative(layers: Layers, z: torch.Tensor, axis: torch.Tensor) -> torch.Tensor:
    """How the pictures change along one axis (K,) at codes z (N, K), (N, D)."""
    _, change = torch.autograd.functional.jvp(lambda codes: apply_with_gradient(layers, codes), z, axis.expand_as(z))
    moved: torch.Tensor = change
    return moved


def area_factor(metric: Wide) -> Wide:
    """√det G of metrics (..., 2, 2), (...)."""
    factor: Wide = np.sqrt(np.maximum(np.linalg.det(metric), 0))
    return factor


def metric_map(layers: Layers, plane: Plane, u: Array, v: Array) -> Metric:
    """The metric over a plane at u (W,) and v (H,)."""
    across, up = np.meshgrid(u, v)
    codes = plane.lift(np.column_stack([across.ravel(), up.ravel()])).astype(np.float32)  # (H W, K)
    values = pull_back_metric(layers, codes, plane.axes)
    return Metric(u, v, values.reshape(len(v), len(u), 2, 2))


def equal_change_ellipse(metric: Wide, change: float, n_points: int = 33) -> Wide:
    """The steps (n, 2) that move the picture by `change`, an ellipse δᵀ G δ = change², of a metric (2, 2)."""
    values, vectors = np.linalg.eigh(metric)
    angle = np.linspace(0, 2 * np.pi, n_points)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])  # (n, 2)
    steps: Wide = change * (circle / np.sqrt(np.maximum(values, 1e-12))) @ vectors.T
    return steps


def borders(factor: Wide, codes: Array, labels: NDArray[np.int64]) -> Borders:
    """The area factor (N,) at codes (N, K) whose 5 nearest others share their class (N,), against all other codes.

    Raises AnalysisError where one of both kinds has fewer than 10 codes.
    """
    _, rows = nearest(codes, codes, N_NEIGHBOURS + 1)
    is_pure = np.all(labels[rows[:, 1:]] == labels[:, None], axis=1)  # (N,)
    n_pure = int(is_pure.sum())
    if min(n_pure, len(codes) - n_pure) < FEWEST_CODES:
        raise AnalysisError("Too few codes lie where classes meet, or too few lie among their own, to compare both.")
    mixed, pure = factor[~is_pure], factor[is_pure]
    return Borders(auc_interval(pure, mixed), float(np.median(mixed)), float(np.median(pure)), len(mixed), len(pure))


def geodesic(layers: Layers, start: Array, end: Array, n_steps: int, codes: Array | None = None) -> Array:
    """The codes (n_steps + 1, K) of a way from start (K,) to end (K,) along which the picture travels least.

    It makes the energy Σ ‖x̂ᵢ₊₁ − x̂ᵢ‖² a minimum (Shao et al. 2018, algorithm 1) by L-BFGS, and takes equal steps of
    the picture along what it found. An energy has many minima: in the plane, where codes (N, 2) say which part of it
    matters, a second descent starts from the shortest path over a grid, and the shorter of both is returned. Which
    minimum is met depends on rounding, and so on the processor and its threads: lengths agree to about 1 %.
    Raises AnalysisError for identical ends.
    """
    if np.array_equal(start, end):
        raise AnalysisError("A path needs two different samples; choose another sample.")
    with one_thread():  # decoders of so few codes at once are faster so
        guesses = [_descend(layers, between(start, end, COARSE_STEPS + 1))]
        if codes is not None and codes.shape[1] == 2:
            guesses.append(_grid_way(layers, start, end, codes))
        ways = [_in_equal_steps(layers, _descend(layers, _resampled(guess, n_steps + 1))) for guess in guesses]
        return min(ways, key=lambda way: picture_length(layers, way))


def picture_length(layers: Layers, codes: Array) -> float:
    """How far the decoder's picture travels along codes (n, K), Euclidean over its values."""
    return path_length(apply_layers(layers, codes))


def _descend(layers: Layers, guess: Array) -> Array:
    """The way (n, K) of least energy near a first guess (n, K), whose ends stay.

    In double precision, or the way would depend on the rounding of the machine.
    """
    ends = torch.from_numpy(guess[:1]).double(), torch.from_numpy(guess[-1:]).double()

    def energy(flat: Wide) -> tuple[float, Wide]:
        inner = torch.from_numpy(flat).reshape(len(guess) - 2, -1).requires_grad_()
        pictures = apply_with_gradient(layers, torch.cat((ends[0], inner, ends[1])))  # (n, D)
        total = pictures.diff(dim=0).square().sum()
        (gradient,) = torch.autograd.grad(total, inner)
        return float(total.detach()), gradient.numpy().ravel()

    found = minimize(
        energy,
        guess[1:-1].ravel().astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_ITERATIONS},
    )
    return np.concatenate((guess[:1], found.x.reshape(len(guess) - 2, -1).astype(np.float32), guess[-1:]))


def _grid_way(layers: Layers, start: Array, end: Array, codes: Array) -> Array:
    """The shortest path over a grid around codes (N, 2) and both ends, as a guess (m, 2); Dijkstra's algorithm."""
    places = _grid(np.concatenate((np.quantile(codes, [0.002, 0.998], axis=0), start[None], end[None])))  # (S, S, 2)
    flat = places.reshape(-1, 2)
    pictures = apply_layers(layers, flat).reshape(GRAPH_SIDE, GRAPH_SIDE, -1)  # (S, S, D)
    first, last = (int(((flat - code) ** 2).sum(axis=1).argmin()) for code in (start, end))
    _, before = dijkstra(_edges(pictures), directed=False, indices=first, return_predecessors=True)
    rows = [last]
    while rows[-1] != first:
        rows.append(int(before[rows[-1]]))
    return np.concatenate((start[None], flat[rows[::-1]], end[None]))


def _grid(corners: Wide | Array) -> Array:
    """Places (S, S, 2) over the box of points (n, 2) and a tenth of its size around."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = MARGIN * (high - low)
    u, v = (np.linspace(a, b, GRAPH_SIDE) for a, b in zip(low - margin, high + margin, strict=True))
    return np.stack(np.meshgrid(u, v), axis=-1).astype(np.float32)


def _edges(pictures: Array) -> coo_matrix:
    """The change of the picture between neighbours of a grid (S, S, D), as a sparse matrix (S², S²)."""
    side = len(pictures)
    numbers = np.arange(side**2).reshape(side, side)
    rows, columns, changes = [], [], []
    for down, right in MOVES:
        here = slice(0, side - down), slice(max(0, -right), side - max(0, right))
        there = slice(down, side), slice(max(0, right), side - max(0, -right))
        rows.append(numbers[here].ravel())
        columns.append(numbers[there].ravel())
        changes.append(np.linalg.norm(pictures[here] - pictures[there], axis=2).ravel())
    edges = np.concatenate(changes), (np.concatenate(rows), np.concatenate(columns))
    return coo_matrix(edges, shape=(side**2, side**2))


def _in_equal_steps(layers: Layers, way: Array) -> Array:
    """The polygon of a way (n, K) in n - 1 steps that change the picture equally."""
    fine = _resampled(way, FINER * (len(way) - 1) + 1)
    return np.concatenate((way[:1], _at_shares(fine, apply_layers(layers, fine), len(way))[1:-1], way[-1:]))


def _resampled(way: Array, n: int) -> Array:
    """A polygon (m, K) at n equal shares of its length, (n, K)."""
    return _at_shares(way, way, n)


def _at_shares(way: Array, measured: Array, n: int) -> Array:
    """A polygon (m, K) at n equal shares of the length of another (m, D) that belongs to it, (n, K)."""
    steps = np.linalg.norm(np.diff(measured.astype(np.float64), axis=0), axis=1)
    places = np.concatenate(([0.0], np.cumsum(steps)))  # (m,)
    wanted = np.linspace(0, places[-1], n)
    return np.column_stack([np.interp(wanted, places, column) for column in way.T]).astype(np.float32)
