"""The map of a linear classifier, against its half-planes."""

import numpy as np
import pytest

from explorer.analysis.decision_map import N_SIDE, decision_map

WEIGHT = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], np.float32)


def softmax(z: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    weights = np.exp(z @ WEIGHT.T)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def test_each_point_has_the_class_of_its_largest_logit() -> None:
    codes = np.array([[-1, -2], [3, 2], [0, 1]], np.float32)
    of = decision_map(softmax, codes, np.array([2, 0, 0]))
    assert (of.u[0], of.u[-1], of.v[0], of.v[-1]) == pytest.approx((-1.2, 3.2, -2.2, 2.2))
    column, row = 30, 130
    point = np.array([of.u[column], of.v[row]])
    assert of.classes[row, column] == (WEIGHT @ point).argmax()
    assert of.confidence[row, column] == pytest.approx(softmax(point[None].astype(np.float32)).max())
    # Between class 0 and class 1 the border is u = v.
    high = of.v > 0
    assert set(of.classes[high][:, of.u > of.v[high].max()].ravel()) == {0}
    assert of.classes.shape == (N_SIDE, N_SIDE)
    assert of.accuracy.value == pytest.approx(2 / 3)
    assert of.null == pytest.approx(2 / 3)
