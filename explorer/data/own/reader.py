"""The child's side: a file of any kind is read, reported, scaled, divided, and written into a draft's folder."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset, Split
from explorer.data.own.arrays import read_mat, read_npy, read_npz
from explorer.data.own.bounds import check_sample_count
from explorer.data.own.bundle import Entry, entries
from explorer.data.own.content import Choices, Content
from explorer.data.own.idx_files import is_idx, read_idx_file, read_idx_files
from explorer.data.own.images import read_images
from explorer.data.own.parts import REPORT, labels_file, samples_file, write_rows
from explorer.data.own.report import Report, report_to_json
from explorer.data.own.scaling import Scaled, scaled, shaped
from explorer.data.own.tables import read_csv, read_parquet
from explorer.errors import DatasetError

SEED = 0
# As in MNIST, one sample in seven is held out where a file does not say which.
HELD_OUT = 7
MOST_SAID = 200
_READERS: dict[str, Callable[[Path, Choices], Content]] = {
    ".npy": read_npy,
    ".npz": read_npz,
    ".mat": read_mat,
    ".parquet": read_parquet,
    ".pq": read_parquet,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
}
ENDINGS = (*_READERS, ".zip")


def read_request(request: bytes) -> dict[str, NDArray[Any]]:
    """Read a file as a request (JSON: path, name, folder, choices) asks, and answer with the report.

    The parts lie in the request's folder then. Raises DatasetError with one sentence.
    """
    asked = json.loads(request)
    choices = Choices(**asked["choices"] | {"without": tuple(asked["choices"]["without"])})
    folder = Path(asked["folder"])
    content = read_content(Path(asked["path"]), Path(asked["name"]), folder, choices)
    return write_content(folder, asked["name"], content, choices)


def write_content(folder: Path, name: str, content: Content, choices: Choices) -> dict[str, NDArray[Any]]:
    """Scale and divide what was read, write its parts, and answer with the report; raises DatasetError."""
    content = _without_blanks(content)
    check_sample_count(len(content.values))
    samples = scaled(shaped(content.values, choices), choices, content.per_column)
    try:
        report = _write(folder, name, content, samples)
    except OSError as error:
        raise DatasetError(f"The data set could not be written ({error.strerror or error}); make room.") from error
    return {"report": np.array(report_to_json(report))}


def read_content(path: Path, name: Path, scratch: Path, choices: Choices) -> Content:
    """What a file or folder holds, by the ending of its name; a zip of one table or array is read as that."""
    if path.is_dir():
        return _of_bundle("a folder of images", entries(path), scratch, choices)
    if is_idx(name):
        return read_idx_file(path, choices)
    if name.suffix.lower() == ".zip":
        return _of_zip(entries(path), scratch, choices)
    reader = _READERS.get(name.suffix.lower())
    if reader is None:
        raise DatasetError(
            f"{name.name[-60:]!r} ends in {name.suffix[:20]!r}, but what is read is a folder of images or a file that "
            f"ends in one of {', '.join(ENDINGS)}, or an IDX file."
        )
    return reader(path, choices)


def _of_zip(found: list[Entry], scratch: Path, choices: Choices) -> Content:
    readable = [entry for entry in found if entry.path.suffix.lower() in _READERS]
    if len(found) != 1 or not readable:
        return _of_bundle("a zip of images", found, scratch, choices)
    inner = scratch / f"unpacked{found[0].path.suffix.lower()}"
    try:
        inner.write_bytes(found[0].read())
        return read_content(inner, inner, scratch, choices)
    except OSError as error:
        raise DatasetError(f"The zip is damaged ({error}); pack it again.") from error
    finally:
        inner.unlink(missing_ok=True)


def _of_bundle(form: str, found: list[Entry], scratch: Path, choices: Choices) -> Content:
    if any(is_idx(entry.path) for entry in found):
        return read_idx_files(found, scratch, choices)
    return read_images(form, found, choices)


def _without_blanks(content: Content) -> Content:
    """Without the samples that hold a value that is no finite number."""
    if content.values.dtype.kind != "f":
        return content
    is_finite = np.isfinite(content.values).reshape(len(content.values), -1).all(axis=1)
    if is_finite.all():
        return content
    sentence = f"{(~is_finite).sum():,} samples with a value that is no finite number."
    return replace(
        content,
        values=content.values[is_finite],
        labels=content.labels[is_finite],
        is_test=None if content.is_test is None else content.is_test[is_finite],
        left_out=(*content.left_out, sentence),
    )


def _write(folder: Path, name: str, content: Content, scaled_values: Scaled) -> Report:
    is_test, split = _division(content)
    n_classes = len(content.class_names)
    order = np.random.default_rng(SEED).permutation(len(is_test))
    train, test = order[~is_test[order]], order[is_test[order]]
    report = Report(
        file=Path(name).name[-80:],
        form=content.form,
        sample_shape=scaled_values.samples.shape[1:],
        class_names=content.class_names,
        n_train=_counts(content.labels[train], n_classes),
        n_test=_counts(content.labels[test], n_classes),
        low=scaled_values.low,
        high=scaled_values.high,
        scaling=scaled_values.sentence,
        split=split,
        columns=content.columns[:MOST_SAID],
        left_out=content.left_out[:MOST_SAID],
        changed=content.changed,
        fingerprints=(
            _write_part(folder, "train", content, scaled_values, train),
            _write_part(folder, "test", content, scaled_values, test),
        ),
    )
    (folder / REPORT).write_text(report_to_json(report), "utf-8")
    return report


def _counts(labels: NDArray[np.int64], n_classes: int) -> tuple[int, ...]:
    return tuple(np.bincount(labels, minlength=n_classes).tolist())


def _write_part(folder: Path, part: Split, content: Content, samples: Scaled, rows: NDArray[np.int64]) -> str:
    """Write the rows of a part and read them back for their fingerprint."""
    write_rows(folder / samples_file(part), samples.samples, rows)
    write_rows(folder / labels_file(part), content.labels, rows)
    written = np.load(folder / samples_file(part), mmap_mode="r")
    return Dataset("", part, written, content.labels[rows], content.class_names).fingerprint


def _division(content: Content) -> tuple[NDArray[np.bool_], str]:
    """What is held out, (N,), and the sentence that says how."""
    if content.is_test is not None and content.is_test.any() and not content.is_test.all():
        return content.is_test, "Train and test are those of the file."
    is_test = np.zeros(len(content.labels), bool)
    rng = np.random.default_rng(SEED)
    for label in range(len(content.class_names)):
        rows = rng.permutation(np.flatnonzero(content.labels == label))
        is_test[rows[: round(len(rows) / HELD_OUT)]] = True
    if not is_test.any():
        is_test[rng.permutation(len(is_test))[: len(is_test) // HELD_OUT]] = True
    return is_test, f"One sample in {HELD_OUT} of every class, drawn with seed {SEED}, is held out as test."
