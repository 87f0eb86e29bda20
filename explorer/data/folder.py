"""Where the app and its folders lie on the disk."""

import os
from pathlib import Path

_APP = Path(__file__).parents[2]


def app_folder(name: str) -> Path:
    """The folder that $EXPLORER_<NAME> names, with `~` expanded, else the one of that name beside app.py."""
    folder = Path(os.environ.get(f"EXPLORER_{name.upper()}") or _APP / name)
    try:
        return folder.expanduser()
    except RuntimeError:  # there is no such user
        return folder


def data_folder() -> Path:
    """The folder of the data sets: $EXPLORER_DATA, else `data` beside app.py."""
    return app_folder("data")


def importing_environment() -> dict[str, str]:
    """The environment in which `python -m explorer` finds the explorer from any working directory."""
    paths = [str(_APP), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
