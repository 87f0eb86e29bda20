"""Dates with an hour, as exports and spreadsheets write them; which of day and month comes first is never guessed."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from explorer.errors import DatasetError

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?: ?(?P<half>[AP]M))?"
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d.*", re.ASCII)
_NAMED = re.compile(rf"(?P<year>\d{{4}}) (?P<name>[A-Z]{{3}}) (?P<day>\d{{1,2}}) {_CLOCK}", re.ASCII | re.IGNORECASE)
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<next>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}),? {_CLOCK}",
    re.ASCII | re.IGNORECASE,
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def date_reader(texts: Iterable[str]) -> Callable[[str], datetime]:
    """A function that reads the dates of one file; it raises ValueError for what is no date with an hour.

    It knows ISO 8601 (`2012-10-03T00:00:00-07:00`, also with Z or without an offset), `2012 Oct 03 12:00:00 AM`,
    `10/03/2012 12:00:00 AM`, `10/3/2012 0:00` and `3.10.2012 0:00`. With slashes the file itself shows whether the
    month or the day comes first; where no date does, AM and PM speak for the month, and without them DatasetError
    is raised. A date with an offset is returned with it.
    """
    is_month_first = _is_month_first(texts)

    def read(text: str) -> datetime:
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text)
        if found := _NAMED.fullmatch(text):
            return _at(found, _MONTHS.index(found["name"].upper()) + 1, int(found["day"]))
        if not (found := _NUMERIC.fullmatch(text)):
            raise ValueError(text)
        month, day = int(found["first"]), int(found["next"])
        return _at(found, month, day) if found["mark"] == "/" and is_month_first else _at(found, day, month)

    return read


def _is_month_first(texts: Iterable[str]) -> bool:
    """Whether the month comes first in dates with slashes, as those of them show that have a number above 12."""
    slashed = [found for text in texts if (found := _NUMERIC.fullmatch(text)) and found["mark"] == "/"]
    if any(int(found["next"]) > 12 for found in slashed):
        return True
    if any(int(found["first"]) > 12 for found in slashed):
        return False
    undecided = next((found[0] for found in slashed if not found["half"]), None)
    if undecided is not None:
        raise DatasetError(
            f"The date {undecided!r} has the month first or the day first, and no date in the file shows which; "
            "write dates as 2012-10-03 00:00."
        )
    return True


def _at(found: re.Match[str], month: int, day: int) -> datetime:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + 12 * (found["half"].upper() == "PM")
    return datetime(int(found["year"]), month, day, hour, int(found["minute"]), int(found["second"] or 0))
