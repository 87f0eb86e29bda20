"""IDX files: read exactly, and refused with their name when they are torn or foreign."""

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.data import idx as idx_files
from explorer.data import load_dataset
from explorer.data.idx import find_idx, idx_shape, near_misses, read_idx
from explorer.errors import DatasetError
from tests.data.conftest import idx


@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 28, 28), (0,), (0, 28, 28)])
def test_arrays_come_back(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    (tmp_path / "a").write_bytes(idx(array))
    (tmp_path / "b.gz").write_bytes(gzip.compress(idx(array)))
    np.testing.assert_array_equal(read_idx(tmp_path / "a"), array, strict=True)
    np.testing.assert_array_equal(read_idx(tmp_path / "b.gz"), array, strict=True)


GOOD = idx(np.zeros((4, 28, 28), np.uint8))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no IDX file of unsigned bytes"),
        (b"\0\0", "is no IDX file"),
        (b"<html>404</html>", "is no IDX file"),
        (bytes((0, 0, 13, 1)) + bytes(20), "is no IDX file"),
        (bytes((0, 0, 8, 0)), "is no IDX file"),
        (bytes((0, 0, 8, 9)) + bytes(100), "is no IDX file"),
        (GOOD[:9], "holds 9 bytes where its header promises 16"),
        (GOOD[:-1], "holds 3,151 bytes where its header promises 3,152"),
        (GOOD + b"\0", "holds 3,153 bytes where its header promises 3,152"),
        (GOOD[:4] + b"\xff" * 4 + GOOD[8:], "where its header promises 3,367,254,359,296"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_torn_or_foreign_file_is_named(tmp_path: Path, content: bytes, reason: str, suffix: str) -> None:
    path = tmp_path / f"images{suffix}"
    path.write_bytes(gzip.compress(content) if suffix else content)
    with pytest.raises(DatasetError) as failure:
        read_idx(path)
    assert str(failure.value).startswith(str(path))
    assert reason in str(failure.value)
    assert str(failure.value).endswith("delete it and download it again.")


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(GOOD)[:-20], gzip.compress(GOOD)[:30] + b"\1" * 20],
    ids=["empty", "text", "cut", "overwritten"],
)
def test_a_torn_archive_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"images.gz (cannot be read|is no IDX file).*download it again\."):
        read_idx(path)


def test_an_unpacked_file_goes_before_a_packed_one(tmp_path: Path) -> None:
    assert find_idx(tmp_path, "images") is None
    (tmp_path / "images.gz").touch()
    assert find_idx(tmp_path, "images") == tmp_path / "images.gz"
    (tmp_path / "images").touch()
    assert find_idx(tmp_path, "images") == tmp_path / "images"


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(DatasetError, match="images cannot be read"):
        read_idx(tmp_path / "images")


def test_a_folder_that_cannot_be_entered_holds_nothing() -> None:
    assert find_idx(Path("/" + "x" * 5000), "images") is None


NAME = "train-images-idx3-ubyte"
LEFT = [
    *(NAME, f"{NAME}.gz", "train-images.idx3-ubyte", "train-images.idx3-ubyte.gz"),
    *(f"{NAME}/{NAME}", f"{NAME}/train-images.idx3-ubyte", f"{NAME}.gz/{NAME}", f"train-images.idx3-ubyte/{NAME}.gz"),
]


@pytest.mark.parametrize("place", LEFT)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_what_an_unpacker_leaves_is_found_and_read_by_content(
    tmp_path: Path, place: str, pack: Callable[[bytes], bytes]
) -> None:
    array = np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pack(idx(array)))
    found = find_idx(tmp_path, NAME)
    assert found == path
    assert idx_shape(found) == (4, 28, 28)
    np.testing.assert_array_equal(read_idx(found), array, strict=True)


@pytest.mark.parametrize(
    "place", [f"{NAME} (1).gz", "train-images.npy", "Train_Images-idx3-ubyte", f"../{NAME}", f"{NAME}/other"]
)
def test_near_miss_is_named(data_folder: Path, place: str) -> None:
    raw = data_folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    path = raw / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(GOOD)
    assert find_idx(raw, NAME) is None
    named = str((raw / place.split("/", maxsplit=1)[0] if "other" in place else path).resolve())
    assert near_misses(raw, NAME) == [named]
    with pytest.raises(DatasetError, match=r"^[^\n]*\.$") as failure:
        load_dataset("mnist")
    assert str(failure.value).endswith(f"into {raw}; {named} is not read for its name, place or permissions.")


def test_what_is_there_and_what_is_another_is_no_near_miss(tmp_path: Path) -> None:
    for name in ("t10k-images-idx3-ubyte", "readme.txt", "train.pt"):
        (tmp_path / name).touch()
    assert near_misses(tmp_path, NAME) == []
    assert near_misses(tmp_path / "nowhere" / "raw", NAME) == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_shape_is_known_before_the_values_are_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(GOOD))
    assert idx_shape(tmp_path / "a") == (4, 28, 28)
    (tmp_path / "a").write_bytes(pack(b"<html>"))
    with pytest.raises(DatasetError, match="is no IDX file"):
        idx_shape(tmp_path / "a")
    (tmp_path / "a").write_bytes(GOOD[:-1])
    with pytest.raises(DatasetError, match="holds 3,151 bytes where its header promises 3,152"):
        idx_shape(tmp_path / "a")


def test_archive_that_unpacks_to_far_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx_files, "MAX_BYTES", 1 << 20)
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(idx(np.zeros(1 << 24, np.uint8))))
    tracemalloc.start()
    with pytest.raises(DatasetError, match=r"images.gz unpacks to more than 1 MB; delete it and download it again\."):
        read_idx(path)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 1 << 23


@pytest.mark.usefixtures("opens_files_alone")
def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert find_idx(tmp_path, NAME) is None
