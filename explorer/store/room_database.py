"""Rooms in one file of SQLite beside the register of runs, or on a server that several machines share.

Here stand their tables, and what can go wrong with the file; of a server `store.postgres` says it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from explorer.data.folder import app_folder
from explorer.errors import RoomError
from explorer.store import postgres
from explorer.store.schema import Connection, Tables
from explorer.store.sqlite_file import prepare, version_of

FILE = "rooms.sqlite"
SCHEMA_VERSION = 2
LOCK_PATIENCE_S = 20.0

# Times are seconds since 1970. A student is a digest of the browser's token and the room's code, and is forgotten when
# the room ends; so are nicknames, the times of votes, and the tag of the network address.
_SCHEMA = """
CREATE TABLE rooms (
    code TEXT PRIMARY KEY,
    leader TEXT NOT NULL,
    lecture TEXT NOT NULL,
    opened REAL NOT NULL,
    ends REAL NOT NULL,
    ended REAL,
    revision INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE asked (
    room TEXT NOT NULL REFERENCES rooms (code) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('covered', 'open', 'revealed')),
    PRIMARY KEY (room, number)
);
CREATE TABLE students (
    room TEXT NOT NULL REFERENCES rooms (code) ON DELETE CASCADE,
    student TEXT NOT NULL,
    nickname TEXT NOT NULL,
    voted REAL NOT NULL DEFAULT 0,
    origin TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (room, student)
);
CREATE TABLE votes (
    room TEXT NOT NULL,
    number INTEGER NOT NULL,
    student TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (room, number, student),
    FOREIGN KEY (room, number) REFERENCES asked (room, number) ON DELETE CASCADE
);
"""
# What rooms of version 1 lack.
_ADDED = {"students": {"origin": "TEXT NOT NULL DEFAULT ''"}}
TABLES = Tables("rooms", "The register of rooms", _SCHEMA, SCHEMA_VERSION, RoomError, _ADDED)
# A process has one connection, which its threads take in turn: SQLite's own waiting is not fair, and a connection that
# is closed last tidies its files up, which takes longer than a vote.
_turn = threading.Lock()
_held: dict[tuple[Path, int], sqlite3.Connection] = {}


def transaction() -> AbstractContextManager[Connection]:
    """A short transaction that no other writer overlaps; raises RoomError when the rooms cannot be used."""
    return postgres.writing(TABLES, LOCK_PATIENCE_S) if postgres.is_chosen() else _begun("BEGIN IMMEDIATE")


def reading() -> AbstractContextManager[Connection]:
    """One state of the rooms for looking up, which never waits for a writer; raises as `transaction` does."""
    return postgres.reading(TABLES) if postgres.is_chosen() else _begun("BEGIN")


def is_there() -> bool:
    """Whether a room may ever have been opened here."""
    return postgres.is_chosen() or _path().is_file()


@contextmanager
def _begun(begin: str) -> Iterator[sqlite3.Connection]:
    with _opened() as connection, connection:
        connection.execute(begin)
        yield connection


def _path() -> Path:
    return app_folder("runs") / FILE


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    path = _path()
    with _turn:
        try:
            yield _held.get(_identity(path)) or _connect(path)
        except (sqlite3.DatabaseError, OSError) as failure:
            _close_all()
            raise RoomError(
                f"The file of rooms {path} cannot be used ({failure}); it needs free space in a folder that can be "
                "written: make room, move the file away, or set EXPLORER_RUNS to another folder."
            ) from failure


def _identity(path: Path) -> tuple[Path, int]:
    """The file itself, so that one that was moved away is not written to."""
    return path, path.stat().st_ino if path.is_file() else 0


def _connect(path: Path) -> sqlite3.Connection:
    _close_all()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=LOCK_PATIENCE_S, isolation_level=None, check_same_thread=False)
    _held[path, 0] = connection
    _prepare(connection)
    _held[_identity(path)] = _held.pop((path, 0))
    return connection


def _close_all() -> None:
    while _held:
        _held.popitem()[1].close()


def _prepare(connection: sqlite3.Connection) -> None:
    prepare(connection, TABLES)
    if (version := version_of(connection)) != SCHEMA_VERSION:
        raise RoomError(
            f"The file of rooms has version {version}, but this explorer reads version {SCHEMA_VERSION}: move "
            f"{FILE} out of the folder of runs."
        )
