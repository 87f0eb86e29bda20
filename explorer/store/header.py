"""spec.json: what a checkpoint says about itself, strictly."""

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from explorer.errors import CheckpointError
from explorer.store.guarded_read import read
from explorer.training.run_spec import RunSpec, run_from_json, run_to_json

FORMAT = 2
# Checkpoints of this format state no digest of spec.json itself.
UNSIGNED_FORMAT = 1
HEADER = "spec.json"
MAX_HEADER_BYTES = 1 << 20
FINGERPRINT_DIGITS = 16
_NO_DIGEST = "0" * 64


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
    """Write spec.json with the digests of the files beside it and, over all of that, its own."""
    digests = {name: digest((folder / name).read_bytes()) for name in files}
    document = {"format": FORMAT, "run": run_to_json(run), **vars(header), "files": digests, "digest": _NO_DIGEST}
    text = json.dumps(document, indent=1) + "\n"
    signed = text.replace(_NO_DIGEST, _sha256(text.encode()))
    (folder / HEADER).write_text(signed, encoding="utf-8", newline="\n")


def read_header(folder: Path) -> Document:
    """The spec.json of a checkpoint; raises CheckpointError for a wrong field or one that was changed by hand."""
    return read(folder / HEADER, lambda path: parse_header(path.read_bytes()), MAX_HEADER_BYTES)


def digest(content: bytes) -> dict[str, Any]:
    """The size and SHA-256 of a file's content."""
    return {"bytes": len(content), "sha256": _sha256(content)}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# Every list of the library reads all of its headers, and a page asks for such a list several times.
@lru_cache(maxsize=512)
def parse_header(content: bytes) -> Document:
    """What the bytes of spec.json say; raises for whatever is damaged, changed or foreign."""
    document = json.loads(content.decode("utf-8"))
    if not isinstance(document, dict):
        raise CheckpointError("it is no JSON object")
    _check_digest(document, content)
    if odd := document.keys() ^ {"format", "run", *_ALLOWED}:
        raise CheckpointError(f"missing or unknown fields: {', '.join(sorted(odd))}")
    for name, (allowed, fits) in _ALLOWED.items():
        if not fits(document[name]):
            raise CheckpointError(f"its {name} must be {allowed}")
    if document["step"] > document["n_steps"]:
        raise CheckpointError(f"its step is {document['step']} of {document['n_steps']}")
    return Document(
        run_from_json(document["run"]), _header(document), document["files"], _sha256(content)[:FINGERPRINT_DIGITS]
    )


def _check_digest(document: dict[str, Any], content: bytes) -> None:
    """Take the digest out of the document; raise CheckpointError unless it is that of the content without it."""
    if (version := document.get("format")) not in (UNSIGNED_FORMAT, FORMAT):
        raise CheckpointError(f"its format is {version!r}, but this version reads {UNSIGNED_FORMAT} and {FORMAT}")
    if version == UNSIGNED_FORMAT:
        return
    stated = str(document.pop("digest", ""))
    if len(stated) != len(_NO_DIGEST) or _sha256(content.replace(stated.encode(), _NO_DIGEST.encode())) != stated:
        raise CheckpointError("its digest does not match, so it was changed after it was saved")


def _header(document: dict[str, Any]) -> Header:
    given = {field.name: document[field.name] for field in fields(Header)}
    return Header(**given | {name: tuple(given[name]) for name in ("sample_shape", "class_names")})


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_count_above_0(value: object) -> bool:
    return type(value) is int and value >= 1


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
    "n_steps": ("a whole number from 1", _is_count_above_0),
    "created": ("text", _is_text),
    "duration_s": ("a number of seconds", _is_number),
    "device": ("text", _is_text),
    "files": ("digests by file name", lambda value: isinstance(value, dict)),
}
