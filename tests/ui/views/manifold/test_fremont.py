"""What the colours of days stand for: kinds, weekdays, months and years, in their order."""

import numpy as np
import pytest

from explorer.data.fremont import DAY_KINDS, FremontDays
from explorer.figures.theme import class_colour
from explorer.ui.views.manifold.fremont import tint_of

# A Friday, a Saturday and a Sunday of two years.
DATES = np.array(["2021-12-31", "2022-01-01", "2022-01-02"], "datetime64[D]")
DAYS = FremontDays(DATES, np.zeros((3, 24, 2), np.int64), DATES[:0])


@pytest.mark.parametrize(
    ("name", "labels", "n_names"), [("kind", [0, 1, 1], 2), ("weekday", [4, 5, 6], 7), ("year", [0, 1, 1], 2)]
)
def test_each_day_has_its_label_and_each_label_its_own_colour(name: str, labels: list[int], n_names: int) -> None:
    tint = tint_of(DAYS, name)
    assert tint.labels.tolist() == labels
    assert len(tint.names) == len(set(tint.colors)) == n_names


def test_months_are_numbered_from_january_and_years_named() -> None:
    months = tint_of(DAYS, "month")
    assert [months.names[label] for label in months.labels] == [months.names[-1], months.names[0], months.names[0]]
    assert len(months.names) == 12
    assert tint_of(DAYS, "year").names == ("2021", "2022")


def test_kinds_of_days_have_the_colours_of_the_first_two_classes() -> None:
    tint = tint_of(DAYS, "kind")
    assert (tint.names, tint.colors) == (DAY_KINDS, (class_colour(0), class_colour(1)))
