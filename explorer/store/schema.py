"""The tables of a SQLite file: made once, whoever comes first, and known by a version."""

import sqlite3


def prepare(connection: sqlite3.Connection, script: str, version: int) -> None:
    """Rows by name, foreign keys, and the tables of `script` with their version where the file is new."""
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version_of(connection) == 0:
        _create(connection, script, version)


def version_of(connection: sqlite3.Connection) -> int:
    """The version that the file's tables were given, 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def run_statements(connection: sqlite3.Connection, script: str) -> None:
    """Run each statement in the transaction that is open, which `executescript` would end."""
    for statement in script.split(";\n"):
        connection.execute(statement)


def _create(connection: sqlite3.Connection, script: str, version: int) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if version_of(connection) == 0:
            run_statements(connection, script)
            connection.execute(f"PRAGMA user_version = {version}")
