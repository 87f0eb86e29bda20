"""The plane of the latent page and what stands below its canvas: the model in one line, and the grid to take away."""

from collections.abc import Callable
from functools import partial
from math import ceil

import numpy as np
import streamlit as st

from explorer.analysis.latent_plane import Array, quantile_grid, range_grid
from explorer.figures.images import grey, mosaic, png_bytes
from explorer.models.fields import Range
from explorer.models.foreign_spec import has_encoder
from explorer.models.latent_model import ConditionalModel
from explorer.models.likelihood import is_density
from explorer.scenes.latent_scene import AXES, PRINCIPAL, LatentScene, PlaneChoice, image_shape
from explorer.store import Checkpoint, CheckpointInfo
from explorer.training.codes import decoded
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list, choose_number
from explorer.ui.query_params import bound

GRID_SIDE = 20
GRID_PIXELS = 1600


def choose_plane(info: CheckpointInfo, n_test: int) -> PlaneChoice:
    """The widgets of the plane: none for K = 2; else which plane, and where the other dimensions are held."""
    latent_dim = info.run.model.latent_dim
    if latent_dim <= 2:
        return PlaneChoice()
    kind = choose_in_list("plane", "Plane", (PRINCIPAL, AXES), width=215)
    first, second = (1, 2) if kind == PRINCIPAL else _choose_axes(latent_dim)
    return PlaneChoice(kind, first, second, _held_sample(n_test))


def _choose_axes(latent_dim: int) -> tuple[int, int]:
    first = choose_number("i", "Across z", 1, latent_dim, 1, width=95)
    second = choose_number("j", "Up z", 1, latent_dim, 2, width=95)
    return first, second


def _held_sample(n_test: int) -> int | None:
    """The test sample that the plane goes through; None stands for the mean code."""
    chosen = st.number_input(
        "Through test sample",
        0,
        n_test - 1,
        None,
        placeholder="mean code",
        width=170,
        help=(
            "Dimensions that the plane does not show are held at the code of this sample or, if the field is empty, at "
            "the mean code."
        ),
        **bound("held", Range(int, 0, n_test - 1)),
    )
    return None if chosen is None else int(chosen)


def download_grids(checkpoint: Checkpoint, scene: LatentScene) -> None:
    """Buttons that save the latent grid of this plane as a picture, by range and by quantile.

    A conditional model has a grid for each class, which is chosen beside them.
    """
    shape = image_shape(checkpoint.header.sample_shape)
    if shape is None:
        return
    label = _class_of_grid(checkpoint)
    part = "" if label is None else f"-class{label}"
    for word, grid in (("range", range_grid), ("quantile", quantile_grid)):
        st.download_button(
            f"Grid by {word} (PNG)",
            partial(grid_png, checkpoint, scene, grid, shape, label),
            f"{checkpoint.info.name}{part}-grid-by-{word}.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
        )


def _class_of_grid(checkpoint: Checkpoint) -> int | None:
    """The class that a conditional model's grid is told; None for a model that is told none."""
    if not isinstance(checkpoint.model, ConditionalModel):
        return None
    names = checkpoint.header.class_names
    chosen = st.selectbox("Class of the grid", names, width=150, label_visibility="collapsed", format_func=_as_class)
    return names.index(chosen)


def _as_class(name: str) -> str:
    return f"class {name}"


def grid_png(
    checkpoint: Checkpoint,
    scene: LatentScene,
    grid: Callable[[Array, int], Array],
    shape: tuple[int, ...],
    label: int | None = None,
) -> bytes:
    """The decoded grid of a plane as a PNG; label: of a conditional model."""
    codes = scene.plane.lift(grid(scene.canvas.codes, GRID_SIDE))
    labels = None if label is None else np.full(len(codes), label)
    sheet = mosaic(grey(decoded(checkpoint.model, codes, labels).reshape(-1, *shape)), GRID_SIDE)
    zoom = ceil(GRID_PIXELS / sheet.shape[0])
    return png_bytes(sheet.repeat(zoom, axis=0).repeat(zoom, axis=1))


def dots(info: CheckpointInfo, n_codes: int) -> str:
    """What the dots of the plane are."""
    if has_encoder(info.run.model):
        return f"Every dot is the code of one of {n_codes:,} training samples"
    return f"The model has no encoder, so every dot is one of {n_codes:,} draws from N(0, I)"


def describe(checkpoint: Checkpoint) -> str:
    """A model in one line: where it comes from, and its figures of merit with their units."""
    run, metrics = checkpoint.run, checkpoint.header.metrics
    sample, values = (
        ("sample", "values") if image_shape(checkpoint.header.sample_shape) is None else ("image", "pixels")
    )
    whence = f"trained on {as_text(run.dataset)}" if run.trained_here else "trained elsewhere"
    parts = [f"**{checkpoint.info.title}**, {whence}"]
    if metrics.get("mse") is not None:
        parts.append(f"test MSE {metrics['mse']:.4f} (mean over {values})")
    if metrics.get("knn_accuracy") is not None:
        chance = 1 / len(checkpoint.header.class_names)
        parts.append(f"5-NN accuracy on codes {metrics['knn_accuracy']:.3f} (chance {chance:.2g})")
    if metrics.get("rate_nats") is not None:
        parts.append(
            f"test rate {metrics['rate_nats']:.2f} + distortion {metrics['distortion_nats']:.1f} nats per {sample}"
            + (
                f"; the distortion is that of a density on {values} and may be negative"
                if is_density(run.model)
                else ""
            )
        )
    return " · ".join(parts)
