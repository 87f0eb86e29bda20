"""From a training's state to a checkpoint of the library."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.analysis.evaluate import KEPT_IWAE_K, evaluate
from explorer.data import Dataset, load_dataset
from explorer.errors import CheckpointError
from explorer.models import ConditionalModel, LatentModel, VariationalModel
from explorer.store import Codes, Header, check_name, checkpoints_folder, load_checkpoint, read_info, save_checkpoint
from explorer.store.atomic_write import write_folder
from explorer.store.checkpoints import WEIGHTS
from explorer.store.history import COLUMNS
from explorer.store.tensors import model_arrays
from explorer.training import Record, TrainingState, describe_device
from explorer.training.codes import codes_of_rows
from explorer.training.replay import snapshot_rows


def finish(
    state: TrainingState, records: Sequence[Record], name: str, *, replace: bool = False, test: Dataset | None = None
) -> Path:
    """Evaluate what a training reached and keep it as a checkpoint; raises CheckpointError, DatasetError.

    test: the test split, else it is read. A checkpoint of that name with the very same weights is this training's own,
    from before it was interrupted.
    """
    if not replace and _is_own(state, name):
        return checkpoints_folder() / name
    test = test or load_dataset(state.run.dataset, "test")
    header = Header(
        sample_shape=state.model.sample_shape,
        class_names=state.dataset.class_names,
        data_fingerprint=state.dataset.fingerprint,
        metrics=evaluate(state.model, state.dataset, test, KEPT_IWAE_K),
        step=state.step,
        n_steps=state.n_steps,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        duration_s=round(records[-1].elapsed_s, 3) if records else 0.0,
        device=_device_words(state),
    )
    history = history_frame(records)
    codes = _codes(state, records, test)
    return save_checkpoint(name, state.run, header, state.model, history, codes, replace=replace)


def _device_words(state: TrainingState) -> str:
    """A GPU's name, or a CPU with the threads that the steps took."""
    is_counted = state.device.type == "cpu" and state.execution
    return state.execution if is_counted else describe_device(str(state.device))


def _is_own(state: TrainingState, name: str) -> bool:
    """Whether a checkpoint of the library is what the training reached: same run, step, data and weights."""
    try:
        kept = load_checkpoint(name)
    except CheckpointError:
        return False
    header, arrays = kept.header, model_arrays(kept.model)
    is_same_run = (kept.run, header.step, header.data_fingerprint) == (
        state.run,
        state.step,
        state.dataset.fingerprint,
    )
    return is_same_run and all(np.array_equal(arrays[key], value) for key, value in model_arrays(state.model).items())


def take_in(files: Mapping[str, bytes], name: str) -> Path:
    """Keep the files of a checkpoint that was made on another machine, whole or not at all; raises CheckpointError.

    A checkpoint of that name with the very same weights is taken for this one.
    """
    target = checkpoints_folder() / check_name(name)
    if target.is_dir() and _is_same(target, files):
        return target
    return write_folder(target, lambda folder: _write_files(files, folder))


def _is_same(folder: Path, files: Mapping[str, bytes]) -> bool:
    kept = (folder / WEIGHTS).read_bytes() if (folder / WEIGHTS).is_file() else None
    return kept == files[WEIGHTS]


def _write_files(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def finish_member(state: TrainingState, records: Sequence[Record], name: str, *, replace: bool) -> dict[str, object]:
    """Keep a member of a sweep as a checkpoint; returns its folder and its figures of merit, ready for JSON."""
    path = finish(state, records, name, replace=replace)
    return {"checkpoint": str(path), **read_info(str(path)).metrics}


def history_frame(records: Sequence[Record]) -> pd.DataFrame:
    """Records as a table, a row each; snapshots are left out."""
    return pd.DataFrame([{name: getattr(record, name) for name in COLUMNS} for record in records], columns=COLUMNS)


def _codes(state: TrainingState, records: Sequence[Record], test: Dataset) -> Codes:
    kept = [(record.step, record.snapshot) for record in records if record.snapshot is not None]
    images = [record.snapshot_images for record in records if record.snapshot_images is not None]
    latent_dim = state.model.latent_dim
    return Codes(
        **model_codes(state.model, state.dataset, test),
        train_labels=state.dataset.labels,
        test_labels=test.labels,
        snapshot_steps=np.array([step for step, _ in kept], np.int64),
        snapshots=np.stack([codes for _, codes in kept]) if kept else np.empty((0, 0, latent_dim), np.float32),
        snapshot_labels=state.dataset.labels[snapshot_rows(len(state.dataset))] if kept else np.empty(0, np.int64),
        snapshot_images=np.stack(images) if len(images) == len(kept) > 0 else np.empty((0, 0, 0), np.uint8),
    )


def model_codes(model: LatentModel, train: Dataset, test: Dataset) -> dict[str, NDArray[np.float32]]:
    """What a checkpoint keeps of a model's codes, by the names of `Codes`."""
    return {
        "train": codes_of_rows(model, train, np.arange(len(train))),
        "test": codes_of_rows(model, test, np.arange(len(test))),
        "test_log_var": _log_var(model, test),
    }


def _log_var(model: LatentModel, test: Dataset) -> NDArray[np.float32]:
    if isinstance(model, ConditionalModel):
        return model.posterior(test.pixels(), test.labels).log_var
    if isinstance(model, VariationalModel):
        return model.posterior(test.pixels()).log_var
    return np.empty((0, model.latent_dim), np.float32)
