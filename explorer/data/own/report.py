"""What was read of a foreign file, before it is kept: the report that a user sees, and that is kept with the data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer.errors import DatasetError


@dataclass(frozen=True)
class Report:
    """What a file holds and how it is kept.

    low, high: of the values as they stood in the file; n_train, n_test: samples of each class; columns: the names among
    which a label can be chosen; left_out, changed: sentences; fingerprints: of train and test.
    """

    file: str
    form: str
    sample_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    n_train: tuple[int, ...]
    n_test: tuple[int, ...]
    low: float
    high: float
    scaling: str
    split: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    changed: tuple[str, ...]
    fingerprints: tuple[str, ...]


def report_lines(report: Report) -> list[str]:
    """The report in sentences, one a line."""
    what = {1: "values", 2: "pixels, grey", 3: "pixels, in colour"}[len(report.sample_shape)]
    classes = zip(report.class_names, report.n_train, report.n_test, strict=True)
    n_classes = len(report.class_names)
    return [
        f"{report.file} was read as {report.form}.",
        (
            f"{sum(report.n_train):,} samples to train on and {sum(report.n_test):,} to test on, each of "
            f"{' × '.join(map(str, report.sample_shape[:2]))} {what}."
        ),
        f"{n_classes} class{'es' * (n_classes > 1)} (train + test): "
        + ", ".join(f"{name} {n_train:,} + {n_test:,}" for name, n_train, n_test in classes)
        + ".",
        f"Values lie from {report.low:.5g} to {report.high:.5g}. {report.scaling}",
        report.split,
        *(f"Changed: {sentence}" for sentence in report.changed),
        *(f"Left out: {sentence}" for sentence in report.left_out),
    ]


def report_to_json(report: Report) -> str:
    """A report as one JSON object."""
    return json.dumps(asdict(report), ensure_ascii=True, indent=1)


def report_from_json(text: str) -> Report:
    """The inverse of `report_to_json`; raises DatasetError for a text that is no report."""
    try:
        given = json.loads(text)
        report = Report(**{field.name: _restored(given, field.name) for field in fields(Report)})
        _check(report)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise DatasetError("The description of the data set is damaged or was changed by hand.") from error
    return report


def _restored(given: Mapping[str, Any], name: str) -> Any:
    return tuple(given[name]) if isinstance(given[name], list) else given[name]


def _check(report: Report) -> None:
    """Raise ValueError or TypeError for what no reader has written."""
    counts = (*report.n_train, *report.n_test, *report.sample_shape)
    texts = (*report.class_names, *report.columns, *report.left_out, *report.changed, *report.fingerprints)
    n_classes = len(report.class_names)
    if not all(type(count) is int and count >= 0 for count in counts) or not all(type(text) is str for text in texts):
        raise TypeError
    if not len(report.n_train) == len(report.n_test) == n_classes > 0 or not 1 <= len(report.sample_shape) <= 3:
        raise ValueError
