"""Sweeps and replays as latent animations: checkpoints in, frames that move out."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.latent_plane import principal_plane, subscript
from explorer.analysis.references import Reference, find_reference
from explorer.analysis.sweeps import BETA, Sweep, weight_of
from explorer.analysis.tradeoff import kl_per_dim_nats
from explorer.figures.theme import ERROR, MODEL_HUES, MUTED, class_colour, model_hue
from explorer.models.spec import GMVAESpec, VAESpec, is_plain
from explorer.store import Checkpoint, CheckpointInfo, list_checkpoints, shipped_names
from explorer.ui.caches import cached_checkpoint
from explorer.ui.components.latent_animation import Chart, Curve, LatentAnimation, Mark
from explorer.ui.latent_animations import GRID_TITLE, N_SHOWN, decoded_grid, mosaics
from explorer.ui.models import library_runs

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
CheckpointKey = tuple[str, str]
LEAST_TERM = 0.01
NATS, SSE = "nats", "squared error"
SAMPLES_TITLE = "Reconstructions of the same training samples"


@st.cache_resource(max_entries=4, show_spinner="Laying out the sweep …")
def sweep_animation(
    members: tuple[CheckpointKey, ...], others: tuple[tuple[CheckpointKey, str], ...], unit: str
) -> LatentAnimation:
    """The frames of a sweep over β, one per member.

    others: models without a rate, drawn as levels of the chart under their labels; unit: of the distortion.
    """
    checkpoints = [cached_checkpoint(*member) for member in members]
    first = checkpoints[0]
    rows = np.unique(np.linspace(0, len(first.codes.test) - 1, N_SHOWN).astype(np.int64))
    rates = [max(_metric(checkpoint, "rate_nats"), LEAST_TERM) for checkpoint in checkpoints]
    losses = [_metric(checkpoint, "distortion_nats" if unit == NATS else "sse") for checkpoint in checkpoints]
    chart = Chart(
        curves=(Curve("VAE", model_hue("vae"), tuple(rates), tuple(losses)),),
        dots=tuple(((rate, loss),) for rate, loss in zip(rates, losses, strict=True)),
        x_title="rate: KL, nats per image",
        y_title="distortion, nats per image" if unit == NATS else "SSE per image",
        marks=tuple(_level(cached_checkpoint(*key), label) for key, label in others),
        log_x=True,
    )
    planes = [_plane(checkpoint.codes.test, rows) for checkpoint in checkpoints]
    return LatentAnimation(
        points=np.stack(planes),
        labels=first.codes.test_labels[rows].astype(np.uint8),
        class_names=first.header.class_names,
        colors=tuple(class_colour(label) for label in range(len(first.header.class_names))),
        axis_labels=_axis_labels(first),
        chart=chart,
        captions=tuple(sweep_caption(checkpoint) for checkpoint in checkpoints),
        control="Weight β of the KL term",
        alt=f"Plane of {len(rows):,} test codes of {first.run.dataset}, the same samples at every β",
        images=mosaics([decoded_grid(checkpoint) for checkpoint in checkpoints], first.header.sample_shape),
        image_title=GRID_TITLE if first.model.latent_dim == 2 else SAMPLES_TITLE.replace("training", "test"),
        bars=np.stack([kl_per_dim_nats(item.codes.test, item.codes.test_log_var) for item in checkpoints]),
        shows_prior=first.model.latent_dim == 2,
    )


def sweep_caption(checkpoint: Checkpoint) -> str:
    """A member in one line: beta, rate, distortion, active units, and what is special about it."""
    model = checkpoint.run.model
    beta = weight_of(model, BETA)
    active = int(_metric(checkpoint, "active_units"))
    rate, distortion = _metric(checkpoint, "rate_nats"), _metric(checkpoint, "distortion_nats")
    text = f"β = {beta:g} · KL {rate:.1f} + reconstruction {distortion:.1f} nats · "
    text += f"{active} of {model.latent_dim} units active"
    if beta == 0:
        return text + " · an autoencoder with noise"
    return text + (" · collapsed: every posterior is the prior" if active == 0 else "")


def sweep_references(sweep: Sweep, unit: str) -> tuple[Reference, ...]:
    """The plain AE of the sweep's network and PCA of its K, where the unit is what they were trained on."""
    if unit != SSE:
        return ()
    models, shipped = library_runs(), shipped_names()
    of_kind = (
        [one for one in models if one[1].model.family == "pca"],
        [one for one in models if is_plain(one[1].model)],
    )
    found = [find_reference(kind, sweep.run, shipped=shipped) for kind in of_kind]
    return tuple(reference for reference in found if reference is not None)


