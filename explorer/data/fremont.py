"""Hourly bicycle counts of Seattle's Fremont Bridge, as one profile of 24 or 48 values for each day."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset, Split
from explorer.data.download import DownloadProgress, stream
from explorer.data.folder import data_folder
from explorer.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

ADDRESS = "https://data.seattle.gov/api/views/65db-xm6k/rows.csv?accessType=DOWNLOAD"
FILE_NAME = "FremontBridge.csv"
MAX_BYTES = 20_000_000
# Whole days from October 2012 to June 2019, said where there is no file to count them in.
N_TRAIN, N_TEST = 1968, 492
HOURS = 24
BICYCLES_PER_UNIT = 100
DAY_KINDS = ("Weekday", "Weekend")
SATURDAY = 5
Sidewalks = Literal["summed", "apart"]
_TIME_ZONE = "America/Los_Angeles"
_DATE_FORMATS = ("%m/%d/%Y %I:%M:%S %p", "ISO8601")


@dataclass(frozen=True, eq=False)
class FremontDays:
    """Every whole day of an export; counts: (N, 24, 2) bicycles an hour on the east and the west sidewalk.

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
        """Profiles in hundreds of bicycles an hour: both sidewalks summed, (N, 24), or east then west, (N, 48)."""
        rows = self.train_rows if split == "train" else self.test_rows
        counts = self.counts[rows]
        profiles = counts.sum(axis=2) if sidewalks == "summed" else counts.transpose(0, 2, 1).reshape(len(rows), -1)
        samples = (profiles / BICYCLES_PER_UNIT).astype(np.float32)
        return Dataset("fremont", split, samples, (self.weekdays[rows] >= SATURDAY).astype(np.int64), DAY_KINDS)


def fremont_path() -> Path:
    """Where the export lies, or goes."""
    return data_folder() / FILE_NAME


def how_to_get_fremont() -> str:
    """One sentence that says where the file comes from and where it goes; empty when it is there."""
    if fremont_path().is_file():
        return ""
    return (
        f"The Fremont Bridge counts are not on this machine: download them here or with "
        f"`python -m explorer datasets --download fremont`, or save {ADDRESS} as {fremont_path()}."
    )


def load_fremont() -> FremontDays:
    """The export in the data folder; raises DatasetError when it is missing, too large or no such export."""
    path = fremont_path()
    if not path.is_file():
        raise DatasetError(how_to_get_fremont())
    stat = path.stat()
    check_size(stat.st_size)
    return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _load(path: Path, _modified_ns: int, _n_bytes: int) -> FremontDays:
    """One reading of a file for as long as it stays the same."""
    try:
        return parse_fremont(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}); save the export there again.") from error


def fremont_state() -> tuple[int, int, str]:
    """How many days train and test have, and the sentence that says what is wrong, empty when nothing is."""
    try:
        days = load_fremont()
    except DatasetError as error:
        return N_TRAIN, N_TEST, str(error)
    return len(days.train_rows), len(days.test_rows), ""


def check_size(n_bytes: int) -> None:
    """Raise DatasetError for a file that is far larger than any export."""
    if n_bytes > MAX_BYTES:
        raise DatasetError(
            f"The file has {n_bytes / 1e6:,.0f} MB, but the Fremont Bridge's hourly counts are a few MB; "
            f"give one of at most {MAX_BYTES / 1e6:.0f} MB."
        )


def parse_fremont(content: bytes) -> FremontDays:
    """A CSV export as days; columns and rows in any order, other columns ignored.

    The hour that is skipped in spring counts 0 and the one that is repeated in autumn may stand there twice.
    Raises DatasetError that names the column, line or hour that does not fit.
    """
    check_size(len(content))
    table = _read(content)
    hours, counts = _hours(table), _counts(table)
    return _days(*_one_row_an_hour(hours, counts))


def download_fremont() -> Iterator[DownloadProgress]:
    """Fetch the current export; it takes its place only when it can be read. Raises DatasetError."""
    path = fremont_path()
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield from stream(ADDRESS, partial)
        parse_fremont(partial.read_bytes())
        partial.replace(path)
    except (OSError, HTTPException) as error:
        raise DatasetError(f"The download stopped ({error}). {how_to_get_fremont()}") from error
    finally:
        partial.unlink(missing_ok=True)


