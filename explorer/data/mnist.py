"""MNIST, Fashion-MNIST and KMNIST: 60,000 + 10,000 images of 28 x 28 pixels, read from their IDX files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.data.dataset import Dataset, Split, check_lengths
from explorer.data.folder import data_folder
from explorer.data.idx import find_idx, idx_shape, near_misses, read_idx
from explorer.errors import DatasetError

# Said where there are no files to count them in.
N_TRAIN, N_TEST = 60_000, 10_000
# Fewer do not fill the pages' pictures.
MIN_IMAGES = 100


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
    """One sentence that says which files go where, and which ones lie there under another name."""
    missing = missing_files(source)
    found = [path for name in missing for path in near_misses(source.folder, name)]
    misnamed = f"; {', '.join(found)} is not read for its name, place or permissions" if found else ""
    return (
        f"{source.title} is not on this machine: download it from the start page or with "
        f"`python -m explorer datasets --download {source.name}`, or put the files {', '.join(missing)} "
        f"(unpacked or as .gz) into {source.folder}{misnamed}."
    )


def idx_state(source: IdxSource) -> tuple[int, int, str]:
    """How many images train and test have, by the files' headers, and what is wrong with them, or ''."""
    try:
        n_train, n_test = (_checked_paths(source, split)[2] for split in ("train", "test"))
    except DatasetError as error:
        return N_TRAIN, N_TEST, str(error)
    return n_train, n_test, ""


def load_idx_dataset(source: IdxSource, split: Split) -> Dataset:
    """One split from its two files; raises DatasetError when a file is missing, damaged or of another shape."""
    images_path, labels_path, _ = _checked_paths(source, split)
    images, labels = read_idx(images_path), read_idx(labels_path)
    if labels.max(initial=0) >= len(source.class_names):
        raise _no_labels(source, labels_path)
    return Dataset(source.name, split, images, labels.astype(np.int64), source.class_names)


def _checked_paths(source: IdxSource, split: Split) -> tuple[Path, Path, int]:
    """The files of a split whose headers fit together, and the number of images."""
    images, labels = (find_idx(source.folder, name) for name in file_names(split))
    if images is None or labels is None:
        raise DatasetError(how_to_get(source))
    n_images, *shape = idx_shape(images)
    if tuple(shape) != (28, 28) or n_images < MIN_IMAGES:
        raise DatasetError(
            f"{images} holds {n_images} samples of shape {tuple(shape)}, but the pages need at least {MIN_IMAGES} of "
            "shape (28, 28); delete it and download it again."
        )
    n_labels, *rest = idx_shape(labels)
    if rest:
        raise _no_labels(source, labels)
    check_lengths(source.name, split, n_images, n_labels)
    return images, labels, n_images


def _no_labels(source: IdxSource, path: Path) -> DatasetError:
    return DatasetError(
        f"{path} does not hold labels from 0 to {len(source.class_names) - 1}; delete it and download it again."
    )
