"""Directions are counted beside those that are drawn by chance by their intervals."""

import numpy as np

from explorer.analysis.directions import CONTRAST, Direction, Directions
from explorer.analysis.measure import Interval
from explorer.ui.views.interpolate.directions import words


def direction(title: str, low: float, value: float, high: float) -> Direction:
    return Direction(CONTRAST, title, np.zeros(2, np.float32), Interval(value, low, high))


def test_a_direction_lies_above_the_range_of_chance_where_its_interval_does() -> None:
    found = Directions(
        (direction("a", 28, 30, 32), direction("b", 25, 27, 29), direction("c", 9, 10, 11)), Interval(20, 13, 26)
    )
    said = words(found, found.ranked[:2])
    assert "a 30.00 [28.00, 32.00]; b 27.00 [25.00, 29.00]. Random directions: 20.00 [13.00, 26.00];" in said
    assert "of all 3 found the intervals of 1 lie above that range." in said
