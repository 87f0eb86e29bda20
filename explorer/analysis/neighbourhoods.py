"""What a plane keeps of the neighbourhoods that samples have in their own space: trustworthiness, continuity, and more.

Venna & Kaski 2001 (trustworthiness and continuity); Lee & Verleysen 2009 (neighbours kept, over k).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics.pairwise import euclidean_distances

from explorer.analysis.measure import LEVEL, Interval, exactly, range_of
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
Ranks = NDArray[np.int64]
# Of how many neighbours the measures speak, and for how many the curve of those that are kept is drawn.
K = 10
SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
N_SHUFFLES = 40
N_GROUPS = 20


@dataclass(frozen=True, eq=False)
class Preservation:
    """What a plane keeps, each for the k = 10 nearest neighbours, 1 where it keeps all.

    trustworthiness: falls with each neighbour in the plane that is none in the space, the farther the more;
    continuity: with each neighbour in the space that is none in the plane; neighbours_kept: the share that is in both;
    distance_correlation: Spearman's, between distances of disjoint pairs in the space and in the plane;
    curve: the share of k neighbours that is kept, for each k of SIZES.
    """

    trustworthiness: Interval
    continuity: Interval
    neighbours_kept: Interval
    distance_correlation: Interval
    curve: Wide


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """The samples' own space: points (N, D), and each sample's rank among the neighbours of each, (N, N)."""

    points: Array
    ranks: Ranks

    def preserved(self, plane: Array) -> Preservation:
        """What a plane (N, 2) keeps of them."""
        return self._compared(plane, neighbour_ranks(plane))

    def null(self, seed: int) -> Preservation:
        """What a plane keeps that knows nothing: places of a Gaussian, dealt out to samples by chance, 40 times."""
        rng = np.random.default_rng(seed)
        planes = [rng.standard_normal((len(self.points), 2)).astype(np.float32) for _ in range(N_SHUFFLES)]
        trustworthiness, continuity, _ = np.transpose([kept(self.ranks, neighbour_ranks(plane)) for plane in planes])
        return Preservation(
            range_of(trustworthiness),
            range_of(continuity),
            exactly(K / (len(self.points) - 1)),
            exactly(0.0),
            np.array(SIZES) / (len(self.points) - 1),
        )

    def _compared(self, plane: Array, ranks: Ranks) -> Preservation:
        trustworthiness, continuity, shared = kept_intervals(self.ranks, ranks)
        return Preservation(
            trustworthiness,
            continuity,
            shared,
            distance_correlation(self.points, plane),
            np.array([shared_neighbours(self.ranks, ranks, k).mean() for k in SIZES]),
        )


def neighbourhoods(points: Array) -> Neighbourhoods:
    """The neighbourhoods of points (N, D); raises AnalysisError for fewer than the largest of the curve needs."""
    if len(points) <= 2 * SIZES[-1]:
        raise AnalysisError(
            f"Neighbourhoods of {SIZES[-1]} samples are compared among more than {2 * SIZES[-1]}, but there are "
            f"{len(points)}; choose a larger data set."
        )
    return Neighbourhoods(points, neighbour_ranks(points))


def neighbour_ranks(points: Array) -> Ranks:
    """The rank of sample j among the neighbours of sample i, (N, N): 0 for itself, 1 for the nearest other one."""
    distances = euclidean_distances(points.astype(np.float64), squared=True)  # (N, N)
    np.fill_diagonal(distances, -1)
    order = np.argsort(distances, axis=1, kind="stable")  # (N, N)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(points))[None, :], axis=1)
    return ranks


def trusted(space: Ranks, plane: Ranks, k: int = K) -> Wide:
    """Each sample's part of the trustworthiness, (N,), whose mean it is (Venna & Kaski 2001, eq. 2).

    With space and plane the other way round, of the continuity.
    """
    n = len(space)
    is_neighbour = (plane >= 1) & (plane <= k)  # (N, N)
    excess = np.where(is_neighbour, np.maximum(space - k, 0), 0).sum(axis=1)  # (N,)
    parts: Wide = 1 - 2 * excess / (k * (2 * n - 3 * k - 1))
    return parts


def shared_neighbours(one: Ranks, other: Ranks, k: int) -> Wide:
    """The share of each sample's k nearest neighbours that are so in both, (N,)."""
    in_both = (one >= 1) & (one <= k) & (other >= 1) & (other <= k)
    share: Wide = in_both.sum(axis=1) / k
    return share


