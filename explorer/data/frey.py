"""The Frey faces: 1,965 frames of one face in a film, the data of the VAE paper's Figure 4 (Kingma & Welling 2014)."""

import io
import os
from collections.abc import Iterator
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset, Split
from explorer.data.download import DownloadProgress, reason_of, stream
from explorer.data.folder import data_folder
from explorer.data.isolation import read_isolated, read_once
from explorer.errors import DatasetError

FILE_NAME = "frey_rawface.mat"
ADDRESS = "https://cs.nyu.edu/~roweis/data/frey_rawface.mat"
KEY, SHAPE = "ff", (28, 20)
N_FRAMES, N_TEST = 1965, 365
N_TRAIN = N_FRAMES - N_TEST
MAX_BYTES = 10_000_000
CLASS_NAMES = ("Face",)


def read_frames(content: bytes) -> dict[str, NDArray[Any]]:
    """The frames of the MATLAB file, whose columns are images: (N, 28, 20) bytes; raises DatasetError."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        columns = loadmat(io.BytesIO(content), variable_names=[KEY])[KEY]
    except (MatReadError, ValueError, TypeError, LookupError, OSError, NotImplementedError, OverflowError) as error:
        raise DatasetError(f"The file holds no variable {KEY!r} in MATLAB's format; save {FILE_NAME} again.") from error
    if columns.shape != (SHAPE[0] * SHAPE[1], N_FRAMES) or columns.dtype != np.uint8:
        raise DatasetError(
            f"The variable {KEY!r} has shape {columns.shape} and type {columns.dtype}, but the Frey faces are bytes of "
            f"shape ({SHAPE[0] * SHAPE[1]}, {N_FRAMES}); save {FILE_NAME} again."
        )
    return {"frames": np.ascontiguousarray(columns.T).reshape(N_FRAMES, *SHAPE)}


def frey_path() -> Path:
    """Where the file lies, or goes."""
    return data_folder() / FILE_NAME


def load_frey(split: Split) -> Dataset:
    """One split: 365 frames drawn from a seed are held out; raises DatasetError when the file is missing or another."""
    frames = _frames()
    order = np.random.default_rng(0).permutation(N_FRAMES)
    rows = order[:N_TEST] if split == "test" else order[N_TEST:]
    return Dataset("frey", split, frames[rows], np.zeros(len(rows), np.int64), CLASS_NAMES)


def frey_problem() -> str:
    """The sentence that says what is wrong with the file or how to get it, empty when it can be read."""
    try:
        _frames()
    except DatasetError as error:
        return str(error)
    return ""


def download_frey() -> Iterator[DownloadProgress]:
    """Fetch the file; it takes its place only when it can be read. Raises DatasetError."""
    path = frey_path()
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield from stream(ADDRESS, partial, MAX_BYTES)
        read_isolated(read_frames, partial.read_bytes())
        partial.replace(path)
    except (OSError, HTTPException) as error:
        raise DatasetError(f"The download stopped ({reason_of(error)}). {_how_to_get()}") from error
    finally:
        partial.unlink(missing_ok=True)


def _how_to_get() -> str:
    return (
        "The Frey faces are not on this machine: download them here or with `python -m explorer datasets --download "
        f"frey`, or save {ADDRESS} as {frey_path()}."
    )


def _frames() -> NDArray[np.uint8]:
    path = frey_path()
    try:
        stat = path.stat()
        if not path.is_file() or stat.st_size > MAX_BYTES:
            raise DatasetError(f"{path} is not the file of the Frey faces, which has 1 MB; save {ADDRESS} there.")
    except OSError as error:
        raise DatasetError(_how_to_get()) from error
    found = _outcome(path, stat.st_mtime_ns, stat.st_size)
    if isinstance(found, str):
        raise DatasetError(found)
    return found


@lru_cache(maxsize=2)
def _outcome(path: Path, _modified_ns: int, _n_bytes: int) -> NDArray[np.uint8] | str:
    """The frames of a file, or the sentence that says why it has none: one reading for as long as it stays the same."""
    try:
        return read_once(read_frames, path)["frames"]
    except DatasetError as error:
        return f"{path}: {error}"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); save it there again."
