"""Points within an outline, against half-planes for convex outlines and against winding by hand for others."""

import numpy as np

from explorer.analysis.lasso import evenly, inside


def test_of_a_convex_outline_the_inside_is_on_one_side_of_every_edge() -> None:
    rng = np.random.default_rng(0)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
    outline = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (2, 1) + (0.3, -0.2)
    points = rng.uniform(-3, 3, (2000, 2))
    edges = np.roll(outline, -1, axis=0) - outline
    side = edges[:, 0] * (points[:, None, 1] - outline[:, 1]) - edges[:, 1] * (points[:, None, 0] - outline[:, 0])
    np.testing.assert_array_equal(inside(points, outline), (side > 0).all(axis=1))
    np.testing.assert_array_equal(inside(points, outline[::-1]), (side > 0).all(axis=1))


def test_a_dent_is_outside() -> None:
    outline = np.array([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)], np.float64)
    points = np.array([(2, 0.5), (2, 3), (0.5, 2), (3.5, 2), (5, 1), (-1, 0)])
    assert inside(points, outline).tolist() == [True, False, True, True, False, False]


def test_what_is_enclosed_twice_is_outside() -> None:
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    inner = [(1, 1), (3, 1), (3, 3), (1, 3)]
    outline = np.array([*square, square[0], *inner, inner[0]], np.float64)
    assert inside(np.array([(2.0, 2.0), (0.5, 2.0)]), outline).tolist() == [False, True]


def test_some_rows_lie_evenly_among_all() -> None:
    assert evenly(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly(101, 3).tolist() == [0, 50, 100]
    assert evenly(0, 3).tolist() == []
