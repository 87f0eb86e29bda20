"""Names of classes stand on their own points and apart from each other."""

import numpy as np

from explorer.analysis.class_labels import APART, N_CELLS, label_places

RNG = np.random.default_rng(0)


def test_a_name_stands_where_its_class_is_and_not_at_the_mean_between_two_groups() -> None:
    left, right = RNG.normal((-5, 0), 0.3, (60, 2)), RNG.normal((5, 0), 0.3, (40, 2))
    middle = RNG.normal((0, 0), 0.3, (50, 2))
    points = np.concatenate((left, right, middle))
    places = label_places(points, np.array([3] * 100 + [7] * 50))
    assert set(places) == {3, 7}
    assert np.abs(places[3] - (-5, 0)).max() < 1.5
    assert np.abs(places[7]).max() < 1.5


def test_names_of_classes_on_top_of_each_other_stand_apart() -> None:
    points = np.tile(RNG.standard_normal((300, 2)), (3, 1))
    places = label_places(points, np.repeat([0, 1, 2], 300))
    cell = np.ptp(points, axis=0) / N_CELLS
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert (np.abs(places[first] - places[second]) / cell).max() >= APART - 1e-6


def test_a_name_prefers_the_cell_in_which_its_class_is_alone() -> None:
    shared, alone = np.zeros((10, 2)), np.full((6, 2), 9.0)
    points = np.concatenate((shared, shared, alone))
    places = label_places(points, np.array([0] * 10 + [1] * 16))
    assert np.abs(places[1] - 9).max() < 0.5
    assert np.abs(places[0]).max() < 0.5


def test_equal_points_have_a_place() -> None:
    places = label_places(np.ones((4, 2)), np.array([0, 0, 1, 1]))
    assert all(np.isfinite(place).all() for place in places.values())
