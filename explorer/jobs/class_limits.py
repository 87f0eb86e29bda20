"""What students may queue on a server for a class: every refusal says the number that was exceeded."""

from pathlib import Path

from explorer.data import find_source
from explorer.errors import AccessError
from explorer.jobs.database import reading, runs_folder
from explorer.jobs.limits import disk_bytes
from explorer.models.parameters import parameter_counts
from explorer.permissions import CLASS_LIMITS, CLASS_PREFIX, TAG_LENGTH, ClassLimits, own_prefix
from explorer.store import checkpoints_folder
from explorer.store.schema import Connection, count_rows
from explorer.training.run_spec import RunSpec

# A run counts until it has become a model or is removed; the name's pattern ends with `%`, for whatever follows.
_UNFINISHED = "FROM runs WHERE state <> 'done' AND name LIKE ?"


def check_class_run(run: RunSpec, name: str, limits: ClassLimits = CLASS_LIMITS) -> None:
    """Raise AccessError for a run that is too large for a student, or whose student has enough models.

    A data set that nobody knows is refused elsewhere.
    """
    source = find_source(run.dataset)
    if source is None:
        return
    _check_size(run, source.n_train, parameter_counts(run.model, source.sample_shape, source.n_classes).total, limits)
    _check_models(name, limits)
    _check_bytes(disk_bytes(run, source), limits)


def check_class_queue(connection: Connection, name: str, limits: ClassLimits = CLASS_LIMITS) -> None:
    """Raise AccessError when a student, or the class, has as many runs as may be."""
    n_own = count_rows(connection, _UNFINISHED, f"{prefix_of(name)}%")
    if n_own >= limits.most_runs:
        raise AccessError(
            f"You have {n_own} runs that wait, train or were stopped, and may have {limits.most_runs}; wait for one to "
            "become a model, or remove one."
        )
    n_all = count_rows(connection, _UNFINISHED, f"{CLASS_PREFIX}%")
    if n_all >= limits.most_runs_of_all:
        raise AccessError(
            f"The class has {n_all} runs that wait, train or were stopped, and may have {limits.most_runs_of_all}; try "
            "again when some have ended."
        )
    _check_origin(connection, limits.most_runs_of_all - n_all, limits.origin)


def prefix_of(name: str) -> str:
    """What the names of all runs and models of one student begin with, from one of them."""
    return own_prefix(name[len(CLASS_PREFIX) : len(CLASS_PREFIX) + TAG_LENGTH])


def class_models() -> tuple[str, ...]:
    """The names of all models that students trained and that still belong to them."""
    return _models(CLASS_PREFIX)


def _check_size(run: RunSpec, n_train: int, n_parameters: int, limits: ClassLimits) -> None:
    n_samples = run.n_epochs * n_train
    if n_parameters > limits.most_parameters:
        raise AccessError(
            f"The model would have {n_parameters:,} parameters, but students train at most "
            f"{limits.most_parameters:,}; take narrower or fewer layers."
        )
    if n_samples > limits.most_samples:
        raise AccessError(
            f"{run.n_epochs:,} epochs of {n_train:,} samples are {n_samples:,} samples, but students train on at most "
            f"{limits.most_samples:,}; take at most {limits.most_samples // n_train:,} epochs."
        )
    if run.batch_size < limits.smallest_batch:
        raise AccessError(
            f"The batch size is {run.batch_size}, but students train with at least {limits.smallest_batch}; take "
            "larger batches."
        )


def _check_models(name: str, limits: ClassLimits) -> None:
    n_models = len(_models(prefix_of(name)))
    if n_models >= limits.most_models:
        raise AccessError(
            f"You have {n_models} models of your own, and may have {limits.most_models}; ask the lecturer to delete "
            "some."
        )


def _check_bytes(needed: int, limits: ClassLimits) -> None:
    taken = sum(_folder_bytes(checkpoints_folder() / name) for name in class_models())
    with reading() as connection:
        rows = connection.execute(f"SELECT folder {_UNFINISHED}", (f"{CLASS_PREFIX}%",))
        taken += sum(_folder_bytes(runs_folder() / row["folder"]) for row in rows)
    if taken + needed > limits.most_bytes:
        raise AccessError(
            f"The class's models and runs take {taken / 1e6:,.0f} MB, this run would need {needed / 1e6:,.1f} MB more, "
            f"and {limits.most_bytes / 1e6:,.0f} MB are for the class; ask the lecturer to delete some."
        )


def _check_origin(connection: Connection, n_free: int, origin: str) -> None:
    """One who gives out as many browsers takes half of the room, and the next one half of the rest."""
    n_here = count_rows(connection, f"{_UNFINISHED} AND origin = ?", f"{CLASS_PREFIX}%", origin)
    if n_here >= n_free:
        raise AccessError(
            f"From your network address {n_here} runs wait, train or were stopped, and {n_free} are left for the whole "
            "class; try again when some have ended."
        )


def _models(prefix: str) -> tuple[str, ...]:
    folder = checkpoints_folder()
    return tuple(sorted(path.name for path in folder.glob(f"{prefix}*"))) if folder.is_dir() else ()


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
