"""What a worker writes into the register: that it took a run, how far it is, and how it ended."""

import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.jobs.database import WORKER_LOCK_PATIENCE_S, reading, transaction
from explorer.jobs.job import Job, Pace, job_from_row
from explorer.permissions import CLASS_LIMITS, CLASS_PREFIX
from explorer.store.schema import Connection, Row
from explorer.training.live_pictures import LivePictures
from explorer.training.record import Record
from explorer.training.run_spec import RunSpec, run_to_json

METRICS = (
    "run_id", "step", "epoch", "n_steps", "loss", "reconstruction", "kl", "classification", "penalty",
    "validation_loss", "validation_reconstruction", "validation_kl",
    "samples_per_s", "elapsed_s", "kl_per_dim", "active_units", "is_epoch_end",
)  # fmt: skip
_SNAPSHOT = ("run_id", "step", "latent_dim", "codes", "n_images", "images")
_PICTURES = ("run_id", "step", "latent_dim", "codes", "n_rows", "height", "width", "images")


def _insert(table: str, columns: tuple[str, ...], key: str) -> str:
    """The statement that writes a row, in the place of one that has its key."""
    values, anew = ", ".join("?" * len(columns)), ", ".join(f"{name} = excluded.{name}" for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {anew}"


_INSERT_METRICS = _insert("metrics", METRICS, "run_id, step")
_INSERT_SNAPSHOT = _insert("snapshots", _SNAPSHOT, "run_id, step")
_INSERT_PICTURES = _insert("live_pictures", _PICTURES, "run_id")
_LARGEST_HALF = float(np.finfo(np.float16).max)


# For how long a pace other than full outlasts the last look at the run, and for how long pictures are made for it.
HELD_FOR_S = 60.0
PICTURED_FOR_S = 10.0


@dataclass(frozen=True)
class Turn:
    """Another value for a field of a running run, asked for on a page and not given yet."""

    id: int
    field: str
    value: float


@dataclass(frozen=True)
class Orders:
    """What pages want of a running run.

    single_steps: how many steps were asked for one by one since it began; turns: changes that are still to be made.
    """

    stop_requested: bool
    pace: Pace
    single_steps: int
    is_watched: bool
    turns: tuple[Turn, ...] = ()


NO_ORDERS = Orders(stop_requested=False, pace="full", single_steps=0, is_watched=False)


class RunTakenAwayError(Exception):
    """The run is no longer this worker's: it was given up, and resumed or removed by somebody."""


def claim(worker_id: int) -> Job | None:
    """Take the oldest queued run, which no other worker can take then; None when none waits."""
    with reading() as connection:
        if connection.execute("SELECT 1 FROM runs WHERE state = 'queued'").fetchone() is None:
            return None
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        row = connection.execute(
            "UPDATE runs SET state = 'running', worker = ?, started = ?, finished = NULL, message = NULL, "
            "single_steps = 0 WHERE state = 'queued' "
            "AND id = (SELECT id FROM runs WHERE state = 'queued' ORDER BY id LIMIT 1) RETURNING *",
            (worker_id, time.time()),
        ).fetchone()
        return job_from_row(row) if row else None


def go_back_to(job_id: int, worker_id: int, step: int) -> None:
    """Forget what was written after the step that a resumed run goes on from."""
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        _own(connection, job_id, worker_id)
        connection.execute("DELETE FROM metrics WHERE run_id = ? AND step > ?", (job_id, step))
        connection.execute("DELETE FROM snapshots WHERE run_id = ? AND step > ?", (job_id, step))
        connection.execute("UPDATE runs SET step = ? WHERE id = ?", (step, job_id))


def set_classes(job_id: int, worker_id: int, labels: NDArray[np.int64], class_names: tuple[str, ...]) -> None:
    """Keep the classes of the samples whose codes are kept; labels: (M,), an index into `class_names`."""
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        _own(connection, job_id, worker_id)
        connection.execute(
            "UPDATE runs SET snapshot_labels = ?, class_names = ? WHERE id = ?",
            (labels.astype(np.uint8).tobytes(), json.dumps(class_names), job_id),
        )


def append(
    job_id: int,
    worker_id: int,
    records: Sequence[Record],
    execution: str | None = None,
    pictures: LivePictures | None = None,
) -> Orders:
    """Write records and the latest pictures, and return what pages want of the run; raises RunTakenAwayError.

    execution: how the steps were run, in words.
    """
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        orders = _own(connection, job_id, worker_id)
        connection.executemany(_INSERT_METRICS, [_metrics_row(job_id, record) for record in records])
        connection.executemany(
            _INSERT_SNAPSHOT,
            [_snapshot_row(job_id, record) for record in records if record.snapshot is not None],
        )
        connection.executemany(
            "UPDATE runs SET step = ?, n_steps = ?, execution = ? WHERE id = ?",
            [(record.step, record.n_steps, execution, job_id) for record in records[-1:]],
        )
        connection.executemany(_INSERT_PICTURES, [_pictures_row(job_id, pictures)] if pictures else [])
        turns = connection.execute("SELECT id, field, value FROM turns WHERE run_id = ? ORDER BY id", (job_id,))
        return replace(orders, turns=tuple(Turn(**row) for row in turns))


def close_turn(job_id: int, worker_id: int, turn: Turn, run: RunSpec | None) -> None:
    """Forget a turn that was made, and keep the run with its change; None: it was refused. Raises RunTakenAwayError."""
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        _own(connection, job_id, worker_id)
        if run is not None:
            connection.execute("UPDATE runs SET spec = ? WHERE id = ?", (json.dumps(run_to_json(run)), job_id))
        connection.execute("DELETE FROM turns WHERE id = ?", (turn.id,))


def go_on_at_full_pace(job_id: int, worker_id: int) -> None:
    """End a pause for the sake of runs that wait; raises RunTakenAwayError."""
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        _own(connection, job_id, worker_id)
        connection.execute("UPDATE runs SET pace = 'full' WHERE id = ?", (job_id,))


def others_wait() -> bool:
    """Whether a run is queued."""
    with reading() as connection:
        return connection.execute("SELECT 1 FROM runs WHERE state = 'queued'").fetchone() is not None


def end(job_id: int, worker_id: int, state: str, message: str | None = None, checkpoint: str | None = None) -> None:
    """Close a run as done, failed or cancelled, or put it back as queued; raises RunTakenAwayError."""
    with transaction(WORKER_LOCK_PATIENCE_S) as connection:
        _own(connection, job_id, worker_id)
        connection.execute(
            "UPDATE runs SET state = ?, message = ?, checkpoint = ?, finished = ?, stop_requested = 0 WHERE id = ?",
            (state, message, checkpoint, time.time(), job_id),
        )


def done_folders() -> tuple[str, ...]:
    """The folders of the runs that are done, which need no state any more."""
    with reading() as connection:
        return tuple(row["folder"] for row in connection.execute("SELECT folder FROM runs WHERE state = 'done'"))


def read_records(job_id: int) -> list[Record]:
    """Everything written about a run, as its training yielded it."""
    with reading() as connection:
        rows = connection.execute(
            "SELECT metrics.*, latent_dim, codes, n_images, images "
            "FROM metrics LEFT JOIN snapshots USING (run_id, step) WHERE run_id = ? ORDER BY step",
            (job_id,),
        ).fetchall()
    return [_record(row) for row in rows]


def _own(connection: Connection, job_id: int, worker_id: int) -> Orders:
    """Make sure that the run is this worker's, taking it back when it had only been given up.

    A pause and slow motion end a minute after nobody looks any more.
    """
    now = time.time()
    row = connection.execute(
        "UPDATE runs SET state = 'running', message = NULL, finished = NULL, "
        "pace = CASE WHEN coalesce(watched, 0) < ? THEN 'full' ELSE pace END "
        "WHERE id = ? AND worker = ? AND state IN ('running', 'lost') "
        "RETURNING stop_requested, pace, single_steps, watched, name, started",
        (now - HELD_FOR_S, job_id, worker_id),
    ).fetchone()
    if row is None:
        raise RunTakenAwayError
    is_watched = now - (row["watched"] or 0) < PICTURED_FOR_S
    stop_requested = bool(row["stop_requested"]) or _is_overdue(row, now)
    return Orders(stop_requested, row["pace"], row["single_steps"], is_watched)


def _is_overdue(row: Row, now: float) -> bool:
    """Whether a student's run has had the worker for as long as it may."""
    return row["name"].startswith(CLASS_PREFIX) and now - (row["started"] or now) > CLASS_LIMITS.most_seconds


def _metrics_row(job_id: int, record: Record) -> list[object]:
    per_dim = None if record.kl_per_dim is None else json.dumps(record.kl_per_dim)
    values = {**vars(record), "run_id": job_id, "kl_per_dim": per_dim}
    return [values[name] for name in METRICS]


def _snapshot_row(job_id: int, record: Record) -> tuple[object, ...]:
    codes, images = np.asarray(record.snapshot), record.snapshot_images
    # A diverging run's codes exceed what half precision can hold.
    halves = np.clip(codes, -_LARGEST_HALF, _LARGEST_HALF).astype(np.float16)
    pictures = (None, None) if images is None else (len(images), zlib.compress(images.tobytes()))
    return (job_id, record.step, codes.shape[1], halves.tobytes(), *pictures)


def _pictures_row(job_id: int, pictures: LivePictures) -> tuple[object, ...]:
    codes = pictures.codes
    halves = np.clip(codes, -_LARGEST_HALF, _LARGEST_HALF).astype(np.float16)
    rows = [row for row in (pictures.inputs, pictures.reconstructions, pictures.draws) if row is not None]
    images = zlib.compress(np.stack(rows).tobytes(), 1) if rows else None
    height, width = rows[0].shape[1:3] if rows else (None, None)
    return job_id, pictures.step, codes.shape[1], halves.tobytes(), len(rows), height, width, images


def _record(row: Row) -> Record:
    values = {key: value for key, value in row.items() if key in Record.__dataclass_fields__}
    values["is_epoch_end"] = bool(row["is_epoch_end"])
    values["kl_per_dim"] = None if row["kl_per_dim"] is None else tuple(json.loads(row["kl_per_dim"]))
    snapshot = None if row["codes"] is None else decode_codes(row["codes"], row["latent_dim"])
    return Record(**values, snapshot=snapshot, snapshot_images=decode_images(row["images"], row["n_images"]))


def decode_codes(blob: bytes, latent_dim: int) -> NDArray[np.float32]:
    """Codes (M, K) as a snapshot keeps them, in half precision."""
    return np.frombuffer(blob, np.float16).reshape(-1, latent_dim).astype(np.float32)


def decode_images(blob: bytes | None, n_images: int | None) -> NDArray[np.uint8] | None:
    """Images (G, D) as a snapshot keeps them, compressed; None where it has none."""
    if blob is None or n_images is None:
        return None
    return np.frombuffer(zlib.decompress(blob), np.uint8).reshape(n_images, -1)
