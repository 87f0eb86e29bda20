"""Clusters against classes: brute force over permutations, projections against draws, and each refusal."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from explorer.analysis.clustering import cluster, count_pairs, match, project, samples_by_component
from explorer.analysis.latent_plane import Plane
from explorer.errors import AnalysisError
from explorer.models.mixture import MixtureOfGaussians

RNG = np.random.default_rng(0)


def mixture(n_components: int, latent_dim: int = 2, spread: float = 10.0) -> MixtureOfGaussians:
    means = spread * RNG.standard_normal((n_components, latent_dim)).astype(np.float32)
    log_vars = RNG.normal(0, 0.5, (n_components, latent_dim)).astype(np.float32)
    return MixtureOfGaussians(np.full(n_components, 1 / n_components, np.float32), means, log_vars)


def best_by_brute_force(components: np.ndarray, labels: np.ndarray, n_components: int, n_classes: int) -> float:
    names = [*range(n_classes), *[-1] * max(0, n_components - n_classes)]
    return max(
        float((np.array(order)[components] == labels).mean()) for order in set(permutations(names, n_components))
    )


@pytest.mark.parametrize(("n_components", "n_classes"), [(5, 5), (6, 4), (3, 5)])
def test_accuracy_is_the_best_over_all_matchings(n_components: int, n_classes: int) -> None:
    labels = RNG.integers(0, n_classes, 300)
    prior = mixture(n_components, spread=1.0)
    codes = prior.sample(300, RNG) + labels[:, None].astype(np.float32)
    found = cluster(prior, codes, labels, n_classes)
    components = prior.responsibilities(codes).argmax(axis=1)
    best = best_by_brute_force(components, labels, n_components, n_classes)
    assert found.accuracy.measured.value == pytest.approx(best)
    assert (found.matched_class >= 0).sum() == min(n_components, n_classes)
    assert found.counts.sum() == 300


def test_clear_clusters_under_other_names_are_all_right() -> None:
    prior = mixture(10, latent_dim=4, spread=30.0)
    codes, components = prior.sample_with_components(2000, RNG)
    names = RNG.permutation(10)
    found = cluster(prior, codes, names[components], 10)
    assert found.accuracy.measured.value == 1
    np.testing.assert_array_equal(found.matched_class, names)
    assert 0.1 < found.accuracy.null.value < 0.2
    assert not found.accuracy.is_significant


def test_clusters_without_classes_are_no_better_than_the_null() -> None:
    prior = mixture(10)
    found = cluster(prior, prior.sample(3000, RNG), RNG.integers(0, 10, 3000), 10)
    assert found.accuracy.measured.value == pytest.approx(found.accuracy.null.value, abs=0.02)


def test_pairs_are_counted() -> None:
    counts = count_pairs(np.array([0, 0, 2]), np.array([1, 1, 0]), 3, 2)
    np.testing.assert_array_equal(counts, [[0, 2], [0, 0], [1, 0]])
    np.testing.assert_array_equal(match(counts), [1, -1, 0])


@pytest.mark.parametrize(("n_codes", "n_labels"), [(0, 0), (3, 2)])
def test_codes_without_their_labels_are_refused(n_codes: int, n_labels: int) -> None:
    with pytest.raises(AnalysisError, match=f"There are {n_codes} codes and {n_labels} labels"):
        cluster(mixture(2), np.zeros((n_codes, 2), np.float32), np.zeros(n_labels, np.int64), 2)


def test_a_projected_component_is_the_gaussian_of_its_projected_draws() -> None:
    prior = mixture(3, latent_dim=5)
    axes = np.linalg.qr(RNG.standard_normal((5, 2)))[0].T.astype(np.float32)
    plane = Plane(RNG.standard_normal(5).astype(np.float32), axes, ("u", "v"))
    shadow = project(prior, plane)
    draws = samples_by_component(prior, 20_000, RNG)
    assert draws.shape == (3, 20_000, 5)
    for c in range(3):
        points = plane.project(draws[c]).astype(np.float64)
        np.testing.assert_allclose(points.mean(axis=0), shadow.means[c], atol=0.1)
        np.testing.assert_allclose(np.cov(points.T), shadow.covariances[c], atol=0.12)
        assert (
            stats.kstest(draws[c, :, 0], "norm", (prior.means[c, 0], np.exp(0.5 * prior.log_vars[c, 0]))).pvalue > 0.01
        )
