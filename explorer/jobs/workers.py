"""Who works: workers register, send heartbeats, and are noticed when they die; one is started when there is none."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from explorer.data.folder import importing_environment
from explorer.errors import JobError
from explorer.jobs.database import reading, runs_folder, transaction
from explorer.store.schema import Connection, Row

HEARTBEAT_S = 2.0
STALE_AFTER_S = 30.0
NICENESS = 10


def register(device: str) -> int:
    """Enter this process as a worker and return its id; runs of an earlier process with its number are lost."""
    with transaction() as connection:
        return _enter(connection, os.getpid(), device)


def heartbeat(worker_id: int, device: str) -> None:
    """Say that the worker lives, also when it had been given up after a long sleep of the machine."""
    with transaction() as connection:
        connection.execute(
            "INSERT INTO workers (id, host, pid, device, beat) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET beat = excluded.beat",
            (worker_id, socket.gethostname(), os.getpid(), device, time.time()),
        )


def unregister(worker_id: int) -> None:
    """Leave the list of workers."""
    with transaction() as connection:
        connection.execute("DELETE FROM workers WHERE id = ?", (worker_id,))


def mark_lost() -> None:
    """Forget workers that died, and mark what they were running as lost."""
    with reading() as connection:
        dead = [row["id"] for row in connection.execute("SELECT * FROM workers") if not _lives(row)]
        orphan = connection.execute(
            "SELECT 1 FROM runs WHERE state = 'running' AND worker NOT IN (SELECT id FROM workers)"
        ).fetchone()
    if dead or orphan:
        with transaction() as connection:
            connection.executemany("DELETE FROM workers WHERE id = ?", [(worker_id,) for worker_id in dead])
            _lose_runs(connection)


def worker_lives() -> bool:
    """Whether any worker is there to take a queued run."""
    with reading() as connection:
        return _any_lives(connection)


def ensure_worker() -> None:
    """Start one `python -m explorer worker` unless one lives; safe to call from many sessions and servers at once.

    Raises JobError when the process cannot be started or the register cannot be written.
    """
    if worker_lives():
        return
    with transaction() as connection:
        if not _any_lives(connection):
            _enter(connection, _spawn(), "auto")


def worker_log() -> Path:
    """What the workers that the app started wrote."""
    return runs_folder() / "worker.log"


def _enter(connection: Connection, pid: int, device: str) -> int:
    """A new worker's id; an earlier process of its number has ended, and its run is lost."""
    process = (socket.gethostname(), pid)
    connection.execute("DELETE FROM workers WHERE host = ? AND pid = ?", process)
    _lose_runs(connection)
    (row,) = connection.execute(
        "INSERT INTO workers (host, pid, device, beat) VALUES (?, ?, ?, ?) RETURNING id",
        (*process, device, time.time()),
    )
    return int(row["id"])


def _spawn() -> int:
    # One core is left to the server: two busy threads on two cores can be ten times slower than one.
    spare = str(max(1, (os.cpu_count() or 1) - 1))
    environment = {"OMP_NUM_THREADS": spare, **importing_environment()}
    command = [sys.executable, "-m", "explorer", "worker"]
    try:
        runs_folder().mkdir(parents=True, exist_ok=True)
        with worker_log().open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
    except OSError as failure:
        raise JobError(
            f"No worker could be started ({failure}); start one by hand: python -m explorer worker"
        ) from None
    # It outlives this object, which would complain; `_process_exists` waits for it instead.
    process.returncode = 0
    _stand_back(process.pid)
    return process.pid


def _stand_back(pid: int) -> None:
    """Let the server go first where both want the processor; Windows knows no such number and keeps its own order."""
    if sys.platform != "win32":
        # It may have ended already, for a reason that its log tells.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def _any_lives(connection: Connection) -> bool:
    return any(_lives(row) for row in connection.execute("SELECT * FROM workers"))


def _lives(row: Row) -> bool:
    fresh: bool = time.time() - row["beat"] < STALE_AFTER_S
    return fresh and (row["host"] != socket.gethostname() or _process_exists(row["pid"]))


def _process_exists(pid: int) -> bool:
    if sys.platform == "win32":
        # There, signal 0 is no question but Ctrl-C; the heartbeat alone decides.
        return True
    try:
        # A dead child that nobody waited for would still count as a process.
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _lose_runs(connection: Connection) -> None:
    connection.execute(
        "UPDATE runs SET state = 'lost', finished = ?, "
        "message = 'The worker that ran it ended without a word; resume it to go on from its last saved state.' "
        "WHERE state = 'running' AND worker NOT IN (SELECT id FROM workers)",
        (time.time(),),
    )
