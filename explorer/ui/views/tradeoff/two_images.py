"""The view of a VAE that is trained on two images in turns: two clouds of codes that part, or do not."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.two_images import (
    LEARNING_RATE,
    N_JUDGED,
    N_STEPS,
    WIDTH,
    Frame,
    TwoImages,
    accuracy,
    first_of_classes,
    learn_two_images,
    take_turns,
)
from explorer.data import Dataset, list_sources
from explorer.errors import AnalysisError
from explorer.lessons.keys import two_images_key
from explorer.models.fields import Range
from explorer.scenes.two_images_animation import two_images_animation
from explorer.ui.caches import cached_dataset
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.explain import explain
from explorer.ui.foreign_text import as_text
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.query_params import read, write
from explorer.ui.results import computed_anew

Array = NDArray[np.float32]
BETAS = ("0", "1", "4", "20")
FIRST, SECOND, BETA = "2", "3", "1"
STEP_FORMULA = (
    r"\theta \leftarrow \theta - \eta\,\nabla_\theta \bigl[-\log p(x_i|z) + \beta\,\mathrm{KL}(q(z|x_i)\,\|\,p(z))"
    r"\bigr], \qquad z = \mu_i + \sigma_i \odot \varepsilon, \qquad i = 1, 2, 1, 2, \dots"
)
STEP_WORDS = "One image and one draw z for each step, with Adam in place of plain gradient descent."
ACCURACY = r"\tfrac12 \int \max\bigl(q(z|x_1),\, q(z|x_2)\bigr)\, dz"
ACCURACY_WORDS = (
    "How often the best guess of the image from a draw z is right: ½ where the two posteriors are equal, 1 where they "
    "do not overlap."
)


def show_two_images(bar: Any) -> None:
    """A VAE on two images in turns, played step by step."""
    with bar:
        samples, names, beta = _choose()
    rows, shape = first_of_classes(samples, names), samples.sample_shape
    key, images = two_images_key(samples, rows, beta), samples.pixels(np.array(rows))
    title = f"Training on {' and '.join(names)} in turns"
    learned: TwoImages = computed_anew(key, title, lambda: learn_two_images(images, shape, beta))
    animation = two_images_animation(learned, shape, names)
    last = len(animation.captions) - 1
    wanted = read("moment", Range(int, 0, last))
    shown = partial(latent_animation, animation)
    write("moment", [kept_frame(f"two images {key.text}", last if wanted is None else wanted, shown)])
    st.markdown(f"{as_text(finding(learned.frames, beta, names))} {_protocol()}")
    explain(formula=[(STEP_FORMULA, STEP_WORDS), (ACCURACY, ACCURACY_WORDS)], code=[take_turns, accuracy])


def _choose() -> tuple[Dataset, tuple[str, str], float]:
    """The test split of a data set, a class for each image, and β."""
    sources = [source for source in list_sources() if source.available and source.kind == "images"]
    labelled = [source.name for source in sources if source.n_classes > 1]
    names = sorted(labelled, key=lambda name: name != "digits")
    samples = cached_dataset(choose_in_list("data", "Data set", names, width=100), "test")
    shown = tuple(samples.class_names[label] for label in np.unique(samples.labels))
    if len(shown) < 2:
        raise AnalysisError(f"{samples.name} has test images of one class alone; choose a data set with two.")
    one = _choose_class("First", "first_class", shown, FIRST)
    other = _choose_class("Second", "second_class", tuple(name for name in shown if name != one), SECOND)
    beta = choose_button("turns_beta", "Weight β", BETAS, BETA)
    return samples, (one, other), float(beta)


def _choose_class(label: str, key: str, names: tuple[str, ...], default: str) -> str:
    return choose_in_list(key, label, names, default if default in names else None, width=78)


def finding(frames: tuple[Frame, ...], beta: float, names: tuple[str, str]) -> str:
    """What the training made of both clouds; other numbers make other sentences."""
    first, last = frames[0].accuracy, frames[-1].accuracy
    both = (
        f"The best guess from z alone whether it was drawn for {names[0]} or {names[1]} is right for "
        f"{_percent(first.value)} of the draws after the first step, for {_percent(last.value)} "
        f"[{_percent(last.low)}, {_percent(last.high)}] after {frames[-1].step:,} steps; chance is 50 %."
    )
    why = _without_kl(frames[0].codes, frames[-1].codes) if beta == 0 else _why(last.low, last.high, beta)
    return f"{both} {why}"


def _without_kl(first: Array, last: Array) -> str:
    """What both clouds (2, M, 2) do where nothing holds them at the prior."""
    (distance, spread), (last_distance, last_spread) = _clouds(first), _clouds(last)
    return (
        f"With β = 0 there is no KL to hold the clouds at the prior: the distance of their means goes from "
        f"{distance:.2g} to {last_distance:.2g}, their standard deviation from {spread:.2g} to {last_spread:.2g}."
    )


def _clouds(codes: Array) -> tuple[float, float]:
    """How far the means of two clouds (2, M, 2) are apart, and the root of their mean variance along an axis."""
    one, other = codes.mean(axis=1)  # (2,), (2,)
    return float(np.linalg.norm(one - other)), float(np.sqrt(codes.var(axis=1).mean()))


def _why(low: float, high: float, beta: float) -> str:
    if low > 0.9:
        return (
            "While they overlap, the decoder draws the mean of both images; the reconstruction pushes them apart, and "
            "the KL holds them as near to the prior, the dashed circles, as that allows."
        )
    if high < 0.6:
        return f"With β = {beta:g} the KL outweighs what the images gain: both clouds stay near the prior (collapse)."
    return "The clouds still overlap, and codes in the overlap decode to a mixture of the images."


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %"


def _protocol() -> str:
    return (
        f"The first test image of each class; one hidden layer of {WIDTH} units, K = 2, Bernoulli pixels, Adam at "
        f"{LEARNING_RATE:g}, {N_STEPS:,} steps, seed 0; {2 * N_JUDGED:,} draws judge each frame, with a 95 % interval, "
        "and each dot keeps its noise ε in all frames."
    )
