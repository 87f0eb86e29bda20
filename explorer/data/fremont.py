"""Hourly bicycle counts of Seattle's Fremont Bridge, as one profile of 24 or 48 values for each day."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.data.counts import MAX_BYTES, check_size, read_counts
from explorer.data.dataset import Dataset, Split
from explorer.data.download import DownloadProgress, reason_of, stream
from explorer.data.folder import data_folder
from explorer.data.isolation import read_isolated, read_once
from explorer.errors import DatasetError

ADDRESS = "https://data.seattle.gov/api/views/65db-xm6k/rows.csv?accessType=DOWNLOAD"
FILE_NAME = "FremontBridge.csv"
# Whole days from October 2012 to June 2019, said where there is no file to count them in.
N_TRAIN, N_TEST = 1968, 492
BICYCLES_PER_UNIT = 100
DAY_KINDS = ("Weekday", "Weekend")
SATURDAY = 5
Sidewalks = Literal["summed", "apart"]
_READING = threading.Lock()


@dataclass(frozen=True, eq=False)
class FremontDays:
    """Every whole day of an export; counts: (N, 24, 2) bicycles per hour on the east and the west sidewalk.

    dates: (N,) datetime64[D], rising; incomplete: the days that were left out because hours are missing.
    """

    dates: NDArray[np.datetime64]
    counts: NDArray[np.int64]
    incomplete: NDArray[np.datetime64]

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """0 for Monday to 6 for Sunday, (N,); day 0 of datetime64 was a Thursday."""
        return (self.dates.astype(np.int64) + 3) % 7

    @property
    def months(self) -> NDArray[np.int64]:
        """0 for January to 11 for December, (N,)."""
        return self.dates.astype("datetime64[M]").astype(np.int64) % 12

    @property
    def years(self) -> NDArray[np.int64]:
        """Calendar years, (N,)."""
        return self.dates.astype("datetime64[Y]").astype(np.int64) + 1970

    @cached_property
    def test_rows(self) -> NDArray[np.int64]:
        """The fifth of the days that is held out, always the same for the same number of days."""
        shuffled = np.random.default_rng(0).permutation(len(self.dates))
        return np.sort(shuffled[: len(self.dates) // 5])

    @property
    def train_rows(self) -> NDArray[np.int64]:
        """The days that are not held out."""
        return np.setdiff1d(np.arange(len(self.dates)), self.test_rows)

    def dataset(self, split: Split, sidewalks: Sidewalks = "summed") -> Dataset:
        """Profiles in hundreds of bicycles per hour: both sidewalks summed, (N, 24), or east then west, (N, 48)."""
        rows = self.train_rows if split == "train" else self.test_rows
        counts = self.counts[rows]
        profiles = counts.sum(axis=2) if sidewalks == "summed" else counts.transpose(0, 2, 1).reshape(-1, 48)
        samples = (profiles / BICYCLES_PER_UNIT).astype(np.float32)
        return Dataset("fremont", split, samples, (self.weekdays[rows] >= SATURDAY).astype(np.int64), DAY_KINDS)


def fremont_path() -> Path:
    """Where the export lies, or goes."""
    return data_folder() / FILE_NAME


def fremont_is_here() -> bool:
    """Whether there is a file where the export belongs; not where its folder cannot be entered."""
    try:
        return fremont_path().is_file()
    except OSError:
        return False


def how_to_get_fremont() -> str:
    """One sentence that says where the file comes from and where it goes; empty when it is there."""
    if fremont_is_here():
        return ""
    return (
        f"The Fremont Bridge counts are not on this machine: download them here or with "
        f"`python -m explorer datasets --download fremont`, or save {ADDRESS} as {fremont_path()}."
    )


def load_fremont() -> FremontDays:
    """The export in the data folder; raises DatasetError when it is missing, too large or no such export."""
    if not fremont_is_here():
        raise DatasetError(how_to_get_fremont())
    path = fremont_path()
    stat = path.stat()
    with _READING:
        found = _outcome(path, stat.st_mtime_ns, stat.st_size)
    if isinstance(found, str):
        raise DatasetError(found)
    return found


@lru_cache(maxsize=2)
def _outcome(path: Path, _modified_ns: int, n_bytes: int) -> FremontDays | str:
    """The days of a file, or the sentence that says why it has none: one reading for as long as it stays the same."""
    try:
        check_size(n_bytes)
        return FremontDays(**read_once(read_counts, path))
    except DatasetError as error:
        return f"{path}: {error}"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); save the export there again."


def fremont_state() -> tuple[int, int, str]:
    """How many days train and test have, and the sentence that says what is wrong, empty when nothing is."""
    try:
        days = load_fremont()
    except DatasetError as error:
        return N_TRAIN, N_TEST, str(error)
    return len(days.train_rows), len(days.test_rows), ""


def parse_fremont(content: bytes) -> FremontDays:
    """A CSV export as days, read in a process of its own; raises DatasetError that says what does not fit."""
    check_size(len(content))
    return FremontDays(**read_isolated(read_counts, content))


def download_fremont() -> Iterator[DownloadProgress]:
    """Fetch the current export; it takes its place only when it can be read. Raises DatasetError."""
    path = fremont_path()
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield from stream(ADDRESS, partial, MAX_BYTES)
        parse_fremont(partial.read_bytes())
        partial.replace(path)
    except (OSError, HTTPException) as error:
        raise DatasetError(f"The download stopped ({reason_of(error)}). {how_to_get_fremont()}") from error
    finally:
        partial.unlink(missing_ok=True)
