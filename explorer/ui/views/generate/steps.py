"""One draw step by step: a component or a class where the model has one, then a code, a picture, and its pixels."""

import numpy as np
import streamlit as st

from explorer.analysis.generation import GenerativeDraw, draw_step_by_step
from explorer.figures.images import grey, mosaic_figure
from explorer.models.latent_model import Array
from explorer.models.likelihood import grey_samples_note, pixel_distribution
from explorer.models.written_numbers import with_minus
from explorer.ui.caches import checkpoint_of, model_of
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.fitted_samplers import sampler_of
from explorer.ui.models.model_and_sampler import SAMPLERS, Side
from explorer.ui.views.generate.context import shape_of_pictures

N_SHOWN = 6
# Below each picture stand the steps.
HEIGHT = STAGE_PX - 200


def show_steps(side: Side, seed: int) -> None:
    """One draw in steps, down to the pixels where the model states their distribution."""
    shape = shape_of_pictures(side.info)
    checkpoint = checkpoint_of(side.info)
    draw = draw_step_by_step(checkpoint.model, sampler_of(side.info, side.sampler), np.random.default_rng(seed))
    steps = [*_code_words(side, draw, checkpoint.header.class_names), *picture_words(draw)]
    images, titles = step_images(draw)
    figure = mosaic_figure(grey(images.reshape(-1, *shape)), titles, len(images), height=HEIGHT, gap=2)
    show_figure(figure, f"steps-{side.key}", f"{' and '.join(titles)}: {side.title}")
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
    if note := grey_samples_note(checkpoint.run.model):
        st.caption(note)


def n_pictures(side: Side) -> int:
    """The mean alone, or with it the pixels drawn from p(x|z) where the model states it."""
    model = model_of(side.info)
    return 1 if pixel_distribution(model) is None else 2


def step_images(draw: GenerativeDraw) -> tuple[Array, list[str]]:
    """The mean, and the pixels drawn around it where there are any, (1, D) or (2, D), with their titles."""
    if draw.pixels is None:
        return draw.mean, ["x̂, decoded from z"]
    return np.concatenate((draw.mean, draw.pixels)), ["x̂, the mean of p(x|z)", "x ~ p(x|z)"]


def _code_words(side: Side, draw: GenerativeDraw, class_names: tuple[str, ...]) -> list[str]:
    numbers = with_minus(", ".join(f"{value:.2f}" for value in draw.z[0, :N_SHOWN]))
    numbers += ", …" if draw.z.shape[1] > N_SHOWN else ""
    words = []
    if draw.label is not None:
        words.append(f"y ~ p(y), every class as likely as the others: class {as_text(class_names[draw.label])}")
    if draw.component is None:
        return [*words, f"z ~ p(z), here {_in_words(side)}: z = ({numbers})"]
    of = "the learned prior" if side.sampler == "prior" else SAMPLERS[side.sampler]
    words.append(f"c ~ p(c), a component of {of}: component {draw.component + 1}, with probability {draw.weight:.3f}")
    return [*words, f"z ~ p(z|c), the Gaussian of that component: z = ({numbers})"]


def _in_words(side: Side) -> str:
    """A density of one Gaussian; a prior that has no components is N(0, I)."""
    return "the prior N(0, I)" if side.sampler == "prior" else SAMPLERS[side.sampler]


def picture_words(draw: GenerativeDraw) -> list[str]:
    """What the decoder states, and what is drawn from it."""
    given = "z" if draw.label is None else "z, y"
    if draw.distribution is None:
        return ["The decoder gives a picture x̂. This model states no distribution of pixels, so the process ends here."]
    what = "black or white" if not draw.distribution.is_density else "with noise, in and beyond the range of pixels"
    return [
        f"The decoder gives x̂, the mean of p(x|{given}) = {draw.distribution.formula}.",
        f"x ~ p(x|{given}): each pixel is drawn independently, {what}.",
    ]
