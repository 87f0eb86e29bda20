"""What pages read and workers write: one file of SQLite, or a server that several machines share.

Here stand its tables, and what can go wrong with the file; of a server `store.postgres` says it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from explorer.data.folder import app_folder
from explorer.errors import JobError
from explorer.store import postgres
from explorer.store.schema import Connection, Tables
from explorer.store.sqlite_file import prepare, version_of

SCHEMA_VERSION = 7
# How long a page waits for another writer, and how long a worker does, whose run would fail.
LOCK_PATIENCE_S = 10.0
WORKER_LOCK_PATIENCE_S = 120.0

# Times are seconds since 1970. A worker's id is never given twice, so a run knows who owns it.
_SCHEMA = """
CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    device TEXT NOT NULL,
    beat REAL NOT NULL,
    UNIQUE (host, pid)
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    spec TEXT NOT NULL,
    device TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'lost')),
    keep INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    worker INTEGER,
    step INTEGER NOT NULL DEFAULT 0,
    n_steps INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    checkpoint TEXT,
    snapshot_labels BLOB,
    class_names TEXT,
    created REAL NOT NULL,
    started REAL,
    finished REAL,
    folder TEXT,
    execution TEXT,
    pace TEXT NOT NULL DEFAULT 'full',
    single_steps INTEGER NOT NULL DEFAULT 0,
    watched REAL,
    origin TEXT
);
CREATE UNIQUE INDEX one_open_run_a_name ON runs (name COLLATE NOCASE) WHERE state <> 'done';
CREATE TABLE metrics (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    epoch REAL NOT NULL,
    n_steps INTEGER NOT NULL,
    loss REAL NOT NULL,
    reconstruction REAL NOT NULL,
    kl REAL,
    validation_loss REAL,
    validation_reconstruction REAL,
    validation_kl REAL,
    samples_per_s REAL NOT NULL,
    elapsed_s REAL NOT NULL,
    kl_per_dim TEXT,
    active_units INTEGER,
    is_epoch_end INTEGER NOT NULL,
    classification REAL,
    penalty REAL,
    PRIMARY KEY (run_id, step)
);
CREATE TABLE snapshots (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    latent_dim INTEGER NOT NULL,
    codes BLOB NOT NULL,
    n_images INTEGER,
    images BLOB,
    PRIMARY KEY (run_id, step)
);
"""
# The latest pictures of a run; images: all rows of ten, compressed, of colours three bytes a pixel.
_LIVE_PICTURES = """
CREATE TABLE IF NOT EXISTS live_pictures (
    run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    latent_dim INTEGER NOT NULL,
    codes BLOB NOT NULL,
    n_rows INTEGER NOT NULL,
    height INTEGER,
    width INTEGER,
    images BLOB
);
"""
# Changes of a running run that its worker has not made yet.
_TURNS = """
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value REAL NOT NULL
);
"""
# What makes the cost of a look-up independent of how many runs and records there are.
_INDICES = """
CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state);
CREATE INDEX IF NOT EXISTS epoch_ends ON metrics (run_id, step) WHERE is_epoch_end;
"""
# What registers of version 1 lack: all of these, or not those of `snapshots`; of version 2: a run's folder and
# how its steps are run; of version 3: the latter; of version 4: its pace and who watches it;
# of version 5: the table of turns; of version 6: from where in the network a student's run came.
_ADDED = {
    "runs": {
        "folder": "TEXT",
        "execution": "TEXT",
        "pace": "TEXT NOT NULL DEFAULT 'full'",
        "single_steps": "INTEGER NOT NULL DEFAULT 0",
        "watched": "REAL",
        "origin": "TEXT",
    },
    "metrics": {"classification": "REAL", "penalty": "REAL"},
    "snapshots": {"n_images": "INTEGER", "images": "BLOB"},
}
_LATER = _LIVE_PICTURES + _TURNS + _INDICES
# In the first versions, the number of a run was the name of its folder.
_FOLDERS = "UPDATE runs SET folder = CAST(id AS TEXT) WHERE folder IS NULL;\n"
TABLES = Tables(
    "runs", "The register of runs", _SCHEMA + _LATER, SCHEMA_VERSION, JobError, _ADDED, _LATER + _FOLDERS
)  # fmt: skip


def runs_folder() -> Path:
    """The folder of the registry and of resume states: $EXPLORER_RUNS, else `runs` beside app.py."""
    return app_folder("runs")


def transaction(patience_s: float | None = None) -> AbstractContextManager[Connection]:
    """A short transaction that no other writer overlaps; raises JobError when the register cannot be used.

    patience_s: how long it waits for another writer, else LOCK_PATIENCE_S.
    """
    patience_s = LOCK_PATIENCE_S if patience_s is None else patience_s
    return postgres.writing(TABLES, patience_s) if postgres.is_chosen() else _writing(patience_s)


def reading() -> AbstractContextManager[Connection]:
    """A connection for looking up only, which never waits for a writer; raises JobError as `transaction` does."""
    return postgres.reading(TABLES) if postgres.is_chosen() else _opened(LOCK_PATIENCE_S)


@contextmanager
def _writing(patience_s: float) -> Iterator[sqlite3.Connection]:
    with _opened(patience_s) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def _opened(patience_s: float) -> Iterator[sqlite3.Connection]:
    path = runs_folder() / "jobs.sqlite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=patience_s, isolation_level=None)) as connection:
            _prepare(connection)
            yield connection
    except (sqlite3.DatabaseError, OSError) as failure:
        raise JobError(_sentence(path, failure, patience_s)) from failure


def _sentence(path: Path, failure: Exception, patience_s: float) -> str:
    if getattr(failure, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"The register of runs {path} has been in use by another program for more than {patience_s:g} s; try "
            "again, or close the program that holds it open."
        )
    return (
        f"The register of runs {path} cannot be used ({failure}); it needs free space in a folder that can be "
        "written: make room, mend it or move it away, or set EXPLORER_RUNS to another folder."
    )


def _prepare(connection: sqlite3.Connection) -> None:
    prepare(connection, TABLES)
    if version_of(connection) != SCHEMA_VERSION:
        raise JobError(
            f"The register of runs in {runs_folder()} has version {version_of(connection)}, but this explorer reads "
            f"version {SCHEMA_VERSION}: move the folder away, or set EXPLORER_RUNS to another one."
        )
