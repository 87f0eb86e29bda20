"""Directions of latent space, against a linear decoder and sources that are known."""

import numpy as np
import pytest

from explorer.analysis.decoder_geometry import pull_back_metric
from explorer.analysis.directions import (
    CONTRAST,
    INDEPENDENT,
    METRIC_AXIS,
    changes,
    covariance_root,
    find_directions,
    independent_components,
    standard_step,
    walk_along,
)
from explorer.errors import AnalysisError
from explorer.models.layers import Dense

RNG = np.random.default_rng(0)
# The first code value moves the picture most per unit, the second lies far apart, the third does nothing.
WEIGHT = np.zeros((6, 3), np.float32)
WEIGHT[0, 0], WEIGHT[1, 1] = 5.0, 2.0
DECODER = (Dense(WEIGHT, np.zeros(6, np.float32)),)
CODES = (RNG.standard_normal((500, 3)) * (1.0, 4.0, 1.0)).astype(np.float32)
LABELS = (CODES[:, 0] + CODES[:, 2] > 0).astype(np.int64)
ROOT = covariance_root(CODES)
FOUND = find_directions(DECODER, CODES, LABELS, ("low", "high"), 0)


def test_the_change_is_that_of_the_decoded_picture() -> None:
    step = standard_step(ROOT, np.array([-3.0, 0.5, 0.0]))
    assert step @ np.linalg.inv(np.cov(CODES.T)) @ step == pytest.approx(1, rel=1e-4)
    np.testing.assert_allclose(step / step[0], [1, -1 / 6, 0], atol=1e-6)
    moved = changes(pull_back_metric(DECODER, CODES[:20], np.eye(3, dtype=np.float32)), step)
    np.testing.assert_allclose(moved, np.linalg.norm(WEIGHT @ step), rtol=1e-5)


def test_axes_of_the_metric_are_the_singular_vectors_of_a_linear_decoder_on_whitened_codes() -> None:
    values = [one.change.value for one in FOUND.ranked]
    assert values == sorted(values, reverse=True)
    truth = np.linalg.svd(WEIGHT @ np.linalg.cholesky(np.cov(CODES.T)), compute_uv=False)
    of_metric = {one.title: one.change.value for one in FOUND.ranked if one.kind == METRIC_AXIS}
    assert FOUND.ranked[0].change.value == pytest.approx(truth[0], rel=1e-3)
    assert of_metric.get("2", truth[1]) == pytest.approx(truth[1], rel=1e-3)
    assert FOUND.ranked[-1].change.value < 0.3 * truth[0]


def test_a_line_that_is_there_already_is_left_out() -> None:
    lines = np.array([one.step / np.linalg.norm(one.step) for one in FOUND.ranked])
    overlaps = np.abs(lines @ lines.T)[~np.eye(len(lines), dtype=bool)]
    assert overlaps.max() < 0.95
    # Of two classes each contrast is the other's line.
    assert len([one for one in FOUND.ranked if one.kind == CONTRAST]) <= 1


def test_contrasts_are_differences_of_class_means() -> None:
    (contrast,) = [one for one in FOUND.ranked if one.kind == CONTRAST]
    gap = CODES[LABELS == 1].mean(axis=0) - CODES[LABELS == 0].mean(axis=0)
    assert abs(contrast.step @ gap) / np.linalg.norm(contrast.step) / np.linalg.norm(gap) > 0.95
    assert not [one for one in find_directions(DECODER, CODES, LABELS * 0, ("one",), 0).ranked if one.kind == CONTRAST]


def test_independent_components_are_the_columns_of_the_mixing() -> None:
    sources = RNG.uniform(-1, 1, (2_000, 2))
    mixing = np.array([[1.0, 0.5], [0.2, 1.0]])
    found = independent_components((sources @ mixing).astype(np.float32), 0)
    lines = found / np.linalg.norm(found, axis=1, keepdims=True)
    truth = mixing / np.linalg.norm(mixing, axis=1, keepdims=True)
    np.testing.assert_allclose(np.abs(lines @ truth.T).max(axis=0), 1, atol=0.01)
    assert INDEPENDENT in {one.kind for one in FOUND.ranked}


def test_chance_lies_between_the_least_and_the_most() -> None:
    null = FOUND.null
    assert FOUND.ranked[-1].change.value < null.value < null.high <= FOUND.ranked[0].change.value
    assert null.low < null.value
    assert find_directions(DECODER, CODES, LABELS, ("low", "high"), 1).null != null


def test_a_walk_goes_from_two_deviations_below_to_two_above() -> None:
    walk = walk_along(np.array([1.0, 1.0], np.float32), np.array([0.5, 0.0], np.float32), 5)
    np.testing.assert_allclose(walk, np.array([[0, 1], [0.5, 1], [1, 1], [1.5, 1], [2, 1]], np.float32))


def test_codes_that_are_all_the_same_have_no_directions() -> None:
    with pytest.raises(AnalysisError, match="All codes of this model are the same"):
        covariance_root(np.ones((9, 2), np.float32))
