"""The view of a training: how the bound rose with the samples seen, beside what the decoder makes of the plane."""

from statistics import NormalDist

import numpy as np
import streamlit as st

from explorer.analysis.training_bound import TrainingBound, comparable_bounds, training_bound
from explorer.figures.elbo import training_bound_figure
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.theme import TEST, model_hue
from explorer.models.latent_model import Array
from explorer.models.likelihood import grey_pixels_note
from explorer.models.written_numbers import with_minus
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint, CheckpointInfo
from explorer.ui.caches import checkpoint_of
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text

HEIGHT = STAGE_PX - 130
CURVES_AND_GRID = (0.55, 0.45)
GRID_SIDE = 14
BOUND = r"\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(x|z)] - \mathrm{KL}\bigl(q(z|x) \,\|\, p(z)\bigr) \le \log p(x)"
BOUND_WORDS = (
    "In nats per sample, with one draw of z for each: the mean over the training steps between two points of the curve "
    "and, for held-out samples, the mean after each epoch. The grid decodes the quantiles of N(0, 1) along both axes "
    "(Kingma & Welling 2014, Figures 2 and 4)."
)


def in_training(chosen: CheckpointInfo, models: dict[str, CheckpointInfo]) -> None:
    """The chosen model's bound along its training, with one model of each other family that it compares with."""
    bounds = {info.name: bound_of(checkpoint_of(info)) for info in beside(chosen, models)}
    # The families of VAEs have hues alike.
    hues = {name: model_hue("vae") if name == chosen.name else TEST for name in bounds}
    checkpoint = checkpoint_of(chosen)
    left, right = st.columns(CURVES_AND_GRID, gap="medium")
    with left:
        alt = "The bound on log p(x) against training samples seen: " + ", ".join(bounds)
        show_figure(training_bound_figure(bounds, hues, HEIGHT), "training-bound", alt)
    with right:
        _show_grid(checkpoint)
    said = " ".join(reached(name, found, models[name]) for name, found in bounds.items())
    st.markdown(f"{said} {grey_pixels_note(chosen.run.model)}")
    explain(formula=[(BOUND, BOUND_WORDS)], code=[training_bound, prior_grid])


def beside(chosen: CheckpointInfo, models: dict[str, CheckpointInfo]) -> list[CheckpointInfo]:
    """The chosen model, and the first of each other family whose bound is one of the same kind."""
    found = {chosen.run.model.family: chosen}
    for info in models.values():
        if comparable_bounds(chosen.run, info.run):
            found.setdefault(info.run.model.family, info)
    return list(found.values())


def bound_of(checkpoint: Checkpoint) -> TrainingBound:
    """The bound along the training of a checkpoint."""
    return training_bound(checkpoint.history, checkpoint.run, len(checkpoint.codes.train))


def prior_grid(side: int) -> Array:
    """Codes at the quantiles of N(0, 1) along both axes, (side², 2), row after row from the top."""
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf((place + 0.5) / side) for place in range(side)], np.float32)
    return np.stack(np.meshgrid(quantiles, quantiles[::-1]), axis=-1).reshape(-1, 2)


def _show_grid(checkpoint: Checkpoint) -> None:
    shape = image_shape(checkpoint.header.sample_shape)
    if shape is None:
        st.info("These samples are not pictures, so the plane has no grid.", icon=":material/image_not_supported:")
        return
    tiles = grey(checkpoint.model.decode(prior_grid(GRID_SIDE)).reshape(-1, *shape))
    alt = "What the decoder makes of the quantiles of N(0, 1) along both axes"
    show_figure(mosaic_figure(tiles, [], GRID_SIDE, height=HEIGHT, gap=0), "prior-grid", alt)


def reached(name: str, found: TrainingBound, info: CheckpointInfo) -> str:
    """The last values of the bound and the training that led there."""
    run = info.run
    train, n_seen = with_minus(f"{found.train_nats[-1]:,.1f}"), f"{round(found.n_seen[-1]):,}"
    held_out = "".join(
        f", {with_minus(f'{nats:,.1f}')} per held-out sample after the last epoch" for nats in found.held_out_nats[-1:]
    )
    return (
        f"**{as_text(name)}** after {n_seen} samples ({run.n_epochs:,} epochs, batches of {run.batch_size:,}, seed "
        f"{run.seed}): {train} nats per training sample{held_out}."
    )
