"""IDX files: read exactly, and refused with their name when they are torn or foreign."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from explorer.data.idx import find_idx, read_idx
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
