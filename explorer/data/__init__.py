"""Data sets: real ones, always as `Dataset`."""

from explorer.data.dataset import Dataset, Split
from explorer.data.download import DownloadProgress
from explorer.data.folder import data_folder
from explorer.data.sources import (
    DATASET_NAMES,
    SourceState,
    download,
    find_source,
    free_name,
    keep_draft,
    list_sources,
    load_dataset,
)

__all__ = [
    "DATASET_NAMES",
    "Dataset",
    "DownloadProgress",
    "SourceState",
    "Split",
    "data_folder",
    "download",
    "find_source",
    "free_name",
    "keep_draft",
    "list_sources",
    "load_dataset",
]
