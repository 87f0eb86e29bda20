"""The bin: deleted checkpoints, which can be brought back until it is emptied."""

import os
import shutil
from itertools import count
from pathlib import Path

from explorer.errors import CheckpointError
from explorer.store.folder import BIN, check_name, checkpoints_folder, is_folder, is_plain
from explorer.store.library import LibraryEntry, entry, move, own_checkpoint, shown_name


def delete_checkpoint(name: str) -> Path:
    """Move a checkpoint of the library into the bin, broken ones too, and return where it lies there.

    Raises CheckpointError, also for a checkpoint that came with the explorer.
    """
    source = own_checkpoint(name, "deleted")
    numbered = (source.name if number == 1 else f"{source.name}-{number}" for number in count(1))
    return move(source, next(path for free in numbered if not (path := _bin() / free).exists()), "deleted")


def deleted_checkpoints() -> tuple[LibraryEntry, ...]:
    """Every checkpoint in the bin, by name."""
    return tuple(entry(_bin() / name) for name in _names())


def restore_checkpoint(name: str) -> Path:
    """Move a checkpoint from the bin back into the library; raises CheckpointError when its name is taken there."""
    folders = {shown_name(folder): folder for folder in _names()}
    if name not in folders:
        raise CheckpointError(f"The bin holds no checkpoint {name!r}; it may have been emptied.")
    target = checkpoints_folder() / check_name(name)
    if target.exists():
        raise CheckpointError(f"There is a checkpoint {name!r} already; rename that one first.")
    return move(_bin() / folders[name], target, "restored")


def empty_bin() -> int:
    """Remove from the disk what the bin holds; returns how many checkpoints that were. Raises CheckpointError."""
    names = _names()
    if names:
        # Renamed first, so that all of it is gone at once or nothing.
        shutil.rmtree(move(_bin(), _bin().with_name(f"{BIN}.{os.getpid()}.tmp"), "emptied"), ignore_errors=True)
    return len(names)


def _bin() -> Path:
    return checkpoints_folder() / BIN


def _names() -> list[str]:
    if not is_folder(_bin()):
        return []
    return sorted(path.name for path in _bin().iterdir() if is_plain(path.name) and path.is_dir())
