"""A table of models with their figures of merit."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.errors import CheckpointError
from explorer.models.spec import CLOSED_FORM
from explorer.store import BrokenCheckpoint, CheckpointInfo, LibraryEntry
from explorer.ui.caches import cached_thumbnail

COLUMNS: dict[str, Any] = {
    "codes": st.column_config.ImageColumn("Codes", width=78, help="codes of the test samples, by class"),
    "name": st.column_config.TextColumn("Name", width=140),
    "model": st.column_config.TextColumn("Model", width=118),
    "dataset": st.column_config.TextColumn("Data set", width=80),
    "epochs": st.column_config.NumberColumn("Epochs", format="%.0f", help="passes over the training part"),
    "mse": st.column_config.NumberColumn("MSE", format="%.4f", help="mean over pixels, test split"),
    "sse": st.column_config.NumberColumn("SSE", format="%.2f", help="sum over the pixels of an image, test split"),
    "knn_accuracy": st.column_config.NumberColumn(
        "5-NN", format="%.3f", help="share of test codes whose 5 nearest train codes vote for their class; chance .10"
    ),
    "rate_nats": st.column_config.NumberColumn("Rate (nats)", format="%.1f", help="KL(q(z|x) ‖ p(z)) an image, test"),
    "distortion_nats": st.column_config.NumberColumn(
        "Distortion (nats)",
        format="%.1f",
        help="−log p(x|z) an image, one draw of z, test; on gray pixels no likelihood",
    ),
    "active_units": st.column_config.NumberColumn(
        "Active", format="%d", help="code dimensions whose posterior mean varies by more than .01 over test"
    ),
    "megabytes": st.column_config.NumberColumn("MB", format="%.1f", help="size on the disk"),
}

METRICS = ("mse", "sse", "knn_accuracy", "rate_nats", "distortion_nats", "active_units")


def library_frame(infos: Sequence[LibraryEntry]) -> pd.DataFrame:
    """One row a model, with the columns of COLUMNS; None where a model has no such figure."""
    return pd.DataFrame([_row(info) for info in infos], columns=list(COLUMNS))


def _row(info: LibraryEntry) -> dict[str, Any]:
    if isinstance(info, BrokenCheckpoint):
        return {"name": info.name, "model": info.title}
    row: dict[str, Any] = {name: info.metrics.get(name) for name in METRICS}
    descends = not isinstance(info.run.model, CLOSED_FORM)
    epochs = info.run.n_epochs * info.header.step / info.header.n_steps if descends else None
    return row | {
        "codes": _thumbnail_uri(info),
        "name": info.name,
        "model": info.title,
        "dataset": info.run.dataset,
        "epochs": epochs,
        "megabytes": info.n_bytes / 1e6,
    }


def _thumbnail_uri(info: CheckpointInfo) -> str | None:
    try:
        png = cached_thumbnail(info.fingerprint, str(info.path))
    except CheckpointError:
        return None
    return "data:image/png;base64," + b64encode(png).decode()
