"""What the worker asks of a training: begin or go on, yield records, save, finish."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.jobs.job import Job
from explorer.jobs.limits import check_resources
from explorer.training.live_pictures import LivePictures, live_pictures
from explorer.training.record import Record
from explorer.training.run_spec import RunSpec, after_step

Classes = tuple[NDArray[np.int64], tuple[str, ...]]


class MachineLostError(Exception):
    """The machine that trained a run is gone; the run can go on elsewhere."""


class State(Protocol):
    """A training in progress; step: of the last record that it gave, or of one after it that it is about to give;
    execution: how its steps are run, in words; records_every_step: which the worker sets for slow motion.
    """

    step: int
    execution: str
    records_every_step: bool


@dataclass(frozen=True)
class Trainer:
    """The training that a worker drains, as functions; tests put a fast one in its place."""

    begin: Callable[[Job, str], Any]
    train: Callable[[Any], Iterator[Record]]
    save: Callable[[Any, Path], object]
    finish: Callable[[Any, list[Record], str], Path]
    classes: Callable[[Any], Classes]
    pictures: Callable[[Any], LivePictures]
    turn: Callable[[Any, str, float], RunSpec]


def real_trainer(device: str) -> Trainer:
    """The explorer's own training and store, warmed; raises TrainingError for a device that is not there."""
    from explorer.jobs.save_run import finish
    from explorer.store import save_state
    from explorer.training import pick_device, train

    pick_device(device)
    return Trainer(begin, train, save_state, finish, snapshot_classes, live_pictures, turn)


def begin(job: Job, device: str) -> State:
    """The state of a new run, or of a resumed one as it was saved last.

    Raises DatasetError, CheckpointError and as `check_resources` does; TrainingError when the register's run is not
    the one that began.
    """
    from explorer.data import load_dataset
    from explorer.store import load_state
    from explorer.training import start

    check_resources(job.run)
    dataset = load_dataset(job.run.dataset)
    if job.has_state:
        return load_state(job.state_folder, dataset, device, wanted=job.run)
    return start(job.run, dataset, device)


def turn(state: Any, field: str, value: float) -> RunSpec:
    """Let a field have another value from the next step on; returns the run with that change. Raises SpecError."""
    state.run = after_step(state.run, state.step, field, value)
    run: RunSpec = state.run
    return run


def snapshot_classes(state: Any) -> Classes:
    """The classes (M,) of the samples whose codes are kept along the way, and the names of all classes."""
    from explorer.training.replay import snapshot_rows

    return state.dataset.labels[snapshot_rows(len(state.dataset))], state.dataset.class_names
