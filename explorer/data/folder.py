"""Where data sets lie on the disk."""

import os
from pathlib import Path


def data_folder() -> Path:
    """The folder of the data sets: $EXPLORER_DATA, else `data` in the working directory."""
    return Path(os.environ.get("EXPLORER_DATA") or "data")
