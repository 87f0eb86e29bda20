"""Shipped models are those in the list beside them; a library without one has none."""

from pathlib import Path

import pytest

from explorer.store import list_checkpoints, shipped_names


def test_every_shipped_model_is_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(Path(__file__).parents[2] / "checkpoints"))
    names = {info.name for info in list_checkpoints()}
    assert {"ae-2d", "vae-2d", "digits-pca"} <= shipped_names() <= names


def test_a_library_without_a_list_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert shipped_names() == frozenset()
