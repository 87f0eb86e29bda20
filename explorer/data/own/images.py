"""A folder or zip of image files: the folders are the classes, and folders named train and test divide them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from explorer.data.own.bounds import MAX_CLASSES, MAX_SAMPLES, MAX_SIDE, check_sample_count, check_value_bytes
from explorer.data.own.bundle import Entry
from explorer.data.own.content import NO_LABEL, ONE_CLASS, Choices, Content, lengths, unlike
from explorer.data.own.pictures import SUFFIXES, PictureError, Pixels, decoded
from explorer.errors import DatasetError

TRAIN_FOLDERS = {"train", "training"}
TEST_FOLDERS = {"test", "testing", "val", "valid", "validation"}
# Where so many images have one size, the others are left out; else a size must be chosen.
SAME_SIZE_FRACTION = 0.9


@dataclass
class Sheet:
    """The images of one size, one after another; a colour image among grey ones makes all of them colour."""

    content: bytearray = field(default_factory=bytearray)
    is_colour: bool = False
    files: list[int] = field(default_factory=list)

    def add(self, pixels: Pixels, file: int) -> None:
        """Put an image (H, W) or (H, W, 3) behind the others."""
        if pixels.ndim == 3 and not self.is_colour:
            self.content = bytearray(np.repeat(np.frombuffer(self.content, np.uint8), 3).tobytes())
            self.is_colour = True
        self.content += (pixels if pixels.ndim == 3 or not self.is_colour else _coloured(pixels)).tobytes()
        self.files.append(file)

    def images(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """All of them, (N, H, W) or (N, H, W, 3)."""
        shape = (len(self.files), *size, 3) if self.is_colour else (len(self.files), *size)
        return np.frombuffer(self.content, np.uint8).reshape(shape)


def read_images(form: str, found: list[Entry], choices: Choices) -> Content:
    """The images of a folder or zip; raises DatasetError when none can be read or they have different sizes."""
    files = [entry for entry in found if entry.path.suffix.lower() in SUFFIXES]
    if len(files) > MAX_SAMPLES:
        check_sample_count(len(files))
    changes: Counter[str] = Counter()
    reasons: dict[str, list[str]] = {}
    if others := [str(entry.path) for entry in found if entry.path.suffix.lower() not in SUFFIXES]:
        reasons["no image file, by its name"] = others
    sheets = _sheets(files, choices, changes, reasons)
    size = _common_size(sheets, reasons, files)
    rows = sheets[size].files
    labels, class_names, is_test = _classes([files[row].path for row in rows], choices)
    return Content(
        form,
        sheets[size].images(size),
        labels,
        class_names,
        is_test,
        left_out=tuple(_sentence(names, reason) for reason, names in reasons.items()),
        changed=tuple(f"{n:,} images {change}." for change, n in changes.items()),
    )


def _sheets(
    files: list[Entry], choices: Choices, changes: Counter[str], reasons: dict[str, list[str]]
) -> dict[tuple[int, int], Sheet]:
    """The images by their size; those that are too large are counted without their pixels."""
    size = lengths(choices.size)[:2] if choices.size else None
    sheets: dict[tuple[int, int], Sheet] = {}
    for number, entry in enumerate(files):
        try:
            pixels = decoded(entry.read(), size, changes)
        except (PictureError, OSError) as error:
            reason = str(error) if isinstance(error, PictureError) else "damaged"
            reasons.setdefault(reason, []).append(str(entry.path))
            continue
        sheet = sheets.setdefault((pixels.shape[0], pixels.shape[1]), Sheet())
        if max(pixels.shape[:2]) > MAX_SIDE:
            sheet.files.append(number)
        else:
            sheet.add(pixels, number)
        check_value_bytes(len(sheet.content))
    return sheets


def _common_size(
    sheets: dict[tuple[int, int], Sheet], reasons: dict[str, list[str]], files: list[Entry]
) -> tuple[int, int]:
    """The size that nearly all images have; those of another size join what is left out. Raises DatasetError."""
    if not sheets:
        why = f": {_sentence(*next((names, reason) for reason, names in reasons.items()))}" if reasons else "."
        raise DatasetError(f"There is no image that can be read{why}")
    size = max(sheets, key=lambda one: len(sheets[one].files))
    n_all = sum(len(sheet.files) for sheet in sheets.values())
    if len(sheets[size].files) < SAME_SIZE_FRACTION * n_all or max(size) > MAX_SIDE:
        shown = ", ".join(f"{height} × {width}" for height, width in list(sheets)[:3]) + ", …" * (len(sheets) > 3)
        raise DatasetError(
            f"The images have {shown} pixels (height × width), but all must have one size of at most {MAX_SIDE} × "
            f"{MAX_SIDE}; choose a size to which they are cropped and scaled, such as 32."
        )
    if odd := [str(files[row].path) for one, sheet in sheets.items() if one != size for row in sheet.files]:
        reasons[f"another size than {size[0]} × {size[1]}"] = odd
    return size


def _classes(
    paths: list[PurePosixPath], choices: Choices
) -> tuple[NDArray[np.int64], tuple[str, ...], NDArray[np.bool_] | None]:
    """Labels, class names and what is held out, by the folders in which images lie."""
    places = [[part for part in path.parts[:-1] if not _divides(part)] for path in paths]
    shared = _n_shared(places)
    names = [place[shared] if len(place) > shared else (place[-1] if place else ONE_CLASS) for place in places]
    if choices.label == NO_LABEL:
        names = [ONE_CLASS] * len(paths)
    found = sorted(set(names))
    if len(found) > MAX_CLASSES:
        raise DatasetError(
            f"The images lie in {len(found):,} folders, but at most {MAX_CLASSES} classes are read; choose "
            f"{NO_LABEL!r} as the label for images without classes."
        )
    index = {name: label for label, name in enumerate(found)}
    is_test = np.array([any(part.lower() in TEST_FOLDERS for part in path.parts[:-1]) for path in paths])
    labels = np.array([index[name] for name in names], np.int64)
    return labels, unlike(found), is_test if is_test.any() and not is_test.all() else None


def _n_shared(places: list[list[str]]) -> int:
    """How many folders all places begin with."""
    first, last = min(places), max(places)
    same = [one == other for one, other in zip(first, last, strict=False)]
    return [*same, False].index(False)


def _divides(folder: str) -> bool:
    return folder.lower() in TRAIN_FOLDERS | TEST_FOLDERS


def _sentence(names: Iterable[str], reason: str) -> str:
    """Files that were left out for one reason, the first of them named."""
    first, *others = [name[-80:] for name in names]
    return f"{1 + len(others):,} file{'s' * bool(others)} ({first}{', …' * bool(others)}): {reason}."


def _coloured(pixels: Pixels) -> Pixels:
    return np.repeat(pixels[..., None], 3, axis=-1)
