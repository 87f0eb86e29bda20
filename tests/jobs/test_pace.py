"""A run in a worker that pauses, goes step by step or slowly, and is pictured while somebody watches it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from explorer import jobs
from explorer.errors import JobError
from explorer.jobs import Job, run_store, worker, workers
from explorer.jobs.database import transaction
from explorer.jobs.trainer import Trainer
from explorer.jobs.worker import Worker, run_job
from explorer.training.live_pictures import LivePictures
from tests.jobs.conftest import A_RUN, COUNTING, N_STEPS, a_record, count, pictures

pytestmark = pytest.mark.usefixtures("either_database")
PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLOW_STEP_S", "PAUSE_POLL_S", "PICTURES_EVERY_S", "PICTURES_RATIO", "WRITE_EVERY_S"):
        monkeypatch.setattr(worker, name, 0.0)


def wait_until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.005)


@contextmanager
def working(trainer: Trainer = COUNTING, name: str = "a") -> Iterator[tuple[int, Worker]]:
    """A run that a worker takes at once in a thread of its own; it is paused before its first step."""
    job_id, worker_id = jobs.submit(A_RUN, name), workers.register("cpu")
    job = run_store.claim(worker_id)
    assert job is not None
    jobs.set_pace(job_id, "paused")
    own = Worker(worker_id, "cpu", trainer, threading.Event())
    thread = threading.Thread(target=run_job, args=(job, own))
    thread.start()
    try:
        yield job_id, own
    finally:
        own.leave.set()
        thread.join()


def has_taken(job_id: int, n: int) -> bool:
    return step_of(job_id) == n


def step_of(job_id: int) -> int:
    return jobs.get_job(job_id).step


def test_a_paused_run_takes_the_steps_that_are_asked_for_and_then_goes_on() -> None:
    with working() as (job_id, _):
        wait_until(lambda: step_of(job_id) == 1)
        for n in (2, 3):
            jobs.step_once(job_id)
            wait_until(partial(has_taken, job_id, n))
        time.sleep(0.05)
        assert step_of(job_id) == 3
        assert jobs.get_job(job_id).pace == "paused"
        jobs.set_pace(job_id, "full")
        wait_until(lambda: jobs.get_job(job_id).state == "done")
    assert len(jobs.metrics(job_id)) == N_STEPS


def test_a_paused_run_can_be_stopped() -> None:
    with working() as (job_id, _):
        wait_until(lambda: step_of(job_id) == 1)
        jobs.stop(job_id)
        wait_until(lambda: jobs.get_job(job_id).state == "cancelled")


def test_a_worker_that_is_asked_to_leave_puts_a_paused_run_back() -> None:
    with working() as (job_id, own):
        wait_until(lambda: step_of(job_id) == 1)
        own.leave.set()
        wait_until(lambda: jobs.get_job(job_id).state == "queued")


def test_slow_motion_yields_a_record_at_each_step_and_full_pace_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # The run must not end before its pace is changed.
    monkeypatch.setattr(worker, "SLOW_STEP_S", 0.2)
    seen: list[bool] = []

    def train(state: object) -> Iterator[object]:
        for record in count(state):  # type: ignore[arg-type]
            yield record
            seen.append(state.records_every_step)  # type: ignore[attr-defined]

    with working(replace(COUNTING, train=train)) as (job_id, _):  # type: ignore[arg-type]
        wait_until(lambda: step_of(job_id) == 1)
        jobs.set_pace(job_id, "slow")
        wait_until(lambda: step_of(job_id) > 2)
        jobs.set_pace(job_id, "full")
        wait_until(lambda: jobs.get_job(job_id).state == "done")
    assert seen[0]


def forget_watchers(job_id: int) -> None:
    with transaction() as connection:
        connection.execute("UPDATE runs SET watched = ? WHERE id = ?", (time.time() - 61, job_id))


def test_a_pause_ends_when_nobody_has_watched_for_a_minute() -> None:
    with working() as (job_id, _):
        wait_until(lambda: step_of(job_id) == 1)
        forget_watchers(job_id)
        wait_until(lambda: jobs.get_job(job_id).state == "done")
    assert jobs.get_job(job_id).pace == "full"


def test_a_pause_ends_for_the_sake_of_runs_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LONGEST_PAUSE_S", 0.05)
    with working() as (job_id, _):
        wait_until(lambda: step_of(job_id) == 1)
        time.sleep(0.1)
        assert step_of(job_id) == 1
        jobs.submit(A_RUN, "b")
        wait_until(lambda: jobs.get_job(job_id).state == "done")


def test_time_and_speed_leave_a_pause_out() -> None:
    progress = worker.Progress(before_s=10, idle_s=3)
    record = replace(a_record(5), elapsed_s=4.0, samples_per_s=100.0)
    found = worker._without_idling(record, progress)
    assert (found.elapsed_s, found.samples_per_s) == (11.0, 400.0)


def test_only_a_watched_run_is_pictured() -> None:
    made: list[int] = []

    def look(state: object) -> LivePictures:
        made.append(1)
        return pictures(state)  # type: ignore[arg-type]

    job_id = jobs.submit(A_RUN, "a")
    worker.work("cpu", once=True, trainer=replace(COUNTING, pictures=look))
    assert made == []
    assert jobs.live_pictures(job_id) is None
    with working(name="b") as (watched, _):
        wait_until(lambda: jobs.live_pictures(watched) is not None)
        jobs.set_pace(watched, "full")
        wait_until(lambda: jobs.get_job(watched).state == "done")
    found = jobs.live_pictures(watched)
    assert found is not None
    assert found.step == N_STEPS
    np.testing.assert_array_equal(found.codes, np.full((6, 2), N_STEPS))
    assert found.inputs is not None
    assert found.inputs.shape == (10, 2, 3)
    assert [int(row.max()) for row in (found.inputs, found.reconstructions, found.draws)] == [20, 21, 22]  # type: ignore[union-attr]


def test_pictures_of_models_without_a_prior_of_colours_and_of_what_is_no_image_come_back() -> None:
    job_id, worker_id = jobs.submit(A_RUN, "a"), workers.register("cpu")
    run_store.claim(worker_id)
    whole = pictures(COUNTING.begin(jobs.get_job(job_id), "cpu"))
    run_store.append(job_id, worker_id, [a_record(1)], pictures=replace(whole, draws=None))
    found = jobs.live_pictures(job_id)
    assert found is not None
    assert found.draws is None
    assert found.reconstructions is not None
    colours = np.arange(10 * 2 * 3 * 3, dtype=np.uint8).reshape(10, 2, 3, 3)
    run_store.append(
        job_id, worker_id, [], pictures=replace(whole, inputs=colours, reconstructions=colours, draws=None)
    )
    found = jobs.live_pictures(job_id)
    assert found is not None
    np.testing.assert_array_equal(found.inputs, colours)
    run_store.append(job_id, worker_id, [], pictures=LivePictures(2, whole.codes, None, None, None))
    found = jobs.live_pictures(job_id)
    assert found is not None
    assert (found.step, found.inputs) == (2, None)


def test_a_page_says_only_now_and_then_that_it_watches() -> None:
    job_id = jobs.submit(A_RUN, "a")
    jobs.watch(jobs.get_job(job_id))
    first = jobs.get_job(job_id).watched
    assert first is not None
    jobs.watch(jobs.get_job(job_id))
    assert jobs.get_job(job_id).watched == first
    done: Job = replace(jobs.get_job(job_id), state="done", watched=None)
    jobs.watch(done)
    assert jobs.get_job(job_id).watched == first


@pytest.mark.parametrize("act", [lambda job_id: jobs.set_pace(job_id, "paused"), jobs.step_once])
def test_only_a_running_run_has_a_pace(act: Callable[[int], None]) -> None:
    job_id = jobs.submit(A_RUN, "a")
    with pytest.raises(JobError, match="is queued; only one that is running can be"):
        act(job_id)
