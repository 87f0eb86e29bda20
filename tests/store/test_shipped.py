"""Shipped models are those in the list beside them; a library without one has none."""

from pathlib import Path

import pytest

from explorer.store import list_checkpoints, shipped_names

LIBRARY = Path(__file__).parents[2] / "checkpoints"


def test_every_shipped_model_is_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(LIBRARY))
    names = {info.name for info in list_checkpoints()}
    assert {"ae-2d", "vae-2d", "digits-pca"} <= shipped_names() <= names


def test_a_library_without_a_list_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert shipped_names() == frozenset()


def test_what_ships_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(LIBRARY))
    folders = [LIBRARY / name for name in (*shipped_names(), ".results", ".classifiers")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    sizes = [path.stat().st_size for path in files]
    assert 30_000_000 < sum(sizes) <= 70_000_000
    assert max(sizes) <= 6_000_000
