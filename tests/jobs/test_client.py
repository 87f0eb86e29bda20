"""What pages ask of the register, and what it answers to a request that makes no sense."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from explorer import jobs
from explorer.errors import ExplorerError, JobError
from explorer.jobs import run_store, workers
from explorer.jobs.database import transaction
from tests.jobs.conftest import A_RUN, a_record, run_at_once

pytestmark = pytest.mark.usefixtures("either_database")


def test_a_submitted_run_waits_with_all_that_was_asked_for() -> None:
    job_id = jobs.submit(A_RUN, "first", device="cpu")
    job = jobs.get_job(job_id)
    assert (job.run, job.name, job.device, job.state, job.step) == (A_RUN, "first", "cpu", "queued", 0)
    assert job.is_open
    assert not job.has_state


def test_runs_are_listed_with_the_newest_first() -> None:
    ids = [jobs.submit(A_RUN, name) for name in ("a", "b", "c")]
    assert [job.id for job in jobs.list_jobs()] == ids[::-1]


@pytest.mark.parametrize("name", ["", "a b", "../a", "a/b", "ä", "-a", "a" * 81])
def test_a_name_that_no_folder_should_have_is_refused(name: str) -> None:
    with pytest.raises(ExplorerError, match="letters, digits"):
        jobs.submit(A_RUN, name)
    assert jobs.list_jobs() == ()


def test_of_two_sessions_that_submit_one_name_one_is_told() -> None:
    def attempt(_: int) -> str:
        try:
            jobs.submit(A_RUN, "same")
        except JobError as failure:
            return str(failure)
        return "queued"

    with ThreadPoolExecutor(8) as sessions:
        answers = list(sessions.map(attempt, range(8)))
    assert answers.count("queued") == 1
    assert answers.count("There is a run named 'same' already; choose another name, or remove that run.") == 7


def test_names_that_differ_in_case_only_are_one_folder_on_some_disks() -> None:
    jobs.submit(A_RUN, "vae")
    with pytest.raises(JobError, match="run named 'VAE' already"):
        jobs.submit(A_RUN, "VAE")


def test_the_name_of_a_checkpoint_is_taken(own_folders: Path) -> None:
    (own_folders / "checkpoints" / "shipped").mkdir(parents=True)
    with pytest.raises(JobError, match="a checkpoint named 'shipped' already"):
        jobs.submit(A_RUN, "shipped")


def test_a_finished_run_does_not_hold_its_name() -> None:
    worker_id = workers.register("cpu")
    job_id = jobs.submit(A_RUN, "again")
    run_store.claim(worker_id)
    run_store.end(job_id, worker_id, "done", checkpoint="again")
    assert jobs.submit(A_RUN, "again") != job_id


def test_stopping_a_queued_run_cancels_it_at_once() -> None:
    job_id = jobs.submit(A_RUN, "a")
    jobs.stop(job_id)
    assert jobs.get_job(job_id).state == "cancelled"
    assert run_store.claim(workers.register("cpu")) is None


def test_stopping_a_running_run_asks_its_worker() -> None:
    worker_id = workers.register("cpu")
    job_id = jobs.submit(A_RUN, "a")
    run_store.claim(worker_id)
    jobs.stop(job_id)
    assert jobs.get_job(job_id).stop_requested
    assert jobs.get_job(job_id).state == "running"
    assert run_store.append(job_id, worker_id, [a_record(1)]).stop_requested


def test_a_cancelled_run_can_be_queued_again() -> None:
    job_id = jobs.submit(A_RUN, "a")
    jobs.stop(job_id)
    jobs.resume(job_id)
    job = jobs.get_job(job_id)
    assert (job.state, job.stop_requested, job.keep, job.finished) == ("queued", False, False, None)


def test_only_what_reached_something_can_be_kept() -> None:
    job_id = jobs.submit(A_RUN, "a")
    jobs.stop(job_id)
    with pytest.raises(JobError, match="reached nothing yet"):
        jobs.keep(job_id)
    jobs.get_job(job_id).state_folder.mkdir(parents=True)
    jobs.keep(job_id)
    assert jobs.get_job(job_id).keep


def test_removing_a_run_removes_its_curves_and_its_state() -> None:
    worker_id = workers.register("cpu")
    job_id = jobs.submit(A_RUN, "a")
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [a_record(1)])
    run_store.end(job_id, worker_id, "cancelled")
    folder = jobs.get_job(job_id).state_folder
    folder.mkdir(parents=True)
    jobs.remove(job_id)
    assert jobs.list_jobs() == ()
    assert not folder.exists()
    assert jobs.metrics(job_id).empty
    assert jobs.snapshot(job_id) is None


@pytest.mark.parametrize(
    ("verb", "request_", "allowed"),
    [
        ("stopped", jobs.stop, "queued or running"),
        ("resumed", jobs.resume, "failed or cancelled or lost"),
    ],
)
def test_a_finished_run_cannot_be(verb: str, request_: Callable[[int], None], allowed: str) -> None:
    worker_id = workers.register("cpu")
    job_id = jobs.submit(A_RUN, "a")
    run_store.claim(worker_id)
    run_store.end(job_id, worker_id, "done")
    with pytest.raises(JobError, match=f"Run {job_id} is done; only one that is {allowed} can be {verb}."):
        request_(job_id)


def test_a_running_run_cannot_be_removed() -> None:
    job_id = jobs.submit(A_RUN, "a")
    run_store.claim(workers.register("cpu"))
    with pytest.raises(JobError, match="is running"):
        jobs.remove(job_id)


@pytest.mark.parametrize("request_", [jobs.get_job, jobs.stop, jobs.resume, jobs.remove])
def test_a_run_that_never_was_is_named(request_: Callable[[int], object]) -> None:
    with pytest.raises(JobError, match="There is no run 99"):
        request_(99)


def test_a_spec_of_another_version_is_one_sentence() -> None:
    job_id = jobs.submit(A_RUN, "old")
    with transaction() as connection:
        connection.execute("""UPDATE runs SET spec = '{"model": {"family": "gan"}, "dataset": "digits"}'""")
    with pytest.raises(JobError, match=rf"Run {job_id} \(old\) was queued by another version.*'gan'"):
        jobs.list_jobs()


def test_many_processes_may_create_the_register_at_once() -> None:
    assert run_at_once("jobs.list_jobs()") == (0, "")


def test_the_register_imports_no_torch() -> None:
    program = "import sys; from explorer import jobs; jobs.list_jobs(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_no_more_runs_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.jobs.limits.MAX_QUEUED", 2)
    ids = [jobs.submit(A_RUN, name) for name in ("a", "b")]
    with pytest.raises(JobError, match="2 runs wait already, and at most 2 may; cancel one, or wait for its turn"):
        jobs.submit(A_RUN, "c")
    jobs.stop(ids[0])
    jobs.submit(A_RUN, "c")


def test_of_many_runs_those_that_are_open_and_the_newest_are_listed() -> None:
    ids = [jobs.submit(A_RUN, f"run-{number}") for number in range(6)]
    for job_id in (ids[1], ids[4], ids[5]):
        jobs.stop(job_id)
    assert [job.id for job in jobs.list_jobs(4)] == [ids[place] for place in (5, 3, 2, 0)]
    assert [job.id for job in jobs.list_jobs()] == ids[::-1]
    assert (jobs.count_jobs(), jobs.count_before(ids[3])) == (6, 2)
