"""From a zip of photographs to a plane in colour, timed in a browser: `python -m benchmarks.newcomer ZIP`.

A server of its own with an empty data folder; the zip holds colour photographs in folders by class, such as
cifar10-images.zip. Written by hand
into docs/benchmarks.md.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.canvas import browser_page
from benchmarks.pages import app_server
from tests.browser.conftest import stop_workers
from tests.browser.test_own_data import newcomers_way

# A busy machine takes its time.
LIMIT_MS = 600_000
REPORT, QUERY = "samples to train on and", "channels=16-32-64&likelihood=gaussian"


def main(zip_file: Path) -> None:
    """A line for each step of a newcomer, and the whole."""
    with tempfile.TemporaryDirectory() as folder:
        own = {f"EXPLORER_{name.upper()}": f"{folder}/{name}" for name in ("data", "checkpoints")}
        photographs, runs = Path(shutil.copy(zip_file, f"{folder}/photographs.zip")), Path(folder) / "runs"
        with app_server(str(runs), **own) as (address, *_), browser_page([]) as page:
            began = before = time.monotonic()
            for step in newcomers_way(page, address, photographs, REPORT, QUERY, LIMIT_MS):
                now = time.monotonic()
                print(f"| {step} | {now - before:.0f} s |", flush=True)
                before = now
            print(f"| all | {before - began:.0f} s |", flush=True)
        stop_workers(runs / "jobs.sqlite")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
