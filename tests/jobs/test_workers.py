"""One worker is started, however many sessions ask for it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from explorer import jobs
from explorer.errors import JobError
from explorer.jobs import workers
from explorer.jobs.database import reading

pytestmark = pytest.mark.usefixtures("either_database")
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def worker_pids() -> list[int]:
    """The processes that are entered as workers."""
    with reading() as connection:
        return [row["pid"] for row in connection.execute("SELECT pid FROM workers")]


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that only sleep, started in place of workers."""
    processes: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def spawn(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[1:] == ["-m", "explorer", "worker"]
        assert options["start_new_session"]
        assert options["env"]["OMP_NUM_THREADS"]
        processes.append(popen(SLEEPER, **options))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", spawn)
    yield processes
    for process in processes:
        try:
            os.kill(process.pid, signal.SIGKILL)
            os.waitpid(process.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            continue


def test_many_sessions_start_one_worker(spawned: list[subprocess.Popen[bytes]]) -> None:
    with ThreadPoolExecutor(8) as sessions:
        list(sessions.map(lambda _: jobs.ensure_worker(), range(8)))
    assert len(spawned) == 1
    assert worker_pids() == [spawned[0].pid]
    assert jobs.worker_lives()


def test_who_asked_before_another_one_started_a_worker_starts_none(
    spawned: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "worker_lives", lambda: False)
    jobs.ensure_worker()
    jobs.ensure_worker()
    assert len(spawned) == 1


def test_a_dead_worker_is_noticed_without_waiting_for_its_beat_and_replaced(
    spawned: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "STALE_AFTER_S", float("inf"))
    jobs.ensure_worker()
    os.kill(spawned[0].pid, signal.SIGKILL)
    deadline_s = time.monotonic() + 60
    while jobs.worker_lives():
        assert time.monotonic() < deadline_s
    jobs.ensure_worker()
    assert len(spawned) == 2


def test_a_core_is_left_to_the_server_unless_the_user_says_otherwise(
    spawned: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    spawn: Any = subprocess.Popen

    def look(command: list[str], **options: Any) -> object:
        seen.append(options["env"]["OMP_NUM_THREADS"])
        return spawn(command, **options)

    monkeypatch.setattr(subprocess, "Popen", look)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    jobs.list_jobs()
    for setting in (None, "3"):
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        if setting:
            monkeypatch.setenv("OMP_NUM_THREADS", setting)
        workers._spawn()
    assert seen == ["7", "3"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness.")
def test_a_worker_lets_the_server_go_first(spawned: list[subprocess.Popen[bytes]]) -> None:
    jobs.ensure_worker()
    server, started = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, spawned[0].pid))
    assert started == min(server + 10, 19)


def test_a_worker_that_cannot_be_started_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(
        JobError, match=r"No worker could be started .*Cannot allocate memory.*python -m explorer worker"
    ):
        jobs.ensure_worker()
    assert worker_pids() == []


def test_what_a_worker_says_is_kept_in_its_log(spawned: list[subprocess.Popen[bytes]], own_folders: Path) -> None:
    jobs.ensure_worker()
    assert jobs.worker_log() == own_folders / "runs" / "worker.log"
    assert jobs.worker_log().exists()
