"""Reading files that anybody may have made."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from explorer.errors import CheckpointError

T = TypeVar("T")

MAX_BYTES = 1 << 30


def read(path: Path, reader: Callable[[Path], T], max_bytes: int = MAX_BYTES) -> T:
    """What `reader` makes of a regular file of limited size.

    Raises CheckpointError, which names the file, for whatever the reader stumbles over.
    """
    try:
        _check_regular(path, max_bytes)
        return reader(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path.parent} lacks {path.name}; restore the checkpoint's files.") from error
    except PermissionError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror}); change its permissions.") from error
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise CheckpointError(f"{path} cannot be used: {reason}; restore the checkpoint's files.") from error


def _check_regular(path: Path, max_bytes: int) -> None:
    """Raise before anything is opened, since opening a pipe or a device may wait forever."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise CheckpointError("it is no regular file")
    if found.st_size > max_bytes:
        raise CheckpointError(f"it has {found.st_size:,} bytes, more than {max_bytes:,}")
