"""How soon the app's own pages answer, with the shipped models: `python -m benchmarks.pages`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Page, expect

from benchmarks.canvas import browser_page, spread
from tests.browser.conftest import free_port
from tests.browser.servers import ROOT, start_cold, stop, wait_until_up

N_STARTS, N_VISITS, N_CLICKS, N_RERUNS = 3, 6, 30, 40
LATENT = "/latent?model=ae-2d"
# From the release of the button to the picture that is pinned, and to the address that Python wrote beside it.
WATCH_PIN = """plane => {
  const note = plane.getRootNode().querySelector(".pinned .note");
  globalThis.pinned = new Promise(resolve => addEventListener("pointerup", event => {
    const address = location.href, words = note.textContent;
    let picture = null;
    const look = () => {
      if (note.textContent !== words) picture ??= performance.now() - event.timeStamp;
      if (picture === null || location.href === address) requestAnimationFrame(look);
      else resolve([picture, performance.now() - event.timeStamp]);
    };
    look();
  }, { once: true, capture: true }));
}"""
RERUNS = """
import statistics, time
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("{root}/app.py", default_timeout=60).run()
app.switch_page("pages/latent.py").run()
for _ in range({n}):
    start_s = time.perf_counter()
    app.run()
    print(1000 * (time.perf_counter() - start_s))
"""


class AppServer(NamedTuple):
    """A server of the app: its address, when it was started by `time.perf_counter`, and its processes."""

    address: str
    began_s: float
    pids: tuple[int, ...]


@contextmanager
def app_server(runs: str | None = None, script: str = "app.py", **environment: str) -> Iterator[AppServer]:
    """A fresh server of the app, or of another script, stopped at the end; runs: the folder of its register."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log, began_s = Path(folder) / "server.log", time.perf_counter()
        server = start_cold(script, port, log, **{"EXPLORER_RUNS": runs or folder} | environment)
        assert server.pid is not None
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server, log)
            yield AppServer(f"http://127.0.0.1:{port}", began_s, (server.pid,))
        finally:
            stop(server)


def start_lines(page: Page) -> Iterator[str]:
    """From the server's start to the first page with the models' pictures."""
    durations_s = []
    for _ in range(N_STARTS):
        with app_server() as (address, began_s, _):
            page.goto(address)
            expect(page.locator("[data-testid=stImage] img").first).to_be_visible(timeout=60_000)
            durations_s.append(time.perf_counter() - began_s)
            page.goto("about:blank")
    yield f"server's start to first page   median {median(durations_s):.2f} s of {N_STARTS} starts"


def latent_lines(page: Page, address: str) -> Iterator[str]:
    """A warm visit to the latent page, and clicks on its plane."""
    drawn_ms = [_visit_ms(page, address) for _ in range(N_VISITS + 1)][1:]
    yield f"/latent, 60,000 codes drawn    {spread(drawn_ms)}"
    plane = page.locator(".plane")
    box = plane.bounding_box() or {"x": 0.0, "y": 0.0}
    clicks_ms: list[tuple[float, float]] = []
    for i in range(N_CLICKS):
        plane.evaluate(WATCH_PIN)
        page.mouse.click(box["x"] + 200 + 9 * i, box["y"] + 100 + 7 * i)
        clicks_ms.append(tuple(page.evaluate("() => pinned")))
    yield f"click to the pinned picture    {spread([picture for picture, _ in clicks_ms])}"
    yield f"… and to it in the URL         {spread([address for _, address in clicks_ms])}"


def rerun_lines() -> Iterator[str]:
    """What one run of the latent page's script costs the server."""
    command = [sys.executable, "-W", "ignore", "-c", RERUNS.format(root=ROOT, n=N_RERUNS)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    yield f"rerun of /latent               {spread([float(line) for line in output.split()])}"


def table() -> Iterator[str]:
    """The lines of the report."""
    with browser_page([]) as page:
        yield from start_lines(page)
        with app_server() as (address, *_):
            yield from latent_lines(page, address)
    yield from rerun_lines()


def _visit_ms(page: Page, address: str) -> float:
    page.goto(address + LATENT)
    canvas = page.locator(".canvas[data-state=drawn]")
    canvas.wait_for()
    return float(canvas.evaluate("() => performance.now()"))


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
