"""Reading files that anybody may have made."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from explorer.errors import CheckpointError

T = TypeVar("T")


def read(path: Path, reader: Callable[[Path], T]) -> T:
    """What `reader` makes of a file; whatever it stumbles over becomes a CheckpointError that names the file."""
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path.parent} lacks {path.name}; restore the checkpoint's files.") from error
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise CheckpointError(f"{path} cannot be used: {reason}; restore the checkpoint's files.") from error
