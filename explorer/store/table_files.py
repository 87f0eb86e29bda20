"""Tables as files for other tools, Parquet and CSV."""

from io import BytesIO

import pandas as pd


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The content of a Parquet file of a table, without its index."""
    buffer = BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The content of a CSV file of a table, without its index."""
    text: str = table.to_csv(index=False)
    return text.encode()
