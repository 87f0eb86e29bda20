"""Training: a run's spec, its state, and the loop as a generator of records.

What needs PyTorch is imported on first use, so that a page that only reads specs and records starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from explorer.training.record import Record, mean_terms
from explorer.training.run_spec import RunSpec, run_from_json, run_to_json

if TYPE_CHECKING:
    from explorer.training.devices import describe_device, one_thread, pick_device
    from explorer.training.loop import split_rows, start, train
    from explorer.training.state import TrainingState

_LAZY = {
    "TrainingState": "state",
    "split_rows": "loop",
    "start": "loop",
    "train": "loop",
    "describe_device": "devices",
    "one_thread": "devices",
    "pick_device": "devices",
}

__all__ = [
    "Record",
    "RunSpec",
    "TrainingState",
    "describe_device",
    "mean_terms",
    "one_thread",
    "pick_device",
    "run_from_json",
    "run_to_json",
    "split_rows",
    "start",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
