"""Tables in a file of SQLite: made or upgraded once, whoever comes first, and known by a version."""

import sqlite3

from explorer.store.schema import Row, Tables, missing_columns, run_statements


def prepare(connection: sqlite3.Connection, tables: Tables) -> None:
    """Rows by name, foreign keys, and the tables as they are today where the file is new or of an earlier version."""
    connection.row_factory = _by_name
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version_of(connection) == 0:
        _create(connection, tables)
    elif version_of(connection) < tables.version:
        _upgrade(connection, tables)


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


def _upgrade(connection: sqlite3.Connection, tables: Tables) -> None:
    """From an earlier version to this one, keeping every row; whoever comes second finds it done."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if version_of(connection) >= tables.version:
            return
        for table in tables.added:
            present = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
            run_statements(connection, missing_columns(tables, table, present))
        run_statements(connection, tables.later)
        connection.execute(f"PRAGMA user_version = {tables.version}")
