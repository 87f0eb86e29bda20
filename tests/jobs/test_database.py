"""Registers of earlier explorers go on as they are; what cannot be read is one sentence."""

import json
import sqlite3
import threading
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from explorer import jobs
from explorer.errors import JobError
from explorer.jobs import database, run_store, workers
from explorer.jobs.database import SCHEMA_VERSION, reading, transaction
from explorer.store.schema import count_rows
from explorer.training.run_spec import run_to_json
from tests.jobs.conftest import A_RUN, a_record, run_at_once

# A checksum of the tables as the first version had them.
FIRST_SCHEMA = 1680933479
ADDED = {
    "metrics": ("classification REAL", "penalty REAL"),
    "snapshots": ("n_images INTEGER", "images BLOB"),
    "runs": ("folder TEXT", "execution TEXT", "pace TEXT", "single_steps INTEGER", "watched REAL", "origin TEXT"),
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
        assert [row["user_version"] for row in connection.execute("PRAGMA user_version")] == [SCHEMA_VERSION]


def test_a_register_without_the_tables_of_its_version_is_one_sentence(own_folders: Path) -> None:
    (own_folders / "runs").mkdir()
    with closing(sqlite3.connect(own_folders / "runs" / "jobs.sqlite")) as connection, connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(JobError, match=r"cannot be used .no such table.*move it away"):
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
    with pytest.raises(JobError, match="has version 99, but this explorer reads version 7"):
        jobs.list_jobs()


def test_a_register_of_the_first_version_is_brought_up_with_all_its_runs(own_folders: Path) -> None:
    first = database._SCHEMA.replace("    classification REAL,\n    penalty REAL,\n", "").replace(
        ",\n    folder TEXT,\n    execution TEXT,\n    pace TEXT NOT NULL DEFAULT 'full',"
        "\n    single_steps INTEGER NOT NULL DEFAULT 0,\n    watched REAL,\n    origin TEXT",
        "",
    )
    assert zlib.crc32(first.encode()) == FIRST_SCHEMA
    (own_folders / "runs").mkdir()
    with closing(sqlite3.connect(own_folders / "runs" / "jobs.sqlite")) as connection, connection:
        connection.executescript(f"{first} PRAGMA user_version = 1")
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
    known = {1: FIRST_SCHEMA, 2: 3151478256, 3: 1915169067, 4: 596495918, 5: 1636221162, 6: 1636221162, 7: 255186154}
    assert known[database.SCHEMA_VERSION] == zlib.crc32(database._SCHEMA.encode()), "give the new schema a new version"


def test_a_run_never_meets_the_folder_of_another_register(own_folders: Path) -> None:
    first = jobs.get_job(jobs.submit(A_RUN, "a"))
    first.state_folder.mkdir()
    for file in (own_folders / "runs").glob("jobs.sqlite*"):
        file.unlink()
    second = jobs.get_job(jobs.submit(A_RUN, "a"))
    assert (second.id, second.has_state) == (first.id, False)
    assert second.folder != first.folder


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


def test_a_worker_waits_for_another_writer_longer_than_a_page(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, worker_id = jobs.submit(A_RUN, "a"), workers.register("cpu")
    monkeypatch.setattr("explorer.jobs.database.LOCK_PATIENCE_S", 0.0)
    other = sqlite3.connect(own_folders / "runs" / "jobs.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, other.close).start()
    claimed = run_store.claim(worker_id)
    assert claimed is not None
    assert claimed.id == job_id


def test_a_register_of_version_6_learns_where_students_runs_come_from() -> None:
    jobs.submit(A_RUN, "a")
    with transaction() as connection:
        connection.execute("ALTER TABLE runs DROP COLUMN origin")
        connection.execute("PRAGMA user_version = 6")
    with reading() as connection:
        assert [row["origin"] for row in connection.execute("SELECT origin FROM runs")] == [None]


def test_a_register_of_version_5_gets_the_table_of_turns() -> None:
    jobs.list_jobs()
    with transaction() as connection:
        connection.execute("DROP TABLE turns")
        connection.execute("PRAGMA user_version = 5")
    with reading() as connection:
        assert count_rows(connection, "FROM turns") == 0
