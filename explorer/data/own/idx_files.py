"""IDX files, alone or several in a folder or zip, packed or not, under the names that publishers and unpackers give."""

import re
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from explorer.data.idx import read_idx
from explorer.data.own.arrays import content_of
from explorer.data.own.bundle import Entry
from explorer.data.own.content import Choices, Content
from explorer.errors import DatasetError

_NAME = re.compile(r"(?P<stem>.*?)[-.]?idx[1-4]-ubyte(\.gz)?", re.IGNORECASE)
# The MNIST family's test files are those of ten thousand.
_TEST = re.compile(r"t10k|test", re.IGNORECASE)


def is_idx(path: PurePosixPath | Path) -> bool:
    """Whether a file is named as IDX files are, such as `train-images-idx3-ubyte` or `train-images.idx3-ubyte.gz`."""
    return _NAME.fullmatch(path.name) is not None


def read_idx_file(path: Path, choices: Choices) -> Content:
    """The samples of one file, in one class; raises DatasetError."""
    return content_of({"images": read_idx(path)}, "an IDX file", choices)


def read_idx_files(found: list[Entry], scratch: Path, choices: Choices) -> Content:
    """Samples and labels of several files, train and test apart as their names say; raises DatasetError."""
    files = [entry for entry in found if is_idx(entry.path)]
    arrays = {_array_name(entry.path): _array(entry, scratch) for entry in files}
    return content_of(arrays, f"{len(files)} IDX files", choices)


def _array_name(path: PurePosixPath) -> str:
    """A name in which the split is spelled out."""
    stem = _NAME.fullmatch(path.name)["stem"]  # type: ignore[index]
    return f"{'test' if _TEST.search(stem) else 'train'} {stem}"


def _array(entry: Entry, scratch: Path) -> NDArray[np.uint8]:
    path = scratch / entry.path.name
    try:
        path.write_bytes(entry.read())
        return read_idx(path)
    except OSError as error:
        raise DatasetError(f"{entry.path.name} is damaged ({error}); pack it again.") from error
    finally:
        path.unlink(missing_ok=True)
