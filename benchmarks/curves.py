"""What it costs to read the curves of a long run, for one who watches and for many.

python -m benchmarks.curves
"""

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial

from explorer import jobs
from explorer.figures.training import MOST_POINTS
from explorer.jobs.database import transaction
from explorer.models import VAESpec
from explorer.training import RunSpec

RUN_LENGTHS = (4_300, 43_000, 430_000)
N_WATCHERS = 60
N_REPEATS = 5
RECORDS = """
WITH RECURSIVE steps(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM steps WHERE step < ?)
INSERT INTO metrics (run_id, step, epoch, n_steps, loss, reconstruction, kl, samples_per_s, elapsed_s, is_epoch_end)
SELECT ?, step, step / 430.0, ?, 150.0, 140.0, 10.0, 1000.0, step / 100.0, step % 430 = 0 FROM steps
"""


def seconds(work: Callable[[], object]) -> float:
    """The shortest of some durations in seconds."""
    durations_s = []
    for _ in range(N_REPEATS):
        began_s = time.perf_counter()
        work()
        durations_s.append(time.perf_counter() - began_s)
    return min(durations_s)


def long_run(n_records: int) -> jobs.Job:
    """A run in the register with a record for each step."""
    job_id = jobs.submit(RunSpec(VAESpec(), "digits"), f"run-of-{n_records}")
    with transaction() as connection:
        connection.execute(RECORDS, (n_records, job_id, n_records))
        connection.execute("UPDATE runs SET step = ?, n_steps = ? WHERE id = ?", (n_records, n_records, job_id))
    return jobs.get_job(job_id)


def main() -> None:
    """Print the cost by the length of the run."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_RUNS"] = folder
        print(f"{'records':>10}{'picked':>8}{'one reading':>14}{f'{N_WATCHERS} watchers':>14}")
        for n_records in RUN_LENGTHS:
            job = long_run(n_records)
            picked = jobs.curves(job, MOST_POINTS)
            once_s = seconds(partial(jobs.metrics, job.id, at_most=MOST_POINTS))
            watched_s = N_WATCHERS * seconds(partial(jobs.curves, job, MOST_POINTS))
            print(f"{n_records:>10,}{len(picked):>8,}{1e3 * once_s:>11.1f} ms{1e3 * watched_s:>11.2f} ms")


if __name__ == "__main__":
    main()
