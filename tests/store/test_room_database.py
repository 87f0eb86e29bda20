"""A file of rooms that cannot be read is one sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from explorer.errors import RoomError
from explorer.store import room_database
from explorer.store.room_database import FILE
from explorer.store.rooms import join_room, newest_room, nicknames, open_room
from tests.store.test_rooms import CHOOSE, LEADER


def test_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / FILE).write_bytes(b"no database" * 200)
    with pytest.raises(RoomError, match="cannot be used"):
        newest_room()


def test_file_of_another_version_is_refused(tmp_path: Path) -> None:
    open_room(LEADER, CHOOSE)
    room_database._close_all()
    with closing(sqlite3.connect(tmp_path / "runs" / FILE)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(RoomError, match="has version 9"):
        newest_room()


def test_rooms_of_the_first_version_go_on(tmp_path: Path) -> None:
    code = open_room(LEADER, CHOOSE)
    join_room(code, "a" * 32, "Ada")
    room_database._close_all()
    with closing(sqlite3.connect(tmp_path / "runs" / FILE)) as connection:
        connection.executescript("ALTER TABLE students DROP COLUMN origin; PRAGMA user_version = 1")
    join_room(code, "b" * 32, "Bob", origin="elsewhere")
    assert nicknames(code) == ("Ada", "Bob")
