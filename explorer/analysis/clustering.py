"""Clusters that nobody labelled, compared with classes: the components of a mixture prior."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from explorer.analysis.latent_plane import Plane
from explorer.analysis.measure import Interval, Measure, Metric, range_of, share_interval
from explorer.errors import AnalysisError
from explorer.models.latent_model import Array
from explorer.models.mixture import MixtureOfGaussians

Labels = NDArray[np.int64]
Wide = NDArray[np.float64]
N_SHUFFLES = 40
UNMATCHED = -1

CLUSTERING_ACCURACY = Metric(
    "clustering_accuracy",
    "Clustering accuracy",
    "share of samples",
    "below",
    "samples whose likeliest component is matched with their class; the matching is one to one and makes as many as "
    "possible agree; the null is the same with shuffled labels",
    "Xie, Girshick & Farhadi 2016, eq. 10",
)


@dataclass(frozen=True, eq=False)
class Clustering:
    """Components against classes: counts (M, C), the class of each component (M,) or -1, and the accuracy.

    A component stays without a class where there are more components than classes.
    """

    counts: NDArray[np.int64]
    matched_class: Labels
    accuracy: Measure


@dataclass(frozen=True, eq=False)
class ProjectedMixture:
    """A mixture's shadow on a plane: weights (M,), means (M, 2), covariances (M, 2, 2)."""

    weights: NDArray[np.float32]
    means: Array
    covariances: Wide


def cluster(prior: MixtureOfGaussians, codes: Array, labels: Labels, n_classes: int, seed: int = 0) -> Clustering:
    """Codes (N, K) by their likeliest component, matched with labels (N,); raises AnalysisError for no code."""
    if len(codes) == 0 or len(codes) != len(labels):
        raise AnalysisError(
            f"There are {len(codes)} codes and {len(labels)} labels; clusters and classes are compared sample by "
            "sample, at least one."
        )
    components = prior.responsibilities(codes).argmax(axis=1)
    counts = count_pairs(components, labels, len(prior.weights), n_classes)
    matched = match(counts)
    rng = np.random.default_rng(seed)
    right = matched[components] == labels
    null = _shuffled_accuracy(components, labels, counts.shape, rng)
    return Clustering(counts, matched, Measure(CLUSTERING_ACCURACY, share_interval(right), null))


def count_pairs(components: Labels, labels: Labels, n_components: int, n_classes: int) -> NDArray[np.int64]:
    """How many samples of each class fall to each component, (M, C)."""
    counts = np.zeros((n_components, n_classes), np.int64)
    np.add.at(counts, (components, labels), 1)
    return counts


def match(counts: NDArray[np.int64]) -> Labels:
    """The class of each component, one to one so that most samples agree; -1 for one left over; counts: (M, C).

    The Hungarian method (Kuhn 1955).
    """
    matched = np.full(len(counts), UNMATCHED, np.int64)
    components, classes = linear_sum_assignment(counts, maximize=True)
    matched[components] = classes
    return matched


def project(prior: MixtureOfGaussians, plane: Plane) -> ProjectedMixture:
    """Each component as the Gaussian that its draws follow once they are projected on a plane."""
    axes = plane.axes.astype(np.float64)
    covariances = np.einsum("ik,mk,jk->mij", axes, np.exp(prior.log_vars.astype(np.float64)), axes)
    return ProjectedMixture(prior.weights, plane.project(prior.means), covariances)


def samples_by_component(prior: MixtureOfGaussians, n: int, rng: np.random.Generator) -> Array:
    """n draws z ~ p(z|c) of every component, (M, n, K)."""
    noise = rng.standard_normal((len(prior.weights), n, prior.means.shape[1]), dtype=np.float32)
    z: Array = prior.means[:, None] + np.exp(np.float32(0.5) * prior.log_vars)[:, None] * noise
    return z


def _shuffled_accuracy(
    components: Labels, labels: Labels, shape: tuple[int, ...], rng: np.random.Generator
) -> Interval:
    shares = np.array([_best_share(components, rng.permutation(labels), shape) for _ in range(N_SHUFFLES)])
    return range_of(shares)


def _best_share(components: Labels, labels: Labels, shape: tuple[int, ...]) -> float:
    counts = count_pairs(components, labels, shape[0], shape[1])
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(labels))