def _is_family(info: CheckpointInfo, family: str) -> bool:
    return info.run.model.family == family


def _level(checkpoint: Checkpoint, label: str) -> Mark:
    """The squared error of a model without a rate."""
    return Mark(label, model_hue(checkpoint.run.model.family), None, _metric(checkpoint, "sse"))


def replayable() -> dict[str, CheckpointInfo]:
    """The models whose training kept codes along the way, by name; VAEs in a plane first."""
    found = [info for info in list_checkpoints() if not _is_family(info, "pca")]

    def order(info: CheckpointInfo) -> tuple[bool, bool, str]:
        return (info.run.model.latent_dim != 2, not _is_family(info, "vae"), info.name)

    return {info.name: info for info in sorted(found, key=order) if info.run.model.latent_dim > 1}


@st.cache_resource(max_entries=4, show_spinner="Laying out the training …")
def replay_animation(fingerprint: str, path: str) -> LatentAnimation:
    """The frames of a training, one a snapshot."""
    checkpoint = cached_checkpoint(fingerprint, path)
    codes, history = checkpoint.codes, checkpoint.history
    final = principal_plane(codes.snapshots[-1], codes.snapshots[-1].mean(axis=0))
    is_plane = checkpoint.model.latent_dim == 2
    points = np.stack([part if is_plane else final.project(part) for part in codes.snapshots])
    places = np.searchsorted(history["step"].to_numpy(), codes.snapshot_steps)
    terms = _terms(checkpoint)
    steps = history["step"].to_numpy(float)
    values = {column: np.maximum(history[column].to_numpy(float), LEAST_TERM) for column, _, _ in terms}
    chart = Chart(
        curves=tuple(Curve(name, color, tuple(steps), tuple(values[column])) for column, name, color in terms),
        dots=tuple(tuple((float(steps[i]), float(values[column][i])) for column, _, _ in terms) for i in places),
        x_title="step",
        y_title="nats per image" if len(terms) > 1 else "SSE per image",
        log_x=True,
        log_y=True,
    )
    epochs = history["epoch"].to_numpy(float)[places]
    return LatentAnimation(
        points=points.astype(np.float32),
        labels=codes.snapshot_labels.astype(np.uint8),
        class_names=checkpoint.header.class_names,
        colors=tuple(class_colour(label) for label in range(len(checkpoint.header.class_names))),
        axis_labels=_axis_labels(checkpoint) if is_plane else final.labels,
        chart=chart,
        captions=tuple(
            f"Step {step:,} · epoch {epoch:.2f}" for step, epoch in zip(codes.snapshot_steps, epochs, strict=True)
        ),
        control="Step of the training",
        alt=f"Plane of {len(codes.snapshot_labels):,} training codes of {checkpoint.run.dataset} along the training",
        images=_replayed_images(checkpoint),
        image_title=GRID_TITLE if is_plane else SAMPLES_TITLE,
        shows_prior=is_plane and isinstance(checkpoint.run.model, VAESpec),
        transition_ms=450,
    )


def _terms(checkpoint: Checkpoint) -> tuple[tuple[str, str, str], ...]:
    """The curves of a history: column, name and colour."""
    reconstruction = ("reconstruction", "reconstruction", ERROR)
    model = checkpoint.run.model
    if not isinstance(model, VAESpec):
        return (reconstruction,)
    weight = "" if model.beta == 1 else f"{model.beta:g} × "
    is_plain = not (model.warm_up or model.free_bits or model.classifier_weight or isinstance(model, GMVAESpec))
    total = f"reconstruction + {weight}KL" if is_plain else "weighted sum"
    return (("loss", total, MUTED), reconstruction, ("kl", "KL", MODEL_HUES["vae"]))


def _plane(codes: Array, rows: NDArray[np.int64]) -> Array:
    """The codes of some samples in the plane itself, or in that of the first two principal components."""
    plane = codes if codes.shape[1] == 2 else principal_plane(codes, codes.mean(axis=0)).project(codes)
    return plane[rows].astype(np.float32)


def _axis_labels(checkpoint: Checkpoint) -> tuple[str, str]:
    if checkpoint.model.latent_dim == 2:
        return (f"z{subscript(1)}", f"z{subscript(2)}")
    return ("PC1", "PC2")


def _replayed_images(checkpoint: Checkpoint) -> Bytes | None:
    images = checkpoint.codes.snapshot_images
    return mosaics(list(images / np.float32(255)), checkpoint.header.sample_shape) if len(images) else None


def _metric(checkpoint: Checkpoint, name: str) -> float:
    value = checkpoint.header.metrics[name]
    return float("nan") if value is None else float(value)
