"""Dates with an hour, as exports and spreadsheets write them; which of day and month comes first is never guessed."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from explorer.errors import DatasetError

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?: ?(?P<half>[AP])\.?M\.?)?"
_YEAR, _DAY, _NAME = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})", r"(?P<name>[A-Z]{3,9})\.?"
_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]|\d{8}T)\d.*", re.ASCII)
# Year, month and day, or the month by its name, in an order that says which is which.
_PLAIN = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}(?:T|,? ){_CLOCK}",
        rf"{_YEAR}[ -]{_NAME}[ -]{_DAY},? {_CLOCK}",
        rf"{_NAME} {_DAY},? {_YEAR},? {_CLOCK}",
        rf"{_DAY}\.?[ -]{_NAME}[ -]{_YEAR},? {_CLOCK}",
    )
)
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<next>\d{{1,2}})(?P=mark){_YEAR},? {_CLOCK}", re.ASCII | re.IGNORECASE
)
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? ", re.IGNORECASE)
_UNIVERSAL = (" UTC", " GMT")
_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY"),
    *("AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)


def date_reader(texts: Iterable[str]) -> Callable[[str], datetime]:
    """A function that reads the dates of one file; it raises ValueError for what is no date with an hour.

    It knows ISO 8601 (`2012-10-03T00:00:00-07:00`, also with Z, UTC or without an offset), every order that begins
    with the year (`2012/10/3 0:00`), months by their English names (`2012 Oct 03 12:00:00 AM`, `3 Oct 2012 0:00`),
    `10/03/2012 12:00:00 AM`, `10/3/2012 0:00` and `3.10.2012 0:00`. With slashes the file itself shows whether the
    month or the day comes first; where no date does, AM and PM speak for the month, and without them DatasetError
    is raised. A date with an offset is returned with it.
    """
    is_month_first = _is_month_first(texts)

    def read(text: str) -> datetime:
        bare = _plain(text)
        if bare.upper().endswith(_UNIVERSAL):
            return _read(bare[:-4], is_month_first).replace(tzinfo=UTC)
        return _read(bare, is_month_first)

    return read


def _plain(text: str) -> str:
    """A date without the day of the week, with plain spaces for all others, such as the narrow one before AM."""
    return _WEEKDAY.sub("", " ".join(text.split()), count=1)


def _read(text: str, is_month_first: bool) -> datetime:
    found = next((found for pattern in _PLAIN if (found := pattern.fullmatch(text))), None)
    if found:
        return _at(found, _month(found), int(found["day"]))
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text)
    if not (found := _NUMERIC.fullmatch(text)):
        raise ValueError(text)
    month, day = int(found["first"]), int(found["next"])
    return _at(found, month, day) if found["mark"] == "/" and is_month_first else _at(found, day, month)


def _month(found: re.Match[str]) -> int:
    """The month of a date, by its number or by the first letters of its name."""
    parts = found.groupdict()
    if "month" in parts:
        return int(parts["month"])
    return next((n for n, name in enumerate(_MONTHS, start=1) if name.startswith(parts["name"].upper())), 0)


def _is_month_first(texts: Iterable[str]) -> bool:
    """Whether the month comes first in dates with slashes, as those of them show that have a number above 12."""
    dates = (_NUMERIC.fullmatch(_plain(text)) for text in texts)
    slashed = [found for found in dates if found and found["mark"] == "/"]
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
        hour = hour % 12 + 12 * (found["half"].upper() == "P")
    return datetime(int(found["year"]), month, day, hour, int(found["minute"]), int(found["second"] or 0))
