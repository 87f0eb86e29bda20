"""ROC and scores against counting, closed forms and what is known of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, norm

from explorer.analysis import anomaly
from explorer.analysis.auc import auc_interval
from explorer.analysis.measure import Progress
from explorer.data import load_dataset
from explorer.data.subsets import without_class
from explorer.errors import AnalysisError
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec

Result = TypeVar("Result")
Wide = NDArray[np.float64]
TRAIN, TEST = load_dataset("digits"), load_dataset("digits", "test")


def last_of(steps: Iterator[Progress[Result]]) -> Result:
    *_, last = steps
    return last.result


def test_auc_is_the_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(0)
    known, foreign = rng.integers(0, 8, 40).astype(float), rng.integers(2, 10, 25).astype(float)
    pairs = [1.0 if b > a else 0.5 if b == a else 0.0 for a in known for b in foreign]
    found = anomaly.judge("model", anomaly.ERROR, known, foreign)
    assert found.auc.value == pytest.approx(np.mean(pairs))
    assert np.trapezoid(found.found, found.false_alarms) == pytest.approx(np.mean(pairs))


def test_curve_counts_both_kinds_beyond_each_threshold() -> None:
    found = anomaly.judge("model", anomaly.BOTH, np.array([1.0, 2, 3, 4, 5]), np.array([3.5, 4.5, 6, 7, 8]))
    assert (found.false_alarms[0], found.found[0]) == (0, 0)
    assert (found.false_alarms[-1], found.found[-1]) == (1, 1)
    places = set(zip(found.false_alarms.tolist(), found.found.tolist(), strict=True))
    assert {(0.0, 0.6), (0.2, 0.8), (0.4, 1.0)} <= places


def test_scores_of_pca() -> None:
    pca = fit_pca(TRAIN.pixels(), (8, 8), PCASpec(latent_dim=3))
    x = TEST.pixels(slice(0, 5))
    detector = anomaly.fit_detector(pca, TRAIN.pixels(), 0)
    scores = detector.scores(x)
    centred = x - pca.mean
    expected = np.square(centred).sum(1) - np.square(centred @ pca.components[:3].T).sum(1)
    np.testing.assert_allclose(scores[anomaly.ERROR], expected, rtol=1e-3)
    mixture = detector.codes
    density = sum(
        weight * multivariate_normal.pdf(pca.encode(x), mean, covariance)
        for weight, mean, covariance in zip(mixture.weights, mixture.means, mixture.covariances, strict=True)  # type: ignore[attr-defined]
    )
    np.testing.assert_allclose(scores[anomaly.DENSITY], -np.log(density), rtol=1e-4)
    both = np.column_stack((pca.encode(x), np.log(scores[anomaly.ERROR]))).astype(np.float32)
    np.testing.assert_allclose(scores[anomaly.BOTH], -detector.codes_and_errors.log_density(both), rtol=1e-5)


def test_a_class_left_out_is_noticed_and_a_known_one_is_not() -> None:
    dataset = without_class(TRAIN, 0)
    run = replace(anomaly.run_for(dataset), n_epochs=40)
    model = last_of(anomaly.learn(run, dataset))
    x, is_foreign = TEST.pixels(), TEST.labels == 0
    of_zero = last_of(anomaly.detect({"AE": model}, dataset.pixels(), x[~is_foreign], x[is_foreign], 0))
    assert [one.kind for one in of_zero] == list(anomaly.KINDS)
    assert all(one.auc.value > 0.8 for one in of_zero)
    half = np.random.default_rng(0).random(len(x)) < 0.5
    seen = ~is_foreign
    of_known = last_of(anomaly.detect({"AE": model}, dataset.pixels(), x[seen & half], x[seen & ~half], 0))
    assert all(abs(one.auc.value - 0.5) < 0.12 for one in of_known)


def test_progress_rises_to_its_end() -> None:
    run = replace(anomaly.run_for(TRAIN), n_epochs=2)
    fractions = [step.fraction for step in anomaly.learn(run, TRAIN)]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)


@pytest.mark.parametrize(("n_known", "n_foreign", "kind"), [(2, 10, "inliers"), (10, 2, "anomalies")])
def test_two_pictures_of_a_class_are_too_few(n_known: int, n_foreign: int, kind: str) -> None:
    with pytest.raises(AnalysisError, match=rf"There are only 2 {kind}, and an ROC curve needs at least 5"):
        anomaly.judge("model", anomaly.ERROR, np.arange(n_known, dtype=float), np.arange(n_foreign, dtype=float))


def scores(rng: np.random.Generator, shift: float, n_inliers: int, n_anomalies: int) -> tuple[Wide, Wide]:
    return rng.standard_normal(n_inliers), rng.standard_normal(n_anomalies) + shift


@pytest.mark.parametrize("shift", [0.3, 1.5])
@pytest.mark.parametrize("sizes", [(60, 40), (300, 30)])
def test_the_interval_of_an_auc_covers_it(shift: float, sizes: tuple[int, int]) -> None:
    true, rng = norm.cdf(shift / np.sqrt(2)), np.random.default_rng(0)
    intervals = [auc_interval(*scores(rng, shift, *sizes)) for _ in range(400)]
    assert 0.93 <= np.mean([one.low <= true <= one.high for one in intervals]) <= 0.98


def test_the_interval_of_a_difference_covers_it_for_scores_of_the_same_pictures() -> None:
    rng, covered = np.random.default_rng(1), []
    true = norm.cdf(1.5 / np.sqrt(2)) - norm.cdf(1.0 / np.sqrt(2))
    for _ in range(400):
        inliers, anomalies = scores(rng, 1.5, 80, 60)
        noisy = [values + rng.standard_normal(len(values)) * np.sqrt(1.25) for values in (inliers, anomalies)]
        pair = [anomaly.judge("", anomaly.ERROR, *both) for both in ((inliers, anomalies), noisy)]
        difference = anomaly.auc_difference(*pair)
        covered.append(difference.low <= true <= difference.high)
    assert 0.93 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize(("shift", "low", "high"), [(9, 0.025 ** (1 / 5), 1.0), (-9, 0.0, 1 - 0.025 ** (1 / 5))])
def test_pairs_that_are_all_in_order_have_the_exact_bound_of_five_pictures(
    shift: float, low: float, high: float
) -> None:
    found = auc_interval(np.arange(7.0), np.arange(5.0) + shift)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_pair_out_of_order_is_no_better_evidence_than_none() -> None:
    positives = np.arange(20.0) + 100
    positives[0] = 97.5  # below two of a hundred
    perfect, almost = (auc_interval(np.arange(100.0), of) for of in (np.arange(20.0) + 100, positives))
    assert almost.value == 1 - 2 / 2_000
    assert almost.low <= perfect.low
    mirrored = auc_interval(positives, np.arange(100.0))
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - almost.high, 1 - almost.low))


@pytest.mark.parametrize("seeds", [(2, 2), (2, 3)])
def test_areas_without_a_pair_that_tells_them_apart_may_differ_by_a_tie_of_each_kind(seeds: tuple[int, int]) -> None:
    pair = [anomaly.judge("", anomaly.ERROR, *scores(np.random.default_rng(seed), 20, 30, 20)) for seed in seeds]
    found = anomaly.auc_difference(*pair)
    margin = 1.959964 * np.hypot(0.5 / 30, 0.5 / 20)
    assert (found.value, found.low, found.high) == pytest.approx((0, -margin, margin))
