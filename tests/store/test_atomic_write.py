"""Replacing a folder: one whole version is there for every reader, whenever the writer is killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from explorer.errors import CheckpointError
from explorer.store import atomic_write, list_checkpoints, load_checkpoint, read_info, replace_checkpoint
from explorer.store.exchange import exchange
from explorer.store.history import parse_history

# Replaces the checkpoint argv[1] by itself, for ever.
REPLACE = """
import sys
from explorer.store import load_checkpoint, replace_checkpoint
checkpoint = load_checkpoint(sys.argv[1])
print("ready", flush=True)
while True:
    replace_checkpoint(checkpoint)
"""
# Dies between the two renames of a system that cannot exchange folders.
DIE_BETWEEN = """
import os, signal, sys
from pathlib import Path
from explorer.store import atomic_write, load_checkpoint, replace_checkpoint
checkpoint = load_checkpoint(sys.argv[1])
rename = Path.rename
def die_after(source, target):
    rename(source, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.rename = die_after
atomic_write.exchange = lambda *_: False
replace_checkpoint(checkpoint)
"""

needs_exchange = pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two folders at once")


@needs_exchange
def test_two_folders_change_places_at_once(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["other"]
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["one"]
    assert not exchange(tmp_path / "one", tmp_path / "absent")


@needs_exchange
def test_readers_meet_one_whole_version_while_it_is_replaced_all_the_time(vae: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", REPLACE, str(vae)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        for _ in range(100):
            assert [info.name for info in list_checkpoints()] == ["vae"]
        for _ in range(10):
            load_checkpoint("vae")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
    load_checkpoint("vae")


@needs_exchange
def test_where_folders_can_be_exchanged_none_is_out_of_its_place_meanwhile(
    vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _: Path) -> None:
        raise AssertionError(f"{path} is moved away before another one takes its place")

    checkpoint, inode = load_checkpoint("vae"), vae.stat().st_ino
    monkeypatch.setattr(Path, "rename", refuse)
    replace_checkpoint(checkpoint)
    assert vae.stat().st_ino != inode


def test_a_checkpoint_that_is_replaced_while_it_is_read_is_read_anew(
    vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint, versions = load_checkpoint("vae"), list[int]()

    def replaced_once(content: bytes) -> object:
        versions.append(vae.stat().st_ino)
        if len(versions) == 1:
            replace_checkpoint(checkpoint)
            raise CheckpointError("half of it is another version")
        return parse_history(content)

    monkeypatch.setattr("explorer.store.checkpoints.parse_history", replaced_once)
    assert load_checkpoint("vae").info == read_info("vae")
    assert len(set(versions)) == 2


def test_a_writer_that_is_killed_between_its_two_steps_loses_nothing(
    vae: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (vae / "spec.json").read_bytes()
    killed = subprocess.run([sys.executable, "-c", DIE_BETWEEN, str(vae)], check=False)
    assert killed.returncode == -9
    assert not vae.exists()
    assert len(list(library.glob(".vae.*.tmp"))) == 2
    monkeypatch.setattr(atomic_write, "CUT_OFF_AFTER_S", 0.0)
    assert [info.name for info in list_checkpoints()] == ["vae"]
    assert (vae / "spec.json").read_bytes() == before
    monkeypatch.setattr(atomic_write, "STALE_AFTER_S", 0.0)
    list_checkpoints()
    assert [path.name for path in library.iterdir()] == ["vae"]


def test_what_a_living_writer_has_in_hand_stays(vae: Path, library: Path) -> None:
    for name in (".new.1.tmp", ".vae.1.old.tmp", ".lost.1.old.tmp"):
        (library / name).mkdir()
    list_checkpoints()
    assert len(list(library.glob(".*.tmp"))) == 3


def test_without_exchange_a_replacement_takes_two_steps(vae: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic_write, "exchange", lambda *_: False)
    inode = vae.stat().st_ino
    replace_checkpoint(load_checkpoint("vae"))
    assert vae.stat().st_ino != inode
    load_checkpoint("vae")
    assert [path.name for path in vae.parent.iterdir()] == ["vae"]


def test_one_that_is_replaced_at_every_reading_is_one_sentence(vae: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = iter(range(1000))
    monkeypatch.setattr("explorer.store.checkpoints._version", lambda _: next(versions))
    (vae / "codes.npz").unlink()
    with pytest.raises(CheckpointError, match="vae is being replaced again and again; wait until that ends"):
        load_checkpoint("vae")
