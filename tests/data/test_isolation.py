"""A foreign file is read in a process of its own: its arrays come back, and whatever goes wrong is one sentence."""

import io
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.data import isolation
from explorer.data.isolation import Limits, Reader, packed, read_isolated, read_once, unpacked
from explorer.errors import DatasetError
from tests.data import readers


def test_arrays_come_back_as_they_are() -> None:
    arrays = read_isolated(readers.reverse, b"\1\2\3")
    assert arrays["bytes"].tolist() == [3, 2, 1]
    assert arrays["dates"].dtype == "datetime64[D]"
    assert read_isolated(readers.process_id, b"")["pid"] != os.getpid()


@pytest.mark.parametrize(
    ("reader", "limits", "sentence"),
    [
        (readers.refuse, Limits(), r"^This file has no σ\.$"),
        (
            readers.sleep,
            Limits(cpu_s=1),
            r"^Reading the file took more than 1 s of processor time or 3 s by the clock, .*\.$",
        ),
        (
            readers.spin,
            Limits(cpu_s=1),
            r"^Reading the file took more than 1 s of processor time or 3 s by the clock, .*\.$",
        ),
        (readers.hoard, Limits(), r"^Reading the file needed more than 1,074 MB of memory, so it was stopped; .*\.$"),
        (readers.die, Limits(), r"^The file could not be read: its reader ended with code -6; .*\.$"),
        (readers.stumble, Limits(), r"^The file could not be read: its reader ended with code 1; .*\.$"),
        (readers.pickles, Limits(), r"^The file could not be read: its reader ended with code 1; .*\.$"),
    ],
)
def test_what_goes_wrong_is_one_sentence(reader: Reader, limits: Limits, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        read_isolated(reader, b"", limits)


def test_what_a_reader_stumbled_over_is_kept_for_developers() -> None:
    with pytest.raises(DatasetError) as caught:
        read_isolated(readers.stumble, b"")
    assert "ZeroDivisionError" in str(caught.value.__cause__)


def test_no_process_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(DatasetError, match=r"^The file could not be read, since no process could be started"):
        read_isolated(readers.reverse, b"")


def test_a_server_that_reads_enough_files_already_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_AT_ONCE", threading.BoundedSemaphore(1))
    with isolation._AT_ONCE, pytest.raises(DatasetError, match="busy reading other files"):
        read_isolated(readers.reverse, b"", Limits(cpu_s=0.01))
    assert read_isolated(readers.reverse, b"\1")["bytes"] == 1


def test_at_most_two_files_are_read_at_once() -> None:
    taken = [isolation._AT_ONCE.acquire(blocking=False) for _ in range(3)]
    for _ in range(sum(taken)):
        isolation._AT_ONCE.release()
    assert taken == [True, True, False]


def test_a_failed_reading_leaves_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_AT_ONCE", threading.BoundedSemaphore(1))
    for _ in range(2):
        with pytest.raises(DatasetError, match="no σ"):
            read_isolated(readers.refuse, b"", Limits(cpu_s=5))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was given to the reader's process."""
    contents = []

    def record(reader: Reader, content: bytes, limits: Limits) -> dict[str, Any]:
        contents.append(content)
        return dict(reader(content))

    monkeypatch.setattr(isolation, "read_isolated", record)
    return contents


def test_a_file_is_read_once_for_as_long_as_it_stays_the_same(tmp_path: Path, asked: list[bytes]) -> None:
    path = tmp_path / "file"
    for content in (b"\1\2", b"\1\2", b"\3", b"\3"):
        path.write_bytes(content)
        assert list(read_once(readers.reverse, path)) == ["bytes", "dates"]
        assert read_once(readers.reverse, path)["bytes"].tolist() == list(content[::-1])
    assert asked == [b"\1\2", b"\3"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".file.npz", "file"]


def test_a_changed_reader_reads_again(tmp_path: Path, asked: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package").mkdir()
    monkeypatch.setattr("inspect.getfile", lambda _: str(tmp_path / "package" / "reader.py"))
    (tmp_path / "file").write_bytes(b"\1")
    for source in ("a", "a", "b"):
        (tmp_path / "package" / "beside.py").write_text(source)
        read_once(readers.reverse, tmp_path / "file")
    assert len(asked) == 2


@pytest.mark.parametrize("kept", [b"", b"PK\3\4", packed({"digest": np.array("other"), "bytes": np.array(9)})])
def test_what_was_kept_and_is_torn_or_of_another_file_is_read_again(
    tmp_path: Path, asked: list[bytes], kept: bytes
) -> None:
    (tmp_path / "file").write_bytes(b"\1\2")
    (tmp_path / ".file.npz").write_bytes(kept)
    assert read_once(readers.reverse, tmp_path / "file")["bytes"].tolist() == [2, 1]
    assert asked == [b"\1\2"]


def test_a_folder_that_cannot_be_written_keeps_nothing(
    tmp_path: Path, asked: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"\1")
    (tmp_path / ".file.npz").mkdir()
    for _ in range(2):
        assert read_once(readers.reverse, tmp_path / "file")["bytes"] == 1
    assert asked == [b"\1", b"\1"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".file.npz", "file"]


def test_arrays_that_unpack_to_too_much_are_refused_unread() -> None:
    file = io.BytesIO()
    np.savez_compressed(file, much=np.zeros(1 << 24, np.uint8))
    assert len(file.getvalue()) < 1 << 16
    with pytest.raises(DatasetError, match=r"unpack to 16,777,\d\d\d bytes; 1,048,576 are allowed"):
        unpacked(file.getvalue(), 1 << 20)


def test_pickles_are_refused() -> None:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, thing=np.array([{}], object))
    with pytest.raises(DatasetError, match="no arrays"):
        unpacked(file.getvalue(), 1 << 20)
