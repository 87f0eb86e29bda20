"""Results that were computed beforehand, one file each, found by what was asked; nothing in them executes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from explorer.errors import CheckpointError
from explorer.store.atomic_write import write_file
from explorer.store.folder import checkpoints_folder
from explorer.store.guarded_read import read
from explorer.store.result_tree import Arrays, from_tree, to_tree
from explorer.store.tensors import smallest

T = TypeVar("T")
MAX_RESULT_BYTES = 1 << 24
_DIGITS = 12


@dataclass(frozen=True)
class Computation(Generic[T]):
    """What is computed: its name, the type of its result, and a version that rises when the numbers change."""

    name: str
    result: type[T]
    version: int = 1


@dataclass(frozen=True)
class ResultKey(Generic[T]):
    """One question to a computation: settings by name, the digest of the model among them where it is about one."""

    computation: Computation[T]
    settings: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """All that the result depends on, as JSON."""
        return json.dumps([self.computation.name, self.computation.version, self.settings], ensure_ascii=False)

    @property
    def path(self) -> Path:
        """Where the result lies; a folder with a dot is no model of the library."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:_DIGITS]
        return checkpoints_folder() / ".results" / f"{self.computation.name}-{digest}.safetensors"


def save_result(key: ResultKey[T], result: T) -> Path:
    """Keep a result, its numbers in single precision at most, whole or not at all; raises CheckpointError."""
    arrays: Arrays = {}
    tree = to_tree(result, arrays)
    content = save(
        {name: _single(array) for name, array in arrays.items()}, {"key": key.text, "tree": json.dumps(tree)}
    )
    return write_file(key.path, lambda path: path.write_bytes(content))


def load_result(key: ResultKey[T]) -> T | None:
    """What was computed beforehand, None where nothing was, or its file is damaged or answers another question."""
    try:
        return read(key.path, lambda path: _parse(path, key), MAX_RESULT_BYTES)
    except CheckpointError:
        return None


def _parse(path: Path, key: ResultKey[T]) -> T:
    with safe_open(path, "numpy") as file:
        facts = file.metadata() or {}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
    if facts["key"] != key.text:
        raise ValueError("it answers another question")
    found: T = from_tree(json.loads(facts["tree"]), key.computation.result, arrays)
    return found


def _single(array: Any) -> Any:
    """Floating-point numbers in single precision, or in half precision where it holds every one of them."""
    if not np.issubdtype(array.dtype, np.floating):
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(smallest(array.astype(np.float32)))
