"""Missing pixels on the page of applications: hidden by hand, filled in by PCA and by the model in two ways."""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from explorer.analysis import inpainting
from explorer.analysis.inpainting import (
    ITERATIVE,
    MAP_CODE,
    MEAN,
    N_PICTURES,
    ImputationError,
    Imputer,
    Mask,
    check_mask,
    hidden_mse,
)
from explorer.analysis.measure import Progress
from explorer.figures.applications import Bar, Row, bars_figure, rows_figure
from explorer.figures.theme import MUTED, model_hue
from explorer.lessons.keys import filling_key
from explorer.models.latent_model import Array
from explorer.models.ppca import PPCA
from explorer.models.shapes import n_channels
from explorer.ui.caches import fitted_pca
from explorer.ui.components.pixel_mask.component import PixelMask, mask_drawing, mask_text
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.query_params import read, write_text
from explorer.ui.results import measured_on_demand
from explorer.ui.views.applications.context import ApplicationContext, codes_of
from explorer.ui.views.applications.picture import Picture, ask_to_draw, choose_picture

SEED = 0
AT_RANDOM, LOWER, NOTHING = "Half at random", "Lower half", "Clear"
FILLED_PX, SMALL_PX = 480, 200
REFERENCE_S = 10
MAP = (
    r"\hat z = \operatorname{argmin}_z\; \frac{1}{2 m \sigma^2} \sum_{i\ \mathrm{visible}} (x_i - g(z)_i)^2 - \log p(z)"
)
PROJECTED = r"x^{(t+1)}_i = \begin{cases} x_i & \mathrm{visible} \\ g(f(x^{(t)}))_i & \mathrm{hidden} \end{cases}"
CONDITIONAL = r"\hat x = \bar x + W \bigl(W_v^\top W_v + \sigma^2 I\bigr)^{-1} W_v^\top (x_v - \bar x_v)"


def missing_pixels(context: ApplicationContext) -> None:
    """A test image with pixels hidden by hand, and what each way of filling in makes of it."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        shown = choose_picture(context)
    if shown is None:
        with picture:
            ask_to_draw()
        return
    with picture:
        left, right = st.columns((0.36, 0.64))
        with left:
            hidden = _drawn_mask(context, shown)
        with right:
            _show_filled(context, shown.pixels, hidden)
    with controls:
        errors = _measured(context, hidden)
    with picture:
        if errors is not None:
            _show_errors(context, errors)
        explain(
            formula=[
                (
                    MAP,
                    (
                        "f encodes, g decodes; σ² is the model's error per pixel, m = 16 pixels counted as one, since "
                        "their errors are correlated."
                    ),
                ),
                (PROJECTED, "Fifty rounds, from the mean image's pixels."),
                (CONDITIONAL, "Probabilistic PCA in closed form: the mean of all pixels given the visible ones, v."),
            ],
            code=[inpainting.map_codes, inpainting.iterative_imputer, PPCA.conditional_mean],
        )


def _drawn_mask(context: ApplicationContext, shown: Picture) -> Mask:
    """The component of the mask; what is drawn is kept in the link."""
    height, width = context.shape[:2]
    patterns = {
        AT_RANDOM: inpainting.random_half(context.n_pixels, SEED),
        LOWER: inpainting.lower_half(height, width),
        NOTHING: np.zeros(context.n_pixels, np.bool_),
    }
    name = f"mask-{height}-{width}"
    if name not in st.session_state.setdefault("masks_began", {}):
        linked = read("mask", PixelMask(context.n_pixels))
        st.session_state["masks_began"][name] = patterns[AT_RANDOM] if linked is None else linked
    start = st.session_state["masks_began"][name]
    alt = f"Draw to hide pixels of {shown.title}"
    hidden = mask_drawing(context.tile(shown.pixels)[0], start, patterns, name, alt=alt)
    is_default = np.array_equal(hidden, patterns[AT_RANDOM])
    write_text("mask", None if is_default else mask_text(hidden))
    return hidden


def of_values(hidden: Mask, shape: tuple[int, ...]) -> Mask:
    """The values (D,) of a picture of a shape whose pixels (H·W,) are hidden: all channels of each."""
    return np.repeat(hidden, n_channels(shape))


def _imputers(context: ApplicationContext) -> dict[str, Imputer]:
    return inpainting.imputers(context.model, fitted_pca(context.test.name), context.train, codes_of(context)[0])


def _show_filled(context: ApplicationContext, x: Array, hidden: Mask) -> None:
    check_mask(hidden)
    mask = of_values(hidden, context.shape)[None]
    estimates = {title: fill(x, mask) for title, fill in _imputers(context).items()}
    errors = {title: hidden_mse(x, estimate, mask) for title, estimate in estimates.items()}
    filled = [np.where(mask, np.clip(estimate, 0, 1), x) for estimate in estimates.values()]
    tiles = context.tile(np.concatenate([x, *filled]))
    labels = ["the picture", *(f"{title}\nMSE {errors[title]:.4f}" for title in estimates)]
    rows = [Row("", tiles[start : start + 3], labels[start : start + 3]) for start in (0, 3)]
    alt = "The picture, and the same with its hidden pixels filled in: " + ", ".join(estimates)
    show_figure(rows_figure(rows, FILLED_PX, 3), "filled", alt)


def _measured(context: ApplicationContext, hidden: Mask) -> tuple[ImputationError, ...] | None:
    """The errors on many pictures with the same mask, where they are known or asked for."""
    n = min(N_PICTURES, len(context.test))
    st.markdown(
        f"**{MAP_CODE}** searches the latent space for the most probable code given the visible pixels. Draw on the "
        "picture to hide more of it. The same mask on other pictures:"
    )
    if not 0 < hidden.sum() < len(hidden):
        return None

    def steps() -> Iterator[Progress[tuple[ImputationError, ...]]]:
        mean = fitted_pca(context.test.name).mean
        return inpainting.measure_on_test(_imputers(context), mean, context.test, of_values(hidden, context.shape))

    key = filling_key(*context.key, hidden)
    return measured_on_demand(key, f"Fill in {n} test images", "Filling in", steps, REFERENCE_S)


def _show_errors(context: ApplicationContext, errors: tuple[ImputationError, ...]) -> None:
    bars = [
        Bar(error.title, error.mse, f"{error.mse:.4f} (÷ {error.times_better:.2f})", _hue(context, error.title))
        for error in errors
    ]
    show_figure(bars_figure(bars, "MSE of hidden pixels", SMALL_PX), "filling-errors", "Errors of the methods")
    n = min(N_PICTURES, len(context.test))
    best = min(errors, key=lambda error: error.mse)
    st.caption(
        f"Over the hidden pixels of {n} test images. ÷ says how many times smaller the error is than the mean "
        f"image's. Smallest here: {as_text(best.title)}."
    )


def _hue(context: ApplicationContext, title: str) -> str:
    if title == MEAN:
        return MUTED
    return model_hue(context.family if title in (ITERATIVE, MAP_CODE) else "ppca")
