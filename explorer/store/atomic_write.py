"""Writing that happens whole or not at all."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.errors import CheckpointError


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


def write_folder(target: Path, write: Callable[[Path], object], replace: bool = False) -> Path:
    """Let `write` fill a folder under a temporary name, then rename it to `target`.

    Raises CheckpointError when `target` exists (unless it may be replaced) or the disk refuses; what was there stays.
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
        return
    previous = target.with_name(f".{target.name}.{os.getpid()}.old.tmp")
    target.rename(previous)
    try:
        temporary.rename(target)
    except OSError:
        previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)
