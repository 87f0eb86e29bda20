"""Writing that happens whole or not at all."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from explorer.errors import CheckpointError
from explorer.store.exchange import exchange

# The two renames of a replacement follow each other within microseconds, and a write takes seconds.
CUT_OFF_AFTER_S = 2.0
STALE_AFTER_S = 3600.0
_SET_ASIDE = re.compile(r"\.(.+)\.\d+\.old\.tmp")


def write_file(target: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a file under a temporary name, then put it in the place of what was there.

    Raises CheckpointError when the disk refuses; what was there stays.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with _disk_errors_named(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return target


def write_files(target: Path, files: Mapping[str, bytes], *, replace: bool = False) -> Path:
    """Write one file, or a folder of several by their paths within it, whole or not at all.

    Raises CheckpointError when `target` exists (unless it may be replaced) or the disk refuses.
    """
    if target.exists() and not replace:
        raise CheckpointError(f"{target} exists already; choose another name or delete it first.")
    if list(files) == [target.name]:
        return write_file(target, lambda file: file.write_bytes(files[target.name]))
    return write_folder(target, partial(_fill, files), replace)


def size_of(target: Path) -> int:
    """The bytes of a file, or of all files of a folder."""
    return sum(file.stat().st_size for file in [target, *target.rglob("*")] if file.is_file())


def _fill(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def write_folder(target: Path, write: Callable[[Path], object], replace: bool = False) -> Path:
    """Let `write` fill a folder under a temporary name, then put it in the place of what was there, in one step.

    Where the system cannot exchange two folders at once it takes two, and `recover` undoes what is cut off between
    them. Raises CheckpointError when `target` exists (unless it may be replaced) or the disk refuses; what was there
    stays.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with _disk_errors_named(target):
        if target.exists() and not replace:
            raise CheckpointError(f"{target} exists already; choose another name or delete it first.")
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            write(temporary)
            _swap(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return target


@contextmanager
def _disk_errors_named(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CheckpointError(
            f"{target} could not be written ({error.strerror or error}); nothing that was there is lost: "
            "free some space or choose a folder that can be written."
        ) from error


def _swap(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
    elif not exchange(temporary, target):
        _rename_twice(temporary, target)


def _rename_twice(temporary: Path, target: Path) -> None:
    """Replace a folder in two steps; `recover` undoes what is cut off between them."""
    previous = target.with_name(f".{target.name}.{os.getpid()}.old.tmp")
    target.rename(previous)
    try:
        temporary.rename(target)
    except OSError:
        previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def recover(folder: Path) -> None:
    """Bring back what a replacement that was cut off had set aside, and remove what writers left an hour ago."""
    for left in folder.glob(".*.tmp"):
        with suppress(OSError):
            age_s = time.time() - left.stat().st_ctime
            set_aside = _SET_ASIDE.fullmatch(left.name)
            if set_aside and age_s > CUT_OFF_AFTER_S and not (target := folder / set_aside[1]).exists():
                left.rename(target)
            elif age_s > STALE_AFTER_S:
                _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
