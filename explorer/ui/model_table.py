"""A table of models with their figures of merit."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.errors import CheckpointError
from explorer.models.likelihood import is_density
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
        "5-NN",
        format="%.3f",
        help="share of test codes whose 5 nearest train codes vote for their class; chance is 1 in as many as there "
        "are classes",
    ),
    "rate_nats": st.column_config.NumberColumn(
        "Rate (nats)", format="%.1f", help="KL(q(z|x) ‖ p(z)) per image, test split; of VAEs and of PPCA"
    ),
    "distortion_nats": st.column_config.NumberColumn(
        "Distortion (nats)",
        format="%.1f",
        help="−log p(x|z) of Bernoulli pixels per image, one draw of z, test split; on grey pixels a loss and no "
        "likelihood",
    ),
    "density_distortion_nats": st.column_config.NumberColumn(
        "Distortion (density)",
        format="%.1f",
        help="−log p(x|z) of Gaussian pixels, nats per image, test split: a density, which lies below 0 too; not "
        "comparable with Bernoulli pixels",
    ),
    "active_units": st.column_config.NumberColumn(
        "Active", format="%d", help="code dimensions whose posterior mean varies by more than 0.01 over the test split"
    ),
    "megabytes": st.column_config.NumberColumn("MB", format="%.1f", help="size on the disk"),
}

METRICS = ("mse", "sse", "knn_accuracy", "rate_nats", "active_units")


def library_frame(infos: Sequence[LibraryEntry]) -> pd.DataFrame:
    """One row per model, with the columns of COLUMNS; None where a model has no such figure."""
    return pd.DataFrame([_row(info) for info in infos], columns=list(COLUMNS))


def _row(info: LibraryEntry) -> dict[str, Any]:
    if isinstance(info, BrokenCheckpoint):
        return {"name": info.name, "model": info.title}
    row: dict[str, Any] = {name: info.metrics.get(name) for name in METRICS}
    distortion = "density_distortion_nats" if is_density(info.run.model) else "distortion_nats"
    row[distortion] = info.metrics.get("distortion_nats")
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
