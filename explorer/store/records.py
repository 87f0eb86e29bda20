"""The records of a training that is not done, beside its state."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from explorer.store.atomic_write import write_file
from explorer.store.guarded_read import read
from explorer.training.record import SNAPSHOT_FIELDS, Record

RECORDS = "records.safetensors"


def save_records(records: Sequence[Record], folder: Path) -> Path:
    """Write records whole or not at all, in the place of earlier ones; raises CheckpointError."""
    rows = [{key: value for key, value in vars(record).items() if key not in SNAPSHOT_FIELDS} for record in records]
    arrays = {
        f"{name}.{place}": np.ascontiguousarray(getattr(record, name))
        for place, record in enumerate(records)
        for name in SNAPSHOT_FIELDS
        if getattr(record, name) is not None
    }
    content = save(arrays, {"records": json.dumps(rows)})
    return write_file(folder / RECORDS, lambda file: file.write_bytes(content))


def load_records(folder: Path, last_step: int) -> list[Record]:
    """The records up to a step, which is that of the state beside them; raises CheckpointError."""
    return [record for record in read(folder / RECORDS, _parse) if record.step <= last_step]


def _parse(path: Path) -> list[Record]:
    with safe_open(path, framework="np") as file:
        rows = json.loads(file.metadata()["records"])
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
    for key, array in arrays.items():
        name, place = key.split(".")
        rows[int(place)][name] = array
    return [_record(row) for row in rows]


def _record(row: dict[str, Any]) -> Record:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Record(**values)
