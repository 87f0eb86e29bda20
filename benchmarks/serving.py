"""How soon the server answers while a model trains beside it: `python -m benchmarks.serving`."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from explorer import jobs
from explorer.models import VAESpec
from explorer.training import RunSpec
from tests.browser.conftest import ROOT

N_RERUNS, POLL_S = 60, 0.1
# A session of the live view: each rerun reads the register and draws both terms, the plane and every dimension.
RERUNS = """
import time
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("{root}/app.py", default_timeout=60).run()
app.query_params["view"] = "Live"
app.switch_page("pages/tradeoff.py").run()
for _ in range({n}):
    start_s = time.perf_counter()
    app.run()
    print(1000 * (time.perf_counter() - start_s))
"""


def table() -> Iterator[str]:
    """Reruns of the live view while a model trains, and after it has stopped."""
    yield "| the run that is watched | rerun of the whole live view, median | 95th percentile |"
    yield "|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_RUNS"] = folder
        job_id = jobs.submit(RunSpec(VAESpec(latent_dim=20, hidden=(400,)), "mnist", n_epochs=1000), "beside")
        jobs.ensure_worker()
        while jobs.metrics(job_id).empty:
            time.sleep(POLL_S)
        yield _row("trains beside the server", _rerun_ms())
        jobs.stop(job_id)
        while jobs.get_job(job_id).is_open:
            time.sleep(POLL_S)
        yield _row("has stopped", _rerun_ms())


def _rerun_ms() -> list[float]:
    code = RERUNS.format(root=ROOT, n=N_RERUNS)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=Path(ROOT), env=environment, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def _row(state: str, durations_ms: list[float]) -> str:
    return f"| {state} | {median(durations_ms):.0f} ms | {quantiles(durations_ms, n=20)[-1]:.0f} ms |"


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
