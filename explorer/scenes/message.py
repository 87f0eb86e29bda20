"""Messages from Python to the browser: uint32 length of the header, header as JSON, then typed arrays.

Numbers are little-endian. The header's `arrays` lists name, dtype, shape, offset, length and whether zlib compressed
the bytes; spaces after the header and zeros after each array put every array at a multiple of 8 bytes. Where it also
lists `low` and `step` for each column, the numbers are low + step times what is written. `message.js` reads it.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError

ALIGNMENT = 8
DTYPES = {"uint8", "int16", "uint16", "float16", "int32", "float32"}
# Level 6 makes MNIST 4 % smaller and takes four times as long, which a file to keep is worth and a page is not.
ZLIB_LEVEL, ZLIB_LEVEL_OF_FILES = 3, 7
N_STEPS = 2**16 - 1


@dataclass(frozen=True)
class Message:
    """A header with its signature, and the bytes of its arrays."""

    header: dict[str, Any]
    body: bytes

    def to_bytes(self, **unsigned: object) -> bytes:
        """The message as it travels; `unsigned` joins the header without being another content."""
        head = json.dumps(self.header | unsigned, separators=(",", ":")).encode()
        head += b" " * (-(4 + len(head)) % ALIGNMENT)
        return struct.pack("<I", len(head)) + head + self.body


def make_message(
    facts: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    compressed: Collection[str] = (),
    rounded: Collection[str] = (),
    level: int = ZLIB_LEVEL,
) -> Message:
    """Facts and arrays with a signature of both, by which the browser knows content that it already has.

    compressed: names of arrays that are worth it, at a level of zlib; rounded: names of arrays (N, M) whose columns
    travel in 16 bits. Raises CanvasError for a dtype that the browser cannot read.
    """
    table: dict[str, Any] = {}
    parts: list[bytes] = []
    offset = 0
    for name, given in arrays.items():
        array, scale = _in_16_bits(given) if name in rounded else (given, {})
        plain = _array_bytes(name, array)
        data = zlib.compress(plain, level) if name in compressed else plain
        table[name] = _entry(array, offset, len(data), name in compressed) | scale
        parts.append(data + bytes(-len(data) % ALIGNMENT))
        offset += len(parts[-1])
    header, body = {**facts, "arrays": table}, b"".join(parts)
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode() + body)
    return Message(header | {"signature": digest.hexdigest()[:16]}, body)


def _in_16_bits(array: NDArray[Any]) -> tuple[NDArray[np.uint16], dict[str, list[float]]]:
    """Columns as whole numbers of steps above their least value, and both of each; the error is at most half a step."""
    low, high = array.min(axis=0).astype(float), array.max(axis=0).astype(float)
    step = (high - low) / N_STEPS
    n_steps = np.rint((array - low) / np.where(step > 0, step, 1.0)).astype(np.uint16)
    return n_steps, {"low": low.tolist(), "step": step.tolist()}


def for_file(message: bytes) -> bytes:
    """The same message for a file to keep: every array compressed, float32 in half precision where its range allows."""
    header, arrays = _read(message)
    facts = {key: value for key, value in header.items() if key not in ("arrays", "signature")}
    halves = {name: in_half_precision(array) for name, array in arrays.items()}
    return make_message(facts, halves, compressed=arrays, level=ZLIB_LEVEL_OF_FILES).to_bytes()


def _read(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    start = 4 + struct.unpack_from("<I", message)[0]
    header: dict[str, Any] = json.loads(message[4:start])
    return header, {name: _read_array(message[start:], entry) for name, entry in header["arrays"].items()}


def _read_array(body: bytes, entry: Mapping[str, Any]) -> NDArray[Any]:
    data = body[entry["offset"] : entry["offset"] + entry["length"]]
    plain = zlib.decompress(data) if entry["compressed"] else data
    array = np.frombuffer(plain, np.dtype(entry["dtype"]).newbyteorder("<")).reshape(entry["shape"])
    if "step" not in entry:
        return array
    values: NDArray[Any] = np.array(entry["low"]) + np.array(entry["step"]) * array
    return values.astype(np.float32)


def in_half_precision(array: NDArray[Any]) -> NDArray[Any]:
    """float32 as float16 where its range allows, and any other array as it is."""
    if array.dtype != np.float32:
        return array
    with np.errstate(over="ignore"):
        halves = array.astype(np.float16)
    return array if np.isinf(halves).any() else halves


def _entry(array: NDArray[Any], offset: int, length: int, compressed: bool) -> dict[str, Any]:
    facts = {"dtype": array.dtype.name, "shape": array.shape}
    return facts | {"offset": offset, "length": length, "compressed": compressed}


def _array_bytes(name: str, array: NDArray[Any]) -> bytes:
    if array.dtype.name not in DTYPES:
        raise CanvasError(
            f"The array {name!r} holds {array.dtype.name}, but the browser reads only {', '.join(sorted(DTYPES))}."
        )
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
