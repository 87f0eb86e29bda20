"""Checkpoints on the disk: a folder with spec.json, weights.safetensors, history.parquet and codes.npz.

Nothing in it executes when loaded; whatever is missing, torn or foreign is a CheckpointError that names it.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save

from explorer.errors import CheckpointError
from explorer.models.latent_model import LatentModel
from explorer.store.atomic_write import write_folder
from explorer.store.codes import Codes, read_codes, write_codes
from explorer.store.folder import check_name, checkpoint_path, checkpoints_folder, is_folder, is_plain
from explorer.store.guarded_read import read
from explorer.store.header import HEADER, Document, Header, read_header, stamp, write_header
from explorer.store.history import read_history, write_history
from explorer.store.tensors import model_arrays, model_from_arrays, smallest, widened
from explorer.training.run_spec import RunSpec

FILES = WEIGHTS, HISTORY, CODES = "weights.safetensors", "history.parquet", "codes.npz"


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
        """The size of all its files on the disk."""
        return sum(file.stat().st_size for file in self.path.glob("*") if file.is_file())

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


@dataclass(frozen=True)
class BrokenCheckpoint:
    """One line of the library that cannot be read, with the sentence that says why."""

    name: str
    path: Path
    problem: str
    title: ClassVar = "cannot be read"


LibraryEntry = CheckpointInfo | BrokenCheckpoint


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint in memory."""

    info: CheckpointInfo
    run: RunSpec
    header: Header
    model: LatentModel
    history: pd.DataFrame
    codes: Codes


def list_checkpoints() -> tuple[CheckpointInfo, ...]:
    """Every checkpoint of the library that can be read, by name; reads spec.json only. Raises CheckpointError."""
    return tuple(info for info in _library() if isinstance(info, CheckpointInfo))


def broken_checkpoints() -> tuple[BrokenCheckpoint, ...]:
    """Every checkpoint of the library whose spec.json cannot be read, by name; raises CheckpointError."""
    return tuple(info for info in _library() if isinstance(info, BrokenCheckpoint))


def _library() -> tuple[LibraryEntry, ...]:
    folder = checkpoints_folder()
    if not is_folder(folder):
        return ()
    try:
        names = sorted(path.name for path in folder.iterdir() if is_plain(path.name) and path.is_dir())
    except OSError as error:
        raise CheckpointError(
            f"{folder} cannot be read ({error.strerror}); mend it, or set EXPLORER_CHECKPOINTS to another folder."
        ) from error
    return tuple(_info_or_problem(folder / name) for name in names)


def read_info(name: str) -> CheckpointInfo:
    """One line of the library by name or path; raises CheckpointError."""
    path = _existing(checkpoint_path(name), name)
    return _info(path, read_header(path))


def load_checkpoint(name: str) -> Checkpoint:
    """A checkpoint by name or path; raises CheckpointError that names what is missing, torn or foreign."""
    path, document = _checked(name)
    run, header = document.run, document.header
    arrays = widened(read(path / WEIGHTS, load_file))
    model = model_from_arrays(run.model, header.sample_shape, len(header.class_names), arrays, path / WEIGHTS)
    history = read_history(path / HISTORY)
    codes = read_codes(path / CODES, run.model.latent_dim, len(header.class_names))
    return Checkpoint(_info(path, document), run, header, model, history, codes)


def load_codes(name: str) -> Codes:
    """The codes of a checkpoint by name or path, without its model; raises CheckpointError."""
    path, document = _checked(name)
    return read_codes(path / CODES, document.run.model.latent_dim, len(document.header.class_names))


def save_checkpoint(
    name: str, run: RunSpec, header: Header, model: LatentModel, history: pd.DataFrame, codes: Codes, *, replace: bool
) -> Path:
    """Write a checkpoint whole or not at all; raises CheckpointError."""

    def write(folder: Path) -> None:
        arrays = {key: np.array(smallest(value), order="C") for key, value in model_arrays(model).items()}
        (folder / WEIGHTS).write_bytes(save(arrays))
        write_history(folder / HISTORY, history)
        write_codes(folder / CODES, codes)
        write_header(folder, run, header, FILES)

    return write_folder(checkpoints_folder() / check_name(name), write, replace)


def rename_checkpoint(name: str, new_name: str) -> Path:
    """Give a checkpoint of the library another name; raises CheckpointError when that is taken or cannot be a name."""
    source, target = _in_library(name), checkpoints_folder() / check_name(new_name)
    if target.exists():
        raise CheckpointError(f"There is a checkpoint {new_name!r} already; choose another name.")
    return _move(source, target, "renamed")


def delete_checkpoint(name: str) -> None:
    """Remove a checkpoint of the library from the disk, broken ones too; raises CheckpointError."""
    source = _in_library(name)
    # Renamed first, so that it is gone at once or not at all.
    shutil.rmtree(_move(source, source.with_name(f".{name}.{os.getpid()}.old.tmp"), "deleted"), ignore_errors=True)


def _move(source: Path, target: Path, verb: str) -> Path:
    try:
        return source.rename(target)
    except OSError as error:
        raise CheckpointError(f"{source} could not be {verb} ({error.strerror}); it is as it was.") from error


def _in_library(name: str) -> Path:
    if not is_plain(name):
        raise CheckpointError(f"{name!r} is no checkpoint of the library; give the name of a folder in it.")
    return _existing(checkpoints_folder() / name, name)


def _existing(path: Path, name: str) -> Path:
    if not is_folder(path):
        known = ", ".join(info.name for info in list_checkpoints()) or "none yet"
        raise CheckpointError(f"There is no checkpoint {name!r}; there are: {known}.")
    return path


def _info(path: Path, document: Document) -> CheckpointInfo:
    return CheckpointInfo(path.name, path, document.fingerprint, document.run, document.header)


def _info_or_problem(path: Path) -> LibraryEntry:
    try:
        return _info(path, read_header(path))
    except CheckpointError as error:
        return BrokenCheckpoint(path.name, path, str(error))


def _checked(name: str) -> tuple[Path, Document]:
    path = _existing(checkpoint_path(name), name)
    document = read_header(path)
    _check_files(path, document.files)
    return path, document


def _check_files(path: Path, stamps: Mapping[str, Any]) -> None:
    present = {file.name for file in path.iterdir() if not file.name.startswith(".")}
    for name in sorted(present - {HEADER, *FILES}):
        raise CheckpointError(f"{path} holds a foreign file {name}; remove it.")
    for name in FILES:
        size = read(path / name, lambda file: file.stat().st_size)
        promised = stamps.get(name)
        # The size first, so that an enormous file is not read.
        if not isinstance(promised, dict) or size != promised.get("bytes") or stamp(path / name) != promised:
            raise CheckpointError(
                f"{path / name} ({size:,} bytes) is torn or not what was saved; restore the checkpoint's files."
            )
