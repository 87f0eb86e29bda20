"""The decoder's metric against differences and linear algebra, geodesics against flat and round decoders."""

from math import gcd

import numpy as np
import pytest

from explorer.analysis.decoder_geometry import (
    MOVES,
    area_factor,
    borders,
    equal_change_ellipse,
    geodesic,
    metric_map,
    picture_length,
    pull_back_metric,
)
from explorer.analysis.interpolation import between
from explorer.analysis.latent_plane import axis_plane
from explorer.errors import AnalysisError
from explorer.models.layers import Activation, Dense, apply_layers
from explorer.store import load_checkpoint

RNG = np.random.default_rng(0)
PLANE = axis_plane(np.zeros(2, np.float32), 0, 1)
WEIGHT = RNG.standard_normal((7, 2)).astype(np.float32)
LINEAR = (Dense(WEIGHT, np.zeros(7, np.float32)),)
BENT = (
    Dense(RNG.standard_normal((9, 2)).astype(np.float32), np.zeros(9, np.float32)),
    Activation("tanh"),
    Dense(RNG.standard_normal((7, 9)).astype(np.float32), np.zeros(7, np.float32)),
)
PASS = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)
# The sheet (u, v, 2 max(0, 1 - |u| - |v|)): flat, with a steep tent in the middle.
TENT = (
    Dense(PASS, np.zeros(4, np.float32)),
    Activation("relu"),
    Dense(np.concatenate((np.eye(4), -np.ones((1, 4)))).astype(np.float32), np.array([0, 0, 0, 0, 1], np.float32)),
    Activation("relu"),
    Dense(np.array([[1, -1, 0, 0, 0], [0, 0, 1, -1, 0], [0, 0, 0, 0, 2]], np.float32), np.zeros(3, np.float32)),
)


def test_metric_of_a_linear_decoder_is_its_weights_square() -> None:
    codes = RNG.standard_normal((5, 2)).astype(np.float32)
    metric = pull_back_metric(LINEAR, codes, PLANE.axes)
    np.testing.assert_allclose(metric, np.broadcast_to(WEIGHT.T @ WEIGHT, (5, 2, 2)), rtol=1e-5)


def test_metric_is_that_of_central_differences() -> None:
    codes, step = RNG.standard_normal((6, 2)).astype(np.float32), 1e-2
    axes = np.array([[0.6, 0.8], [-0.8, 0.6]], np.float32)
    columns = [(apply_layers(BENT, codes + step * a) - apply_layers(BENT, codes - step * a)) / (2 * step) for a in axes]
    jacobian = np.stack(columns, axis=2).astype(np.float64)  # (6, 7, 2)
    expected = np.einsum("ndi,ndj->nij", jacobian, jacobian)
    np.testing.assert_allclose(pull_back_metric(BENT, codes, axes), expected, rtol=0.01, atol=0.01)


def test_map_has_the_metric_of_each_place_rows_along_v() -> None:
    u, v = np.array([-1, 0, 1], np.float32), np.array([0, 2], np.float32)
    found = metric_map(BENT, PLANE, u, v)
    at = pull_back_metric(BENT, np.array([[1, 2]], np.float32), PLANE.axes)[0]
    np.testing.assert_allclose(found.values[1, 2], at, rtol=1e-5)
    np.testing.assert_allclose(found.area_factor[1, 2], np.sqrt(np.linalg.det(at)), rtol=1e-5)


def test_area_factor_is_the_area_of_the_parallelogram() -> None:
    gram = WEIGHT.astype(np.float64).T @ WEIGHT
    lengths = np.sqrt(np.diag(gram))
    sine = np.sqrt(1 - (gram[0, 1] / lengths.prod()) ** 2)
    assert area_factor(gram) == pytest.approx(lengths.prod() * sine)
    assert area_factor(np.zeros((2, 2))) == 0


def test_ellipse_holds_steps_of_equal_change() -> None:
    metric = np.array([[4.0, 1.0], [1.0, 2.0]])
    steps = equal_change_ellipse(metric, 0.5)
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", steps, metric, steps), 0.25, rtol=1e-9)
    assert np.ptp(np.linalg.norm(steps, axis=1)) > 0.05


