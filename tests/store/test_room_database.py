"""A file of rooms that cannot be read is one sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from explorer.errors import RoomError
from explorer.store import room_database
from explorer.store.room_database import FILE
from explorer.store.rooms import newest_room, open_room
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
