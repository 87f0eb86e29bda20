"""Tables in a file of SQLite: made once, whoever comes first, and known by a version."""

import sqlite3

from explorer.store.schema import Row, Tables, run_statements


def prepare(connection: sqlite3.Connection, tables: Tables) -> None:
    """Rows by name, foreign keys, and the tables with their version where the file is new."""
    connection.row_factory = _by_name
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version_of(connection) == 0:
        _create(connection, tables)


def version_of(connection: sqlite3.Connection) -> int:
    """The version that the file's tables were given, 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()["user_version"])


def _by_name(cursor: sqlite3.Cursor, values: tuple[object, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


def _create(connection: sqlite3.Connection, tables: Tables) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if version_of(connection) == 0:
            run_statements(connection, tables.script)
            connection.execute(f"PRAGMA user_version = {tables.version}")
