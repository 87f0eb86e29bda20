"""CSV and Parquet files: a column of labels, columns of numbers; with a column of times, profiles of days or weeks."""

import csv
import re
import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.dates import date_reader
from explorer.data.own.bounds import MAX_CLASSES, MAX_SAMPLES, MAX_VALUES, MIN_VALUES, check_value_bytes
from explorer.data.own.content import NO_LABEL, Choices, Content, Labels, classes_of, without_classes
from explorer.errors import DatasetError

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_SNIFFED_BYTES = 1 << 16
_SEPARATORS = (",", ";", "\t", "|")
_LABEL_NAMES = {"label", "labels", "class", "classes", "target", "species", "category", "y", "digit"}
_MOSTLY_BLANK = 0.5
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_IN_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
DAY, WEEK_DAYS = timedelta(days=1), 7
SATURDAY = 5
DAY_KINDS = ("Weekday", "Weekend")


def read_csv(path: Path, choices: Choices) -> Content:
    """The rows of a table of text; separator, decimal comma and header are found out. Raises DatasetError."""
    import pandas as pd

    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    lines = [line for line in head.decode(encoding, errors="replace").splitlines() if line.strip()]
    separator, has_header, decimal = _dialect(lines)
    try:
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            table = pd.read_csv(
                path,
                sep=separator,
                header=0 if has_header else None,
                encoding=encoding,
                encoding_errors="replace",
                decimal=decimal,
                low_memory=False,
                nrows=MAX_SAMPLES + 1,
                skipinitialspace=True,
                index_col=False,
            )
    except (ValueError, OverflowError, csv.Error, pd.errors.ParserWarning) as error:
        raise DatasetError(f"The file is no table ({' '.join(str(error).split())[:200]}); correct it.") from error
    return content_of_table(table, "a table of text (CSV)", choices)


