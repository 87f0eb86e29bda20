"""Tables as Parquet files for other tools."""

from io import BytesIO

import pandas as pd


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The content of a Parquet file of a table, without its index."""
    buffer = BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
