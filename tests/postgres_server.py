"""Debian's PostgreSQL server for tests: in a folder of its own, on a socket there, as nobody's service."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.store import postgres

FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
PROGRAMS = FOUND[-1].parent if FOUND else None
# The server refuses to run as root.
USER = "postgres" if os.geteuid() == 0 else None


@contextmanager
def started_server() -> Iterator[Path]:
    """A server without any table; yields the folder of its socket and its data."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if USER is not None:
            shutil.chown(folder, USER)
        call("initdb", folder, "--username=explorer", "--auth=trust", "--no-sync", "--encoding=UTF8")
        start(folder)
        try:
            yield folder
        finally:
            stop(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path) -> None:
    """Start the server, without a port and without waiting for the disk."""
    call("pg_ctl", folder, "start", "--wait", f"--log={folder}/log", f"--options=-c listen_addresses= -k {folder} -F")


def stop(folder: Path) -> None:
    """End the server, whoever is connected."""
    call("pg_ctl", folder, "stop", "--wait", "--mode=immediate")


def address_of(folder: Path) -> str:
    """What EXPLORER_DATABASE holds for it."""
    return f"postgresql+psycopg://explorer@/postgres?host={folder}"


def clear(address: str) -> None:
    """Drop every table."""
    postgres.forget()
    with postgres.engine(address).begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def call(program: str, folder: Path, *words: str) -> None:
    """Run one of the server's programs on its data."""
    command = [f"{PROGRAMS}/{program}", f"--pgdata={folder}/data", *words]
    # A server that was started would hold a pipe open.
    subprocess.run(command, user=USER, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
