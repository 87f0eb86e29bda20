"""What the latent page shows below its canvas: one sample followed through the model, and the grid to take away."""

from collections.abc import Callable
from functools import partial
from math import ceil

import numpy as np
import streamlit as st

from explorer.analysis.latent_plane import Array, quantile_grid, range_grid
from explorer.errors import DatasetError
from explorer.figures.images import grey, mosaic, mosaic_figure, png_bytes, signed
from explorer.figures.theme import toolbar
from explorer.models.fields import Choice, Range
from explorer.models.latent_model import ConditionalModel
from explorer.store import Checkpoint, CheckpointInfo
from explorer.training.codes import decoded
from explorer.ui.latent_scene import AXES, PRINCIPAL, LatentScene, PlaneChoice
from explorer.ui.models import image_shape, samples_of_codes
from explorer.ui.query_params import bound

GRID_SIDE = 20
GRID_PIXELS = 1600
FOLLOWING = "following"


def choose_plane(info: CheckpointInfo, n_test: int) -> PlaneChoice:
    """The widgets of the plane: none for K = 2; else which plane, and where the other dimensions are held."""
    latent_dim = info.run.model.latent_dim
    if latent_dim <= 2:
        return PlaneChoice()
    kinds = Choice((PRINCIPAL, AXES))
    kind = st.selectbox("Plane", kinds.options, width=215, **bound("plane", kinds))
    first, second = (1, 2) if kind == PRINCIPAL else _choose_axes(latent_dim)
    return PlaneChoice(kind, first, second, _held_sample(n_test))


def _choose_axes(latent_dim: int) -> tuple[int, int]:
    allowed = Range(int, 1, latent_dim)
    first = st.number_input("Across z", 1, latent_dim, 1, width=95, **bound("i", allowed))
    second = st.number_input("Up z", 1, latent_dim, 2, width=95, **bound("j", allowed))
    return int(first), int(second)


def _held_sample(n_test: int) -> int | None:
    """The test sample that the plane goes through; None stands for the mean code."""
    chosen = st.number_input(
        "Through test sample",
        0,
        n_test - 1,
        None,
        placeholder="mean code",
        width=170,
        help="Dimensions that the plane does not show are held at the code of this sample; empty: at the mean code.",
        **bound("held", Range(int, 0, n_test - 1)),
    )
    return None if chosen is None else int(chosen)


def follow_sample(checkpoint: Checkpoint) -> None:
    """One test sample through the model, folded away until it is asked for; a link that names one opens it."""
    st.session_state.setdefault(FOLLOWING, "sample" in st.query_params)
    panel = st.expander(
        "Follow a test sample through the model", icon=":material/route:", key=FOLLOWING, on_change="rerun"
    )
    if panel.open:
        with panel:
            _follow(checkpoint)


def _follow(checkpoint: Checkpoint) -> None:
    """A sample from input through code to output, with what was lost on the way."""
    try:
        dataset = samples_of_codes(checkpoint)
    except DatasetError as error:
        st.info(str(error), icon=":material/image_not_supported:")
        return
    shape = image_shape(dataset.sample_shape)
    if shape is None:
        st.info("These samples are no pictures.", icon=":material/image_not_supported:")
        return
    last = len(dataset) - 1
    number = int(st.number_input("Test sample", 0, last, 0, width=150, **bound("sample", Range(int, 0, last))))
    x = dataset.pixels(np.array([number]))
    code = checkpoint.codes.test[number : number + 1]
    x_hat = decoded(checkpoint.model, code, dataset.labels[[number]])
    tiles = [grey(x.reshape(1, *shape)), grey(x_hat.reshape(1, *shape)), signed((x - x_hat).reshape(1, *shape), 1.0)]
    class_name = dataset.class_names[dataset.labels[number]]
    labels = (f"input x, class {class_name}", "output x̂", "x − x̂ from −1 to 1")
    figure = mosaic_figure(np.concatenate(tiles), labels, 3, height=260, gap=2)
    st.plotly_chart(figure, width="stretch", key="follow", config=toolbar("latent-explorer-sample"))
    squared = float(np.square(x - x_hat).sum())
    values = ", ".join(f"{value:.3f}" for value in code[0, :8]) + (", …" if code.shape[1] > 8 else "")
    st.caption(
        f"Code z = ({values}). Squared error summed over the {x.shape[1]} pixels of this image: {squared:.2f} "
        f"(mean over pixels {squared / x.shape[1]:.4f})."
    )


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
    shape: tuple[int, int],
    label: int | None = None,
) -> bytes:
    """The decoded grid of a plane as a PNG; label: of a conditional model."""
    codes = scene.plane.lift(grid(scene.canvas.codes, GRID_SIDE))
    told = None if label is None else np.full(len(codes), label)
    sheet = mosaic(grey(decoded(checkpoint.model, codes, told).reshape(-1, *shape)), GRID_SIDE)
    zoom = ceil(GRID_PIXELS / sheet.shape[0])
    return png_bytes(sheet.repeat(zoom, axis=0).repeat(zoom, axis=1))


def describe(checkpoint: Checkpoint) -> str:
    """A model in one line: where it comes from, and its figures of merit with their units."""
    run, metrics = checkpoint.run, checkpoint.header.metrics
    parts = [f"**{checkpoint.info.title}**, trained on {run.dataset}"]
    if metrics.get("mse") is not None:
        parts.append(f"test MSE {metrics['mse']:.4f} (mean over pixels)")
    if metrics.get("knn_accuracy") is not None:
        chance = 1 / len(checkpoint.header.class_names)
        parts.append(f"5-NN accuracy on codes {metrics['knn_accuracy']:.3f} (chance {chance:.2f})")
    if metrics.get("rate_nats") is not None:
        parts.append(f"rate {metrics['rate_nats']:.2f} + distortion {metrics['distortion_nats']:.1f} nats an image")
    return " · ".join(parts)
