"""Downloading the MNIST family from a folder that plays the server."""

import gzip
import hashlib
import sys
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest

from explorer.data import download, load_dataset
from explorer.data.download import reason_of
from explorer.errors import DatasetError
from tests.data.conftest import NAMES, idx, small_mnist


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror of small files with their checksums, behind one that is down."""
    # It brings torch._dynamo along, which only these tests should wait for.
    from torchvision.datasets import MNIST

    folder = tmp_path / "server"
    folder.mkdir()
    resources = []
    for name, array in small_mnist().items():
        content = gzip.compress(idx(array))
        (folder / f"{name}.gz").write_bytes(content)
        resources.append((f"{name}.gz", hashlib.md5(content, usedforsecurity=False).hexdigest()))
    monkeypatch.setattr(MNIST, "resources", resources)
    monkeypatch.setattr(MNIST, "mirrors", [f"{(tmp_path / 'down').as_uri()}/", f"{folder.as_uri()}/"])
    return folder


def fetched(data_folder: Path) -> list[str]:
    return sorted(path.name for path in (data_folder / "MNIST" / "raw").iterdir())


def test_the_files_arrive_with_progress(server: Path, data_folder: Path) -> None:
    steps = list(download("mnist"))
    assert [step.file for step in steps] == [f"{name}.gz" for name in small_mnist()]
    for step in steps:
        assert step.done_bytes == step.total_bytes == (server / step.file).stat().st_size
    assert fetched(data_folder) == sorted(NAMES)
    np.testing.assert_array_equal(load_dataset("mnist", "test").labels, small_mnist()["t10k-labels-idx1-ubyte"])


def test_trying_again_fetches_what_is_missing(server: Path, data_folder: Path) -> None:
    moved = (server / f"{NAMES[2]}.gz").rename(server / "moved")
    with pytest.raises(DatasetError, match=rf"The download stopped .*put the files {NAMES[2]}, {NAMES[3]} "):
        list(download("mnist"))
    assert fetched(data_folder) == sorted(NAMES[:2])
    moved.rename(server / f"{NAMES[2]}.gz")
    assert {step.file for step in download("mnist")} == {f"{name}.gz" for name in NAMES[2:]}
    assert list(download("mnist")) == []


TORN = {"empty": b"", "a page": b"<html>", "cut off": gzip.compress(idx(np.zeros((7, 28, 28), np.uint8)))[:-9]}


@pytest.mark.parametrize("torn", TORN.values(), ids=TORN)
def test_a_torn_file_is_fetched_again(server: Path, data_folder: Path, torn: bytes) -> None:
    list(download("mnist"))
    path = data_folder / "MNIST" / "raw" / NAMES[0]
    path.write_bytes(torn)
    assert {step.file for step in download("mnist")} == {f"{NAMES[0]}.gz"}
    np.testing.assert_array_equal(load_dataset("mnist").samples, small_mnist()[NAMES[0]])


def test_a_server_that_sends_far_too_much_is_stopped(
    server: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["explorer.data.download"], "MAX_BYTES", 1000)
    with pytest.raises(DatasetError, match=r"sends more than 0 MB, so the download was stopped\."):
        list(download("mnist"))
    assert fetched(data_folder) == []


def test_stopping_leaves_no_half_of_a_file(server: Path, data_folder: Path) -> None:
    steps = download("mnist")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert fetched(data_folder) == []


def test_a_wrong_checksum_is_refused(server: Path, data_folder: Path) -> None:
    path = server / f"{NAMES[0]}.gz"
    path.write_bytes(path.read_bytes()[:-8] + bytes(8))
    with pytest.raises(DatasetError, match=rf"{NAMES[0]}.gz arrived with a wrong checksum; try the download again"):
        list(download("mnist"))
    assert fetched(data_folder) == []


def test_no_network_says_which_files_go_where(server: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("Temporary failure in name resolution")

    monkeypatch.setattr(sys.modules["explorer.data.download"], "urlopen", unreachable)
    with pytest.raises(DatasetError) as failure:
        list(download("mnist"))
    sentence = str(failure.value)
    assert "Temporary failure in name resolution" in sentence
    assert all(name in sentence for name in NAMES)
    assert str(data_folder / "MNIST" / "raw") in sentence


def test_a_folder_that_cannot_be_written_is_a_sentence(
    server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "file"))
    with pytest.raises(DatasetError, match="The download stopped"):
        list(download("mnist"))


def test_nothing_to_download_and_nothing_known() -> None:
    assert list(download("digits")) == []
    with pytest.raises(DatasetError, match="no data set 'cifar'"):
        list(download("cifar"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (URLError(OSError(-2, "Name or service not known")), "Name or service not known"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (URLError("no host given"), "<urlopen error no host given>"),
    ],
)
def test_an_address_that_is_not_reached_is_said_as_the_system_says_it(error: OSError, said: str) -> None:
    assert reason_of(error) == said
