"""Lists of models: one look at the files for all who ask within a second, and every change seen at once."""

import shutil
from pathlib import Path

import pytest

from explorer.store import LibraryEntry, hide_checkpoint, shown_entries
from explorer.ui.models import at_hand
from explorer.ui.models.at_hand import visible_broken_models, visible_models
from tests.conftest import ROOT


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "checkpoints" / "digits-vae-2d", tmp_path / "a")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def names() -> list[str]:
    return [info.name for info in visible_models()]


def test_many_pages_cost_one_look_and_a_change_is_seen_at_once(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def look() -> tuple[LibraryEntry, ...]:
        looks.append(1)
        return shown_entries()

    monkeypatch.setattr(at_hand, "shown_entries", look)
    at_hand._entries.clear()
    assert [names() for _ in range(20)] == [["a"]] * 20
    assert visible_broken_models() == ()
    assert len(looks) <= 2
    shutil.copytree(library / "a", library / "b")
    assert names() == ["a", "b"]
    (library / "b").rename(library / "c")
    assert names() == ["a", "c"]
    hide_checkpoint("a")
    assert names() == ["c"]


def test_torn_file_is_seen_after_a_second(library: Path) -> None:
    assert names() == ["a"]
    (library / "a" / "weights.safetensors").write_bytes(b"torn")
    # What a second does.
    at_hand._entries.clear()
    assert (names(), [broken.name for broken in visible_broken_models()]) == ([], ["a"])
