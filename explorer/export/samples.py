"""Samples with their classes as files for other tools: CSV, Parquet and NPZ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.store.npz import npz_bytes
from explorer.store.table_files import csv_bytes, parquet_bytes


@dataclass(frozen=True, eq=False)
class TakenSamples:
    """N samples to take away.

    classes: the class of each; columns: further columns of N entries by name, such as a sample's number; arrays: what
    has several values for each sample, (N, ...), by name: `pixel` for images, `z` for codes.
    """

    classes: tuple[str, ...]
    columns: Mapping[str, NDArray[np.int64] | tuple[str, ...]]
    arrays: Mapping[str, NDArray[np.uint8] | NDArray[np.float32]]


def samples_table(samples: TakenSamples) -> pd.DataFrame:
    """One row per sample: the further columns, the class, and of each array its values, numbered from 1."""
    parts = [pd.DataFrame({**samples.columns, "class": samples.classes})]
    for name, array in samples.arrays.items():
        flat = array.reshape(len(array), -1)
        parts.append(pd.DataFrame(flat, columns=[f"{name}{k}" for k in range(1, flat.shape[1] + 1)]))
    return pd.concat(parts, axis=1)


def samples_csv(samples: TakenSamples) -> bytes:
    """The table as a CSV file."""
    return csv_bytes(samples_table(samples))


def samples_parquet(samples: TakenSamples) -> bytes:
    """The table as a Parquet file."""
    return parquet_bytes(samples_table(samples))


def samples_npz(samples: TakenSamples) -> bytes:
    """The arrays in their own shapes and the columns as an archive of NumPy arrays, without Python objects."""
    columns = {name: np.array(values) for name, values in samples.columns.items()}
    return npz_bytes({**samples.arrays, **columns, "class": np.array(samples.classes)})


SAMPLE_FORMATS = {"csv": samples_csv, "parquet": samples_parquet, "npz": samples_npz}
