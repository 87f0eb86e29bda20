"""Numbers as they are written with their intervals."""

from explorer.analysis.measure import Interval


def test_an_interval_stands_behind_its_value_with_as_many_digits() -> None:
    assert Interval(0.925, 0.9, 0.9504).text(2) == "0.93 [0.90, 0.95]"
    assert Interval(-1.26, -2.0, 3.0).text(1) == "−1.3 [−2.0, 3.0]"


def test_a_share_is_written_in_per_cent() -> None:
    assert Interval(0.931, 0.9, 0.9512).percent() == "93.1 % [90.0, 95.1]"
    assert Interval(0.931, 0.9, 0.9512).percent(0) == "93 % [90, 95]"
