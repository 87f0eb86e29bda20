"""Register and rooms on Debian's PostgreSQL server, beside what the tests of either database say of both."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from explorer import jobs
from explorer.errors import JobError, RoomError
from explorer.jobs import database, run_store, workers
from explorer.jobs.database import SCHEMA_VERSION
from explorer.store import postgres
from explorer.store.rooms import open_room, read_room, vote
from tests import postgres_server
from tests.conftest import ON_SERVER, ROOT
from tests.jobs.conftest import A_RUN, a_record, run_at_once
from tests.store.test_rooms import ADA, CHOOSE, LEADER

pytestmark = [*ON_SERVER, pytest.mark.usefixtures("server_database")]
N_RUNS, N_WORKERS = 24, 4
CLAIM = "from tests.store.test_postgres_server import claims; print(*claims({}))"
HOLD = """
import sys
from explorer.jobs.database import transaction
with transaction():
    print(flush=True)
    sys.stdin.read()
"""


def claims(worker_id: int) -> list[int]:
    """All runs that a worker can take."""
    return [job.id for job in iter(lambda: run_store.claim(worker_id), None)]


def test_nothing_is_kept_in_a_file(tmp_path: Path) -> None:
    jobs.submit(A_RUN, "a")
    open_room(LEADER, CHOOSE)
    assert list(tmp_path.rglob("*.sqlite*")) == []


def test_no_run_is_claimed_twice() -> None:
    ids = [jobs.submit(A_RUN, f"run-{number}") for number in range(N_RUNS)]
    workers = [
        subprocess.Popen([sys.executable, "-c", CLAIM.format(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(N_WORKERS)
    ]
    claimed = [run for worker in workers for run in worker.communicate(timeout=60)[0].split()]
    assert Counter(map(int, claimed)) == Counter(ids)


def test_processes_at_once_make_the_tables_once() -> None:
    assert run_at_once("jobs.list_jobs()") == (0, "")


def columns(address: str) -> set[tuple[str, str, str]]:
    """Every column of the register's tables with its type."""
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    with postgres.engine(address).connect() as connection:
        return {(row[0], row[1], row[2]) for row in connection.exec_driver_sql(query)}


def make_older(address: str, version: int) -> None:
    """Turn a register into one of version 1 or 5."""
    with postgres.engine(address).begin() as connection:
        connection.exec_driver_sql("DROP TABLE turns")
        if version == 1:
            connection.exec_driver_sql("DROP TABLE live_pictures")
            connection.exec_driver_sql("DROP INDEX runs_by_state, epoch_ends")
            for table, added in database.TABLES.added.items():
                for column in added:
                    connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql(f"COMMENT ON TABLE runs IS 'version {version}'")
    postgres.forget()


@pytest.mark.parametrize("version", [1, 5])
def test_tables_of_an_earlier_version_are_brought_up_with_their_runs(version: int, server_database: str) -> None:
    job_id, before = jobs.submit(A_RUN, "a"), columns(server_database)
    folder = jobs.get_job(job_id).folder
    make_older(server_database, version)
    assert columns(server_database) < before
    job = jobs.get_job(job_id)
    assert (job.name, job.state, job.folder) == ("a", "queued", str(job_id) if version == 1 else folder)
    assert columns(server_database) == before
    worker_id = workers.register("cpu")
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [a_record(1)])
    (kept,) = run_store.read_records(job_id)
    assert (kept.penalty, kept.classification) == (a_record(1).penalty, a_record(1).classification)


def test_processes_at_once_bring_the_tables_up_once(server_database: str) -> None:
    jobs.submit(A_RUN, "a")
    make_older(server_database, 1)
    assert run_at_once("assert len(jobs.list_jobs()) == 1") == (0, "")


def test_tables_of_another_version_are_left_alone(server_database: str) -> None:
    jobs.list_jobs()
    with postgres.engine(server_database).begin() as connection:
        connection.exec_driver_sql("COMMENT ON TABLE runs IS 'version 99'")
    postgres.forget()
    with pytest.raises(JobError, match=f"has version 99, but this explorer reads version {SCHEMA_VERSION}"):
        jobs.list_jobs()


def test_tables_of_somebody_else_are_left_alone(server_database: str) -> None:
    with postgres.engine(server_database).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE rooms (of_a_hotel TEXT)")
    with pytest.raises(RoomError, match="already exists"):
        open_room(LEADER, CHOOSE)


def test_register_in_use_by_others_is_not_called_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.list_jobs()
    monkeypatch.setattr("explorer.jobs.database.LOCK_PATIENCE_S", 0.05)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(JobError, match=r"in use by others for more than 0\.05 s; try again"):
        jobs.submit(A_RUN, "a")
    assert jobs.list_jobs() == ()
    other.communicate()
    jobs.submit(A_RUN, "a")


def test_server_that_was_started_anew_is_used_again(server_folder: Path) -> None:
    code = open_room(LEADER, CHOOSE)
    job_id = jobs.submit(A_RUN, "a")
    postgres_server.stop(server_folder)
    with pytest.raises(JobError, match="cannot be used"):
        jobs.list_jobs()
    postgres_server.start(server_folder)
    vote(code, ADA, 1, 0)
    assert (read_room(code).n_answers, jobs.get_job(job_id).state) == (1, "queued")


def test_worker_trains_what_another_machine_queued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    job_id = jobs.submit(A_RUN, "a", device="cpu")
    command = [sys.executable, "-m", "explorer", "worker", "--once"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    job = jobs.get_job(job_id)
    assert (job.state, job.checkpoint) == ("done", "a")
    assert jobs.metrics(job_id)["step"].iloc[-1] == job.n_steps
