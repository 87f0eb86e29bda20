"""A table of models with their figures of merit."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.analysis.evaluate import KEPT_IWAE_K, N_IWAE_SAMPLES
from explorer.errors import CheckpointError
from explorer.models.likelihood import is_density
from explorer.models.names import kind_of
from explorer.models.spec import CLOSED_FORM
from explorer.store import BrokenCheckpoint, CheckpointInfo, LibraryEntry
from explorer.ui.caches import cached_thumbnail


def _number(title: str, digits: int, help_: str) -> Any:
    return st.column_config.NumberColumn(title, format=f"%.{digits}f", help=help_)


# A column holds one kind of number: nats of probabilities and of densities stand apart.
COLUMNS: dict[str, Any] = {
    "codes": st.column_config.ImageColumn("Codes", width=78, help="codes of the test samples, by class"),
    "model": st.column_config.TextColumn("Model", width=290),
    "latent_dim": _number("K", 0, "dimensions of the code"),
    "name": st.column_config.TextColumn("Folder", width=195),
    "dataset": st.column_config.TextColumn("Data set", width=95),
    "epochs": _number("Epochs", 0, "passes over the training part"),
    "mse": _number("MSE", 4, "squared error, mean over pixels, test split"),
    "sse": _number("SSE", 2, "squared error, sum over the pixels of an image, test split"),
    "knn_accuracy": _number(
        "5-NN",
        3,
        "fraction of test codes whose class is the majority of their 5 nearest training codes; guessing reaches 1 "
        "divided by the number of classes",
    ),
    "rate_nats": _number("Rate (nats)", 1, "KL(q(z|x) ‖ p(z)) per image, test split"),
    "distortion_nats": _number(
        "Distortion (nats)", 1, "−log P(x|z) per image, one draw of z, test split; on grey pixels it is no likelihood"
    ),
    "density_distortion_nats": _number(
        "Distortion (density)",
        1,
        "−log p(x|z) per image, test split; p is a density, so it may be below 0 and cannot be compared with that of "
        "a probability",
    ),
    "iwae_nats": _number(
        f"IWAE-{KEPT_IWAE_K} (nats)",
        1,
        f"importance-weighted bound on −log P(x) with K = {KEPT_IWAE_K} draws, per image, first {N_IWAE_SAMPLES:,} "
        "test images, fewer of more than 784 values; at most their rate + distortion, and comparable with bounds of "
        "the same K alone",
    ),
    "active_units": _number(
        "Active", 0, "dimensions whose posterior mean has a variance above 0.01 over the test split"
    ),
    "megabytes": _number("MB", 1, "size on the disk"),
}
# What a table shows when it opens, as wide as a page; the others are in its own menu of columns.
SHOWN = (
    *("codes", "model", "latent_dim", "name", "dataset", "mse", "knn_accuracy"),
    *("rate_nats", "distortion_nats", "active_units"),
)
METRICS = ("mse", "sse", "knn_accuracy", "rate_nats", "active_units")


def library_frame(entries: Sequence[LibraryEntry]) -> pd.DataFrame:
    """One row per model, with the columns of COLUMNS; None where a model has no such figure."""
    return pd.DataFrame([_row(entry) for entry in entries], columns=list(COLUMNS))


def _row(entry: LibraryEntry) -> dict[str, Any]:
    if isinstance(entry, BrokenCheckpoint):
        return {"name": entry.name, "model": entry.title}
    run = entry.run
    descends = run.trained_here and not isinstance(run.model, CLOSED_FORM)
    return {name: entry.metrics.get(name) for name in METRICS} | {
        "codes": _thumbnail_uri(entry),
        "name": entry.name,
        "model": kind_of(run.model),
        "latent_dim": run.model.latent_dim,
        "dataset": run.dataset,
        "epochs": run.n_epochs * entry.header.step / entry.header.n_steps if descends else None,
        "density_distortion_nats" if is_density(run.model) else "distortion_nats": entry.metrics.get("distortion_nats"),
        "iwae_nats": _kept_bound(entry),
        "megabytes": entry.n_bytes / 1e6,
    }


def _kept_bound(entry: CheckpointInfo) -> float | int | None:
    """The importance-weighted bound of K draws, of probabilities alone."""
    is_comparable = entry.metrics.get("iwae_k") == KEPT_IWAE_K and not is_density(entry.run.model)
    return entry.metrics["iwae_nats"] if is_comparable else None


def _thumbnail_uri(info: CheckpointInfo) -> str | None:
    try:
        png = cached_thumbnail(info.fingerprint, str(info.path))
    except CheckpointError:
        return None
    return "data:image/png;base64," + b64encode(png).decode()
