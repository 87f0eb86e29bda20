"""Every view shows what it showed: labels, options, defaults, limits, texts, and the data of figures and components.

The other tests of this folder say what a page must show; this one notices whatever else changes. Where a change is
meant, `python -m tests.pages.shown` writes the views anew, and their difference is part of the change.
"""

import pytest

from explorer.ui import results
from explorer.ui.page_entries import PAGES
from tests.figures.drawn import Leaf
from tests.pages.shown import FOLDER, Shown, differences, is_other, kept, open_view, shown

SLUGS = [entry.slug for entry in PAGES]


@pytest.fixture(autouse=True)
def nothing_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test measured on demand would be shown at once."""
    monkeypatch.setattr(results, "_store", results.Store())


@pytest.mark.parametrize(("slug", "view"), [(slug, view) for slug in SLUGS for view in kept(slug)])
def test_view_shows_what_it_showed(slug: str, view: str) -> None:
    assert differences(kept(slug)[view], shown(open_view(slug, view))) == []


def test_every_file_belongs_to_a_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(SLUGS)


@pytest.mark.parametrize(
    ("before", "now", "is_changed"),
    [
        ("0.0252 of 12", "0.0253 of 12", False),
        ("0.0252 of 12", "0.0252 of 13", True),
        ("0.0252 of 12", "0.0292 of 12", True),
        ("β = −1", "β = 1", True),
        (1.0, 1.00001, False),
        ("1", None, True),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[9], 3.0, -3.0, 2e-5, -2.0], False),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[9], 3.0, -3.0, 1e-5, -2.1], True),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[8], 3.0, -3.0, 1e-5, -2.0], True),
    ],
)
def test_rounding_in_a_text_is_told_from_a_difference(before: Leaf, now: Leaf, is_changed: bool) -> None:
    assert is_other(before, now) == is_changed


SLIDER: Shown = ("slider", {"label": "k", "max": 9})


@pytest.mark.parametrize(
    "now",
    [
        [],
        [SLIDER, SLIDER],
        [("slider", {"label": "k", "max": 10})],
        [("slider", {"label": "k"})],
        [("button", {"label": "k", "max": 9})],
    ],
)
def test_an_element_that_came_went_or_changed_is_told(now: list[Shown]) -> None:
    assert differences([SLIDER], [SLIDER]) == []
    assert differences([SLIDER], now)
