"""Two models and their samplers, left and right: what is drawn from each, or one draw of each step by step."""

from collections.abc import Callable

import streamlit as st

from explorer.models.fields import Choice
from explorer.scenes.latent_scene import image_shape
from explorer.store import CheckpointInfo
from explorer.ui.models.model_and_sampler import Side, choose_side
from explorer.ui.query_params import bound
from explorer.ui.refusals import said_in_place
from explorer.ui.views.generate.samples import show_contours, show_quality, show_samples
from explorer.ui.views.generate.steps import n_pictures, show_steps

DEFAULTS = (("left", "ae-2d", "gaussian"), ("right", "vae-2d", "standard_normal"))
WHERE_CODES_COME_FROM = (
    "The same decoder draws well or badly depending on where its codes come from. N(0, I) is the prior that a VAE "
    "was trained towards; for an AE or PCA it is an arbitrary choice, and a density fitted to their codes is not."
)


def two_samples(models: dict[str, CheckpointInfo], seed: int) -> None:
    """Many draws of each side, and how good they are."""
    sides = _choose_sides(models)
    _show_each(sides, [1, 1], show_samples, seed)
    st.markdown(WHERE_CODES_COME_FROM)
    st.fragment(show_quality)(sides, seed)
    if st.toggle("Show where each density draws", **bound("contours", Choice(("true", "false")))):
        show_contours(sides)


def two_draws(models: dict[str, CheckpointInfo], seed: int) -> None:
    """One draw of each side; the pictures of both are of one size, side by side."""
    sides = _choose_sides(models)
    _show_each(sides, [n_pictures(side) for side in sides], show_steps, seed)
    st.markdown(WHERE_CODES_COME_FROM)


def _show_each(sides: list[Side], widths: list[int], show: Callable[[Side, int], None], seed: int) -> None:
    """Each side in its column; one that cannot be shown leaves the other."""
    for column, side in zip(st.columns(widths), sides, strict=True):
        with column, said_in_place():
            show(side, seed)


def first_of_pictures(models: dict[str, CheckpointInfo]) -> str:
    """The name of the first model of images, else of the first model."""
    names = [name for name, info in models.items() if image_shape(info.sample_shape) is not None]
    return names[0] if names else next(iter(models))


def _choose_sides(models: dict[str, CheckpointInfo]) -> list[Side]:
    """The pickers of both sides, each above its half."""
    sides, first = [], first_of_pictures(models)
    for column, (key, model, sampler) in zip(st.columns(2), DEFAULTS, strict=True):
        with column:
            sides.append(choose_side(key, models, model if model in models else first, sampler))
    return sides
