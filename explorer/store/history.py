"""history.parquet: what was measured along a training, a row for each record.

pandas is imported with the first table, since the start page shows the library without any.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import CheckpointError
from explorer.training.record import SNAPSHOT_FIELDS, Record

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

COLUMNS = tuple(name for name in Record.__dataclass_fields__ if name not in SNAPSHOT_FIELDS)
MAX_RECORDS = 1 << 20
MAX_VALUES = 1 << 25
MAX_UNPACKED_BYTES = 1 << 29
_LATER = ("classification", "penalty")
_KINDS = {name: float for name in COLUMNS if name != "kl_per_dim"} | {"step": int, "n_steps": int, "is_epoch_end": bool}


def write_history(path: Path, history: "pd.DataFrame") -> None:
    """Write records as a table; numbers that hardly repeat are split into their bytes, which pack a third smaller."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(history, preserve_index=False)
    split = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    rest = [name for name in table.column_names if name not in split]
    pq.write_table(table, path, compression="zstd", use_dictionary=rest, use_byte_stream_split=split)


def parse_history(content: bytes) -> "pd.DataFrame":
    """Records as a table from the bytes of history.parquet, NaN where a record has no such number.

    Raises for whatever is damaged, foreign or too large; sizes are looked at before anything is unpacked.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(content))
    _check_sizes(file.metadata)
    _check_types(file.schema_arrow)
    history = file.read().to_pandas(ignore_metadata=True)
    # Histories from before a training had these terms do not name them.
    history = history.reindex(columns=[*history, *(name for name in _LATER if name not in history)])
    if set(history) != set(COLUMNS):
        raise CheckpointError(f"missing or unknown columns: {', '.join(sorted(set(history) ^ set(COLUMNS)))}")
    return history[list(COLUMNS)].astype(_KINDS)


def _check_sizes(metadata: "pq.FileMetaData") -> None:
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    sizes = {
        "records": (metadata.num_rows, MAX_RECORDS),
        "values": (sum(column.num_values for column in columns), MAX_VALUES),
        "bytes": (sum(column.total_uncompressed_size for column in columns), MAX_UNPACKED_BYTES),
    }
    for what, (size, limit) in sizes.items():
        if size > limit:
            raise CheckpointError(f"it unpacks to {size:,} {what}, more than {limit:,}")


def _check_types(schema: "pa.Schema") -> None:
    """Refuse text and the like, of which one value can fill the memory."""
    import pyarrow as pa

    for field in schema:
        kind = field.type.value_type if pa.types.is_list(field.type) else field.type
        if not any(
            fits(kind) for fits in (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean, pa.types.is_null)
        ):
            raise CheckpointError(f"its column {field.name} holds {field.type} instead of numbers")
