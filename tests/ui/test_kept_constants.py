"""No number that a module of the surface begins with changes unseen."""

from tests.ui.kept_constants import FILE, text


def test_constants_and_defaults_are_what_they_were() -> None:
    # Where a change is meant: python -m tests.ui.kept_constants
    before, now = set(FILE.read_text("utf-8").splitlines()), set(text().splitlines())
    assert (sorted(before - now), sorted(now - before)) == ([], [])