def marked_neighbours(points: Array, is_marked: NDArray[np.bool_], k: int = K) -> float:
    """Of the k nearest neighbours of a marked sample the share that is marked too; points: (N, D), is_marked: (N,).

    Where marks are dealt out by chance it is (n - 1) / (N - 1) on average, for n marked ones.
    """
    ranks = neighbour_ranks(points)[is_marked]  # (n, N)
    return float(is_marked[np.argsort(ranks, axis=1)[:, 1 : k + 1]].mean())


def kept(space: Ranks, plane: Ranks) -> Wide:
    """Trustworthiness, continuity and the share of the k nearest neighbours in both, (3,)."""
    values = trusted(space, plane), trusted(plane, space), shared_neighbours(space, plane, K)
    return np.array([each.mean() for each in values])


def kept_intervals(space: Ranks, plane: Ranks) -> tuple[Interval, Interval, Interval]:
    """The same with intervals: samples share neighbours, so each group is left out in turn with its ranks."""
    groups = _groups(len(space))  # (N,)
    left = np.stack([kept(*(without(ranks, groups == each) for ranks in (space, plane))) for each in range(N_GROUPS)])
    margins = _jackknife_margin(left)  # (3,)
    trustworthiness, continuity, shared = (
        Interval(float(value), float(value - margin), min(float(value + margin), 1.0))
        for value, margin in zip(kept(space, plane), margins, strict=True)
    )
    return trustworthiness, continuity, shared


def without(ranks: Ranks, gone: NDArray[np.bool_]) -> Ranks:
    """The ranks (N, N) among the samples that are not gone, (M, M)."""
    n_gone = np.cumsum(gone[np.argsort(ranks, axis=1)], axis=1)  # (N, N), at each rank those before it
    left = ranks - np.take_along_axis(n_gone, ranks, axis=1)  # (N, N)
    return left[np.ix_(~gone, ~gone)]


def distance_correlation(points: Array, plane: Array, seed: int = 0) -> Interval:
    """Spearman's correlation of the distances of N // 2 disjoint pairs, its interval from Fisher's z by a jackknife.

    points: (N, D); plane: (N, 2). Disjoint pairs are independent of each other.
    """
    rows = np.random.default_rng(seed).permutation(len(points))[: len(points) // 2 * 2].reshape(2, -1)
    ends = np.stack([np.linalg.norm(space[rows[0]] - space[rows[1]], axis=1) for space in (points, plane)])  # (2, P)
    groups = _groups(ends.shape[1])  # (P,)
    z, margin = _fisher_z(ends), _jackknife_margin(np.array([_fisher_z(ends[:, groups != g]) for g in range(N_GROUPS)]))
    return Interval(float(np.tanh(z)), float(np.tanh(z - margin)), float(np.tanh(z + margin)))


def _fisher_z(ends: Wide) -> float:
    r = float(stats.spearmanr(*ends).statistic)
    return float(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)))


def _groups(n: int) -> Ranks:
    """A group for each of n samples, by chance and equally large."""
    return np.random.default_rng(0).permutation(n) % N_GROUPS


def _jackknife_margin(left: Wide) -> Wide:
    """Half the width of 95 % intervals, from values with each of G groups left out, (G, …) -> (…)."""
    variance = (N_GROUPS - 1) / N_GROUPS * np.square(left - left.mean(axis=0)).sum(axis=0)
    return np.asarray(stats.t.ppf((1 + LEVEL) / 2, N_GROUPS - 1) * np.sqrt(variance))
