"""A register of its own for every test, and a training that takes no time."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import CheckpointError
from explorer.jobs.job import Job
from explorer.jobs.trainer import Classes, Trainer
from explorer.models import VAESpec
from explorer.training import Record, RunSpec
from explorer.training.live_pictures import LivePictures
from explorer.training.run_spec import after_step

N_STEPS = 20
N_SNAPSHOT_SAMPLES = 6
A_RUN = RunSpec(VAESpec(), "digits", n_epochs=2)


@dataclass
class CountingState:
    """A training that only counts its steps."""

    job: Job
    step: int = 0
    execution: str = "counted"
    records_every_step: bool = False
    run: RunSpec | None = None


def a_record(step: int, n_steps: int = N_STEPS) -> Record:
    """A record whose numbers all depend on its step."""
    is_epoch_end = step % (n_steps // 2) == 0
    return Record(
        step=step,
        n_steps=n_steps,
        epoch=step / 10,
        is_epoch_end=is_epoch_end,
        loss=3.0 + 1 / step,
        reconstruction=2.0,
        kl=1.0 + 1 / step,
        elapsed_s=step / 100,
        samples_per_s=1000.0,
        classification=0.5 + 1 / step,
        penalty=0.25 + 1 / step,
        validation_loss=4.0 if is_epoch_end else None,
        validation_reconstruction=3.0 if is_epoch_end else None,
        validation_kl=1.0 if is_epoch_end else None,
        kl_per_dim=(0.75, 0.25) if is_epoch_end else None,
        active_units=2 if is_epoch_end else None,
        snapshot=np.full((N_SNAPSHOT_SAMPLES, 2), step / 4, np.float32) if step in (1, 10) else None,
    )


def count(state: CountingState) -> Iterator[Record]:
    """Every step of a counting training."""
    while state.step < N_STEPS:
        state.step += 1
        yield a_record(state.step)


def count_slowly(state: CountingState) -> Iterator[Record]:
    """Every step of a counting training, about a second in all."""
    for record in count(state):
        time.sleep(0.05)
        yield record


def save(state: CountingState, folder: Path) -> None:
    """Keep the step that was reached."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "step").write_text(str(state.step), encoding="utf-8")


def begin(job: Job, device: str) -> CountingState:
    """Count from the start, or from where it was saved."""
    step = int((job.state_folder / "step").read_text(encoding="utf-8")) if job.has_state else 0
    return CountingState(job, step)


def finish(state: CountingState, records: list[Record], name: str) -> Path:
    """A checkpoint that lists the steps of its records."""
    from explorer.store import checkpoints_folder

    path = checkpoints_folder() / name
    if path.exists():
        raise CheckpointError(f"{path} exists already; choose another name or delete it first.")
    path.mkdir(parents=True)
    (path / "steps").write_text(" ".join(str(record.step) for record in records), encoding="utf-8")
    return path


def classes(state: CountingState) -> Classes:
    """The classes of the samples in every snapshot."""
    return np.arange(N_SNAPSHOT_SAMPLES), tuple("abcdef")


AT_ONCE = """
import os, sys
from explorer import jobs
for _ in range(4):
    if not os.fork():
        {statement}
        sys.exit()
sys.exit(any([os.wait()[1] for _ in range(4)]))
"""


def run_at_once(statement: str) -> tuple[int, str]:
    """Exit code and complaints of four processes that run a statement about `jobs` at the same moment."""
    program = [sys.executable, "-c", AT_ONCE.format(statement=statement)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def pictures(state: CountingState) -> LivePictures:
    """Pictures that say at which step they were made."""
    row = np.full((10, 2, 3), state.step, np.uint8)
    return LivePictures(state.step, np.full((N_SNAPSHOT_SAMPLES, 2), state.step, np.float32), row, row + 1, row + 2)


def turn(state: CountingState, field: str, value: float) -> RunSpec:
    """The run with a change at the step that was counted last."""
    state.run = after_step(state.run or state.job.run, state.step, field, value)
    return state.run


COUNTING = Trainer(begin, count, save, finish, classes, pictures, turn)
SLOW = replace(COUNTING, train=count_slowly)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs and checkpoints below the test's own folder."""
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return tmp_path
