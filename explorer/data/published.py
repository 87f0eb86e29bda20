"""CIFAR-10, SVHN, EMNIST and the Olivetti faces: downloaded from where torchvision or scikit-learn says.

torchvision reads its files in a process of their own, after their sums were checked.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.download import DownloadProgress, reason_of, stream
from explorer.data.isolation import Limits, read_isolated
from explorer.data.own.content import Choices, Content
from explorer.data.own.draft import Draft, draft_folder, keep
from explorer.data.own.reader import write_content
from explorer.data.own.report import report_from_json
from explorer.errors import DatasetError

MAX_BYTES = 700_000_000
MD5_DIGITS = 32
PICTURES_EACH = 10
LIMITS = Limits(cpu_s=600, memory_bytes=6_000_000_000)


@dataclass(frozen=True)
class Published:
    """A data set that is downloaded whole; train, test: how torchvision's class is called beside root and download."""

    name: str
    title: str
    torchvision_class: str
    train: dict[str, Any]
    test: dict[str, Any]
    n_train: int
    n_test: int
    sample_shape: tuple[int, ...]
    n_classes: int
    megabytes: int


PUBLISHED = {
    one.name: one
    for one in (
        Published(
            "cifar10", "CIFAR-10", "CIFAR10", {"train": True}, {"train": False}, 50_000, 10_000, (32, 32, 3), 10, 170,
        ),
        Published("svhn", "SVHN", "SVHN", {"split": "train"}, {"split": "test"}, 73_257, 26_032, (32, 32, 3), 10, 246),
        Published(
            "emnist", "EMNIST", "EMNIST", {"split": "balanced", "train": True}, {"split": "balanced", "train": False},
            112_800, 18_800, (28, 28), 47, 562,
        ),
        Published("olivetti", "Olivetti faces", "", {}, {}, 360, 40, (64, 64), 40, 2),
    )
}  # fmt: skip


def how_to_get_published(published: Published) -> str:
    """One sentence that says how to download a data set."""
    return (
        f"The data set {published.title} is not on this machine: download it ({published.megabytes} MB) from "
        f"the start page or with `python -m explorer datasets --download {published.name}`."
    )


def download_published(published: Published) -> Iterator[DownloadProgress]:
    """Fetch the files, check their sums, and keep the data set; raises DatasetError and leaves nothing then."""
    folder = draft_folder()
    try:
        root = folder / "published"
        for address, place, checksum in _files(published):
            yield from _fetch(address, root / place, checksum)
        request = json.dumps({"name": published.name, "root": str(root), "folder": str(folder)})
        answer = read_isolated(read_published, request.encode(), LIMITS)
        shutil.rmtree(root)
        keep(Draft(folder, report_from_json(str(answer["report"]))), published.name)
    except (OSError, HTTPException) as error:
        raise DatasetError(f"The download stopped ({reason_of(error)}). {how_to_get_published(published)}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_published(request: bytes) -> dict[str, NDArray[Any]]:
    """The child's side: torchvision reads the files, whose sums it checks again, and the parts are written."""
    asked = json.loads(request)
    published = PUBLISHED[asked["name"]]
    content = (
        _olivetti(Path(asked["root"])) if published.name == "olivetti" else _of_torchvision(published, asked["root"])
    )
    return write_content(Path(asked["folder"]), published.title, content, Choices())


def _of_torchvision(published: Published, root: str) -> Content:
    parts = [_part(published, root, options) for options in (published.train, published.test)]
    values, labels = (np.concatenate([part[place] for part in parts]) for place in range(2))
    is_test = np.repeat([False, True], [len(part[0]) for part in parts])
    return Content(f"{published.title} of torchvision", values, labels, parts[0][2], is_test)


def _olivetti(root: Path) -> Content:
    """Ten pictures of each of 40 people, one of which is held out; the file's columns are transposed images."""
    from scipy.io import loadmat

    (path,) = root.iterdir()
    faces = loadmat(path)["faces"].T.reshape(-1, 64, 64).swapaxes(1, 2)
    numbers = np.arange(len(faces))
    names = tuple(f"Person {number}" for number in range(1, len(faces) // PICTURES_EACH + 1))
    return Content("the Olivetti faces", faces, numbers // PICTURES_EACH, names, numbers % PICTURES_EACH == 0)


def _files(published: Published) -> list[tuple[str, str, str]]:
    """Address, place below the root, and MD5 or SHA-256 of each file."""
    if published.name == "olivetti":
        from sklearn.datasets._olivetti_faces import FACES

        return [(FACES.url, FACES.filename, FACES.checksum)]
    import torchvision.datasets as known

    if published.name == "cifar10":
        return [(known.CIFAR10.url, known.CIFAR10.filename, known.CIFAR10.tgz_md5)]
    if published.name == "svhn":
        return [tuple(known.SVHN.split_list[split]) for split in ("train", "test")]
    return [(known.EMNIST.url, "EMNIST/raw/gzip.zip", known.EMNIST.md5)]


def _part(published: Published, root: str, options: dict[str, Any]) -> tuple[NDArray[np.uint8], NDArray[np.int64], Any]:
    """Samples (N, …), labels (N,) and class names of a split."""
    import torchvision.datasets

    found = getattr(torchvision.datasets, published.torchvision_class)(root, download=True, **options)
    samples, labels = np.asarray(found.data), np.asarray(getattr(found, "targets", getattr(found, "labels", None)))
    if published.name == "emnist":
        # EMNIST's files hold the transpose of each image.
        samples = samples.swapaxes(1, 2)
    if samples.ndim > len(published.sample_shape) and samples.shape[1] == 3:
        samples = np.moveaxis(samples, 1, -1)
    names = getattr(found, "classes", None) or [str(label) for label in range(published.n_classes)]
    return samples, labels.astype(np.int64), tuple(str(name) for name in names)


def _fetch(address: str, target: Path, checksum: str) -> Iterator[DownloadProgress]:
    target.parent.mkdir(parents=True, exist_ok=True)
    for progress in stream(address, target, MAX_BYTES):
        yield replace(progress, file=target.name)
    algorithm = "md5" if len(checksum) == MD5_DIGITS else "sha256"
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False))
    if digest.hexdigest() != checksum:
        raise DatasetError(f"{target.name} arrived with a wrong checksum; try the download again.")
