"""Where checkpoints lie, and what they may be called."""

import os
import re
from difflib import get_close_matches
from pathlib import Path

from explorer.data.folder import app_folder
from explorer.errors import CheckpointError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
MOST_NAMED = 4
# Where deleted checkpoints lie; a folder with a dot is no checkpoint of the library.
BIN = ".deleted"
# What Windows takes for a device, whatever suffix follows.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def checkpoints_folder() -> Path:
    """The folder of the checkpoints: $EXPLORER_CHECKPOINTS, else `checkpoints` beside app.py."""
    return app_folder("checkpoints")


def checkpoint_path(name: str) -> Path:
    """The folder that a name (below the checkpoints' folder) or a path means."""
    if not is_plain(name):
        return Path(name)
    inside = checkpoints_folder() / name
    return inside if is_folder(inside) or not is_folder(Path(name)) else Path(name)


def is_plain(name: str) -> bool:
    """Whether a name stands for a visible entry of one folder, not for a path."""
    return name != "" and Path(name).name == name and not name.startswith(".")


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False also for a path that no disk can have."""
    try:
        return path.is_dir()
    except OSError:
        return False


def check_target(name: str, replace: bool) -> Path:
    """The folder that a checkpoint of that name is to become; raises CheckpointError when it cannot be written."""
    target = checkpoints_folder() / check_name(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        is_taken, is_writable = target.exists(), os.access(target.parent, os.W_OK)
    except OSError as error:
        raise CheckpointError(f"{target.parent} is no folder that can be written ({error.strerror}).") from error
    if is_taken and not replace:
        raise CheckpointError(f"{target} exists already; choose another name, or replace it.")
    if not is_writable:
        raise CheckpointError(
            f"{target.parent} cannot be written; change its permissions, or set EXPLORER_CHECKPOINTS to another folder."
        )
    return target


def check_name(name: str) -> str:
    """The name itself; raises CheckpointError when it cannot be a checkpoint's, on whatever system."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} cannot be a checkpoint's name; use 1 to 80 letters, digits, dots, dashes and underscores."
        )
    if name.endswith(".") or name.split(".", maxsplit=1)[0].lower() in _DEVICES:
        raise CheckpointError(
            f"{name!r} cannot be a checkpoint's name, because Windows has no folder of that name; choose another one."
        )
    return name


def existing_folder(path: Path, name: str) -> Path:
    """The path itself; raises CheckpointError, with the nearest names of the library, when no folder is there."""
    if is_folder(path):
        return path
    if is_plain(name) and is_folder(checkpoints_folder() / BIN / name):
        raise CheckpointError(f"The checkpoint {name} was deleted and lies in the bin; restore it, or choose another.")
    raise CheckpointError(f"There is no checkpoint {name!r}; it may have been deleted or renamed; {_names_near(name)}.")


def _names_near(name: str) -> str:
    names = folder_names()
    if len(names) <= MOST_NAMED:
        return f"there are: {', '.join(names) or 'none yet'}"
    return f"the nearest of {len(names)} names are {', '.join(get_close_matches(name, names, MOST_NAMED, 0.0))}"


def folder_names() -> list[str]:
    """The names of all visible folders of the library, sorted; raises CheckpointError."""
    folder = checkpoints_folder()
    if not is_folder(folder):
        return []
    try:
        return sorted(path.name for path in folder.iterdir() if is_plain(path.name) and path.is_dir())
    except OSError as error:
        raise CheckpointError(
            f"{folder} cannot be read ({error.strerror}); mend it, or set EXPLORER_CHECKPOINTS to another folder."
        ) from error
