"""The history of a training as an event file of TensorBoard."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from explorer.errors import ExportError
from explorer.export.packages import need_packages
from explorer.models.spec import CLOSED_FORM
from explorer.store import Checkpoint

# TensorBoard finds event files by this part of their name.
FILE = "events.out.tfevents.0.latent-explorer"
CLOCKS = ("step", "n_steps", "epoch", "is_epoch_end", "elapsed_s")


def tensorboard_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """The event file of a run, one scalar for each number of its history at each step.

    Raises ExportError where the package is missing or the model was not trained by steps.
    """
    need_packages("tensorboard")
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    history = checkpoint.history
    if isinstance(checkpoint.run.model, CLOSED_FORM):
        raise ExportError(f"{checkpoint.info.name} was fitted in closed form, without steps; choose a trained model.")
    began = datetime.fromisoformat(checkpoint.header.created).timestamp()
    buffer = BytesIO()
    writer = RecordWriter(buffer)
    writer.write(Event(wall_time=began, file_version="brain.Event:2").SerializeToString())
    for row in history.to_dict("records"):
        writer.write(_event(began, row).SerializeToString())
    return {FILE: buffer.getvalue()}


def _event(began: float, row: Mapping[Any, Any]) -> Any:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    values = [Summary.Value(tag=tag, simple_value=value) for tag, value in _scalars(row) if not pd.isna(value)]
    return Event(wall_time=began + float(row.get("elapsed_s", 0)), step=int(row["step"]), summary=Summary(value=values))


def _scalars(row: Mapping[Any, Any]) -> Iterator[tuple[str, float]]:
    """Each number of a row under its column's name, and those of an array as name/1, name/2 and so on."""
    for name, value in row.items():
        if name in CLOCKS or value is None:
            continue
        if isinstance(value, (np.ndarray, list)):
            yield from ((f"{name}/{k}", float(part)) for k, part in enumerate(value, 1))
        elif isinstance(value, (int, float)):
            yield name, float(value)
