"""Checkpoints on the disk: a folder with spec.json, weights.safetensors, history.parquet and codes.npz.

Nothing in it executes when loaded; whatever is missing, torn or foreign is a CheckpointError that names it.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from explorer.errors import CheckpointError, ExplorerError
from explorer.models.latent_model import LatentModel
from explorer.store.folder import check_name, checkpoint_path, checkpoints_folder
from explorer.store.tensors import model_arrays, model_from_arrays
from explorer.store.whole_files import write_folder
from explorer.training.run_spec import RunSpec, run_from_json, run_to_json

FORMAT = 1
HEADER = "spec.json"
WEIGHTS, HISTORY, CODES = "weights.safetensors", "history.parquet", "codes.npz"
MAX_CODES_BYTES = 1 << 30


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


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes that come with a checkpoint; an empty array where a model has none.

    train: (N, K) float32 (kept as float16), test: (N, K) float32, labels: (N,) int64;
    test_log_var: (N, K) of a VAE's posterior, else (0, K); snapshots: (S, M, K) at snapshot_steps (S,).
    """

    train: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    test: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    test_log_var: NDArray[np.float32]
    snapshot_steps: NDArray[np.int64]
    snapshots: NDArray[np.float32]
    snapshot_labels: NDArray[np.int64]


@dataclass(frozen=True)
class CheckpointInfo:
    """One line of the library; when `problem` says what is wrong, run and header are None."""

    name: str
    path: Path
    fingerprint: str
    run: RunSpec | None
    header: Header | None
    problem: str | None = None

    @property
    def n_bytes(self) -> int:
        """The size of all its files on the disk."""
        return sum(file.stat().st_size for file in self.path.glob("*") if file.is_file())

    @property
    def title(self) -> str:
        """The model in a few words, such as 'VAE, K = 2'."""
        return self.name if self.run is None else f"{self.run.model.title}, K = {self.run.model.latent_dim}"

    @property
    def metrics(self) -> dict[str, float | int | None]:
        """Figures of merit on the test split; empty for a broken checkpoint."""
        return {} if self.header is None else self.header.metrics

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return () if self.header is None else self.header.sample_shape

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return () if self.header is None else self.header.class_names


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
    """Every checkpoint of the library by name, broken ones with their problem; reads spec.json only."""
    folder = checkpoints_folder()
    if not folder.is_dir():
        return ()
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return tuple(_info_or_problem(folder / name) for name in names)


def read_info(name: str) -> CheckpointInfo:
    """One line of the library; raises CheckpointError."""
    path = checkpoint_path(name)
    if not path.is_dir():
        known = ", ".join(info.name for info in list_checkpoints()) or "none yet"
        raise CheckpointError(f"There is no checkpoint {name!r}; there are: {known}.")
    return _read_info(path)[0]


def load_checkpoint(name: str) -> Checkpoint:
    """A checkpoint by name or path; raises CheckpointError that names what is missing, torn or foreign."""
    info, run, header = _read_checked(name)
    arrays = _read(info.path / WEIGHTS, load_file)
    model = model_from_arrays(run.model, header.sample_shape, arrays, info.path / WEIGHTS)
    history = _read(info.path / HISTORY, lambda file: pq.read_table(file).to_pandas(ignore_metadata=True))
    codes = _read_codes(info.path / CODES, run.model.latent_dim)
    return Checkpoint(info, run, header, model, history, codes)


def load_codes(name: str) -> Codes:
    """The codes of a checkpoint by name or path, without its model; raises CheckpointError."""
    info, run, _ = _read_checked(name)
    return _read_codes(info.path / CODES, run.model.latent_dim)


def _read_checked(name: str) -> tuple[CheckpointInfo, RunSpec, Header]:
    info, document = _read_info(read_info(name).path)
    if info.run is None or info.header is None:
        raise CheckpointError(f"{info.path / HEADER} has no run.")
    _check_files(info.path, document["files"])
    return info, info.run, info.header


def save_checkpoint(
    name: str, run: RunSpec, header: Header, model: LatentModel, history: pd.DataFrame, codes: Codes, *, replace: bool
) -> Path:
    """Write a checkpoint whole or not at all; raises CheckpointError."""

    def write(folder: Path) -> None:
        arrays = {key: np.array(value, order="C") for key, value in model_arrays(model).items()}
        (folder / WEIGHTS).write_bytes(save(arrays))
        pq.write_table(pa.Table.from_pandas(history, preserve_index=False), folder / HISTORY)
        np.savez_compressed(folder / CODES, **_stored_codes(codes))
        (folder / HEADER).write_text(json.dumps(_document(folder, run, header), indent=1) + "\n", encoding="utf-8")

    return write_folder(checkpoints_folder() / check_name(name), write, replace)


def rename_checkpoint(name: str, new_name: str) -> Path:
    """Give a checkpoint another name; raises CheckpointError when that is taken or cannot be a name."""
    target = checkpoints_folder() / check_name(new_name)
    source = read_info(name).path
    if target.exists():
        raise CheckpointError(f"There is a checkpoint {new_name!r} already; choose another name.")
    try:
        source.rename(target)
    except OSError as error:
        raise CheckpointError(f"{source} could not be renamed ({error.strerror}).") from error
    return target


