"""The files of a folder or zip, each read in memory by its path: nothing is unpacked, no link is followed."""

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from explorer.data.own.bounds import MAX_FILES, check_file_bytes
from explorer.data.own.content import cause
from explorer.errors import DatasetError

# What systems leave in folders; nobody misses it.
_LITTER = {"__macosx", "thumbs.db", "desktop.ini", "icon\r"}
# Deflate cannot do better than about 1032 to 1.
_TORN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, ValueError, OSError, EOFError)


@dataclass(frozen=True)
class Entry:
    """One file: where it lies in the folder or zip, how many bytes it has, and how to get them."""

    path: PurePosixPath
    n_bytes: int
    read: Callable[[], bytes]


def entries(path: Path) -> list[Entry]:
    """The files of a folder or zip by their paths, in order, without litter; raises DatasetError.

    A zip is refused whole when an entry leads out of it, is a link, is encrypted, or when all unpack to too much.
    """
    found = sorted(_of_folder(path) if path.is_dir() else _of_zip(path), key=lambda entry: entry.path)
    if len(found) > MAX_FILES:
        raise DatasetError(f"There are {len(found):,} files, but at most {MAX_FILES:,} are read; give fewer.")
    check_file_bytes(sum(entry.n_bytes for entry in found))
    return found


def _of_folder(folder: Path) -> Iterator[Entry]:
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not _is_litter(PurePosixPath(name))]
        for file in (Path(place, name) for name in names):
            facts = file.lstat()
            if stat.S_ISREG(facts.st_mode) and not _is_litter(PurePosixPath(file.name)):
                yield Entry(PurePosixPath(file.relative_to(folder).as_posix()), facts.st_size, file.read_bytes)


def _of_zip(path: Path) -> list[Entry]:
    try:
        archive = zipfile.ZipFile(path)
        return [_entry(archive, info) for info in archive.infolist() if not _is_skipped(info)]
    except _TORN as error:
        raise DatasetError(f"The zip cannot be read ({cause(error)}); pack it again.") from error


def _is_skipped(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or _is_litter(PurePosixPath(info.filename))


def _is_litter(path: PurePosixPath) -> bool:
    return any(part.lower() in _LITTER or (part.startswith(".") and part != "..") for part in path.parts)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename:
        raise DatasetError(f"The zip has the path {info.filename[:80]!r}, which may lead out of it; pack it again.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DatasetError(f"The zip has a link, {info.filename[:80]!r}; pack the files themselves.")
    if info.flag_bits & 1:
        raise DatasetError("The zip is encrypted; pack it without a password.")
    return Entry(path, info.file_size, lambda: _unpacked(archive, info))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """An entry's bytes, at most as many as the zip says; raises OSError when they are damaged."""
    try:
        return archive.read(info)
    except _TORN as error:
        raise OSError(str(error)) from error