def _read(content: bytes) -> "pd.DataFrame":
    import pandas as pd

    try:
        return pd.read_csv(io.BytesIO(content), dtype=str, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DatasetError(
            f"The file is no table of comma-separated values ({reason}); give the CSV export."
        ) from error


def _column(table: "pd.DataFrame", word: str) -> str:
    """The one column whose name has a word in it; the city's exports have named them in several ways."""
    found = [str(name) for name in table.columns if word in str(name).lower()]
    if len(found) != 1:
        given = ", ".join(str(name) for name in table.columns)[:200]
        has = "no column" if not found else f"{len(found)} columns"
        raise DatasetError(
            f"The file has {has} with {word!r} in the name (its columns are: {given}); it must have one column each "
            "for the date, the east and the west sidewalk."
        )
    return found[0]


def _hours(table: "pd.DataFrame") -> "pd.Series":
    import pandas as pd

    text = table[_column(table, "date")]
    parsed = [pd.to_datetime(text, format=form, errors="coerce") for form in _DATE_FORMATS]
    hours = max(parsed, key=lambda column: int(column.notna().sum()))
    _reject(text, hours.isna(), "the date", "a date with an hour such as 06/30/2019 05:00:00 PM")
    return hours.dt.floor("h")


def _counts(table: "pd.DataFrame") -> "pd.DataFrame":
    """Both sidewalks' counts as whole numbers, missing ones as NaN."""
    import pandas as pd

    numbers = {}
    for side in ("east", "west"):
        text = table[_column(table, side)]
        number = pd.to_numeric(text.str.replace(",", ""), errors="coerce")
        is_wrong = text.notna() & ~((number >= 0) & (number % 1 == 0) & (number < 1e6))
        _reject(text, is_wrong, f"the {side} sidewalk's count", "a whole number from 0, or empty")
        numbers[side] = number
    return pd.DataFrame(numbers)


def _reject(text: "pd.Series", is_wrong: "pd.Series", what: str, allowed: str) -> None:
    if is_wrong.any():
        row = int(np.argmax(is_wrong.to_numpy()))
        raise DatasetError(f"Line {row + 2} has {str(text.iloc[row])[:40]!r} as {what}, but must have {allowed}.")


def _one_row_an_hour(hours: "pd.Series", counts: "pd.DataFrame") -> tuple["pd.DatetimeIndex", NDArray[np.float64]]:
    """Every hour from the first day to the last with its counts (H, 2), NaN where the export has none."""
    import pandas as pd

    if not len(hours):
        raise DatasetError("The file has a header but no rows; give an export with at least two whole days.")
    repeated = hours[hours.duplicated()]
    _reject_repeated(repeated[_local(repeated).notna()])
    summed = counts.groupby(hours).sum(min_count=1)
    every = pd.date_range(hours.min().normalize(), hours.max().normalize() + pd.Timedelta(hours=HOURS - 1), freq="h")
    on_clock = summed.reindex(every).to_numpy(np.float64, copy=True)
    on_clock[_is_skipped(every) & np.isnan(on_clock).all(axis=1)] = 0
    return every, on_clock


def _local(hours: "pd.Series") -> "pd.Series":
    """Hours in Seattle's time; those that the clock shows twice in autumn become missing."""
    return hours.dt.tz_localize(_TIME_ZONE, ambiguous="NaT", nonexistent="shift_forward")


def _is_skipped(hours: "pd.DatetimeIndex") -> NDArray[np.bool_]:
    """Whether the clock in Seattle never shows an hour, because summer time begins."""
    local = hours.tz_localize(_TIME_ZONE, ambiguous=np.ones(len(hours), bool), nonexistent="NaT")
    return np.asarray(local.isna())


def _reject_repeated(repeated: "pd.Series") -> None:
    if len(repeated):
        raise DatasetError(
            f"The hour {repeated.iloc[0]:%Y-%m-%d %H:%M} stands in more than one line; every hour must be there once, "
            "so remove the lines that are there twice."
        )


def _days(hours: "pd.DatetimeIndex", counts: NDArray[np.float64]) -> FremontDays:
    by_day = counts.reshape(-1, HOURS, 2)
    dates = hours[::HOURS].to_numpy().astype("datetime64[D]")
    is_whole = np.isfinite(by_day).all(axis=(1, 2))
    if is_whole.sum() < 2:
        raise DatasetError(
            f"The file has {is_whole.sum()} days with all of their {HOURS} hours; an export needs at least two."
        )
    return FremontDays(dates[is_whole], by_day[is_whole].astype(np.int64), dates[~is_whole])
