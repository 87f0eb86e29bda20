"""What a foreign file holds, before it is scaled and divided into train and test."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.own.bounds import MAX_CLASSES, MAX_NAME_CHARACTERS
from explorer.errors import DatasetError

Labels = NDArray[np.int64]
SCALINGS = ("range", "standard", "none")
NO_LABEL = "none"
ONE_CLASS = "all"
# What figures would take for tags.
_MARKS = "<>&"
_SHAPE = re.compile(r"(\d{1,4})(?:\s*[x×]\s*(\d{1,4}))?(?:\s*[x×]\s*(1|3))?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Choices:
    """How a user wants a file to be read; an empty text leaves the choice to the reader.

    label: the column or array of the labels, `none` for no labels; time: a table's column of times, for profiles;
    without: columns to leave out; shape: one sample, such as 28x20, or `vector`; size: the pixels to which images of
    files are cropped and scaled, such as 64 or 28x20; scaling: of values that are no bytes, one of `SCALINGS`.
    Raises DatasetError for a shape, size or scaling that there is not.
    """

    label: str = ""
    time: str = ""
    without: tuple[str, ...] = ()
    shape: str = ""
    size: str = ""
    scaling: str = "range"

    def __post_init__(self) -> None:
        if self.scaling not in SCALINGS:
            raise DatasetError(f"There is no scaling {self.scaling!r}; choose one of {', '.join(SCALINGS)}.")
        if self.size:
            lengths(self.size)
        if self.shape not in ("", "vector"):
            lengths(self.shape)


@dataclass(frozen=True, eq=False)
class Content:
    """Samples as they stand in a file.

    values: (N, ...) numbers; labels: (N,), an index into class_names; is_test: (N,), None where the file does not
    divide its samples; per_column: each value has a unit of its own, as a table's columns have; columns: the names
    among which a label can be chosen; left_out and changed: sentences about what was not taken, or not as it stood.
    """

    form: str
    values: NDArray[Any]
    labels: Labels
    class_names: tuple[str, ...]
    is_test: NDArray[np.bool_] | None = None
    per_column: bool = False
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def cause(error: Exception) -> str:
    """What a library says of a failure, in one short line."""
    return " ".join(str(error).split())[:150] or type(error).__name__


def lengths(text: str) -> tuple[int, ...]:
    """The lengths of a text such as 28x20 or 32x32x3; one number stands for both sides. Raises DatasetError."""
    found = _SHAPE.fullmatch(text.strip())
    if not found or "0" in (found[1], found[2]):
        raise DatasetError(f"{text[:40]!r} is no shape of an image; write height x width in pixels, such as 28x20.")
    sides = (int(found[1]), int(found[2] or found[1]))
    return (*sides, 3) if found[3] == "3" else sides


def classes_of(raw: NDArray[Any]) -> tuple[Labels, tuple[str, ...]]:
    """Labels as indices into the sorted class names; raw: (N,) numbers or texts. Raises DatasetError for too many."""
    whole = raw.astype(np.int64) if _is_whole(raw) else raw
    found, labels = np.unique(whole if whole.dtype.kind in "iub" else whole.astype(str), return_inverse=True)
    if len(found) > MAX_CLASSES or 2 * len(found) > len(raw):
        raise DatasetError(
            f"The labels have {len(found):,} different values for {len(raw):,} samples, but at most {MAX_CLASSES} "
            "classes of two samples and more are read; choose other labels, or 'none' for samples without classes."
        )
    return labels.astype(np.int64), unlike(str(name) for name in found.tolist())


def unlike(names: Any) -> tuple[str, ...]:
    """Class names in one line each, without tags, cut to 40 characters, numbered where two would be the same."""
    shown: list[str] = []
    for name in names:
        short = " ".join(
            "".join(letter if letter.isprintable() and letter not in _MARKS else " " for letter in name).split()
        )
        short = short[:MAX_NAME_CHARACTERS] or "(blank)"
        shown.append(short if short not in shown else f"{short[: MAX_NAME_CHARACTERS - 6]} ({len(shown)})")
    return tuple(shown)


def without_classes(n_samples: int) -> tuple[Labels, tuple[str, ...]]:
    """All samples in one class."""
    return np.zeros(n_samples, np.int64), (ONE_CLASS,)


def _is_whole(raw: NDArray[Any]) -> bool:
    return raw.dtype.kind == "f" and bool((np.abs(raw) < 1e15).all() and (raw == np.rint(raw)).all())
