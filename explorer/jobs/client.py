"""What pages and the command line ask of the register: queue, look up, stop, resume, keep, remove."""

import json
import shutil
import time
from dataclasses import replace
from itertools import chain, count
from uuid import uuid4

from explorer.errors import JobError
from explorer.jobs.class_limits import check_class_queue, check_class_run
from explorer.jobs.database import reading, transaction
from explorer.jobs.job import STOPPED_STATES, Job, JobState, Pace, job_from_row
from explorer.jobs.limits import check_queue, check_resources
from explorer.jobs.workers import mark_lost
from explorer.permissions import ClassLimits
from explorer.store import check_name, checkpoints_folder
from explorer.store.schema import Connection, Row, count_rows
from explorer.training.changes import Change, before
from explorer.training.run_spec import RunSpec, after_step, run_to_json, value_at

LISTED = 200
NOTED_EVERY_S = 3.0
_PAGE = """
SELECT * FROM runs WHERE id IN (
    SELECT id FROM runs ORDER BY state IN ('queued', 'running') DESC, id DESC LIMIT ?
) ORDER BY id DESC
"""


def submit(run: RunSpec, name: str, device: str = "auto", limits: ClassLimits | None = None) -> int:
    """Queue a run and return its id.

    limits: what a student may ask for, whose name begins with `own_prefix`. Raises JobError or CheckpointError when the
    name cannot be used, and as `check_resources`, `check_queue` and their likes of `class_limits` do.
    """
    check_free(name)
    check_resources(run)
    if limits is not None:
        check_class_run(run, name, limits)
    origin = None if limits is None else limits.origin
    row = (name, json.dumps(run_to_json(run)), device, time.time(), uuid4().hex, origin)
    with transaction() as connection:
        # Another session may have taken the name since it was looked at.
        _check_no_run(connection, name)
        check_queue(connection)
        if limits is not None:
            check_class_queue(connection, name, limits)
        return _insert(connection, row)


def submit_numbered(run: RunSpec, wanted: str, device: str = "auto", limits: ClassLimits | None = None) -> int:
    """Queue a run under a name, or with the first number that makes it free, whatever others queue meanwhile."""
    name = free_name(wanted)
    try:
        return submit(run, name, device, limits)
    except JobError:
        if free_name(wanted) == name:
            raise
        return submit_numbered(run, wanted, device, limits)


def check_free(name: str) -> None:
    """Raise JobError or CheckpointError when no new run can have this name."""
    check_name(name)
    if (checkpoints_folder() / name).exists():
        raise JobError(f"There is a checkpoint named {name!r} already; choose another name.")
    with reading() as connection:
        _check_no_run(connection, name)


def free_name(wanted: str) -> str:
    """The name itself, or with the first number that makes it free for a new run."""
    with reading() as connection:
        taken = {row["name"].lower() for row in connection.execute("SELECT name FROM runs WHERE state <> 'done'")}
    numbered = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
    return next(name for name in numbered if name.lower() not in taken and not (checkpoints_folder() / name).exists())


def _check_no_run(connection: Connection, name: str) -> None:
    if count_rows(connection, "FROM runs WHERE lower(name) = ? AND state <> 'done'", name.lower()):
        raise JobError(f"There is a run named {name!r} already; choose another name, or remove that run.")


def _insert(connection: Connection, row: tuple[str, str, str, float, str, str | None]) -> int:
    (inserted,) = connection.execute(
        "INSERT INTO runs (name, spec, device, created, folder, origin, state) VALUES (?, ?, ?, ?, ?, ?, 'queued') "
        "RETURNING id",
        row,
    )
    return int(inserted["id"])


def list_jobs(at_most: int = LISTED) -> tuple[Job, ...]:
    """The runs, the newest first; a run whose worker died is marked lost on the way.

    at_most: where there are more, those that wait or run and then the newest are listed.
    """
    mark_lost()
    with reading() as connection:
        return tuple(job_from_row(row) for row in connection.execute(_PAGE, (at_most,)))


def count_jobs() -> int:
    """How many runs there are, also those that `list_jobs` leaves out."""
    with reading() as connection:
        return count_rows(connection, "FROM runs")


def count_open_jobs() -> dict[JobState, int]:
    """How many runs wait, and how many run."""
    with reading() as connection:
        rows = connection.execute(
            "SELECT state, COUNT(*) AS n FROM runs WHERE state IN ('queued', 'running') GROUP BY state"
        )
        found = {row["state"]: row["n"] for row in rows}
    return {"queued": found.get("queued", 0), "running": found.get("running", 0)}


def count_before(job_id: int) -> int:
    """How many runs go before a queued one."""
    with reading() as connection:
        return count_rows(connection, "FROM runs WHERE state IN ('queued', 'running') AND id < ?", job_id)


def get_job(job_id: int) -> Job:
    """One run; raises JobError when there is none of that id."""
    mark_lost()
    with reading() as connection:
        return job_from_row(_row(connection, job_id))


