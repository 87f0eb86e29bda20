"""spec.json: what a checkpoint says about itself, strictly."""

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from explorer.errors import CheckpointError
from explorer.store.guarded_read import read
from explorer.training.run_spec import RunSpec, run_from_json, run_to_json

FORMAT = 1
HEADER = "spec.json"
MAX_HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class Header:
    """What spec.json says besides the run: where the model comes from and how good it is.

    metrics: figures of merit on the test split, None where a model has none; duration_s: seconds of training.
    """

    sample_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    data_fingerprint: str
    metrics: dict[str, float | int | None]
    step: int
    n_steps: int
    created: str
    duration_s: float
    device: str


@dataclass(frozen=True)
class Document:
    """The whole of spec.json; files: name -> its size and SHA-256; fingerprint: of the content."""

    run: RunSpec
    header: Header
    files: dict[str, Any]
    fingerprint: str


def write_header(folder: Path, run: RunSpec, header: Header, files: tuple[str, ...]) -> None:
    """Write spec.json with the stamps of the files beside it."""
    stamps = {name: stamp(folder / name) for name in files}
    document = {"format": FORMAT, "run": run_to_json(run), **vars(header), "files": stamps}
    (folder / HEADER).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read_header(folder: Path) -> Document:
    """The spec.json of a checkpoint; raises CheckpointError for an unknown or missing field or a wrong value."""
    return read(folder / HEADER, _parse)


def stamp(path: Path) -> dict[str, Any]:
    """A file's size and SHA-256."""
    return {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _parse(path: Path) -> Document:
    if path.stat().st_size > MAX_HEADER_BYTES:
        raise CheckpointError(f"it has more than {MAX_HEADER_BYTES:,} bytes")
    content = path.read_bytes()
    document = json.loads(content.decode("utf-8"))
    if not isinstance(document, dict):
        raise CheckpointError("it is no JSON object")
    if document.get("format") != FORMAT:
        raise CheckpointError(f"its format is {document.get('format')!r}, but this version reads format {FORMAT}")
    if odd := document.keys() ^ {"format", "run", *_ALLOWED}:
        raise CheckpointError(f"missing or unknown fields: {', '.join(sorted(odd))}")
    for name, (allowed, fits) in _ALLOWED.items():
        if not fits(document[name]):
            raise CheckpointError(f"its {name} must be {allowed}")
    fingerprint = hashlib.sha256(content).hexdigest()[:16]
    return Document(run_from_json(document["run"]), _header(document), document["files"], fingerprint)


def _header(document: dict[str, Any]) -> Header:
    given = {field.name: document[field.name] for field in fields(Header)}
    return Header(**given | {name: tuple(given[name]) for name in ("sample_shape", "class_names")})


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


def _is_shape(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 3 and all(_is_count(length) and length for length in value)


def _is_metrics(value: object) -> bool:
    return isinstance(value, dict) and all(number is None or _is_number(number) for number in value.values())


_ALLOWED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "sample_shape": ("1 to 3 lengths above 0", _is_shape),
    "class_names": ("a list of names", lambda value: isinstance(value, list) and all(map(_is_text, value))),
    "data_fingerprint": ("text", _is_text),
    "metrics": ("finite numbers or null by name", _is_metrics),
    "step": ("a whole number from 0", _is_count),
    "n_steps": ("a whole number from 0", _is_count),
    "created": ("text", _is_text),
    "duration_s": ("a number of seconds", _is_number),
    "device": ("text", _is_text),
    "files": ("stamps by file name", lambda value: isinstance(value, dict)),
}
