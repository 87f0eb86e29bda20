"""What pages watch while a run goes on: its curves and the codes of its snapshots."""

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.jobs.database import reading, runs_folder
from explorer.jobs.job import Job
from explorer.jobs.run_store import METRICS, decode_codes
from explorer.training.live_pictures import N_PICTURES, LivePictures

# Records lie evenly over the steps. The last one at or before each of some even steps is found by its index, so that
# the cost depends on how many are picked, not on how many there are.
_THINNED = """
WITH RECURSIVE
bounds(first, last) AS (SELECT
    (SELECT MIN(step) FROM metrics WHERE run_id = :run_id AND step > :since_step),
    (SELECT MAX(step) FROM metrics WHERE run_id = :run_id AND step > :since_step)
),
even(step, gap, first) AS (
    SELECT last, (last - first) / :at_most + 1, first FROM bounds WHERE last IS NOT NULL
    UNION ALL SELECT step - gap, gap, first FROM even WHERE step - gap >= first
)
SELECT * FROM metrics WHERE run_id = :run_id AND step IN (
    SELECT (SELECT MAX(step) FROM metrics WHERE run_id = :run_id AND step <= even.step) FROM even
    UNION
    SELECT (
        SELECT MAX(step) FROM metrics INDEXED BY epoch_ends
        WHERE run_id = :run_id AND is_epoch_end AND step > :since_step AND step <= even.step
    ) FROM even
) ORDER BY step
"""
# Of how many runs a process keeps the curves that were shown last.
MOST_RUNS = 32
_READING = Lock()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Codes (M, K) of the same M training samples after a step, their classes (M,) and the names of all classes."""

    step: int
    codes: NDArray[np.float32]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]


def metrics(job_id: int, since_step: int = -1, at_most: int = 1_000_000) -> pd.DataFrame:
    """The curves of a run after `since_step`, a row a record, a column a field of `Record` except the snapshot.

    at_most: how many records, and how many ends of epochs, are picked evenly when their steps span more; the last is
    one of them.
    """
    with reading() as connection:
        rows = connection.execute(_THINNED, {"run_id": job_id, "since_step": since_step, "at_most": at_most}).fetchall()
    columns = {name: [row[name] for row in rows] for name in METRICS if name != "run_id"}
    per_dim = [None if text is None else tuple(json.loads(text)) for text in columns.pop("kl_per_dim")]
    numbers = pd.DataFrame(columns, dtype=float)
    exact = numbers.astype({"step": int, "n_steps": int, "is_epoch_end": bool})
    return exact.assign(kl_per_dim=pd.Series(per_dim, dtype=object))


def curves(job: Job, at_most: int) -> pd.DataFrame:
    """The curves of a run as `metrics` gives them, read once for all in this process; they must not change it."""
    with _READING:
        return _curves(runs_folder(), job.folder, job.started, job.step, job.id, at_most)


@lru_cache(maxsize=MOST_RUNS)
def _curves(
    runs: Path,  # noqa: ARG001 - with the folder, the beginning and the step it tells one state of one run
    folder: str,  # noqa: ARG001
    started: float | None,  # noqa: ARG001
    step: int,  # noqa: ARG001
    job_id: int,
    at_most: int,
) -> pd.DataFrame:
    return metrics(job_id, at_most=at_most)


def snapshot_steps(job_id: int) -> tuple[int, ...]:
    """The steps after which codes were kept."""
    with reading() as connection:
        rows = connection.execute("SELECT step FROM snapshots WHERE run_id = ? ORDER BY step", (job_id,))
        return tuple(row["step"] for row in rows)


def snapshot(job_id: int, at_step: int | None = None) -> Snapshot | None:
    """The codes after a step, or the latest ones; None when nothing was kept yet."""
    with reading() as connection:
        row = connection.execute(
            "SELECT snapshots.step, latent_dim, codes, snapshot_labels, class_names "
            "FROM snapshots JOIN runs ON runs.id = run_id "
            "WHERE run_id = ? AND snapshots.step <= ? ORDER BY snapshots.step DESC LIMIT 1",
            (job_id, 2**62 if at_step is None else at_step),
        ).fetchone()
    if row is None:
        return None
    labels = np.frombuffer(row["snapshot_labels"], np.uint8).astype(np.int64)
    return Snapshot(
        row["step"], decode_codes(row["codes"], row["latent_dim"]), labels, tuple(json.loads(row["class_names"]))
    )


def live_pictures(job_id: int) -> LivePictures | None:
    """The latest pictures of a run; None for one that nobody has watched."""
    with reading() as connection:
        row = connection.execute("SELECT * FROM live_pictures WHERE run_id = ?", (job_id,)).fetchone()
    if row is None:
        return None
    codes = decode_codes(row["codes"], row["latent_dim"])
    if row["images"] is None:
        return LivePictures(row["step"], codes, None, None, None)
    bytes_ = np.frombuffer(zlib.decompress(row["images"]), np.uint8)
    size = (row["n_rows"], N_PICTURES, row["height"], row["width"])
    is_colour = bytes_.size > prod(size)
    inputs, reconstructions, *draws = bytes_.reshape(*size, *([3] if is_colour else []))
    return LivePictures(row["step"], codes, inputs, reconstructions, draws[0] if draws else None)