def stop(job_id: int) -> None:
    """Cancel a queued run at once, a running one after its current step, keeping what was reached."""
    with transaction() as connection:
        _require(connection, job_id, ("queued", "running"), "stopped")
        connection.execute("UPDATE runs SET stop_requested = 1 WHERE id = ? AND state = 'running'", (job_id,))
        connection.execute(
            "UPDATE runs SET state = 'cancelled', finished = ? WHERE id = ? AND state = 'queued'", (time.time(), job_id)
        )


def set_pace(job_id: int, pace: Pace) -> None:
    """Let a running run go on as fast as it can, in slow motion, or not at all; it holds while somebody watches it."""
    with transaction() as connection:
        _require(connection, job_id, ("running",), "paused or slowed down")
        connection.execute("UPDATE runs SET pace = ?, watched = ? WHERE id = ?", (pace, time.time(), job_id))


def turn(job_id: int, field: str, value: float) -> None:
    """Let a field of a running run have another value from its next step on; raises JobError, SpecError."""
    job = get_job(job_id)
    after_step(job.run, job.step, field, value)
    with transaction() as connection:
        _require(connection, job_id, ("running",), "changed while it trains")
        connection.execute("INSERT INTO turns (run_id, field, value) VALUES (?, ?, ?)", (job_id, field, value))


def undo(job_id: int) -> Change:
    """Give the field that a running run changed last its former value again, which is one more change; returns it.

    Raises JobError for a run without changes that were made on the way.
    """
    job = get_job(job_id)
    made = before(job.run.changes, job.step + 1)
    if not made:
        raise JobError(f"Run {job_id} has made no change yet that could be undone.")
    last = made[-1]
    former = replace(job.run, changes=made[:-1])
    change = Change(job.step, last.field, value_at(former, job.step, last.field))
    turn(job_id, change.field, change.value)
    return change


def fork(job_id: int, step: int, field: str, value: float, name: str, limits: ClassLimits | None = None) -> int:
    """Queue a run that shares another's first steps and then has another value of a field; returns its id.

    It takes the shared steps again, to the same bits on the same kind of device with as many threads. Raises SpecError
    and as `submit` does.
    """
    job = get_job(job_id)
    past = replace(job.run, changes=before(job.run.changes, step))
    return submit_numbered(after_step(past, step, field, value), name, job.device, limits)


def step_once(job_id: int) -> None:
    """Let a running run take one step and pause."""
    with transaction() as connection:
        _require(connection, job_id, ("running",), "stepped")
        connection.execute(
            "UPDATE runs SET pace = 'paused', single_steps = single_steps + 1, watched = ? WHERE id = ?",
            (time.time(), job_id),
        )


def watch(job: Job) -> None:
    """Say that somebody watches an open run, so that its worker makes pictures of it; written every few seconds."""
    now = time.time()
    if job.is_open and now - (job.watched or 0) > NOTED_EVERY_S:
        with transaction() as connection:
            connection.execute("UPDATE runs SET watched = ? WHERE id = ?", (now, job.id))


def resume(job_id: int) -> None:
    """Queue a stopped, failed or lost run again, to go on from where its state was saved last."""
    with transaction() as connection:
        _require(connection, job_id, STOPPED_STATES, "resumed")
        _queue_again(connection, job_id, keep=False)


def keep(job_id: int) -> None:
    """Queue a stopped, failed or lost run to become a checkpoint as it is, without further training."""
    if not get_job(job_id).has_state:
        raise JobError(f"Run {job_id} has reached nothing yet that could be kept; resume it, or remove it.")
    with transaction() as connection:
        _require(connection, job_id, STOPPED_STATES, "kept")
        _queue_again(connection, job_id, keep=True)


def remove(job_id: int) -> None:
    """Forget a run with its curves and resume state; a checkpoint that it made stays."""
    folder = get_job(job_id).state_folder
    with transaction() as connection:
        _require(connection, job_id, ("queued", "done", *STOPPED_STATES), "removed")
        connection.execute("DELETE FROM runs WHERE id = ?", (job_id,))
    shutil.rmtree(folder, ignore_errors=True)


def _queue_again(connection: Connection, job_id: int, keep: bool) -> None:
    connection.execute(
        "UPDATE runs SET state = 'queued', keep = ?, worker = NULL, message = NULL, finished = NULL, "
        "stop_requested = 0, pace = 'full' WHERE id = ?",
        (int(keep), job_id),
    )


def _require(connection: Connection, job_id: int, allowed: tuple[JobState, ...], verb: str) -> None:
    state = _row(connection, job_id)["state"]
    if state not in allowed:
        raise JobError(f"Run {job_id} is {state}; only one that is {' or '.join(allowed)} can be {verb}.")


def _row(connection: Connection, job_id: int) -> Row:
    row = connection.execute("SELECT * FROM runs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise JobError(f"There is no run {job_id}; it may have been removed, see the list of runs.")
    return row
