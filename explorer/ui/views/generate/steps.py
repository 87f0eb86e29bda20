"""One draw step by step: a component or a class where the model has one, then a code, a picture, and its pixels."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis.density import Mixture
from explorer.errors import AnalysisError
from explorer.figures.images import grey, mosaic_figure
from explorer.models import ConditionalModel
from explorer.models.latent_model import Array
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.caches import cached_checkpoint
from explorer.ui.figure import show_figure
from explorer.ui.fitted_samplers import sampler_of
from explorer.ui.model_and_sampler import Side
from explorer.ui.models import image_shape

N_TOLD = 6
SAMPLER_WORDS = {
    "standard_normal": "N(0, I)",
    "prior": "the prior N(0, I)",
    "gaussian": "one Gaussian",
    "gmm10": "ten Gaussians",
    "kde": "a kernel density",
}


@dataclass(frozen=True, eq=False)
class Draw:
    """One code z (1, K); the component it came from with its weight, if the density has several; a class, if told."""

    z: Array
    component: int | None
    weight: float
    label: int | None


def show_steps(side: Side, seed: int) -> None:
    """One draw in steps, down to the pixels where the decoder is a distribution."""
    shape = image_shape(side.info.sample_shape)
    if shape is None:
        raise AnalysisError(f"{side.info.name} generates no pictures; choose a model of images.")
    checkpoint = cached_checkpoint(side.info.fingerprint, str(side.info.path))
    rng = np.random.default_rng(seed)
    draw = draw_code(side, checkpoint, rng)
    labels = None if draw.label is None else np.array([draw.label])
    mean = decoded(checkpoint.model, draw.z, labels)
    steps = [*_code_words(side, draw, checkpoint.header.class_names), *_picture_words(side, draw)]
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
    tiles, titles = [mean], ["decoded from z"]
    if is_bernoulli(side):
        tiles.append((rng.random(mean.shape) < mean).astype(np.float32))
        titles = ["mean of p(x|z)", "x ~ p(x|z), Bernoulli pixels"]
    figure = mosaic_figure(grey(np.concatenate(tiles).reshape(len(tiles), *shape)), titles, 2, height=400, gap=2)
    show_figure(figure, f"steps-{side.key}", "The decoder's output and, where it has one, a draw of its pixels")


def draw_code(side: Side, checkpoint: Checkpoint, rng: np.random.Generator) -> Draw:
    """A code from the side's sampler, and what was drawn before and beside it; raises AnalysisError."""
    sampler, model = sampler_of(side.info, side.sampler), checkpoint.model
    component, weight = None, 1.0
    if isinstance(sampler, Mixture) and len(sampler.weights) > 1:
        z, components = sampler.sample_with_components(1, rng)
        component, weight = int(components[0]), float(sampler.weights[components[0]])
    else:
        z = sampler.sample(1, rng)
    label = int(rng.integers(model.n_classes)) if isinstance(model, ConditionalModel) else None
    return Draw(z, component, weight, label)


def _code_words(side: Side, draw: Draw, class_names: tuple[str, ...]) -> list[str]:
    numbers = ", ".join(f"{value:.2f}" for value in draw.z[0, :N_TOLD]) + (", …" if draw.z.shape[1] > N_TOLD else "")
    words = []
    if draw.label is not None:
        words.append(f"y ~ p(y), every class as likely as the others: class {class_names[draw.label]}")
    if draw.component is None:
        return [*words, f"z ~ p(z), here {SAMPLER_WORDS.get(side.sampler, side.sampler)}: z = ({numbers})"]
    of = "the learned prior" if side.sampler == "prior" else SAMPLER_WORDS.get(side.sampler, side.sampler)
    words.append(f"c ~ p(c), a component of {of}: component {draw.component + 1}, with probability {draw.weight:.3f}")
    return [*words, f"z ~ p(z|c), the Gaussian of that component: z = ({numbers})"]


def _picture_words(side: Side, draw: Draw) -> list[str]:
    given = "z" if draw.label is None else "z, y"
    if is_bernoulli(side):
        return [f"The decoder gives the mean of p(x|{given}).", f"x ~ p(x|{given}): each pixel is drawn from it."]
    return ["The decoder gives a picture. There is no step after it: it states no distribution of pixels."]


def is_bernoulli(side: Side) -> bool:
    """Whether the side's decoder is a distribution of black and white pixels."""
    return getattr(side.info.run.model, "likelihood", None) == "bernoulli"
