"""The explorer in several processes behind Debian's nginx on loopback, with the files of deploy/."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import free_port
from tests.browser.servers import Server, is_running, stop, wait_until_up
from tests.conftest import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
N_PROCESSES = 2
# What stands around a site's file on Debian, for a process that is nobody's service.
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Site:
    """The site behind nginx, the addresses of its processes, the processes, and their folder of runs and rooms."""

    address: str
    replicas: tuple[str, ...]
    servers: tuple[Server, ...]
    runs: Path


@contextmanager
def started_site(start: Callable[..., Server], folder: Path, **environment: str) -> Iterator[Site]:
    """Two processes that share a library, a register of runs and rooms; start: `start_cold` or `start_warm`."""
    own = {
        "EXPLORER_RUNS": str(folder / "runs"), "EXPLORER_CHECKPOINTS": str(ROOT / "checkpoints"),
        "STREAMLIT_SERVER_BASE_URL_PATH": "explorer",
    }  # fmt: skip
    ports = [free_port() for _ in range(N_PROCESSES)]
    servers = tuple(start("deploy/server.py", port, folder / f"{port}.log", **own | environment) for port in ports)
    with ExitStack() as stack:
        for server in servers:
            stack.callback(stop_if_running, server)
        for port, server in zip(ports, servers, strict=True):
            wait_until_up(f"http://127.0.0.1:{port}/explorer", server, folder / f"{port}.log")
        replicas = tuple(f"http://127.0.0.1:{port}" for port in ports)
        stack.enter_context(started_nginx(folder, port := free_port(), replicas))
        yield Site(f"http://127.0.0.1:{port}", replicas, servers, folder / "runs")


@contextmanager
def started_nginx(folder: Path, port: int, replicas: tuple[str, ...]) -> Iterator[None]:
    """nginx with the configuration of deploy/, on another port and with other processes."""
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8").replace("listen 80 ", f"listen 127.0.0.1:{port} ")
    lines = (ROOT / "deploy/explorer_replicas.conf").read_text("utf-8")
    for default, replica in zip(("127.0.0.1:8501", "127.0.0.1:8502"), replicas, strict=True):
        assert default in lines
        lines = lines.replace(default, replica.removeprefix("http://"))
    (folder / "site.conf").write_text(site, "utf-8")
    (folder / "explorer_replicas.conf").write_text(lines, "utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), "utf-8")
    nginx = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/explorer", nginx, folder / "error.log")
        yield
    finally:
        nginx.terminate()
        nginx.wait(10)


def stop_if_running(server: Server) -> None:
    """End a server that a test has not ended."""
    if is_running(server):
        stop(server)