def delete_checkpoint(name: str) -> None:
    """Remove a checkpoint of the library from the disk, broken ones too; raises CheckpointError."""
    path = checkpoints_folder() / check_name(name)
    if not path.is_dir():
        raise CheckpointError(f"There is no checkpoint {name!r} to delete.")
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise CheckpointError(f"{path} could not be deleted ({error.strerror}).") from error


def _info_or_problem(path: Path) -> CheckpointInfo:
    try:
        return _read_info(path)[0]
    except ExplorerError as error:
        return CheckpointInfo(path.name, path, "", None, None, str(error))


def _read_info(path: Path) -> tuple[CheckpointInfo, dict[str, Any]]:
    content = _read(path / HEADER, Path.read_bytes)
    try:
        document = json.loads(content)
        run, header = _parse_document(document)
    except (ValueError, TypeError, ExplorerError) as error:
        raise CheckpointError(f"{path / HEADER} cannot be used: {error}") from error
    fingerprint = hashlib.sha256(content).hexdigest()[:16]
    return CheckpointInfo(path.name, path, fingerprint, run, header), document


def _parse_document(document: Any) -> tuple[RunSpec, Header]:
    allowed = {"format", "run", "files", *(field.name for field in fields(Header))}
    if not isinstance(document, dict):
        raise CheckpointError("it is no JSON object.")
    if document.keys() != allowed:
        odd = ", ".join(sorted(document.keys() ^ allowed))
        raise CheckpointError(f"its fields are not those of format {FORMAT}; missing or unknown: {odd}.")
    if document["format"] != FORMAT:
        raise CheckpointError(f"its format is {document['format']!r}, but this version reads format {FORMAT}.")
    given = {field.name: document[field.name] for field in fields(Header)}
    given["sample_shape"] = tuple(int(length) for length in given["sample_shape"])
    given["class_names"] = tuple(str(name) for name in given["class_names"])
    if not isinstance(given["metrics"], dict) or not isinstance(document["files"], dict):
        raise CheckpointError("its metrics and files must be JSON objects.")
    return run_from_json(document["run"]), Header(**given)


def _document(folder: Path, run: RunSpec, header: Header) -> dict[str, Any]:
    stamps = {name: _stamp(folder / name) for name in (WEIGHTS, HISTORY, CODES)}
    return {"format": FORMAT, "run": run_to_json(run), **vars(header), "files": stamps}


def _stamp(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _check_files(path: Path, stamps: Mapping[str, Any]) -> None:
    present = {file.name for file in path.iterdir() if not file.name.startswith(".")}
    for name in sorted(present - {HEADER, WEIGHTS, HISTORY, CODES}):
        raise CheckpointError(f"{path} holds a foreign file {name}; remove it.")
    for name in (WEIGHTS, HISTORY, CODES):
        if name not in present or name not in stamps:
            raise CheckpointError(f"{path} lacks {name}; restore the checkpoint's files.")
        size = (path / name).stat().st_size
        if size != stamps[name]["bytes"]:
            raise CheckpointError(
                f"{path / name} has {size:,} bytes instead of {stamps[name]['bytes']:,}; restore the checkpoint's files."
            )
        if _stamp(path / name) != stamps[name]:
            raise CheckpointError(f"{path / name} is not the file that was saved; restore the checkpoint's files.")


def _stored_codes(codes: Codes) -> dict[str, NDArray[Any]]:
    halves = {"train", "test_log_var", "snapshots"}
    labels = {"train_labels", "test_labels", "snapshot_labels"}
    kinds = {name: np.float16 for name in halves} | {name: np.uint8 for name in labels}
    return {name: array.astype(kinds.get(name, array.dtype)) for name, array in vars(codes).items()}


def _read_codes(path: Path, latent_dim: int) -> Codes:
    with _read(path, zipfile.ZipFile) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_CODES_BYTES:
            raise CheckpointError(f"{path} unpacks to more than {MAX_CODES_BYTES:,} bytes; it is no codes file.")
    arrays = _read(path, lambda file: dict(np.load(file, allow_pickle=False)))
    names = [field.name for field in fields(Codes)]
    if set(arrays) != set(names):
        raise CheckpointError(f"{path} holds {sorted(arrays)} instead of {sorted(names)}.")
    codes = Codes(**{name: _widen(arrays[name]) for name in names})
    _check_codes(codes, latent_dim, path)
    return codes


def _widen(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int64)


def _check_codes(codes: Codes, latent_dim: int, path: Path) -> None:
    pairs = ((codes.train, codes.train_labels), (codes.test, codes.test_labels))
    fits = all(values.shape == (len(labels), latent_dim) for values, labels in pairs)
    expected = (len(codes.snapshot_steps), len(codes.snapshot_labels), latent_dim)
    if not fits or codes.snapshots.shape != expected or codes.test_log_var.shape[1:] != (latent_dim,):
        raise CheckpointError(f"{path} holds codes whose shapes do not belong to K = {latent_dim}.")


def _read(path: Path, reader: Any) -> Any:
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path.parent} lacks {path.name}; restore the checkpoint's files.") from error
    except (OSError, ValueError, SafetensorError, pa.ArrowException, zipfile.BadZipFile, EOFError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); restore the checkpoint's files.") from error
