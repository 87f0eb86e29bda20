"""The data sets of your own that were kept, by their names."""

import re
import shutil
from pathlib import Path

import numpy as np

from explorer.data.dataset import Dataset, Split
from explorer.data.own.parts import REPORT, labels_file, own_folder, read_array, samples_file
from explorer.data.own.report import Report, report_from_json
from explorer.errors import DatasetError

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
# Names that Windows keeps for devices.
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def check_name(name: str) -> None:
    """Raise DatasetError for what cannot be a data set's name."""
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise DatasetError(
            f"{name[:40]!r} cannot be a data set's name; use 1 to 32 small letters, digits, - or _, beginning with a "
            "letter, such as my_faces."
        )


def path_of(name: str) -> Path:
    """Where a data set lies, or would lie."""
    return own_folder() / name


def kept_names() -> tuple[str, ...]:
    """The names of the data sets that were kept, in order."""
    try:
        return tuple(sorted(path.name for path in own_folder().iterdir() if _NAME.fullmatch(path.name)))
    except OSError:
        return ()


def read_report(name: str) -> Report:
    """The report that is kept with a data set; raises DatasetError when it is missing or damaged."""
    path = path_of(name) / REPORT
    try:
        if not path.is_file():
            raise DatasetError(f"{path} is missing; remove {name} and add it again.")
        return report_from_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); remove {name} and add it again.") from error


def own_version(name: str) -> str:
    """What changes when another data set is kept under a name; empty for data sets that are not your own."""
    try:
        return "-".join(read_report(name).fingerprints) if name in kept_names() else ""
    except DatasetError:
        return ""


def load_kept(name: str, split: Split) -> Dataset:
    """One split of a data set of your own; raises DatasetError when it is unknown or damaged."""
    return load_split(path_of(name), name, split, read_report(name))


def load_split(folder: Path, name: str, split: Split, report: Report) -> Dataset:
    """One split from a folder of parts; raises DatasetError when they are damaged or not what the report says."""
    try:
        samples, labels = (read_array(folder / file(split)) for file in (samples_file, labels_file))
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(
            f"The {split} split of {name} cannot be read ({error}); remove it and add it again."
        ) from error
    counts = report.n_train if split == "train" else report.n_test
    is_whole = samples.shape == (sum(counts), *report.sample_shape) and labels.shape == (sum(counts),)
    has_types = samples.dtype in (np.uint8, np.float32) and labels.dtype == np.int64
    if not (is_whole and has_types and _counts(labels, len(counts)) == counts):
        raise DatasetError(f"The {split} split of {name} is not what its report says; remove it and add it again.")
    return Dataset(name, split, samples, labels, report.class_names)


def remove(name: str) -> None:
    """Remove a data set of your own; raises DatasetError when there is none of that name."""
    if name not in kept_names():
        listed = ", ".join(kept_names()) or "there is none"
        raise DatasetError(f"There is no data set of your own {name[:40]!r}; what can be removed: {listed}.")
    try:
        shutil.rmtree(path_of(name))
    except OSError as error:
        raise DatasetError(f"{path_of(name)} could not be removed ({error.strerror or error}).") from error


def _counts(labels: np.typing.NDArray[np.int64], n_classes: int) -> tuple[int, ...]:
    if labels.size and not 0 <= labels.min() <= labels.max() < n_classes:
        return ()
    return tuple(np.bincount(labels, minlength=n_classes).tolist())
