"""What register and rooms have in common: tables by a name and a version, and how a database is spoken to.

Statements are in SQL that SQLite and PostgreSQL both understand, with ? for a value; `sqlite_file` and `postgres` speak
to one of them each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from explorer.errors import ExplorerError

Row = Mapping[str, Any]
Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class Tables:
    """Tables that belong together; `main` is the one whose version tells all of theirs.

    script: the statements that make them, in SQLite's words; label: what they are in the sentence of an `error`.
    added: by table, the columns that some earlier version lacks; later: statements that add whatever else earlier
    versions lack and change nothing where it is there.
    """

    main: str
    label: str
    script: str
    version: int
    error: type[ExplorerError]
    added: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    later: str = ""


class Rows(Protocol):
    """What a statement gives, row by row, each by the names of its columns."""

    def __iter__(self) -> Iterator[Row]: ...

    def fetchone(self) -> Row | None:
        """The next row."""

    def fetchall(self) -> Sequence[Row]:
        """The rest of them."""


class Connection(Protocol):
    """A database within a transaction."""

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        """Run one statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement that gives nothing once for each of some rows."""


def run_statements(connection: Connection, script: str) -> None:
    """Run each statement in the transaction that is open, which sqlite3's `executescript` would end."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def missing_columns(tables: Tables, table: str, present: set[str]) -> str:
    """The statements that add to one of the tables the columns that it lacks."""
    lacking = {name: kind for name, kind in tables.added[table].items() if name not in present}
    return "".join(f"ALTER TABLE {table} ADD COLUMN {name} {kind};\n" for name, kind in lacking.items())


def count_rows(connection: Connection, which: str, *values: object) -> int:
    """How many rows there are; which: what stands after SELECT COUNT(*), such as FROM runs."""
    (row,) = connection.execute(f"SELECT COUNT(*) AS n {which}", values)
    return int(row["n"])
