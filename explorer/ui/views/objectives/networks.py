"""Dense layers against convolutions at equal K, on the page of objectives: reconstructions side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.denoising import mean_squared_error, reconstruct
from explorer.analysis.sharpness import edge_energy, kept_edges
from explorer.figures.applications import Row, rows_figure
from explorer.models.latent_model import LatentModel
from explorer.models.parameters import parameter_counts
from explorer.models.spec import ConvAESpec, asks_for_nothing, is_plain
from explorer.store import CheckpointInfo
from explorer.training import recipes
from explorer.ui.caches import model_of, pca_of
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept
from explorer.ui.views.objectives.context import (
    MODEL_WIDTH,
    ObjectivesContext,
    one_of_each_class,
    spec_of,
    training_of,
)
from explorer.ui.views.objectives.missing_model import offer_training

PICTURE_AND_TABLE = (0.7, 0.3)
N_SHOWN = 7
MOST_DENSE = 2
TANH = r"\tfrac12 (1 + \tanh a) = \frac{1}{1 + e^{-2a}} = \hat x, \qquad"
TANH += r" \lVert (2x - 1) - \tanh a \rVert^2 = 4\, \lVert x - \hat x \rVert^2"
TANH_WORDS = (
    "The lecture's MLP has a tanh at its output and pixels in [−1, 1]. That is a sigmoid with logits twice as large on "
    "pixels in [0, 1], and four times the squared error: the first steps of training differ, the model does not. A "
    "network of your own has it by `output=tanh`."
)
SHARPNESS = (
    r"\mathrm{edges} = \frac{\sum_x \lVert \nabla \hat x \rVert^2}{\sum_x \lVert \nabla x \rVert^2}, \qquad "
    r"\lVert \nabla x \rVert^2 = \sum_{i,j} (x_{i,j+1}-x_{i,j})^2 + (x_{i+1,j}-x_{i,j})^2"
)
SHARPNESS_WORDS = (
    "Differences of neighbouring pixels: 1 is as sharp as the original, less is blurred; noise counts too."
)


@dataclass(frozen=True)
class Comparison:
    """One model's figures of merit; edges: energy of its reconstructions' edges over that of the originals."""

    title: str
    n_parameters: int
    mse: float
    edges: float
    training: str


def networks(context: ObjectivesContext, bar: Any) -> None:
    """The same test images through PCA, dense and convolutional autoencoders of one K, and their figures of merit."""
    found = context.where(lambda spec: isinstance(spec, ConvAESpec) and asks_for_nothing(spec))
    pairs = {name: info for name, info in found.items() if _dense_beside(context, info)}
    if not pairs:
        recipe = recipes.networks(context.name)
        offer_training(context, recipe, "convolutional autoencoder beside a dense one of the same K")
        return
    with bar:
        info = choose_model(pairs, label="Convolutional model", width=MODEL_WIDTH)
    infos = (*_dense_beside(context, info), info)
    latent_dim = spec_of(info).latent_dim
    models: dict[str, LatentModel] = {"PCA": pca_of(context.name, latent_dim)}
    models |= {one.name: model_of(one) for one in infos}
    picture, table = st.columns(PICTURE_AND_TABLE, gap="medium")
    with picture:
        _show_strips(context, models)
    with table:
        _show_table(_compared(models, infos, context), context)


def _dense_beside(context: ObjectivesContext, info: CheckpointInfo) -> tuple[CheckpointInfo, ...]:
    """Plain dense autoencoders with codes as long."""
    latent_dim = spec_of(info).latent_dim
    dense = context.where(lambda spec: is_plain(spec) and spec.latent_dim == latent_dim)
    return tuple(dense.values())[:MOST_DENSE]


def _show_strips(context: ObjectivesContext, models: dict[str, LatentModel]) -> None:
    x = context.test.pixels(one_of_each_class(context.test, N_SHOWN))
    rows = [Row("original", context.tile(x))]
    rows += [Row(title, context.tile(np.clip(reconstruct(model, x), 0, 1))) for title, model in models.items()]
    alt = f"{len(x)} test images and their reconstructions by {', '.join(models)}"
    show_figure(rows_figure(rows, STAGE_PX, len(x)), "networks", alt)


def _compared(
    models: dict[str, LatentModel], infos: tuple[CheckpointInfo, ...], context: ObjectivesContext
) -> tuple[Comparison, ...]:
    trainings = ["closed form", *(training_of(info.run) for info in infos)]

    def compared() -> tuple[Comparison, ...]:
        x, each = context.test.pixels(), zip(models.items(), trainings, strict=True)
        return tuple(_comparison(title, model, x, training, context) for (title, model), training in each)

    key = ("networks", context.test.fingerprint, *(one.fingerprint for one in infos))
    return kept(key, compared, doing="Reconstructing every test image …")


def _comparison(
    title: str, model: LatentModel, x: np.ndarray[Any, np.dtype[np.float32]], training: str, context: ObjectivesContext
) -> Comparison:
    x_hat = reconstruct(model, x)
    edges = kept_edges(context.tile(x), context.tile(x_hat))
    test = context.test
    n_parameters = parameter_counts(model.spec, test.sample_shape, len(test.class_names)).coders
    return Comparison(title, n_parameters, mean_squared_error(x, x_hat), edges, training)


def _show_table(compared: tuple[Comparison, ...], context: ObjectivesContext) -> None:
    rows = [f"| {as_text(one.title)} | {one.mse:.4f} | {one.edges:.2f} | {one.n_parameters:,} |" for one in compared]
    head = ["| | test MSE | edges kept | parameters |", "|---|---|---|---|", "| original | 0 | 1.00 | |"]
    st.markdown("\n".join([*head, *rows]))
    trained = "; ".join(f"{as_text(one.title)}: {one.training}" for one in compared)
    st.markdown(
        "A dense layer has its own weights for every pixel; a convolution applies the same small filters everywhere. "
        f"All codes have the same length, since a longer code lowers the error of any network. {finding(compared)} "
        f"Means over {len(context.test):,} test images. *Edges kept* is the energy of the "
        "differences between neighbouring pixels, divided by that of the originals: 1 is as sharp, less is blurred. "
        f"Trained: {trained}."
    )
    explain(
        formula=[(SHARPNESS, SHARPNESS_WORDS), (TANH, TANH_WORDS)], code=[edge_energy, kept_edges, parameter_counts]
    )


def finding(compared: tuple[Comparison, ...]) -> str:
    """Which network has the least error and which the sharpest edges, in one sentence."""
    least, sharpest = min(compared, key=lambda one: one.mse), max(compared, key=lambda one: one.edges)
    if least is sharpest:
        return f"Here {as_text(least.title)} has both the least error and the most edges."
    return f"Here {as_text(least.title)} has the least error, but {as_text(sharpest.title)} keeps the most edges."