def test_shortest_way_of_a_linear_decoder_is_straight() -> None:
    start, end = np.array([-1, 0.5], np.float32), np.array([2, -1], np.float32)
    way = geodesic(LINEAR, start, end, 12, RNG.standard_normal((50, 2)).astype(np.float32))
    np.testing.assert_allclose(way, between(start, end, 13), atol=5e-3)


def test_shortest_way_goes_round_a_tent_in_equal_steps() -> None:
    start, end = np.array([-1.5, 0], np.float32), np.array([1.5, 0], np.float32)
    way = geodesic(TENT, start, end, 40, RNG.uniform(-2, 2, (200, 2)).astype(np.float32))
    steps = np.linalg.norm(np.diff(apply_layers(TENT, way), axis=0), axis=1)
    over, round_about = 1 + 2 * np.sqrt(1 + 2**2), 2 * np.sqrt(1.5**2 + 1)
    assert picture_length(TENT, between(start, end, 41)) == pytest.approx(over, rel=0.03)
    assert picture_length(TENT, way) == pytest.approx(round_about, rel=0.05)
    assert np.median(steps) == pytest.approx(steps.mean(), rel=0.03)
    np.testing.assert_array_equal(way[[0, -1]], [start, end])


def test_of_one_dimension_the_way_takes_equal_steps_of_the_picture() -> None:
    one = (Dense(np.array([[3]], np.float32), np.zeros(1, np.float32)), Activation("tanh"))
    way = geodesic(one, np.array([-1], np.float32), np.array([1], np.float32), 10)
    expected = np.arctanh(np.linspace(-np.tanh(3), np.tanh(3), 11)) / 3
    np.testing.assert_allclose(way[:, 0], expected, atol=0.02)


def test_steps_of_the_graph_lead_once_each_way_in_sixteen_directions() -> None:
    steps = {(i, j) for i in range(-2, 3) for j in range(-2, 3) if gcd(i, j) == 1}
    assert sorted([*MOVES, *((-i, -j) for i, j in MOVES)]) == sorted(steps)
    assert len(steps) == 16


def test_rounding_moves_the_length_of_a_way_by_a_hundredth_at_most() -> None:
    """In the plane of ae-2d; a descent from a coarser way stops at 44.1 or 43.4, as the ends are rounded."""
    model = load_checkpoint("ae-2d")
    layers, codes = model.model.decoder_layers(), model.codes
    end, start = codes.test[2:4]
    starts = [start, *(start * (1 + 1e-6 * RNG.standard_normal((2, 2)))).astype(np.float32)]
    lengths = [picture_length(layers, geodesic(layers, one, end, 60, codes.train)) for one in starts]
    assert np.ptp(lengths) < 0.01 * max(lengths)
    assert max(lengths) < 43.4


def test_no_way_from_a_code_to_itself() -> None:
    with pytest.raises(AnalysisError, match="two different samples"):
        geodesic(LINEAR, np.zeros(2, np.float32), np.zeros(2, np.float32), 5)


def test_borders_compare_mixed_places_with_pure_ones() -> None:
    codes = np.concatenate([RNG.normal(centre, 0.1, (40, 2)) for centre in (0, 5, 9, 9)]).astype(np.float32)
    labels = np.repeat([0, 1, 0, 1], 40)
    factor = np.where(codes[:, 0] > 7, 3.0, 1.0)
    found = borders(factor, codes, labels)
    assert (found.mixed, found.pure) == (3.0, 1.0)
    assert (found.n_mixed + found.n_pure, found.n_mixed > 60) == (160, True)
    assert found.auc.value > 0.9


def test_borders_need_both_kinds() -> None:
    codes = RNG.standard_normal((40, 2)).astype(np.float32)
    with pytest.raises(AnalysisError, match="Too few codes"):
        borders(np.ones(40), codes, np.zeros(40, np.int64))
