"""Runs in the register as no worker trained them: in any state, with records that are always the same."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from explorer import jobs
from explorer.jobs import run_store, workers
from explorer.jobs.database import reading, transaction
from explorer.jobs.job import JobState
from explorer.models import VAESpec
from explorer.training import Record, RunSpec
from explorer.training.changes import Change

A_RUN = RunSpec(VAESpec(), "digits", n_epochs=2)
MESSAGES = {"failed": "The loss is nan at step 13."}
TURNED = replace(A_RUN, changes=(Change(2, "beta", 4.0),))


def a_record(step: int) -> Record:
    is_epoch_end = step == 10
    return Record(
        step=step,
        n_steps=20,
        epoch=step / 10,
        is_epoch_end=is_epoch_end,
        loss=3.0,
        reconstruction=2.0,
        kl=1.0,
        elapsed_s=step * 2.0,
        samples_per_s=1234.0,
        validation_loss=3.5 if is_epoch_end else None,
        validation_reconstruction=2.25 if is_epoch_end else None,
        validation_kl=1.25 if is_epoch_end else None,
        kl_per_dim=(1.25, 0.0) if is_epoch_end else None,
        active_units=1 if is_epoch_end else None,
        snapshot=np.arange(8, dtype=np.float32).reshape(4, 2),
    )


def the_worker() -> int:
    """Enter the test as a worker, but once, since a second entry would make the runs of the first one lost."""
    with reading() as connection:
        row = connection.execute("SELECT id FROM workers").fetchone()
    return int(row["id"]) if row else workers.register("cpu")


def job_in(state: JobState, run: RunSpec = A_RUN, message: str | None = None, n_records: int = 5) -> int:
    """A run in the register in some state, five steps of twenty done."""
    job_id = jobs.submit(run, jobs.free_name("mine"))
    if state == "queued":
        return job_id
    worker_id = the_worker()
    run_store.claim(worker_id)
    run_store.set_classes(job_id, worker_id, np.arange(4), tuple("0123"))
    run_store.append(job_id, worker_id, [a_record(step) for step in range(1, n_records + 1)])
    jobs.get_job(job_id).state_folder.mkdir()
    if state != "running":
        run_store.end(job_id, worker_id, state, message, "mine" if state == "done" else None)
    return job_id


@contextmanager
def runs_in(states: Sequence[JobState]) -> Iterator[None]:
    """A register of its own with a run in each state, of which the running one was turned and is watched."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if states:
            patch.setenv("EXPLORER_RUNS", folder)
            patch.setattr(jobs, "ensure_worker", lambda: None)
        for state in states:
            job_id = job_in(state, TURNED if state == "running" else A_RUN, MESSAGES.get(state), n_records=12)
            if state == "running":
                _send_pictures(job_id)
            with transaction() as connection:
                connection.execute("UPDATE runs SET created = ? WHERE id = ?", (1e9 + job_id, job_id))
        yield


def _send_pictures(job_id: int) -> None:
    rows = np.linspace(0, 255, 3 * 640).astype(np.uint8).reshape(3, 10, 8, 8)
    run_store.append(job_id, the_worker(), [], pictures=jobs.LivePictures(12, np.ones((4, 2), np.float32), *rows))
