"""How soon the server answers a page while a model trains beside it: `python -m benchmarks.serving`.

A client speaks Streamlit's own protocol with a real server, so that no browser takes part of the machine. A rerun
lasts from its request to the message that the script has finished; each waits as long as the page itself would.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.pages import app_server
from benchmarks.protocol import Screen
from explorer import jobs
from explorer.models import VAESpec
from explorer.training import RunSpec
from explorer.ui.runs.panel import REFRESH_S
from tests.browser.conftest import stop_workers

N_RERUNS, POLL_S = 60, 0.1
LIVE, TRAIN, LATENT = ("tradeoff", "view=Live"), ("train", ""), ("latent", "model=vae-2d")


def table() -> Iterator[str]:
    """Reruns of fragments and of a page while a model trains, and after it was stopped."""
    rows: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, app_server(folder) as (address, *_):
        with running_model(folder):
            rows |= {(what, "a model trains"): spent for what, spent in measured_ms(address)}
        rows |= {(what, "none does"): spent for what, spent in measured_ms(address)}
    load = os.getloadavg()[0]
    yield f"{N_RERUNS} reruns each, one every {REFRESH_S} s, wall time; load average {load:.1f} at the end."
    yield ""
    yield "| rerun of | while | median | 95th percentile |"
    yield "|---|---|---|---|"
    for (what, state), spent_ms in sorted(rows.items()):
        yield f"| {what} | {state} | {median(spent_ms):.0f} ms | {quantiles(spent_ms, n=20)[-1]:.0f} ms |"


@contextmanager
def running_model(folder: str, dataset: str = "mnist") -> Iterator[None]:
    """A run of the examples' VAE in the register of `folder` and a worker that trains it, both ended at the end."""
    os.environ["EXPLORER_RUNS"] = folder
    job_id = jobs.submit(RunSpec(VAESpec(latent_dim=20, hidden=(400,)), dataset, n_epochs=10_000), "beside")
    jobs.ensure_worker()
    while jobs.metrics(job_id).empty:
        time.sleep(POLL_S)
    try:
        yield
    finally:
        jobs.stop(job_id)
        while jobs.get_job(job_id).is_open:
            time.sleep(POLL_S)
        stop_workers(Path(folder) / "jobs.sqlite")


def measured_ms(address: str) -> Iterator[tuple[str, list[float]]]:
    """What is run again, and the milliseconds of each rerun."""
    with session_of(address, *LIVE) as session:
        curves, dimensions = session.fragments()
        yield "the live curves and codes of /tradeoff, a fragment", session.reruns_ms(curves)
        yield "the live KL of each dimension, a fragment", session.reruns_ms(dimensions)
    with session_of(address, *TRAIN) as session:
        yield "the live curves and codes of /train, a fragment", session.reruns_ms(session.fragments()[0])
    with session_of(address, *LATENT) as session:
        yield "all of /latent", session.reruns_ms("")


@contextmanager
def session_of(address: str, page: str, query: str, cookies: str = "") -> "Iterator[Session]":
    """A visitor of one page of the server at `address`, who leaves at the end; cookies: such as `a=1; b=2`."""
    stream, site = address.replace("http", "ws", 1) + "/_stcore/stream", "/".join(address.split("/")[:3])
    headers = {"Origin": site, "Cookie": cookies}
    with connect(stream, max_size=None, additional_headers=headers) as connection:
        yield Session(connection, page, query)


class Session:
    """A visitor of one page: asks for reruns, and reads the answers to their ends; `screen` has what it sees."""

    def __init__(self, connection: ClientConnection, page: str, query: str) -> None:
        self._connection, self.screen = connection, Screen()
        self.ask(self.screen.link(page, query))

    def fragments(self) -> list[str]:
        """The fragments of the page that draw something, in their order."""
        return list(self.screen.fragments)

    def reruns_ms(self, fragment: str) -> list[float]:
        """The time of each rerun of a fragment, or of the whole page; the first is a warm-up that does not count."""
        spent_ms = []
        for _ in range(N_RERUNS + 1):
            began_s = time.perf_counter()
            self.rerun(fragment)
            spent_ms.append(1000 * (time.perf_counter() - began_s))
            time.sleep(REFRESH_S)
        return spent_ms[1:]

    def rerun(self, fragment: str = "") -> None:
        """Run a fragment again, or the whole page, and read all of the answer."""
        self.ask(self.screen.rerun(fragment))

    def ask(self, wish: BackMsg) -> None:
        """Send a request and read its answer to the end: of several runs in a row, as after a switch, to the last."""
        self._connection.send(wish.SerializeToString())
        while not self.screen.take(ForwardMsg.FromString(self._connection.recv(decode=False))):
            pass


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
