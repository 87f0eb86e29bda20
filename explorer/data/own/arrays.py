"""NPY, NPZ and MATLAB files as samples and labels; Python objects in them are refused unread."""

import zipfile
import zlib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.own.bounds import check_file_bytes, check_value_bytes
from explorer.data.own.content import NO_LABEL, Choices, Content, cause, classes_of, lengths, without_classes
from explorer.errors import DatasetError

Array = NDArray[Any]
_NUMBERS, _LABELS = "biuf", "biufUS"
_LABEL_WORDS = ("label", "target", "class", "y")
_TORN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, ValueError, OSError, EOFError, TypeError)


def read_npy(path: Path, choices: Choices) -> Content:
    """The samples of a NumPy file, in one class; raises DatasetError."""
    with path.open("rb") as file:
        return content_of({path.stem: _array(file, path.name)}, "a NumPy array (NPY)", choices)


def read_npz(path: Path, choices: Choices) -> Content:
    """Samples and labels of a NumPy archive; raises DatasetError when it is damaged or holds Python objects."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_file_bytes(sum(info.file_size for info in archive.infolist()))
            names = [info.filename for info in archive.infolist() if info.filename.endswith(".npy")]
            arrays = {name.removesuffix(".npy"): _of_archive(archive, name) for name in names}
    except _TORN as error:
        raise DatasetError(f"The archive of arrays is damaged ({cause(error)}); save it again.") from error
    return content_of(arrays, "an archive of NumPy arrays (NPZ)", choices)


def read_mat(path: Path, choices: Choices) -> Content:
    """Samples and labels of a MATLAB file of version 7 or older, whose samples run along the last axis."""
    from scipy.io import loadmat, whosmat
    from scipy.io.matlab import MatReadError

    try:
        check_value_bytes(sum(8 * prod(shape) for _, shape, _ in whosmat(path)))
        variables = loadmat(path)
    except NotImplementedError as error:
        raise DatasetError("The MATLAB file has version 7.3; save it again with `save(…, '-v7')`.") from error
    except (*_TORN, LookupError, AttributeError, OverflowError, MatReadError) as error:
        raise DatasetError("The file is damaged or not MATLAB's; save it again with `save(…, '-v7')`.") from error
    arrays = {name: value for name, value in variables.items() if isinstance(value, np.ndarray) and name[0] != "_"}
    return content_of(_samples_first(arrays, choices), "a MATLAB file", choices)


def content_of(arrays: Mapping[str, Array], form: str, choices: Choices) -> Content:
    """Samples and labels among named arrays; those with train or test in their names are kept apart."""
    numbers = {name: value for name, value in arrays.items() if value.ndim >= 2 and value.dtype.kind in _NUMBERS}
    samples = {part: found for part in ("", "train", "test") if (found := _largest(numbers, part))}
    if not samples:
        raise DatasetError(
            f"There is no array of samples, numbers in at least two dimensions; the file has {_names(arrays)}."
        )
    parts = [part for part in samples if part or len(samples) == 1] or [""]
    chosen = {part: samples[part] for part in parts}
    labels = {part: _labels_of(arrays, part, chosen[part], choices) for part in parts}
    values = _joined([numbers[name] for name in chosen.values()])
    used = {*chosen.values(), *(name for name in labels.values() if name)}
    raw = [_flat(arrays[name]) for name in labels.values() if name]
    return Content(
        form,
        values,
        *(classes_of(np.concatenate(raw)) if len(raw) == len(parts) else without_classes(len(values))),
        _is_test(parts, [len(numbers[name]) for name in chosen.values()]),
        columns=tuple(name for name in arrays if name not in chosen.values()),
        left_out=tuple(
            f"The array {name[:40]!r} of shape {arrays[name].shape}." for name in arrays if name not in used
        ),
    )


def _array(file: IO[bytes], name: str) -> Array:
    """An array after its header was found plausible; raises DatasetError."""
    try:
        version = np.lib.format.read_magic(file)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
        if dtype.kind not in _LABELS:
            raise DatasetError(
                f"The array {name[:40]!r} holds Python objects or records (dtype {str(dtype)[:40]}), which are never "
                "loaded; save numbers or texts."
            )
        check_value_bytes(dtype.itemsize * prod(shape))
        file.seek(0)
        array: Array = np.lib.format.read_array(file, allow_pickle=False)
    except _TORN as error:
        raise DatasetError(f"The array {name[:40]!r} is damaged ({cause(error)}); save it again.") from error
    return array


def _of_archive(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(name) as file:
        return _array(file, name.removesuffix(".npy"))


def _part_of(name: str) -> str:
    lower = name.lower()
    return "test" if "test" in lower or "val" in lower else "train" * ("train" in lower)


def _largest(numbers: Mapping[str, Array], part: str) -> str | None:
    """The name of the part's largest array that is no column of labels."""
    found = [name for name, value in numbers.items() if _part_of(name) == part and value.size > len(value)]
    return max(found, key=lambda name: numbers[name].size, default=None)


def _labels_of(arrays: Mapping[str, Array], part: str, samples: str, choices: Choices) -> str | None:
    """The name of the labels of an array of samples: as many values, and the likeliest name."""
    if choices.label == NO_LABEL:
        return None
    fitting = [
        name
        for name, value in arrays.items()
        if name != samples and value.dtype.kind in _LABELS and value.size == len(value) == len(arrays[samples])
    ]
    fitting = [name for name in fitting if _part_of(name) == part] or fitting
    if choices.label in fitting or not choices.label:
        named = [name for name in fitting if any(word in name.lower() for word in _LABEL_WORDS)]
        return choices.label or next(iter(named or fitting), None)
    if part != "test" or choices.label not in arrays:
        raise DatasetError(
            f"There are no labels {choices.label[:40]!r} for the {len(arrays[samples]):,} samples; choose one of "
            f"{', '.join(fitting) or 'none'}, or {NO_LABEL!r}."
        )
    return next(iter(fitting), None)


def _samples_first(arrays: Mapping[str, Array], choices: Choices) -> dict[str, Array]:
    """MATLAB's arrays with the samples along the first axis: as many as labels, else along the longer side."""
    n_labels = {value.size for value in arrays.values() if value.ndim == 2 and 1 in value.shape}
    n_values = prod(lengths(choices.shape)) if choices.shape not in ("", "vector") else None
    return {name: _turned(value, n_labels, n_values) for name, value in arrays.items()}


def _turned(value: Array, n_labels: set[int], n_values: int | None) -> Array:
    if value.ndim == 2 and 1 in value.shape:
        return value.reshape(-1)
    first, last = value.shape[0], value.shape[-1]
    is_named = last in n_labels or first in n_labels or (value.ndim == 2 and n_values in (first, last))
    is_last = last in n_labels or (n_values == first and first not in n_labels) if is_named else last > first
    return np.moveaxis(value, -1, 0) if is_last and value.ndim <= 4 else value


def _joined(parts: list[Array]) -> Array:
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = " and ".join(str(part.shape[1:]) for part in parts)
        raise DatasetError(f"Train and test have samples of different shapes, {shapes}; give samples of one shape.")
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _is_test(parts: list[str], counts: list[int]) -> NDArray[np.bool_] | None:
    if len(parts) == 1:
        return None
    return np.repeat([part == "test" for part in parts], counts)


def _flat(labels: Array) -> Array:
    return labels.reshape(-1)


def _names(arrays: Mapping[str, Array]) -> str:
    shown = ", ".join(f"{name[:40]!r} {value.shape}" for name, value in list(arrays.items())[:5])
    return shown or "no arrays"
