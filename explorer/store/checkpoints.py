"""Checkpoints on the disk: a folder with spec.json, weights.safetensors, history.parquet and codes.npz.

Nothing in it executes when loaded; what is missing, damaged or changed is a CheckpointError that names it, and files
that are not the explorer's are ignored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from safetensors.numpy import load, save

from explorer.errors import CheckpointError
from explorer.models.latent_model import LatentModel
from explorer.store.atomic_write import write_folder
from explorer.store.codes import Codes, KeptMoments, kept_moments, parse_codes, write_codes
from explorer.store.folder import check_name, checkpoint_path, checkpoints_folder, existing_folder
from explorer.store.guarded_read import read
from explorer.store.header import HEADER, Document, Header, digest, read_header, write_header
from explorer.store.history import parse_history, write_history
from explorer.store.tensors import model_arrays, model_from_arrays, smallest, widened
from explorer.training.run_spec import RunSpec

if TYPE_CHECKING:
    import pandas as pd

FILES = WEIGHTS, HISTORY, CODES = "weights.safetensors", "history.parquet", "codes.npz"
# How often a checkpoint is read again that was replaced while it was read.
MOST_READINGS = 20
T = TypeVar("T")


@dataclass(frozen=True)
class CheckpointInfo:
    """One line of the library: what spec.json says about a model."""

    name: str
    path: Path
    fingerprint: str
    run: RunSpec
    header: Header

    @property
    def n_bytes(self) -> int:
        """The size of its files on the disk."""
        return sum(file.stat().st_size for name in (HEADER, *FILES) if (file := self.path / name).is_file())

    @property
    def title(self) -> str:
        """The model in a few words, such as 'VAE, K = 2'."""
        return f"{self.run.model.title}, K = {self.run.model.latent_dim}"

    @property
    def metrics(self) -> dict[str, float | int | None]:
        """Figures of merit on the test split."""
        return self.header.metrics

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return self.header.sample_shape

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.header.class_names


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint in memory."""

    info: CheckpointInfo
    run: RunSpec
    header: Header
    model: LatentModel
    history: "pd.DataFrame"
    codes: Codes


def read_info(name: str) -> CheckpointInfo:
    """One line of the library by name or path; raises CheckpointError.

    It reads spec.json, and of the other files the size.
    """
    return _of_one_version(name, _read_info)


def load_checkpoint(name: str) -> Checkpoint:
    """A checkpoint by name or path; raises CheckpointError that names what is missing, damaged or changed."""
    return _of_one_version(name, _load)


def load_codes(name: str) -> Codes:
    """The codes of a checkpoint by name or path, without its model; raises CheckpointError."""
    return _of_one_version(name, lambda path: _codes(path, read_header(path)))


def moments_of(info: CheckpointInfo) -> KeptMoments:
    """What a checkpoint keeps of its training; raises CheckpointError."""
    return kept_moments(info.path / CODES)


def save_checkpoint(
    name: str, run: RunSpec, header: Header, model: LatentModel, history: "pd.DataFrame", codes: Codes, *, replace: bool
) -> Path:
    """Write a checkpoint of the library whole or not at all; raises CheckpointError."""
    checkpoint = partial(_write, run, header, model, history, codes)
    return write_folder(checkpoints_folder() / check_name(name), checkpoint, replace)


def replace_checkpoint(checkpoint: Checkpoint) -> Path:
    """Write a checkpoint in the place that it was loaded from; raises CheckpointError."""
    write = partial(_write, checkpoint.run, checkpoint.header, checkpoint.model, checkpoint.history, checkpoint.codes)
    return write_folder(checkpoint.info.path.resolve(), write, replace=True)


def _write(
    run: RunSpec, header: Header, model: LatentModel, history: "pd.DataFrame", codes: Codes, folder: Path
) -> None:
    arrays = {key: np.array(smallest(value), order="C") for key, value in model_arrays(model).items()}
    (folder / WEIGHTS).write_bytes(save(arrays))
    write_history(folder / HISTORY, history)
    write_codes(folder / CODES, codes)
    write_header(folder, run, header, FILES)


def _of_one_version(name: str, reading: Callable[[Path], T]) -> T:
    """What `reading` makes of a checkpoint, anew when another one took its place meanwhile."""
    for _ in range(MOST_READINGS):
        path = existing_folder(checkpoint_path(name), name)
        version = _version(path)
        try:
            return reading(path)
        except CheckpointError:
            if _version(path) == version:
                raise
    raise CheckpointError(f"{name} is being replaced again and again; wait until that ends.")


def _version(path: Path) -> tuple[int, int] | None:
    """What tells a folder from the one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _read_info(path: Path) -> CheckpointInfo:
    document = read_header(path)
    for name in FILES:
        _check_size(path / name, document)
    return _info(path, document)


def _load(path: Path) -> Checkpoint:
    document = read_header(path)
    run, header = document.run, document.header
    arrays = widened(_parsed(path / WEIGHTS, document, load))
    model = model_from_arrays(run.model, header.sample_shape, len(header.class_names), arrays, path / WEIGHTS)
    history = _parsed(path / HISTORY, document, parse_history)
    return Checkpoint(_info(path, document), run, header, model, history, _codes(path, document))


def _codes(path: Path, document: Document) -> Codes:
    latent_dim, n_classes = document.run.model.latent_dim, len(document.header.class_names)
    return _parsed(path / CODES, document, lambda content: parse_codes(content, latent_dim, n_classes))


def _parsed(path: Path, document: Document, parse: Callable[[bytes], T]) -> T:
    """What `parse` makes of the very bytes that spec.json vouches for."""
    # The size first, so that an enormous file is not read.
    _check_size(path, document)
    content = read(path, Path.read_bytes)
    if digest(content) != document.files[path.name]:
        raise _torn(path, len(content))
    return read(path, lambda _: parse(content))


def _check_size(path: Path, document: Document) -> None:
    size, promised = read(path, lambda file: file.stat().st_size), document.files.get(path.name)
    if not isinstance(promised, dict) or promised.get("bytes") != size:
        raise _torn(path, size)


def _torn(path: Path, n_bytes: int) -> CheckpointError:
    return CheckpointError(f"{path} ({n_bytes:,} bytes) is damaged or was changed; restore the checkpoint's files.")


def _info(path: Path, document: Document) -> CheckpointInfo:
    return CheckpointInfo(path.name, path, document.fingerprint, document.run, document.header)
