"""MNIST, Fashion-MNIST and KMNIST: 60,000 + 10,000 images of 28 x 28 pixels, read from their IDX files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.data.dataset import Dataset, Split
from explorer.data.folder import data_folder
from explorer.data.idx import find_idx, read_idx
from explorer.errors import DatasetError


@dataclass(frozen=True)
class IdxSource:
    """A data set of four IDX files; `torchvision_class` knows where to download them and their checksums."""

    name: str
    title: str
    torchvision_class: str
    class_names: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The folder of the raw files, as torchvision lays it out."""
        return data_folder() / self.torchvision_class / "raw"


MNIST = IdxSource("mnist", "MNIST", "MNIST", tuple("0123456789"))
FASHION_MNIST = IdxSource(
    "fashion_mnist",
    "Fashion-MNIST",
    "FashionMNIST",
    (
        "T-shirt",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)
KMNIST = IdxSource(
    "kmnist",
    "KMNIST",
    "KMNIST",
    ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)


def file_names(split: Split) -> tuple[str, str]:
    """The names of a split's image file and label file."""
    prefix = "train" if split == "train" else "t10k"
    return f"{prefix}-images-idx3-ubyte", f"{prefix}-labels-idx1-ubyte"


def missing_files(source: IdxSource) -> list[str]:
    """The names of the files that are not in the source's folder yet."""
    names = [*file_names("train"), *file_names("test")]
    return [name for name in names if find_idx(source.folder, name) is None]


def how_to_get(source: IdxSource) -> str:
    """One sentence that says which files go where."""
    names = ", ".join(missing_files(source))
    return (
        f"{source.title} is not on this machine: download it from the start page or with "
        f"`python -m explorer datasets --download {source.name}`, or put the files {names} "
        f"(unpacked or as .gz) into {source.folder}."
    )


def load_idx_dataset(source: IdxSource, split: Split) -> Dataset:
    """One split from its two files; raises DatasetError when a file is missing, torn or of another shape."""
    paths = [find_idx(source.folder, name) for name in file_names(split)]
    if paths[0] is None or paths[1] is None:
        raise DatasetError(how_to_get(source))
    images, labels = read_idx(paths[0]), read_idx(paths[1])
    if images.shape[1:] != (28, 28) or not len(images):
        raise DatasetError(
            f"{paths[0]} holds {images.shape[0]} samples of shape {images.shape[1:]}, but {source.title} has many of "
            "shape (28, 28); delete it and download it again."
        )
    if labels.ndim != 1 or labels.max(initial=0) >= len(source.class_names):
        raise DatasetError(
            f"{paths[1]} does not hold labels from 0 to {len(source.class_names) - 1}; delete it and download it again."
        )
    return Dataset(source.name, split, images, labels.astype(np.int64), source.class_names)
