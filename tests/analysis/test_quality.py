"""Quality of pictures against closed forms and brute force, and each refusal."""

import math

import numpy as np
import pytest
from scipy.linalg import sqrtm

from explorer.analysis.quality import (
    find_copies,
    frechet_distance,
    frechet_interval,
    imbalance_interval,
    measure_quality,
)
from explorer.data import Split, load_dataset
from explorer.errors import AnalysisError
from explorer.models.classifier import Classifier
from explorer.training.classifier import train_classifier


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    *_, last = train_classifier(load_dataset("digits"), n_epochs=10, seed=0)
    return last.classifier


def pixels(split: Split) -> np.ndarray:
    return load_dataset("digits", split).pixels()


def test_frechet_distance_agrees_with_the_matrix_root() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((400, 5)) @ rng.standard_normal((5, 5)) + 1, rng.standard_normal((300, 5))
    covariances = np.cov(first.T), np.cov(second.T)
    root = sqrtm(covariances[0] @ covariances[1]).real
    shift = np.square(first.mean(0) - second.mean(0)).sum()
    expected = shift + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(first, second) == pytest.approx(expected)


def test_frechet_distance_of_gaussians_is_known_and_zero_to_itself() -> None:
    features = np.random.default_rng(0).standard_normal((500, 3))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-6)
    # N(m, S) against N(m + 2, 9 S) in three dimensions: 3 · 2² + tr S (1 - 3)².
    expected = 3 * 4 + np.trace(np.cov(features.T)) * 4
    assert frechet_distance(3 * (features - features.mean(0)) + features.mean(0) + 2, features) == pytest.approx(
        expected
    )


def test_frechet_distance_survives_features_without_variance() -> None:
    features = np.random.default_rng(0).standard_normal((50, 4)) * [1, 1, 0, 0]
    assert frechet_distance(features, features + np.array([0, 0, 0, 1])) == pytest.approx(1, abs=1e-6)


def test_intervals_hold_their_values_and_narrow_with_more_pictures() -> None:
    rng = np.random.default_rng(0)
    reference = rng.standard_normal((4000, 4))
    few, many = (frechet_interval(rng.standard_normal((n, 4)) + 1, reference, rng) for n in (100, 2000))
    assert few.low < few.value < few.high
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_imbalance_is_half_the_differences_of_shares() -> None:
    one_hot = np.eye(4)
    found = imbalance_interval(one_hot[[0, 0, 0, 1]], one_hot[[0, 1, 2, 3]], np.random.default_rng(0))
    assert found.value == pytest.approx(0.5)


def test_interval_of_the_imbalance_is_as_wide_as_its_draws_and_lies_around_the_value() -> None:
    """Two classes: the imbalance is |share − 1/2|, and the share of n pictures has the variance p (1 − p) / n."""
    rng, one_hot = np.random.default_rng(0), np.eye(2)
    n, p = 1000, 0.8
    found = imbalance_interval(one_hot[(np.arange(n) >= n * p).astype(int)], one_hot, rng)
    margin = 1.96 * math.sqrt(p * (1 - p) / n)
    assert (found.low, found.high) == pytest.approx((0.3 - margin, 0.3 + margin), abs=0.3 * margin)


def test_real_images_stand_at_the_floor_and_noise_far_above(classifier: Classifier) -> None:
    train, test = pixels("train"), pixels("test")
    rng = np.random.default_rng(0)
    half = len(test) // 2
    real = {m.metric.key: m for m in measure_quality(test[:half], train, test[half:], classifier, rng)}
    noise = {m.metric.key: m for m in measure_quality(rng.random(test.shape, np.float32), train, test, classifier, rng)}
    assert not any(measure.is_significant for measure in real.values())
    assert all(measure.is_significant for measure in noise.values())
    assert noise["frechet_distance"].measured.value > 5 * noise["frechet_distance"].null.value


def test_one_class_alone_is_confident_but_imbalanced(classifier: Classifier) -> None:
    test = load_dataset("digits", "test")
    zeros = test.pixels()[test.labels == 0]
    measures = measure_quality(zeros, pixels("train"), test.pixels(), classifier, np.random.default_rng(0))
    found = {measure.metric.key: measure for measure in measures}
    assert not found["confidence"].is_significant
    assert found["class_imbalance"].is_significant
    assert found["class_imbalance"].measured.value > 0.75


def test_copies_are_found_with_their_originals() -> None:
    train, test = pixels("train"), pixels("test")
    rows = np.array([5, 40, 7, 3, 21, 90])
    copies = find_copies(train[rows], test, train, np.random.default_rng(0))
    np.testing.assert_array_equal(copies.nearest_row, rows)
    np.testing.assert_allclose(copies.distance, 0, atol=1e-3)
    assert copies.measure.measured.value == 1
    assert copies.measure.is_significant


def test_held_out_images_are_no_copies() -> None:
    train, test = pixels("train"), pixels("test")
    half = len(test) // 2
    found = find_copies(test[:half], test[half:], train, np.random.default_rng(0)).measure.measured
    assert found.low < 0.5 < found.high


def test_pictures_that_do_not_fit_are_refused(classifier: Classifier) -> None:
    train, test, rng = pixels("train"), pixels("test"), np.random.default_rng(0)
    with pytest.raises(AnalysisError, match=r"shape \(9, 784\), but the classifier takes \(pictures, 64\) pixels"):
        measure_quality(np.zeros((9, 784), np.float32), train, test, classifier, rng)
    with pytest.raises(AnalysisError, match="There are 1 pictures to compare"):
        measure_quality(test[:1], train, test, classifier, rng)
