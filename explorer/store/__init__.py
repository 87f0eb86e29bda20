"""Checkpoints and training states on the disk."""

from explorer.store.bin import delete_checkpoint, deleted_checkpoints, empty_bin, restore_checkpoint
from explorer.store.checkpoints import (
    Checkpoint,
    CheckpointInfo,
    load_checkpoint,
    load_codes,
    moments_of,
    read_info,
    replace_checkpoint,
    save_checkpoint,
)
from explorer.store.classifiers import load_classifier, save_classifier
from explorer.store.codes import Codes, KeptMoments
from explorer.store.folder import check_name, check_target, checkpoint_path, checkpoints_folder
from explorer.store.header import Header
from explorer.store.library import (
    BrokenCheckpoint,
    LibraryEntry,
    broken_checkpoints,
    check_library,
    hidden_checkpoints,
    hide_checkpoint,
    library_version,
    list_checkpoints,
    rename_checkpoint,
    show_checkpoint,
    shown_entries,
)
from explorer.store.pictures import write_grid
from explorer.store.records import load_records, save_records
from explorer.store.results import Computation, ResultKey, load_result, save_result
from explorer.store.shipped import shipped_names
from explorer.store.states import has_state, load_state, save_state

__all__ = [
    "BrokenCheckpoint",
    "Checkpoint",
    "CheckpointInfo",
    "Codes",
    "Computation",
    "Header",
    "KeptMoments",
    "LibraryEntry",
    "ResultKey",
    "broken_checkpoints",
    "check_library",
    "check_name",
    "check_target",
    "checkpoint_path",
    "checkpoints_folder",
    "delete_checkpoint",
    "deleted_checkpoints",
    "empty_bin",
    "has_state",
    "hidden_checkpoints",
    "hide_checkpoint",
    "library_version",
    "list_checkpoints",
    "load_checkpoint",
    "load_classifier",
    "load_codes",
    "load_records",
    "load_result",
    "load_state",
    "moments_of",
    "read_info",
    "rename_checkpoint",
    "replace_checkpoint",
    "restore_checkpoint",
    "save_checkpoint",
    "save_classifier",
    "save_records",
    "save_result",
    "save_state",
    "shipped_names",
    "show_checkpoint",
    "shown_entries",
    "write_grid",
]
