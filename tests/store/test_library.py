"""The library and its bin: what is listed, hidden, deleted, brought back, and what came with the explorer."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.errors import CheckpointError
from explorer.store import (
    broken_checkpoints,
    delete_checkpoint,
    deleted_checkpoints,
    empty_bin,
    hidden_checkpoints,
    hide_checkpoint,
    list_checkpoints,
    load_checkpoint,
    rename_checkpoint,
    restore_checkpoint,
    shipped_names,
    show_checkpoint,
)

ROOT = Path(__file__).parents[2]


def listed() -> list[str]:
    return [info.name for info in list_checkpoints()]


def test_a_deleted_checkpoint_lies_in_the_bin_and_comes_back(vae: Path) -> None:
    content = (vae / "weights.safetensors").read_bytes()
    kept = delete_checkpoint("vae")
    assert (listed(), [entry.name for entry in deleted_checkpoints()]) == ([], ["vae"])
    assert (kept / "weights.safetensors").read_bytes() == content
    with pytest.raises(CheckpointError, match="The checkpoint vae was deleted and lies in the bin; restore it"):
        load_checkpoint("vae")
    assert restore_checkpoint("vae") == vae
    assert (listed(), deleted_checkpoints()) == (["vae"], ())
    load_checkpoint("vae")


def test_models_of_one_name_lie_in_the_bin_beside_each_other(vae: Path, pristine: Path) -> None:
    for _ in range(3):
        delete_checkpoint("vae")
        shutil.copytree(pristine, vae)
    assert [entry.name for entry in deleted_checkpoints()] == ["vae", "vae-2", "vae-3"]
    with pytest.raises(CheckpointError, match="There is a checkpoint 'vae' already; rename that one first"):
        restore_checkpoint("vae")
    restore_checkpoint("vae-3")
    assert listed() == ["vae", "vae-3"]


def test_an_emptied_bin_is_gone_from_the_disk(vae: Path, library: Path) -> None:
    assert empty_bin() == 0
    (vae / "spec.json").write_text("{")
    delete_checkpoint("vae")
    assert empty_bin() == 1
    assert list(library.iterdir()) == []
    with pytest.raises(CheckpointError, match="The bin holds no checkpoint 'vae'; it may have been emptied"):
        restore_checkpoint("vae")


@pytest.mark.parametrize("name", ["../vae", "", ".", "a/b", "absent"])
def test_no_name_reaches_out_of_the_bin(vae: Path, name: str) -> None:
    delete_checkpoint("vae")
    with pytest.raises(CheckpointError, match="The bin holds no checkpoint"):
        restore_checkpoint(name)


def test_what_came_with_the_explorer_is_hidden_but_not_lost(vae: Path, library: Path) -> None:
    (library / "shipped.txt").write_text("vae\n")
    assert shipped_names() == {"vae"}
    for change in (delete_checkpoint, lambda name: rename_checkpoint(name, "mine")):
        with pytest.raises(CheckpointError, match=r"vae came with the explorer and cannot be .*, but it can be hidden"):
            change("vae")
    hide_checkpoint("vae")
    assert (listed(), [entry.name for entry in hidden_checkpoints()]) == ([], ["vae"])
    load_checkpoint("vae")
    show_checkpoint("vae")
    assert (listed(), hidden_checkpoints()) == (["vae"], ())
    with pytest.raises(CheckpointError, match="No checkpoint 'vae' is hidden"):
        show_checkpoint("vae")
    with pytest.raises(CheckpointError, match="no checkpoint 'absent'"):
        hide_checkpoint("absent")


def test_every_shipped_checkpoint_is_in_the_list_and_states_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    tracked = subprocess.run(["git", "ls-files", "checkpoints"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("This copy of the explorer is no clone, so that nobody knows which checkpoints came with it.")
    folders = {Path(file).parts[1] for file in tracked.stdout.splitlines() if file.endswith("spec.json")}
    assert shipped_names() == folders
    specs = [(ROOT / "checkpoints" / name / "spec.json").read_text("utf-8") for name in folders]
    assert all('"digest": "' in spec for spec in specs)


def test_a_folder_whose_name_no_page_can_show_is_one_broken_row(vae: Path, library: Path) -> None:
    for raw in (b"caf\xe9", b"two\nlines"):
        Path(shutil.copytree(vae, library / "copy")).rename(library / os.fsdecode(raw))
    names = [broken.name for broken in broken_checkpoints()]
    assert sorted(names) == ["caf\\udce9", "two\\nlines"]
    assert all("has a name that no page can show; rename it" in broken.problem for broken in broken_checkpoints())
    assert listed() == ["vae"]
    for name in names:
        delete_checkpoint(name)
    assert (broken_checkpoints(), len(deleted_checkpoints())) == ((), 2)
    assert empty_bin() == 2


def test_a_torn_file_shows_in_the_list(vae: Path) -> None:
    (vae / "codes.npz").write_bytes(b"PK")
    assert listed() == []
    assert "codes.npz (2 bytes) is damaged" in broken_checkpoints()[0].problem


@pytest.mark.parametrize("change", [delete_checkpoint, restore_checkpoint, lambda _: empty_bin()])
def test_a_bin_that_cannot_be_written_is_one_sentence(
    change: Callable[[str], object], vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    if change is not delete_checkpoint:
        delete_checkpoint("vae")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(CheckpointError, match=r"could not be .* \(Read-only file system\); it is as it was"):
            change("vae")
    assert [entry.name for entry in (*list_checkpoints(), *deleted_checkpoints())] == ["vae"]
