"""Walks against oracles: great circles of SciPy, means by hand, distances by brute force."""

import numpy as np
import pytest
from scipy.spatial import geometric_slerp
from scipy.spatial.distance import cdist

from explorer.analysis.interpolation import (
    N_HELD_OUT,
    attribute,
    attribute_path,
    axis_traversals,
    between,
    linear_path,
    nearest_code_distance,
    nearest_image_distance,
    path_length,
    spherical_path,
    turning_degrees,
)
from explorer.errors import AnalysisError

RNG = np.random.default_rng(0)
CODES = (RNG.standard_normal((400, 3)) @ np.array([[2, 0, 0], [1, 1, 0], [0, 0, 0.2]]) + 3).astype(np.float32)
LABELS = RNG.integers(0, 3, len(CODES))
NAMES = ("a", "b", "c")


@pytest.mark.parametrize("centre", [np.zeros(5), np.full(5, 0.7)])
def test_spherical_is_a_great_circle_around_the_centre(centre: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> None:
    first, last = (code / np.linalg.norm(code) for code in RNG.standard_normal((2, 5)))
    path = spherical_path(
        (2 * first + centre).astype(np.float32), (2 * last + centre).astype(np.float32), 9, centre.astype(np.float32)
    )
    expected = 2 * geometric_slerp(first, last, np.linspace(0, 1, 9)) + centre
    np.testing.assert_allclose(path.codes, expected, atol=1e-5)
    assert path.note == ""


def test_spherical_between_unequal_radii_solves_the_same_equation() -> None:
    start, end, n = np.array([1, 0], np.float32), np.array([0, 3], np.float32), 201
    codes = spherical_path(start, end, n, np.zeros(2, np.float32)).codes.astype(np.float64)
    step = 1 / (n - 1)
    acceleration = (codes[2:] - 2 * codes[1:-1] + codes[:-2]) / step**2
    # An ellipse about the centre: z'' = -θ² z with θ = π / 2.
    np.testing.assert_allclose(acceleration, -((np.pi / 2) ** 2) * codes[1:-1], atol=0.05)
    np.testing.assert_allclose(codes[[0, -1]], [start, end], atol=1e-6)


@pytest.mark.parametrize(("radius", "first", "last"), [(1, 15, 15), (3, 5.1, 38.8)])
def test_angles_are_equal_only_where_both_ends_are_equally_far(radius: float, first: float, last: float) -> None:
    ends = np.array([radius, 0], np.float32), np.array([0, 1], np.float32)
    codes = spherical_path(*ends, 7, np.zeros(2, np.float32)).codes
    turns = np.diff(np.degrees(np.arctan2(codes[:, 1], codes[:, 0])))
    assert (turns[0], turns[-1]) == pytest.approx((first, last), abs=0.05)


@pytest.mark.parametrize(
    ("start", "end"),
    [([1, 1], [2, 2]), ([1, 1], [-1, -1]), ([0, 0], [1, 2]), ([1, 2], [0, 0])],
    ids=["same direction", "opposite", "start at the centre", "end at the centre"],
)
def test_where_no_circle_is_determined_the_path_is_straight_and_says_so(start: list[float], end: list[float]) -> None:
    ends = np.array(start, np.float32), np.array(end, np.float32)
    path = spherical_path(*ends, 5, np.zeros(2, np.float32))
    np.testing.assert_allclose(path.codes, linear_path(*ends, 5).codes)
    assert "one line with the centre" in path.note


def test_one_dimension_has_no_circle() -> None:
    path = spherical_path(np.array([-1], np.float32), np.array([2], np.float32), 4, np.zeros(1, np.float32))
    np.testing.assert_allclose(path.codes[:, 0], [-1, 0, 1, 2], atol=1e-6)
    assert path.note


def test_identical_ends_and_one_step_are_refused() -> None:
    for end, n in ((CODES[0], 7), (CODES[1], 1)):
        with pytest.raises(AnalysisError, match="two different samples and at least two steps"):
            linear_path(CODES[0], end, n)
        with pytest.raises(AnalysisError, match="two different samples and at least two steps"):
            spherical_path(CODES[0], end, n, CODES.mean(axis=0))


def test_a_cross_fade_may_stand_still() -> None:
    image = np.array([0.25, 0.5], np.float32)
    assert (between(image, image, 3) == image).all()
    np.testing.assert_allclose(between(image, image + 1, 3)[1], image + 0.5)


def test_length_of_a_staircase() -> None:
    assert path_length(np.array([[0, 0], [3, 4], [3, 0]], np.float32)) == pytest.approx(9)


def test_turning_is_the_total_curvature() -> None:
    angle = np.linspace(0, np.pi, 200)
    half_circle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    assert turning_degrees(half_circle) == pytest.approx(180 - 180 / 199)
    assert turning_degrees(np.array([[0, 0], [3, 4], [3, 4], [6, 8]], np.float32)) == pytest.approx(0)
    assert turning_degrees(np.array([[0, 0], [1, 0], [0, 0]])) == pytest.approx(180)
    assert turning_degrees(np.array([[0, 0], [1, 0], [1, 1], [2, 1]])) == pytest.approx(180)


def test_code_distances_are_brute_force_in_standard_deviations() -> None:
    nearest = nearest_code_distance(CODES)
    asked = RNG.normal(3, 2, (20, 3)).astype(np.float32)
    wide = CODES.astype(np.float64)
    expected = cdist(asked, wide, "mahalanobis", VI=np.linalg.inv(np.cov(wide.T))).min(axis=1)
    np.testing.assert_allclose(nearest.distance(asked), expected, rtol=1e-4)
    usual = nearest.reference_range(asked)
    np.testing.assert_allclose(
        (usual.low, usual.median, usual.high), np.quantile(expected, [0.05, 0.5, 0.95]), rtol=1e-4
    )


def test_picture_distances_are_euclidean_and_the_usual_is_of_the_first_thousand() -> None:
    train, held_out = RNG.random((50, 12)).astype(np.float32), RNG.random((N_HELD_OUT + 5, 12)).astype(np.float32)
    nearest = nearest_image_distance(train)
    expected = cdist(held_out, train).min(axis=1)
    np.testing.assert_allclose(nearest.distance(held_out), expected, atol=1e-5)
    assert nearest.reference_range(held_out).median == pytest.approx(np.median(expected[:N_HELD_OUT]), abs=1e-5)


def test_an_attribute_is_the_difference_of_two_means() -> None:
    result = attribute(CODES, LABELS, 2, 0, NAMES)
    np.testing.assert_allclose(
        result.direction, CODES[LABELS == 2].mean(axis=0) - CODES[LABELS == 0].mean(axis=0), atol=1e-5
    )
    assert (result.n_plus, result.n_minus) == ((LABELS == 2).sum(), (LABELS == 0).sum())


def test_strengths_go_from_minus_one_to_two() -> None:
    start, direction = np.array([1, 1], np.float32), np.array([0, 2], np.float32)
    assert attribute_path(start, direction, 4).tolist() == [[1, -1], [1, 1], [1, 3], [1, 5]]


def test_a_class_with_two_samples_is_refused_with_their_number() -> None:
    labels = np.where(np.arange(len(CODES)) < 2, 1, 0)
    with pytest.raises(AnalysisError, match="Class b has 2 training samples, too few"):
        attribute(CODES, labels, 1, 0, NAMES)
    with pytest.raises(AnalysisError, match="Class b has 2 training samples, too few"):
        attribute(CODES, labels, 0, 1, NAMES)
    with pytest.raises(AnalysisError, match="two different classes"):
        attribute(CODES, labels, 1, 1, NAMES)


def test_three_samples_are_enough_for_a_mean() -> None:
    labels = np.where(np.arange(len(CODES)) < 3, 1, 0)
    assert attribute(CODES, labels, 1, 0, NAMES).n_plus == 3


def test_an_axis_is_walked_between_its_quantiles_and_the_others_are_held() -> None:
    held = np.array([7, 8, 9], np.float32)
    second, first = axis_traversals(CODES, held, 3, np.array([2, 0]))
    assert (second.axis, first.axis) == (2, 0)
    low, middle, high = second.codes[:, 2]
    np.testing.assert_allclose([low, high], np.quantile(CODES[:, 2], [0.01, 0.99]), rtol=1e-6)
    assert middle == pytest.approx((low + high) / 2, rel=1e-6)
    assert (second.codes[:, :2] == held[:2]).all()
    assert (second.low, second.high) == pytest.approx((low, high))
