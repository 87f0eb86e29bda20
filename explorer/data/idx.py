"""Reading IDX files, the format in which the MNIST family is published, in whatever form an unpacker left them."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError

MAX_BYTES = 100_000_000
_UNSIGNED_BYTE = 8
_GZIP = b"\x1f\x8b"
_MAX_HEADER = 16
_CHUNK_BYTES = 1 << 22


def find_idx(folder: Path, name: str) -> Path | None:
    """The readable file of a published name such as `train-images-idx3-ubyte`; None where there is none.

    It may be packed or not, end in .gz or not, have a dot before `idx`, and lie in a folder of its own name.
    """
    return next((path for path in _places(folder, name) if os.access(path, os.R_OK) and path.is_file()), None)


def near_misses(folder: Path, name: str) -> list[str]:
    """Paths in a folder, or in the one above, whose names resemble a published one but are not read as it."""
    alike = _letters(name.partition("-idx")[0])
    found = []
    for place in (folder, folder.parent):
        with suppress(OSError):
            found += sorted(str(entry) for entry in place.iterdir() if _letters(entry.name).startswith(alike))
    return found


def idx_shape(path: Path) -> tuple[int, ...]:
    """The shape of an IDX file without reading its values; raises DatasetError for a damaged or foreign one."""
    with _reading(path) as file:
        return _header(path, file)[0]


def read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes as an array; raises DatasetError that names a damaged or foreign file.

    The header is two zero bytes, the type, the number of dimensions, then one big-endian length for each
    (LeCun, Cortes & Burges, "The MNIST database", file formats). It is packed when it begins as gzip does.
    """
    with _reading(path) as file:
        shape, n_bytes = _header(path, file)
        content = b"".join(_chunks(file, min(n_bytes, MAX_BYTES) + 1))
    if len(content) > MAX_BYTES:
        raise DatasetError(f"{path} unpacks to more than {MAX_BYTES / 1e6:.0f} MB; delete it and download it again.")
    _check_length(path, len(content), n_bytes)
    return np.frombuffer(content, dtype=np.uint8, offset=n_bytes - prod(shape)).reshape(shape)


def _places(folder: Path, name: str) -> Iterator[Path]:
    forms = [form + suffix for form in (name, name.replace("-idx", ".idx")) for suffix in ("", ".gz")]
    yield from (folder / form for form in forms)
    yield from (folder / outer / form for outer in forms for form in forms)


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


@contextmanager
def _reading(path: Path) -> Iterator[io.BufferedIOBase]:
    """A file's unpacked bytes."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if is_packed else file
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} cannot be read ({error}); delete it and download it again.") from error


def _chunks(file: io.BufferedIOBase, n_bytes: int) -> Iterator[bytes]:
    """The first bytes of a file, with memory only for those that are there."""
    file.seek(0)
    while n_bytes > 0 and (chunk := file.read(min(n_bytes, _CHUNK_BYTES))):
        n_bytes -= len(chunk)
        yield chunk


def _header(path: Path, file: io.BufferedIOBase) -> tuple[tuple[int, ...], int]:
    """The shape that a header promises, and how many bytes the whole file must have and, if not packed, has."""
    content = file.read(_MAX_HEADER)
    n_dimensions = content[3] if len(content) >= 4 else 0
    if content[:3] != bytes((0, 0, _UNSIGNED_BYTE)) or not 1 <= n_dimensions <= 3:
        raise DatasetError(f"{path} is no IDX file of unsigned bytes; delete it and download it again.")
    n_bytes = 4 + 4 * n_dimensions
    shape = tuple(np.frombuffer(content[4:n_bytes].ljust(4 * n_dimensions, b"\0"), dtype=">u4").tolist())
    if not isinstance(file, gzip.GzipFile):
        _check_length(path, path.stat().st_size, n_bytes + prod(shape))
    return shape, n_bytes + prod(shape)


def _check_length(path: Path, n_bytes: int, promised: int) -> None:
    if n_bytes != promised:
        raise DatasetError(
            f"{path} holds {n_bytes:,} bytes where its header promises {promised:,}; delete it and download it again."
        )
