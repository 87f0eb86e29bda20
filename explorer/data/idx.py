"""Reading IDX files, the format in which the MNIST family is published."""

import gzip
import os
import zlib
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError

_UNSIGNED_BYTE = 8


def find_idx(folder: Path, name: str) -> Path | None:
    """The readable file of that name in a folder, unpacked or as .gz; None when there is neither."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if os.access(path, os.R_OK)), None)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes as an array; raises DatasetError that names a torn or foreign file.

    The header is two zero bytes, the type, the number of dimensions, then one big-endian length for each
    (LeCun, Cortes & Burges, "The MNIST database", file formats).
    """
    content = _read_bytes(path)
    n_dimensions = content[3] if len(content) >= 4 else 0
    if content[:3] != bytes((0, 0, _UNSIGNED_BYTE)) or not 1 <= n_dimensions <= 3:
        raise DatasetError(f"{path} is no IDX file of unsigned bytes; delete it and download it again.")
    header = 4 + 4 * n_dimensions
    shape = np.frombuffer(content[4:header].ljust(4 * n_dimensions, b"\0"), dtype=">u4").tolist()
    if len(content) != header + prod(shape):
        raise DatasetError(
            f"{path} holds {len(content):,} bytes where its header promises {header + prod(shape):,}; "
            "delete it and download it again."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def _read_bytes(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} cannot be read ({error}); delete it and download it again.") from error
