"""What the live pictures cost a training, and how soon its first curve is there (Linux).

python -m benchmarks.live_pictures
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from explorer import jobs
from explorer.jobs.database import transaction
from explorer.models import VAESpec
from explorer.training import RunSpec

N_ROUNDS, ROUND_S = 5, 4.0
DATA_SETS = ("digits", "mnist")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def processor_s(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def set_watched(job_id: int, watched: float) -> None:
    """Say when somebody looked at a run for the last time."""
    with transaction() as connection:
        connection.execute("UPDATE runs SET watched = ? WHERE id = ?", (watched, job_id))


def speed(job_id: int, process: subprocess.Popen[bytes], is_watched: bool) -> tuple[float, float]:
    """Steps per second and processor milliseconds per step of a run over one round."""
    set_watched(job_id, time.time() + ROUND_S if is_watched else 0.0)
    time.sleep(0.5)
    began, step, used_s = time.perf_counter(), jobs.get_job(job_id).step, processor_s(process)
    time.sleep(ROUND_S)
    n_steps = jobs.get_job(job_id).step - step
    return n_steps / (time.perf_counter() - began), 1e3 * (processor_s(process) - used_s) / n_steps


def first_curve_s(job_id: int) -> float:
    """Seconds until a run has its first record."""
    began = time.perf_counter()
    while jobs.metrics(job_id, at_most=1).empty:
        time.sleep(0.02)
    return time.perf_counter() - began


def main() -> None:
    """Print the ratios of a watched run to the same run in turns without a watcher."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_RUNS"] = folder
        start = "a cold"
        with subprocess.Popen([sys.executable, "-m", "explorer", "worker"], stderr=subprocess.DEVNULL) as process:
            for dataset in DATA_SETS:
                job_id = jobs.submit(RunSpec(VAESpec(), dataset, n_epochs=10_000), f"{dataset}-watched")
                print(f"{dataset}: first record after {first_curve_s(job_id):.1f} s with {start} worker")
                rounds = [[speed(job_id, process, is_watched) for is_watched in (False, True)] for _ in range(N_ROUNDS)]
                for place, what in enumerate(("steps per second", "processor time per step")):
                    ratio = statistics.median(watched[place] / alone[place] for alone, watched in rounds)
                    print(f"{dataset}: {what} with a watcher {ratio:.3f} times that without, of {N_ROUNDS} turns")
                jobs.stop(job_id)
                start = "a warm"
            process.terminate()


if __name__ == "__main__":
    main()
