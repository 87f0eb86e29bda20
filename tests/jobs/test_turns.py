"""Fields that are turned while a worker trains: as changes in the register, undone, forked, and trained again."""

import threading
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from safetensors.numpy import load_file

from explorer import jobs
from explorer.errors import JobError, SpecError
from explorer.jobs import run_store, worker, workers
from explorer.jobs.database import transaction
from explorer.jobs.trainer import real_trainer
from explorer.jobs.worker import Worker, run_job, work
from explorer.models import VAESpec
from explorer.store import load_checkpoint, read_info
from explorer.store.schema import count_rows
from explorer.training import RunSpec
from explorer.training.changes import Change
from tests.jobs.conftest import A_RUN
from tests.jobs.test_pace import has_taken, wait_until, working

pytestmark = pytest.mark.usefixtures("either_database")
SHORT = RunSpec(VAESpec(hidden=(16,)), "digits", n_epochs=3, batch_size=200)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLOW_STEP_S", "PAUSE_POLL_S", "WRITE_EVERY_S"):
        monkeypatch.setattr(worker, name, 0.0)


def changes_of(job_id: int) -> tuple[Change, ...]:
    return jobs.get_job(job_id).run.changes


def has_changes(job_id: int, wanted: tuple[Change, ...]) -> bool:
    return changes_of(job_id) == wanted


def test_a_turn_becomes_a_change_at_the_step_where_the_run_stands() -> None:
    with working() as (job_id, _):
        wait_until(partial(has_taken, job_id, 1))
        jobs.turn(job_id, "beta", 4.0)
        wait_until(partial(has_changes, job_id, (Change(1, "beta", 4.0),)))
        for n in (2, 3):
            jobs.step_once(job_id)
            wait_until(partial(has_taken, job_id, n))
        jobs.turn(job_id, "learning_rate", 0.01)
        wait_until(lambda: len(changes_of(job_id)) == 2)
        assert changes_of(job_id)[1] == Change(3, "learning_rate", 0.01)
        jobs.set_pace(job_id, "full")
        wait_until(lambda: jobs.get_job(job_id).state == "done")


def test_undo_gives_the_former_value_again_as_one_more_change() -> None:
    with working() as (job_id, _):
        wait_until(partial(has_taken, job_id, 1))
        with pytest.raises(JobError, match="has made no change yet"):
            jobs.undo(job_id)
        jobs.turn(job_id, "beta", 4.0)
        wait_until(lambda: len(changes_of(job_id)) == 1)
        jobs.step_once(job_id)
        wait_until(partial(has_taken, job_id, 2))
        assert jobs.undo(job_id) == Change(2, "beta", 1.0)
        wait_until(partial(has_changes, job_id, (Change(1, "beta", 4.0), Change(2, "beta", 1.0))))


def test_what_cannot_be_turned_is_refused_at_once() -> None:
    with working() as (job_id, _):
        wait_until(partial(has_taken, job_id, 1))
        with pytest.raises(SpecError, match="variance cannot be changed while vae trains"):
            jobs.turn(job_id, "variance", 0.1)
    job_id = jobs.submit(A_RUN, "waits")
    with pytest.raises(JobError, match="is queued; only one that is running can be changed while it trains"):
        jobs.turn(job_id, "beta", 2.0)


def test_a_turn_that_the_training_refuses_is_dropped() -> None:
    with working() as (job_id, _):
        wait_until(partial(has_taken, job_id, 1))
        with transaction() as connection:
            connection.execute("INSERT INTO turns (run_id, field, value) VALUES (?, 'beta', -1)", (job_id,))
        wait_until(lambda: n_turns() == 0)
        assert changes_of(job_id) == ()


def n_turns() -> int:
    with transaction() as connection:
        return count_rows(connection, "FROM turns")


def test_a_fork_shares_the_past_up_to_its_step() -> None:
    first, later = Change(2, "beta", 4.0), Change(9, "beta", 8.0)
    job_id = jobs.submit(replace(A_RUN, changes=(first, later)), "first")
    fork = jobs.get_job(jobs.fork(job_id, 5, "learning_rate", 0.1, "forked"))
    assert fork.run.changes == (first, Change(5, "learning_rate", 0.1))
    assert (fork.state, fork.name) == ("queued", "forked")
    with pytest.raises(SpecError):
        jobs.fork(job_id, 5, "variance", 0.1, "other")


def test_a_run_that_was_turned_is_trained_again_and_forked_bit_for_bit() -> None:
    """The explorer's own training, in this process: turned at one step, trained again, and forked before it."""
    job_id, worker_id = jobs.submit(SHORT, "turned"), workers.register("cpu")
    job = run_store.claim(worker_id)
    assert job is not None
    jobs.set_pace(job_id, "paused")
    own = Worker(worker_id, "cpu", real_trainer("cpu"), threading.Event())
    thread = threading.Thread(target=run_job, args=(job, own))
    thread.start()
    try:
        wait_until(partial(has_taken, job_id, 1))
        jobs.turn(job_id, "beta", 20.0)
        wait_until(lambda: len(changes_of(job_id)) == 1)
        jobs.set_pace(job_id, "full")
        wait_until(lambda: jobs.get_job(job_id).state == "done")
    finally:
        own.leave.set()
        thread.join()
    turned = jobs.get_job(job_id).run
    jobs.submit(turned, "again")
    jobs.submit(SHORT, "plain")
    jobs.fork(job_id, 1, "beta", 1.0, "back")
    work("cpu", once=True)
    weights = {
        name: load_file(read_info(name).path / "weights.safetensors") for name in ("turned", "again", "plain", "back")
    }
    for one, other in (("turned", "again"), ("plain", "back")):
        assert all(np.array_equal(weights[one][key], weights[other][key]) for key in weights[one])
    assert any(not np.array_equal(weights["turned"][key], weights["plain"][key]) for key in weights["plain"])
    assert load_checkpoint("turned").run == turned
    steps = [record.step for record in run_store.read_records(job_id)]
    assert all(one < other for one, other in pairwise(steps))
