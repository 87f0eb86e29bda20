"""Checkpoints and training states on the disk."""

from explorer.store.checkpoints import (
    BrokenCheckpoint,
    Checkpoint,
    CheckpointInfo,
    LibraryEntry,
    broken_checkpoints,
    delete_checkpoint,
    list_checkpoints,
    load_checkpoint,
    load_codes,
    read_info,
    rename_checkpoint,
    save_checkpoint,
)
from explorer.store.classifiers import load_classifier, save_classifier
from explorer.store.codes import Codes
from explorer.store.folder import check_name, check_target, checkpoint_path, checkpoints_folder
from explorer.store.header import Header
from explorer.store.pictures import write_grid
from explorer.store.records import load_records, save_records
from explorer.store.shipped import shipped_names
from explorer.store.states import has_state, load_state, save_state

__all__ = [
    "BrokenCheckpoint",
    "Checkpoint",
    "CheckpointInfo",
    "Codes",
    "Header",
    "LibraryEntry",
    "broken_checkpoints",
    "check_name",
    "check_target",
    "checkpoint_path",
    "checkpoints_folder",
    "delete_checkpoint",
    "has_state",
    "list_checkpoints",
    "load_checkpoint",
    "load_classifier",
    "load_codes",
    "load_records",
    "load_state",
    "read_info",
    "rename_checkpoint",
    "save_checkpoint",
    "save_classifier",
    "save_records",
    "save_state",
    "shipped_names",
    "write_grid",
]
