"""Outlines around codes: what a link holds of them, and how many corners are kept."""

import math
from types import SimpleNamespace

import pytest

from explorer.ui.plane import outline


@pytest.mark.parametrize(("n", "n_kept"), [(0, None), (2, None), (3, 3), (48, 48), (49, 48), (300, 48)])
def test_of_an_outline_at_most_48_corners_are_kept_in_their_order(
    n: int, n_kept: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    link: dict[str, list[float]] = {}
    monkeypatch.setattr(outline, "write", link.__setitem__)
    corners = [(math.cos(math.tau * place / max(n, 1)), math.sin(math.tau * place / max(n, 1))) for place in range(n)]
    outline.keep_outline(corners)
    if n_kept is None:
        assert link == {}
        return
    numbers = link["lasso"]
    kept = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert len(kept) == n_kept
    assert [corner for corner in corners if corner in kept] == kept
    monkeypatch.setattr(outline, "read", lambda *_: tuple(numbers))
    found = outline.read_outline()
    assert found is not None
    assert found.shape == (n_kept, 2)
    assert found[-1].tolist() == pytest.approx(kept[-1])


def test_without_an_outline_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline, "read", lambda *_: None)
    assert outline.read_outline() is None


def test_another_outline_makes_another_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    link: dict[str, str] = {}
    monkeypatch.setattr(outline, "st", SimpleNamespace(query_params=link))
    versions = [outline.outline_version()]
    for numbers in ("0,0,1,0,1,1", "0,0,1,0,1,2"):
        link["lasso"] = numbers
        versions.append(outline.outline_version())
    assert len(set(versions)) == 3
