"""What pages ask of the register, and what it answers to a request that makes no sense."""

import json
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from explorer import jobs
from explorer.errors import ExplorerError, JobError
from explorer.jobs import database, run_store, workers
from explorer.jobs.database import transaction
from explorer.training.run_spec import run_to_json
from tests.jobs.conftest import A_RUN, a_record, run_at_once

# A checksum of the tables as the first version had them.
FIRST_SCHEMA = 1680933479


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
    folder.mkdir()
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


def test_a_file_in_the_place_of_the_folder_is_one_sentence(own_folders: Path) -> None:
    (own_folders / "runs").write_text("not a folder", encoding="utf-8")
    with pytest.raises(JobError, match=r"runs/jobs.sqlite cannot be used .*set EXPLORER_RUNS to another folder"):
        jobs.submit(A_RUN, "a")
    assert (own_folders / "runs").read_text(encoding="utf-8") == "not a folder"


def test_a_torn_register_is_one_sentence_and_stays_as_it_is(own_folders: Path) -> None:
    (own_folders / "runs").mkdir()
    file = own_folders / "runs" / "jobs.sqlite"
    file.write_bytes(b"no database" * 100)
    with pytest.raises(JobError, match="file is not a database"):
        jobs.list_jobs()
    assert file.read_bytes() == b"no database" * 100


def test_a_register_of_a_later_version_is_left_alone() -> None:
    jobs.list_jobs()
    with transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(JobError, match="has version 99, but this explorer reads version 6"):
        jobs.list_jobs()


def test_a_register_of_the_first_version_is_brought_up_with_all_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    first = database._SCHEMA.replace("    classification REAL,\n    penalty REAL,\n", "").replace(
        ",\n    folder TEXT,\n    execution TEXT,\n    pace TEXT NOT NULL DEFAULT 'full',"
        "\n    single_steps INTEGER NOT NULL DEFAULT 0,\n    watched REAL",
        "",
    )
    assert zlib.crc32(first.encode()) == FIRST_SCHEMA
    with monkeypatch.context() as patch:
        patch.setattr(database, "_SCHEMA", first)
        patch.setattr(database, "_INDICES", "")
        patch.setattr(database, "_LIVE_PICTURES", "")
        patch.setattr(database, "SCHEMA_VERSION", 1)
        with transaction() as connection:
            row = ("old", json.dumps(run_to_json(A_RUN)))
            sql = "INSERT INTO runs (name, spec, device, created, state) VALUES (?, ?, 'cpu', 0, 'queued')"
            job_id = connection.execute(sql, row).lastrowid
            assert job_id is not None
            connection.execute(f"INSERT INTO metrics VALUES ({job_id}, 1, 1, 2, 3, 3, 1, 0, 0, 0, 9, 1, NULL, 2, 0)")
    (job,) = jobs.list_jobs()
    assert (job.id, job.name, job.folder) == (job_id, "old", str(job_id))
    worker_id = workers.register("cpu")
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [a_record(2)])
    old, new = run_store.read_records(job_id)
    assert (old.penalty, old.classification, new.penalty, new.classification) == (None, None, 0.75, 1.0)
    assert jobs.metrics(job_id)["penalty"].notna().tolist() == [False, True]


def test_another_schema_has_another_version() -> None:
    known = {1: FIRST_SCHEMA, 2: 3151478256, 3: 1915169067, 4: 596495918, 5: 1636221162, 6: 1636221162}
    assert known[database.SCHEMA_VERSION] == zlib.crc32(database._SCHEMA.encode()), "give the new schema a new version"


def test_many_processes_may_create_the_register_at_once() -> None:
    assert run_at_once("jobs.list_jobs()") == (0, "")


def test_the_register_imports_no_torch() -> None:
    program = "import sys; from explorer import jobs; jobs.list_jobs(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_run_never_meets_the_folder_of_another_register(own_folders: Path) -> None:
    first = jobs.get_job(jobs.submit(A_RUN, "a"))
    first.state_folder.mkdir()
    for file in (own_folders / "runs").glob("jobs.sqlite*"):
        file.unlink()
    second = jobs.get_job(jobs.submit(A_RUN, "a"))
    assert (second.id, second.has_state) == (first.id, False)
    assert second.folder != first.folder


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


def test_a_register_in_use_by_others_is_not_called_a_full_disk(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.submit(A_RUN, "a")
    monkeypatch.setattr("explorer.jobs.database.LOCK_PATIENCE_S", 0.0)
    with closing(sqlite3.connect(own_folders / "runs" / "jobs.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JobError, match="been in use by another program for more than 0 s; try again") as failure:
            jobs.submit(A_RUN, "b")
    assert "space" not in str(failure.value)
    jobs.submit(A_RUN, "b")
