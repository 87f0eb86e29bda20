"""Registers of earlier explorers go on as they are; what cannot be read is one sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from explorer import jobs
from explorer.errors import JobError
from explorer.jobs import run_store, workers
from explorer.jobs.database import SCHEMA_VERSION, reading
from tests.jobs.conftest import A_RUN, a_record, run_at_once

ADDED = {
    "metrics": ("classification REAL", "penalty REAL"),
    "snapshots": ("n_images INTEGER", "images BLOB"),
    "runs": ("folder TEXT", "execution TEXT", "pace TEXT", "single_steps INTEGER", "watched REAL"),
}


def columns(table: str) -> list[tuple[str, str]]:
    with reading() as connection:
        return [(row["name"], row["type"]) for row in connection.execute(f"PRAGMA table_info({table})")]


def make_older(file: Path, tables: tuple[str, ...]) -> None:
    """Turn a register into one of version 1 or 2, as it was before the columns of `tables` were added."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for index in ("runs_by_state", "epoch_ends"):
            connection.execute(f"DROP INDEX {index}")
        connection.execute("DROP TABLE live_pictures")
        for table in tables:
            for column in ADDED[table]:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
        connection.execute(f"PRAGMA user_version = {1 if 'metrics' in tables else 2}")


def a_register_with_a_stopped_run(folder: Path, tables: tuple[str, ...]) -> int:
    job_id, worker_id = jobs.submit(A_RUN, "a"), workers.register("cpu")
    job = run_store.claim(worker_id)
    assert job is not None
    run_store.set_classes(job_id, worker_id, np.arange(6), tuple("abcdef"))
    run_store.append(job_id, worker_id, [a_record(step) for step in (1, 2, 3)])
    run_store.end(job_id, worker_id, "cancelled")
    workers.unregister(worker_id)
    make_older(folder / "runs" / "jobs.sqlite", tables)
    return job_id


@pytest.mark.parametrize("tables", [("metrics", "snapshots", "runs"), ("metrics", "runs"), ("runs",)])
def test_an_older_register_keeps_its_runs_and_takes_new_records(tables: tuple[str, ...], own_folders: Path) -> None:
    job_id = a_register_with_a_stopped_run(own_folders, tables)
    job = jobs.get_job(job_id)
    assert (job.state, job.state_folder) == ("cancelled", own_folders / "runs" / str(job_id))
    records = run_store.read_records(job_id)
    assert [record.step for record in records] == [1, 2, 3]
    assert [record.classification is None for record in records] == ["metrics" in tables] * 3
    assert records[0].snapshot is not None
    jobs.resume(job_id)
    worker_id = workers.register("cpu")
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [a_record(10)])
    assert run_store.read_records(job_id)[-1].classification == a_record(10).classification
    assert jobs.metrics(job_id)["step"].tolist() == [1, 2, 3, 10]


@pytest.mark.parametrize("tables", [("metrics", "snapshots", "runs"), ("metrics", "runs"), ("runs",)])
def test_an_upgraded_register_has_the_columns_of_a_new_one(
    tables: tuple[str, ...], own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_register_with_a_stopped_run(own_folders, tables)
    tables_now = (*ADDED, "live_pictures")
    upgraded = {table: sorted(columns(table)) for table in tables_now}
    monkeypatch.setenv("EXPLORER_RUNS", str(own_folders / "new"))
    assert upgraded == {table: sorted(columns(table)) for table in tables_now}


def test_a_register_of_version_3_lacks_only_how_steps_are_run(own_folders: Path) -> None:
    job_id = jobs.submit(A_RUN, "a")
    folder = jobs.get_job(job_id).folder
    with closing(sqlite3.connect(own_folders / "runs" / "jobs.sqlite")) as connection, connection:
        for column in ("execution", "pace", "single_steps", "watched"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        connection.execute("DROP TABLE live_pictures")
        connection.execute("PRAGMA user_version = 3")
    assert (jobs.get_job(job_id).folder, jobs.get_job(job_id).execution) == (folder, None)


def test_many_processes_may_upgrade_at_once(own_folders: Path) -> None:
    a_register_with_a_stopped_run(own_folders, ("metrics", "snapshots", "runs"))
    assert run_at_once("assert len(jobs.list_jobs()) == 1") == (0, "")
    with reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION


def test_a_register_without_the_tables_of_its_version_is_one_sentence(own_folders: Path) -> None:
    (own_folders / "runs").mkdir()
    with closing(sqlite3.connect(own_folders / "runs" / "jobs.sqlite")) as connection, connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(JobError, match=r"cannot be used .no such table.*move it away"):
        jobs.list_jobs()
