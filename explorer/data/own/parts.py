"""The one format in which data sets of your own lie on the disk: a folder of four arrays (NPY) and a report (JSON)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Split
from explorer.data.folder import data_folder

REPORT = "report.json"
# A data set's larger arrays stay on the disk until they are used.
MAPPED_FROM_BYTES = 64_000_000
_ROWS_AT_ONCE = 4096


def own_folder() -> Path:
    """The folder of all data sets of your own, within the data folder."""
    return data_folder() / "own"


def samples_file(split: Split) -> str:
    """The name of the file of a split's samples."""
    return f"{split}_samples.npy"


def labels_file(split: Split) -> str:
    """The name of the file of a split's labels."""
    return f"{split}_labels.npy"


def write_rows(path: Path, array: NDArray[Any], rows: NDArray[np.int64]) -> None:
    """Some rows of an array as an NPY file, a few thousand at a time."""
    with path.open("wb") as file:
        header = {"descr": array.dtype.str, "fortran_order": False, "shape": (len(rows), *array.shape[1:])}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            file.write(np.ascontiguousarray(array[rows[start : start + _ROWS_AT_ONCE]]).data)


def read_array(path: Path) -> NDArray[Any]:
    """An NPY file, mapped into memory where it is large; raises OSError, ValueError or EOFError."""
    is_large = path.stat().st_size >= MAPPED_FROM_BYTES
    array: NDArray[Any] = np.load(path, mmap_mode="r" if is_large else None, allow_pickle=False)
    return array
