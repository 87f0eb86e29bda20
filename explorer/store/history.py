"""history.parquet: what was measured along a training, a row for each record."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.errors import CheckpointError
from explorer.store.guarded_read import read
from explorer.training.record import SNAPSHOT_FIELDS, Record

COLUMNS = tuple(name for name in Record.__dataclass_fields__ if name not in SNAPSHOT_FIELDS)
MAX_VALUES = 1 << 26
_LATER = ("classification", "penalty")
_KINDS = {name: float for name in COLUMNS if name != "kl_per_dim"} | {"step": int, "n_steps": int, "is_epoch_end": bool}


def write_history(path: Path, history: pd.DataFrame) -> None:
    """Write records as a table."""
    pq.write_table(pa.Table.from_pandas(history, preserve_index=False), path)


def read_history(path: Path) -> pd.DataFrame:
    """Records as a table, NaN where a record has no such number; raises CheckpointError for a torn or foreign file."""
    return read(path, _read)


def _read(path: Path) -> pd.DataFrame:
    metadata = pq.read_metadata(path)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    if sum(group.column(i).num_values for group in groups for i in range(group.num_columns)) > MAX_VALUES:
        raise CheckpointError(f"it holds more than {MAX_VALUES:,} values")
    history = pq.read_table(path).to_pandas(ignore_metadata=True)
    # Histories from before a training had these terms do not name them.
    history = history.reindex(columns=[*history, *(name for name in _LATER if name not in history)])
    if set(history) != set(COLUMNS):
        raise CheckpointError(f"missing or unknown columns: {', '.join(sorted(set(history) ^ set(COLUMNS)))}")
    return history[list(COLUMNS)].astype(_KINDS)
