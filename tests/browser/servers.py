"""Servers of the app, each a process of its own that begins with or without the libraries at hand."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
import urllib.request
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.error import URLError

import pytest

ROOT = Path(__file__).parents[2]
START_LIMIT_S, STOP_LIMIT_S = 60, 10
# What every server imports sooner or later, at the price of most of a test. Nothing of the explorer is among it.
LIBRARIES = [
    *("streamlit.web.cli", "streamlit.web.bootstrap", "streamlit.elements.lib.column_config_utils"),
    *("pandas", "pyarrow.parquet", "plotly.graph_objects", "plotly.subplots", "yaml", "segno", "PIL.Image"),
    *("scipy.stats", "scipy.io", "scipy.optimize", "scipy.spatial.distance", "torch", "torch.func"),
    *("sklearn.datasets", "sklearn.ensemble", "sklearn.metrics", "sklearn.mixture", "sklearn.model_selection"),
    "sklearn.neighbors",
]


Server = subprocess.Popen[bytes] | BaseProcess


@cache
def template() -> ForkServerContext:
    """Starts processes as copies of one that has imported the libraries."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        forkserver.ensure_running()
    return context


def start_cold(script: str, port: int, log: Path, **environment: str) -> Server:
    """`streamlit run` as anybody starts it, in the environment of this process and more; `log` gets what it says."""
    command = [sys.executable, "-m", "streamlit", *arguments(script, port)]
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=of_server(environment), stdout=output, stderr=output, start_new_session=True
        )


def start_warm(script: str, port: int, log: Path, **environment: str) -> Server:
    """The same with the libraries at hand."""
    server: BaseProcess = template().Process(
        target=run_streamlit, args=(arguments(script, port), log, of_server(environment))
    )
    server.start()
    return server


def arguments(script: str, port: int) -> list[str]:
    return ["run", script, f"--server.port={port}", "--server.address=127.0.0.1"]


def of_server(environment: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **environment}


def run_streamlit(arguments: list[str], log: Path, environment: dict[str, str]) -> None:
    """What the copy does; it has its group, as what is started anew has."""
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    from streamlit.web.cli import main

    main(arguments)


def is_running(server: Server) -> bool:
    """Whether a server has not ended."""
    return server.poll() is None if isinstance(server, subprocess.Popen) else server.is_alive()


def wait_until_up(url: str, server: Server, log: Path, health: str = "_stcore/health") -> None:
    """Return when the server answers at its address of health; raise RuntimeError with its log when it does not."""
    deadline_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline_s and is_running(server):
        try:
            urllib.request.urlopen(f"{url}/{health}").close()
        except URLError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


def stop(server: Server) -> None:
    """End a server and what it started in its group."""
    assert server.pid is not None
    os.killpg(server.pid, signal.SIGTERM)
    deadline_s = time.monotonic() + STOP_LIMIT_S
    while is_running(server):
        if time.monotonic() > deadline_s:
            os.killpg(server.pid, signal.SIGKILL)
        time.sleep(0.02)
