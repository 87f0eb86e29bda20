"""Where checkpoints lie, and what they may be called."""

import os
import re
from pathlib import Path

from explorer.data.folder import app_folder
from explorer.errors import CheckpointError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def checkpoints_folder() -> Path:
    """The folder of the checkpoints: $EXPLORER_CHECKPOINTS, else `checkpoints` beside app.py."""
    return app_folder("checkpoints")


def checkpoint_path(name: str) -> Path:
    """The folder that a name (below the checkpoints' folder) or a path means."""
    inside = checkpoints_folder() / name
    return inside if is_plain(name) and (is_folder(inside) or not is_folder(Path(name))) else Path(name)


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
    """The name itself; raises CheckpointError when it cannot be a checkpoint's."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} cannot be a checkpoint's name; use 1 to 80 letters, digits, dots, dashes and underscores."
        )
    return name