def read_parquet(path: Path, choices: Choices) -> Content:
    """The rows of a Parquet file; raises DatasetError when it is damaged or unpacks to too much."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        facts = parquet.read_metadata(path)
        sizes = [facts.row_group(group).total_byte_size for group in range(facts.num_row_groups)]
        check_value_bytes(max(sum(sizes), 8 * facts.num_rows * facts.num_columns))
        table = parquet.ParquetFile(path).read(use_threads=False).to_pandas(ignore_metadata=True)
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        NotImplementedError,
        OverflowError,
    ) as error:
        raise DatasetError("The file is damaged or not Parquet; write it again.") from error
    return content_of_table(table, "a table (Parquet)", choices)


def content_of_table(table: "DataFrame", form: str, choices: Choices) -> Content:
    """Rows as samples, or with a column of times whole days or weeks; raises DatasetError."""
    table.columns = [" ".join(str(name).split())[:80] for name in table.columns]
    if len(set(table.columns)) < len(table.columns):
        raise DatasetError("Two columns have the same name; give each a name of its own.")
    for name in (*choices.without, choices.time, choices.label):
        if name and name != NO_LABEL and name not in table.columns:
            raise DatasetError(f"There is no column {name[:40]!r}; there are {_listed(table.columns)}.")
    kept = table.drop(columns=list(choices.without))
    if choices.time:
        return _of_profiles(kept, choices.time, form, tuple(table.columns))
    return _of_rows(kept, form, choices, tuple(table.columns))


def _of_rows(table: "DataFrame", form: str, choices: Choices, columns: tuple[str, ...]) -> Content:
    label = choices.label or _label_column(table)
    texts, numbers, left_out = _divided(table, label)
    if texts and len(numbers.columns) < MIN_VALUES:
        raise DatasetError(f"Only the column {_listed(numbers.columns)} holds numbers. {texts[0]}")
    if label and label != NO_LABEL:
        numbers = numbers.join(table[[label]], how="inner")
    whole = numbers.dropna()
    left_out += _counted(len(numbers) - len(whole), "with a blank or a text where a number belongs")
    labels, class_names = _labels(whole, label)
    values = whole.drop(columns=[label], errors="ignore").to_numpy(np.float64)
    return Content(form, values, labels, class_names, per_column=True, columns=columns, left_out=(*texts, *left_out))


def _labels(table: "DataFrame", label: str) -> tuple[Labels, tuple[str, ...]]:
    if not label or label == NO_LABEL:
        return without_classes(len(table))
    return classes_of(table[label].to_numpy())


def _label_column(table: "DataFrame") -> str:
    """The column that is called a label, else the only one of few different texts."""
    named = [name for name in table.columns if name.lower() in _LABEL_NAMES and table[name].nunique() <= MAX_CLASSES]
    texts = [name for name in table.columns if not _is_numeric(table[name])]
    few = [name for name in texts if 1 < table[name].nunique() <= min(MAX_CLASSES, len(table) // 2)]
    return next(iter(named), few[0] if len(few) == 1 else NO_LABEL)


def _divided(table: "DataFrame", label: str) -> tuple[list[str], "DataFrame", list[str]]:
    """Sentences about columns that are no numbers, the columns of numbers, and sentences about nearly blank ones."""
    others = [name for name in table.columns if name != label]
    texts = [name for name in others if not _is_numeric(table[name])]
    blank = [name for name in others if name not in texts and table[name].isna().mean() > _MOSTLY_BLANK]
    numbers = table[[name for name in others if name not in {*texts, *blank}]]
    if not len(numbers.columns):
        raise DatasetError(f"No column holds numbers; there are {_listed(table.columns)}.")
    if len(numbers.columns) > MAX_VALUES:
        raise DatasetError(
            f"The table has {len(numbers.columns):,} columns of numbers; at most {MAX_VALUES:,} are read."
        )
    said = [f"{_columns(texts)}: no numbers, as {_text_in(table[texts[0]])} shows."] if texts else []
    finite = numbers.astype(np.float64).replace([np.inf, -np.inf], np.nan)
    return said, finite, [f"{_columns(blank)}: more than half blank."] if blank else []


def _of_profiles(table: "DataFrame", time: str, form: str, columns: tuple[str, ...]) -> Content:
    """Each whole day, or week of daily values, as one sample: the values of one column after those of another."""
    texts, numbers, blank = _divided(table, time)
    is_timed = table[time].notna().to_numpy()
    times = _times(table[time][is_timed])
    step = _step(times)
    per_period, period = (round(DAY / step), DAY) if step < DAY else (WEEK_DAYS, WEEK_DAYS * DAY)
    first = _monday(min(times))
    places = np.array([round((time - first) / step) for time in times])
    profiles = _means(places, numbers.to_numpy()[is_timed], per_period)  # (P, C, values per period)
    is_whole = np.isfinite(profiles).all(axis=(1, 2))
    is_started = np.isfinite(profiles).any(axis=(1, 2))
    labels, class_names = without_classes(int(is_whole.sum()))
    if period == DAY:
        labels, class_names = (np.flatnonzero(is_whole) % WEEK_DAYS >= SATURDAY).astype(np.int64), DAY_KINDS
    name = "day" if period == DAY else "week"
    incomplete = _counted(int((is_started & ~is_whole).sum()), "with a missing value", name)
    values = profiles[is_whole].reshape(len(labels), -1)
    left_out = (*texts, *blank, *incomplete)
    return Content(
        f"{form}, one profile of {per_period} values per {name} and column", values, labels, class_names, None,
        per_column=False, columns=columns, left_out=left_out,
    )  # fmt: skip


def _times(column: "Series[Any]") -> list[datetime]:
    """The times of a column on their own clocks; raises DatasetError for one that is none or ambiguous."""
    if column.dtype.kind == "M":
        return [time.to_pydatetime().replace(tzinfo=None) for time in column]
    texts = [text if ":" in text else f"{text} 00:00" for text in column.astype(str).str.strip()]
    read = date_reader(texts)
    times = []
    for text in texts:
        try:
            times.append(read(text).replace(tzinfo=None))
        except (ValueError, OverflowError):
            raise DatasetError(
                f"{text[:40]!r} is no time; write times as 2012-10-03 17:00, or choose another column."
            ) from None
    return times


def _step(times: Sequence[datetime]) -> timedelta:
    """The usual distance between times; raises DatasetError unless a day, or whole steps of a day."""
    ordered = np.unique(np.array(times, "datetime64[s]").astype(np.int64))
    steps, counts = np.unique(np.diff(ordered), return_counts=True)
    step = timedelta(seconds=int(steps[counts.argmax()])) if len(steps) else timedelta(0)
    if not (step == DAY or (timedelta(minutes=5) <= step < DAY and DAY % step == timedelta(0))):
        raise DatasetError(
            f"The times lie {step} apart as a rule, but profiles need one value per day or a step that divides a day, "
            "such as an hour."
        )
    if ordered[-1] - ordered[0] > MAX_SAMPLES * step.total_seconds():
        raise DatasetError(f"The times reach from {min(times)} to {max(times)}, too far for steps of {step}.")
    return step


def _monday(time: datetime) -> datetime:
    """The beginning of the week in which a time lies."""
    day = datetime(time.year, time.month, time.day)
    return day - time.weekday() * DAY if time.toordinal() > WEEK_DAYS else day


def _means(places: NDArray[np.int64], values: NDArray[np.float64], per_period: int) -> NDArray[np.float64]:
    """The mean of the values at each place, NaN where there is none: (periods, columns, places per period)."""
    n_periods = int(places.max()) // per_period + 1
    check_value_bytes(2 * 8 * n_periods * per_period * values.shape[1])
    sums, counts = np.zeros((2, n_periods * per_period, values.shape[1]))
    np.add.at(sums, places, np.nan_to_num(values))
    np.add.at(counts, places, np.isfinite(values))
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return means.reshape(n_periods, per_period, -1).transpose(0, 2, 1)


def _dialect(lines: list[str]) -> tuple[str, bool, str]:
    """Separator, whether the first line is a header, and the decimal mark."""
    if not lines:
        raise DatasetError("The file is empty, so it is no table; give one with columns.")
    counts = {mark: len(next(csv.reader([lines[0][:_SNIFFED_BYTES]], delimiter=mark), [])) for mark in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda mark: counts[mark])
    has_header = not all(_is_number(cell) for cell in lines[0].split(separator))
    return separator, has_header, _decimal_mark(lines, separator)


def _decimal_mark(lines: list[str], separator: str) -> str:
    """What numbers have before their decimals; raises DatasetError where a comma may as well divide thousands."""
    cells = (cell.strip(' "') for line in lines for cell in line.split(separator)) if separator != "," else ()
    commas = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
    if commas and all(_IN_THOUSANDS.fullmatch(cell) for cell in commas):
        either = " or ".join(commas[0].replace(",", mark) for mark in ("", "."))
        raise DatasetError(f"{commas[0]!r} may be {either}; write numbers without commas, or decimals with a point.")
    return "," if commas else "."


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().strip('"'))
    except ValueError:
        return not cell.strip()
    return True


def _text_in(column: "Series[Any]") -> str:
    """The first value of a column that is no number, in quotes."""
    shown = (str(value) for value in column if not _is_number(str(value)))
    return repr(next(shown, str(column.iloc[0]))[:40])


def _is_numeric(column: "Series[Any]") -> bool:
    return column.dtype.kind in "biuf"


def _counted(n: int, what: str, name: str = "row") -> list[str]:
    return [f"{n:,} {name}{'s' * (n > 1)} {what}."] if n else []


def _columns(names: Sequence[str]) -> str:
    return f"The column{'s' * (len(names) > 1)} {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:40]) for name in list(names)[:8]) + ", …" * (len(names) > 8)
