"""Reading a CSV export of hourly counts: its separator, columns, dates and numbers, each within bounds.

`read_counts` runs in a process of its own (`isolation`); everything that does not fit is one sentence with its line.
"""

import csv
import io
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from explorer.data.dates import date_reader
from explorer.errors import DatasetError

MAX_BYTES = 20_000_000
MAX_LINE_CHARACTERS = 10_000
MAX_COLUMNS = 100
MAX_LINES = 1_000_000
MAX_ROWS = 500_000
MAX_SPAN_DAYS = 50 * 366
MAX_GAP_DAYS = 366
MAX_COUNT = 1_000_000
HOURS = 24
SIDES = ("east", "west")
_ZONE = ZoneInfo("America/Los_Angeles")
# The city's API calls the east sidewalk NB and the west one SB.
_COLUMNS = {
    "date": re.compile(r"(?<![a-z])date"),
    "east": re.compile(r"(?<![a-z])(east|nb(?![a-z]))"),
    "west": re.compile(r"(?<![a-z])(west|sb(?![a-z]))"),
}
_SEPARATORS = (",", ";", "\t")
_NUMBER = re.compile(r"(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.0*)?", re.ASCII)
_BLANK = {"", "na", "n/a", "nan", "null", "none"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file that is not blank: its number, its date and the two counts as they stand there."""

    line: int
    date: str
    counts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour on the city's clocks; `is_second` when the clock shows it for the second time in autumn."""

    start: datetime
    is_second: bool


def read_counts(content: bytes) -> dict[str, NDArray[Any]]:
    """Whole days of an export: dates (N,) datetime64[D], counts (N, 24, 2) int64, and the incomplete days' dates.

    Columns and rows may come in any order, separated by commas, semicolons or tabs; other columns are ignored. The
    hour that is skipped in spring counts 0 and the one that is repeated in autumn may stand there twice. Raises
    DatasetError that names the column, line or hour that does not fit.
    """
    check_size(len(content))
    rows = list(_rows(_text(content)))
    if not rows:
        raise DatasetError("The file has a header but no rows; give an export with at least two whole days.")
    hours = _hours(rows)
    _check_span(rows, hours)
    return _days(*_by_hour(rows, hours))


def check_size(n_bytes: int) -> None:
    """Raise DatasetError for a file that is far larger than any export."""
    if n_bytes > MAX_BYTES:
        raise DatasetError(
            f"The file has {n_bytes / 1e6:,.0f} MB, but the Fremont Bridge's hourly counts are a few MB; "
            f"give one of at most {MAX_BYTES / 1e6:.0f} MB."
        )


def _text(content: bytes) -> str:
    """UTF-8 or, as spreadsheets mark it, UTF-16; other characters can only stand in what is not read."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
    except UnicodeDecodeError:
        raise DatasetError("The file is no table of text; give the CSV export.") from None
    return content.decode("utf-8-sig", errors="replace")


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if number > MAX_LINES:
            raise DatasetError(f"The file has more than {MAX_LINES:,} lines; give at most 50 years of hours.")
        if len(line) > MAX_LINE_CHARACTERS:
            raise DatasetError(
                f"Line {number} has {len(line):,} characters; a line of the export has at most {MAX_LINE_CHARACTERS:,}."
            )
        yield line


def _rows(text: str) -> Iterator[Row]:
    separator, places, n_columns = _header(text)
    table = csv.reader(_lines(text), delimiter=separator)
    for n_rows, cells in enumerate(_filled(table)):
        if n_rows > MAX_ROWS:
            raise DatasetError(f"The file has more than {MAX_ROWS:,} rows; give at most 50 years of hours.")
        if any(cell.strip() for cell in cells[n_columns:]):
            raise DatasetError(
                f"Line {table.line_num} has {len(cells)} values where the header has {n_columns} columns; "
                "put quotes around a value that contains the separator."
            )
        if n_rows > 0:
            date, east, west = (cells[place].strip() if place < len(cells) else "" for place in places)
            yield Row(table.line_num, date, (east, west))


def _filled(table: Any) -> Iterator[list[str]]:
    """The records of a table that are not blank, the header first."""
    line = 0
    try:
        for cells in table:
            line = table.line_num
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error as error:
        raise DatasetError(f"Line {line + 1} begins a value that does not end ({error}); correct it.") from error


def _header(text: str) -> tuple[str, list[int], int]:
    """The separator, the places of date, east and west, and how many columns there are."""
    first = next((line for line in _lines(text) if line.strip(" ,;\t\n")), None)
    if first is None:
        raise DatasetError("The file is empty, so it is no table; give the CSV export.")
    headers = {separator: next(csv.reader([first], delimiter=separator)) for separator in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda given: _fit(headers[given]))
    names = headers[separator]
    if len(names) > MAX_COLUMNS:
        raise DatasetError(f"The file has {len(names):,} columns; an export has at most {MAX_COLUMNS}.")
    places = [_place(names, word) for word in _COLUMNS]
    if len(set(places)) < len(places):
        raise DatasetError(
            f"The header {first.strip()[:60]!r} has several names in one column; separate columns by commas, "
            "semicolons or tabs."
        )
    return separator, places, len(names)


def _fit(names: list[str]) -> tuple[int, bool, int]:
    """How well a header is taken apart: columns that are needed, none cut within its quotes, columns."""
    needed = {place for place, name in enumerate(names) for word in _COLUMNS.values() if word.search(name.lower())}
    return min(len(needed), len(_COLUMNS)), not any('"' in name for name in names), len(names)


def _place(names: list[str], word: str) -> int:
    """Where the one column stands whose name has a word in it; the city's exports have named them in several ways."""
    found = [place for place, name in enumerate(names) if _COLUMNS[word].search(name.lower())]
    if len(found) != 1:
        given = ", ".join(repr(name.strip()[:60]) for name in names)[:200]
        has = "no column" if not found else f"{len(found)} columns"
        raise DatasetError(
            f"The file has {has} with {word!r} in the name (its columns are: {given}); it must have one column each "
            "for the date, the east and the west sidewalk."
        )
    return found[0]


def _hours(rows: Sequence[Row]) -> list[Hour]:
    """The hour of every row on the city's clocks."""
    read = date_reader(row.date for row in rows)
    hours: dict[Hour, int] = {}
    for row in rows:
        hour = _hour(_date(row, read), hours)
        if hour in hours:
            raise DatasetError(
                f"The hour {hour.start:%Y-%m-%d %H:%M} stands in more than one line ({hours[hour]} and {row.line}); "
                "every hour must be there once, so remove one of them."
            )
        hours[hour] = row.line
    return list(hours)


def _date(row: Row, read: Callable[[str], datetime]) -> datetime:
    """A row's date on the city's clocks, in its time zone when the file gives an offset."""
    try:
        date = read(row.date)
        return date if date.tzinfo is None else date.astimezone(_ZONE)
    except (ValueError, OverflowError):
        allowed = "a date with an hour such as 06/30/2019 05:00:00 PM or 2019-06-30T17:00:00"
        raise _wrong(row, row.date, "the date", allowed) from None


def _hour(date: datetime, before: Container[Hour]) -> Hour:
    """An hour that autumn repeats is the second one when its offset says so; without one, when the first was before."""
    start = date.replace(minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    if date.tzinfo is not None:
        return Hour(start, is_second=bool(date.fold))
    return Hour(start, Hour(start, is_second=False) in before and _summer_time_change(start) < timedelta(0))


def _summer_time_change(local: datetime) -> timedelta:
    """How far the clock is set at an hour: forward (above 0) where spring skips it, back where autumn repeats it."""
    before, after = (local.replace(tzinfo=_ZONE, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1))
    return after - before


def _check_span(rows: Sequence[Row], hours: Sequence[Hour]) -> None:
    """A mistyped year lies far from all others: name the line of the smaller side of a gap that is too wide."""
    order = sorted(range(len(hours)), key=lambda row: hours[row].start)
    for n_before, (before, after) in enumerate(pairwise(order), start=1):
        gap = hours[after].start - hours[before].start
        if gap.days > MAX_GAP_DAYS:
            odd = rows[before if 2 * n_before <= len(order) else after]
            raise DatasetError(
                f"Line {odd.line} has {odd.date!r} as the date, {gap.days:,} days away from the nearest other one; "
                f"correct its year, or give counts without a gap of more than {MAX_GAP_DAYS} days."
            )
    span = hours[order[-1]].start - hours[order[0]].start
    if span.days > MAX_SPAN_DAYS:
        raise DatasetError(
            f"The file reaches over {span.days:,} days, from line {rows[order[0]].line} to line "
            f"{rows[order[-1]].line}; give at most {MAX_SPAN_DAYS:,} days."
        )


def _by_hour(rows: Sequence[Row], hours: Sequence[Hour]) -> tuple[datetime, NDArray[np.float64]]:
    """The first day, and both counts of every hour from it to the last day, NaN where the file has none: (H, 2)."""
    starts = [hour.start for hour in hours]
    first, last = min(starts).replace(hour=0), max(starts)
    places = [(start - first) // timedelta(hours=1) for start in starts]
    given = np.array([_counts(row) for row in rows])  # (R, 2)
    sums, n_given = np.zeros((2, HOURS * ((last - first).days + 1), len(SIDES)))
    np.add.at(sums, places, np.nan_to_num(given))
    np.add.at(n_given, places, np.isfinite(given))
    return first, np.where(n_given > 0, sums, np.nan)


def _counts(row: Row) -> tuple[float, ...]:
    """Both counts of a row, NaN for a blank."""
    return tuple(_count(row, text, side) for text, side in zip(row.counts, SIDES, strict=True))


def _count(row: Row, text: str, side: str) -> float:
    if text.lower() in _BLANK:
        return np.nan
    found = _NUMBER.fullmatch(text)
    if not found or (count := int(found[1].replace(",", ""))) >= MAX_COUNT:
        raise _wrong(row, text, f"the {side} sidewalk's count", "a whole number from 0 such as 1234 or 1,234, or none")
    return count


def _wrong(row: Row, text: str, what: str, allowed: str) -> DatasetError:
    return DatasetError(f"Line {row.line} has {text[:40]!r} as {what}, but must have {allowed}.")


def _days(first: datetime, by_hour: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """The whole days; an hour without counts that the clock skips counts 0."""
    for place in np.flatnonzero(np.isnan(by_hour).all(axis=1)).tolist():
        if _summer_time_change(first + timedelta(hours=place)) > timedelta(0):
            by_hour[place] = 0
    by_day = by_hour.reshape(-1, HOURS, len(SIDES))
    dates = np.datetime64(first, "D") + np.arange(len(by_day))
    is_whole = np.isfinite(by_day).all(axis=(1, 2))
    if is_whole.sum() < 2:
        raise DatasetError(
            f"The file has {is_whole.sum()} days with all of their {HOURS} hours; an export needs at least two."
        )
    return {"dates": dates[is_whole], "counts": by_day[is_whole].astype(np.int64), "incomplete": dates[~is_whole]}
