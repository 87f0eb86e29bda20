"""Where checkpoints lie, and what they may be called."""

import os
import re
from pathlib import Path

from explorer.errors import CheckpointError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def checkpoints_folder() -> Path:
    """The folder of the checkpoints: $EXPLORER_CHECKPOINTS, else `checkpoints` in the working directory."""
    return Path(os.environ.get("EXPLORER_CHECKPOINTS") or "checkpoints")


def checkpoint_path(name: str) -> Path:
    """The folder that a name (below the checkpoints' folder) or a path means."""
    inside = checkpoints_folder() / name
    return inside if inside.is_dir() or not Path(name).is_dir() else Path(name)


def check_name(name: str) -> str:
    """The name itself; raises CheckpointError when it cannot be a checkpoint's."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} cannot be a checkpoint's name; use 1 to 80 letters, digits, dots, dashes and underscores."
        )
    return name
