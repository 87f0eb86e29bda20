"""The worker ends every run in the right state and loses nothing on the way."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer import jobs
from explorer.errors import CheckpointError, TrainingError
from explorer.jobs import worker as worker_module
from explorer.jobs import workers
from explorer.jobs.database import transaction
from explorer.jobs.job import Job, JobState
from explorer.jobs.worker import work
from explorer.training import Record
from tests.jobs.conftest import A_RUN, COUNTING, N_STEPS, CountingState, count, finish, save

pytestmark = pytest.mark.usefixtures("either_database")
PATIENCE_S = 60
SLOW_WORKER = "from explorer.jobs.worker import work; from tests.jobs.conftest import SLOW; work(trainer=SLOW)"
ROOT = Path(__file__).parents[2]


def work_once(trainer: Any = COUNTING) -> None:
    """Drain the queue in this process."""
    work("cpu", once=True, trainer=trainer)


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it holds; fail when it does not within a minute."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.fixture
def start_worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """A function that starts a process which works slowly."""
    processes: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen([sys.executable, "-c", SLOW_WORKER], cwd=ROOT))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def steps_of(job_id: int) -> list[int]:
    """The steps whose metrics are written."""
    return [int(step) for step in jobs.metrics(job_id)["step"]]


def test_a_run_ends_done_with_all_its_records_and_a_checkpoint(own_folders: Path) -> None:
    job_id = jobs.submit(A_RUN, "a")
    work_once()
    job = jobs.get_job(job_id)
    assert (job.state, job.step, job.n_steps, job.checkpoint, job.message) == ("done", 20, 20, "a", None)
    assert steps_of(job_id) == list(range(1, N_STEPS + 1))
    listed = (own_folders / "checkpoints" / "a" / "steps").read_text(encoding="utf-8")
    assert listed == " ".join(str(step) for step in range(1, N_STEPS + 1))


def test_queued_runs_follow_one_another() -> None:
    ids = [jobs.submit(A_RUN, name) for name in ("a", "b", "c")]
    work_once()
    assert [jobs.get_job(job_id).state for job_id in ids] == ["done"] * 3


def test_a_worker_leaves_the_list_of_workers() -> None:
    work_once()
    assert not jobs.worker_lives()


def stopping_at(step: int, verb: Callable[[int], None] = jobs.stop) -> Any:
    """A training whose run is stopped by a page during a step."""

    def train(state: CountingState) -> Iterator[Record]:
        for record in count(state):
            if record.step == step:
                verb(state.job.id)
            yield record

    return replace(COUNTING, train=train)


@pytest.mark.parametrize("step", [1, 7])
def test_a_stopped_run_keeps_what_it_reached(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)
    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(step))
    job = jobs.get_job(job_id)
    assert (job.state, job.step, job.has_state, job.checkpoint) == ("cancelled", step, True, None)
    jobs.resume(job_id)
    work_once()
    assert jobs.get_job(job_id).state == "done"
    assert steps_of(job_id) == list(range(1, N_STEPS + 1))


def test_a_stop_during_the_last_step_finds_the_run_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)
    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(N_STEPS))
    assert jobs.get_job(job_id).state == "done"


def test_a_stopped_run_becomes_a_checkpoint_when_that_is_asked_for(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)
    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(7))
    jobs.keep(job_id)
    work_once()
    job = jobs.get_job(job_id)
    assert (job.state, job.step, job.checkpoint) == ("done", 7, "a")
    assert (own_folders / "checkpoints" / "a" / "steps").read_text(encoding="utf-8") == "1 2 3 4 5 6 7"


def test_the_clock_goes_on_where_a_run_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)
    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(7))
    jobs.resume(job_id)
    work_once()
    elapsed_s = jobs.metrics(job_id)["elapsed_s"]
    assert elapsed_s.iloc[6] == pytest.approx(0.07, rel=0.01)
    assert elapsed_s.iloc[7] == pytest.approx(0.07 + 0.08, rel=0.01)


def failing_at(step: int, failure: Exception) -> Any:
    """A training that breaks off before it yields a step."""

    def train(state: CountingState) -> Iterator[Record]:
        for record in count(state):
            if record.step == step:
                state.step -= 1
                raise failure
            yield record

    return replace(COUNTING, train=train)


def test_a_diverged_run_says_so_and_keeps_its_last_good_state() -> None:
    job_id = jobs.submit(A_RUN, "a")
    work_once(failing_at(9, TrainingError("The loss is nan at step 9.")))
    job = jobs.get_job(job_id)
    assert (job.state, job.message, job.step) == ("failed", "The loss is nan at step 9.", 8)
    assert (jobs.get_job(job_id).state_folder / "step").read_text(encoding="utf-8") == "8"
    assert steps_of(job_id) == list(range(1, 9))


def test_no_record_before_a_saved_state_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "SAVE_EVERY_S", 0.0)
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 60.0)
    written: list[tuple[int, int]] = []

    def look(state: CountingState, folder: Path) -> None:
        written.append((state.step, jobs.get_job(state.job.id).step))
        save(state, folder)

    jobs.submit(A_RUN, "a")
    work_once(replace(COUNTING, save=look))
    assert written[:N_STEPS] == [(step, step) for step in range(1, N_STEPS + 1)]


def test_a_full_disk_fails_the_run_and_the_next_one_runs() -> None:
    def full(state: CountingState, folder: Path) -> None:
        if state.job.name == "unlucky":
            raise CheckpointError("The state could not be written (No space left on device).")
        save(state, folder)

    unlucky, lucky = jobs.submit(A_RUN, "unlucky"), jobs.submit(A_RUN, "lucky")
    work_once(replace(COUNTING, save=full))
    assert jobs.get_job(unlucky).message == "The state could not be written (No space left on device)."
    assert steps_of(unlucky) == list(range(1, N_STEPS + 1))
    assert [jobs.get_job(job_id).state for job_id in (unlucky, lucky)] == ["failed", "done"]


def test_a_run_that_could_not_be_finished_is_finished_later_without_training() -> None:
    trained: list[int] = []

    def never_again(state: CountingState) -> Iterator[Record]:
        for record in count(state):
            trained.append(record.step)
            yield record

    def refuse(state: CountingState, records: list[Record], name: str) -> Path:
        raise CheckpointError("a exists already; choose another name or delete it first.")

    job_id = jobs.submit(A_RUN, "a")
    work_once(replace(COUNTING, finish=refuse))
    assert jobs.get_job(job_id).state == "failed"
    jobs.resume(job_id)
    work_once(replace(COUNTING, train=never_again))
    assert (jobs.get_job(job_id).state, trained) == ("done", [])


def test_an_error_nobody_foresaw_fails_the_run_alone(caplog: pytest.LogCaptureFixture) -> None:
    first, second = jobs.submit(A_RUN, "a"), jobs.submit(A_RUN, "b")

    def begin(job: Job, device: str) -> CountingState:
        if job.id == first:
            raise RuntimeError("CUDA out of memory.\nTried to allocate 2 GiB")
        return CountingState(job)

    work_once(replace(COUNTING, begin=begin))
    assert jobs.get_job(first).message == "The run broke off: RuntimeError: CUDA out of memory."
    assert jobs.get_job(second).state == "done"
    assert "Tried to allocate 2 GiB" in caplog.text


def test_a_run_that_another_worker_took_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)

    def give_away(job_id: int) -> None:
        with transaction() as connection:
            connection.execute("UPDATE runs SET worker = worker + 1 WHERE id = ?", (job_id,))

    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(5, give_away))
    assert steps_of(job_id) == [1, 2, 3, 4]
    assert not jobs.get_job(job_id).has_state


def test_a_run_given_up_too_early_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_EVERY_S", 0.0)

    def give_up(job_id: int) -> None:
        with transaction() as connection:
            connection.execute("UPDATE runs SET state = 'lost', message = 'gone' WHERE id = ?", (job_id,))

    job_id = jobs.submit(A_RUN, "a")
    work_once(stopping_at(5, give_up))
    job = jobs.get_job(job_id)
    assert (job.state, job.message) == ("done", None)


def test_an_idle_worker_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE_LIMIT_S", 0.0)
    work("cpu", trainer=COUNTING)
    assert not jobs.worker_lives()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_asked_to_leave_puts_its_run_back(
    number: signal.Signals, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    job_id = jobs.submit(A_RUN, "a")
    process = start_worker()
    wait_for(lambda: jobs.get_job(job_id).step >= 1)
    process.send_signal(number)
    assert process.wait(PATIENCE_S) == 0
    job = jobs.get_job(job_id)
    assert (job.state, job.has_state) == ("queued", True)
    assert 1 <= job.step < N_STEPS
    work_once()
    assert steps_of(job_id) == list(range(1, N_STEPS + 1))


def test_a_killed_worker_leaves_its_run_lost_and_it_resumes(
    start_worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    job_id = jobs.submit(A_RUN, "a")
    process = start_worker()
    wait_for(lambda: jobs.get_job(job_id).step >= 1)
    process.kill()
    wait_for(lambda: jobs.get_job(job_id).state == "lost")
    message = jobs.get_job(job_id).message
    assert message is not None
    assert "resume it" in message
    jobs.resume(job_id)
    work_once()
    assert jobs.get_job(job_id).state == "done"
    assert steps_of(job_id) == list(range(1, N_STEPS + 1))


def test_two_workers_share_the_queue(start_worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    ids = [jobs.submit(A_RUN, name) for name in ("a", "b")]
    start_worker()
    start_worker()
    wait_for(lambda: all(jobs.get_job(job_id).state == "running" for job_id in ids))
    wait_for(lambda: all(jobs.get_job(job_id).state == "done" for job_id in ids))


@pytest.mark.parametrize(("age_s", "state"), [(5.0, "running"), (60.0, "lost")])
def test_a_worker_on_another_machine_is_judged_by_its_beat(age_s: float, state: JobState) -> None:
    job_id = jobs.submit(A_RUN, "a")
    with transaction() as connection:
        connection.execute("INSERT INTO workers VALUES (7, 'elsewhere', 1, 'cuda', ?)", (time.time() - age_s,))
        connection.execute("UPDATE runs SET state = 'running', worker = 7")
    assert jobs.get_job(job_id).state == state


def test_a_worker_with_the_number_of_a_dead_one_inherits_no_run() -> None:
    job_id = jobs.submit(A_RUN, "a")
    with transaction() as connection:
        row = (socket.gethostname(), os.getpid(), time.time())
        connection.execute("INSERT INTO workers VALUES (7, ?, ?, 'cpu', ?)", row)
        connection.execute("UPDATE runs SET state = 'running', worker = 7")
    assert workers.register("cpu") != 7
    assert jobs.get_job(job_id).state == "lost"


def test_a_run_that_is_done_leaves_no_state_behind(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.get_job(jobs.submit(A_RUN, "a"))
    kept: list[bool] = []

    def look(state: CountingState, records: list[Record], name: str) -> Path:
        kept.append(job.has_state)
        return finish(state, records, name)

    work_once(replace(COUNTING, finish=look))
    assert (kept, job.has_state) == ([True], False)
    # What a worker that was killed in between left is removed by the next one.
    job.state_folder.mkdir(parents=True)
    (own_folders / "runs" / ".old.1.tmp").touch()
    monkeypatch.setattr("explorer.store.atomic_write.STALE_AFTER_S", 0.0)
    work_once()
    assert [path.name for path in (own_folders / "runs").iterdir() if "sqlite" not in path.name] == []
