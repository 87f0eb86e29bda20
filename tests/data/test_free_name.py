"""A name that no data set has yet."""

from pathlib import Path

import pytest

from explorer.data import free_name
from explorer.data.own.kept import path_of


def test_a_name_is_numbered_where_it_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert free_name("drawings") == "drawings"
    assert free_name("digits") == "digits_2"
    for name in ("drawings", "drawings_2"):
        path_of(name).mkdir(parents=True)
    assert free_name("drawings") == "drawings_3"
