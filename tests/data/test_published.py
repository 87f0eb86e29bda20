"""CIFAR-10, SVHN, EMNIST and the Olivetti faces from a folder that plays the server, as they are published."""

import gzip
import hashlib
import io
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat
from sklearn.datasets import _olivetti_faces

from explorer.data import download, isolation, list_sources, load_dataset, published
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError
from tests.data.conftest import idx
from tests.data.own.conftest import zipped

N = 60
Arrays = dict[str, NDArray[np.generic]]
Server = Callable[[str, bytes], str]


def images(shape: tuple[int, ...], n: int = N) -> NDArray[np.uint8]:
    return np.random.default_rng(n).integers(0, 256, (n, *shape), np.uint8)


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture
def serve(tmp_path: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """`serve(name, content)` offers a file and returns its address; files are read in this process."""
    folder = tmp_path / "server"
    folder.mkdir()

    def read_here(reader: Callable[[bytes], Arrays], content: bytes, limits: object) -> Arrays:
        return dict(reader(content))

    monkeypatch.setattr(published, "read_isolated", read_here)

    def offer(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        return (folder / name).as_uri()

    return offer


def batches() -> dict[str, bytes]:
    """CIFAR-10's pickled batches, the colours of an image one after another."""
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    rows = {name: images((3072,), 60 + place) for place, name in enumerate(names)}
    files = {name: {"data": row, "labels": (np.arange(len(row)) % 10).tolist()} for name, row in rows.items()}
    return {
        name: pickle.dumps(file)
        for name, file in (files | {"batches.meta": {"label_names": list("abcdefghij")}}).items()
    }


def cifar(serve: Server, patch: pytest.MonkeyPatch) -> None:
    # It brings torch._dynamo along, which only these tests should wait for.
    from torchvision.datasets import CIFAR10

    files, archive = batches(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    patch.setattr(CIFAR10, "train_list", [[name, md5(files[name])] for name in list(files)[:5]])
    patch.setattr(CIFAR10, "test_list", [["test_batch", md5(files["test_batch"])]])
    patch.setattr(
        CIFAR10, "meta", {"filename": "batches.meta", "key": "label_names", "md5": md5(files["batches.meta"])}
    )
    patch.setattr(CIFAR10, "url", serve(CIFAR10.filename, archive.getvalue()))
    patch.setattr(CIFAR10, "tgz_md5", md5(archive.getvalue()))


def svhn(serve: Server, patch: pytest.MonkeyPatch) -> None:
    offered = {}
    for split, n in (("train", N), ("test", N + 1)):
        file = io.BytesIO()
        savemat(file, {"X": np.moveaxis(images((32, 32, 3), n), 0, -1), "y": np.arange(n)[:, None] % 10 + 1})
        name = f"{split}_32x32.mat"
        offered[split] = [serve(name, file.getvalue()), name, md5(file.getvalue())]
    patch.setattr("torchvision.datasets.SVHN.split_list", offered)


def emnist(serve: Server, patch: pytest.MonkeyPatch) -> None:
    files = {}
    for split, n in (("train", N), ("test", N + 1)):
        stem = f"gzip/emnist-balanced-{split}"
        files[f"{stem}-images-idx3-ubyte.gz"] = gzip.compress(idx(images((28, 28), n)))
        files[f"{stem}-labels-idx1-ubyte.gz"] = gzip.compress(idx((np.arange(n) % 47).astype(np.uint8)))
    content = zipped(files)
    patch.setattr("torchvision.datasets.EMNIST.url", serve("gzip.zip", content))
    patch.setattr("torchvision.datasets.EMNIST.md5", md5(content))


def olivetti(serve: Server, patch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    savemat(file, {"faces": images((64, 64), 400).swapaxes(1, 2).reshape(400, -1).T})
    content = file.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    faces = _olivetti_faces.FACES._replace(url=serve("olivettifaces.mat", content), checksum=sha256)
    patch.setattr(_olivetti_faces, "FACES", faces)


OFFERS = {"cifar10": cifar, "svhn": svhn, "emnist": emnist, "olivetti": olivetti}
# The test split's images as a person sees them.
SEEN: dict[str, NDArray[np.uint8]] = {
    "cifar10": np.moveaxis(images((3072,), 65).reshape(-1, 3, 32, 32), 1, -1),
    "svhn": images((32, 32, 3), 61),
    "emnist": images((28, 28), 61).swapaxes(1, 2),
    "olivetti": images((64, 64), 400)[::10],
}


@pytest.mark.parametrize("name", OFFERS)
def test_the_images_arrive_upright_with_progress(serve: Server, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    OFFERS[name](serve, monkeypatch)
    assert list(download(name))[-1].done_bytes > 0
    test = load_dataset(name, "test")
    assert {image.tobytes() for image in test.samples} == {image.tobytes() for image in SEEN[name]}
    source = next(source for source in list_sources() if source.name == name)
    assert (source.available, source.is_own, source.n_test) == (True, False, len(SEEN[name]))
    assert source.title == published.PUBLISHED[name].title
    assert [path.name for path in own_folder().iterdir()] == [name]


@pytest.mark.parametrize("name", OFFERS)
def test_what_is_missing_says_how_to_get_it(data_folder: Path, name: str) -> None:
    with pytest.raises(DatasetError, match=rf"is not on this machine: download it .*--download {name}`\.$"):
        load_dataset(name)


def test_a_wrong_checksum_and_a_server_that_is_down_leave_nothing(
    serve: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    cifar(serve, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr("torchvision.datasets.CIFAR10.tgz_md5", "0" * 32)
        with pytest.raises(DatasetError, match="arrived with a wrong checksum"):
            list(download("cifar10"))
    monkeypatch.setattr("torchvision.datasets.CIFAR10.url", "file:///nowhere/cifar.tar.gz")
    with pytest.raises(DatasetError, match="The download stopped"):
        list(download("cifar10"))
    assert list(own_folder().iterdir()) == []


def test_the_child_process_finds_the_reader(data_folder: Path) -> None:
    """Without its files the reader fails in the process of its own, as one sentence."""
    with pytest.raises(DatasetError):
        isolation.read_isolated(published.read_published, b"{}", isolation.Limits(cpu_s=20, memory_bytes=6_000_000_000))
