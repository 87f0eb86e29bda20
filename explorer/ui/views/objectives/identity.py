"""The identity on the page of objectives: wide codes copy whatever they are given, and penalties end that."""

import streamlit as st

from explorer.analysis.identity import (
    RUN,
    SHUFFLED,
    Copies,
    Copying,
    inputs,
    learn_to_copy,
    linear_response,
    noise_response,
    variance_kept,
)
from explorer.figures.objectives import (
    OBJECTIVE_HUE,
    PLAIN_HUE,
    copies_figure,
    kept_figure,
    response_figure,
)
from explorer.figures.theme import ERROR, MUTED, Z
from explorer.lessons.keys import identity_key
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.results import computed_anew

WIDTHS = (0.68, 0.32)
PICTURES_PX, BARS_PX, CHART_PX = 240, 420, 480
N_PLAIN = 4
HUES = (PLAIN_HUE, OBJECTIVE_HUE, Z, ERROR, MUTED)
COPY = r"\min_{f,\,g}\ \sum_n \lVert x_n - g(f(x_n)) \rVert^2 = 0 \quad\text{for}\quad g \circ f = \mathrm{id}"
COPY_WORDS = (
    "Where the code has as many dimensions as the picture, the identity has no error, and nothing is learned of what "
    "pictures are like. A bottleneck, noise or a penalty forbids it (Goodfellow et al. 2016, section 14.2)."
)
RESPONSE = (
    r"\lVert r(x + \delta) - r(x) \rVert \approx \lVert J_r(x)\, \delta \rVert, \qquad "
    r"\mathbb{E}_\delta \lVert J_r\,\delta \rVert^2 = \sigma_\delta^2\, \lVert J_r \rVert_F^2, \qquad r = g \circ f"
)
RESPONSE_WORDS = (
    "For small Gaussian noise the ratio of lengths is ‖J‖ / √D, the dotted lines, with the Frobenius norm and D "
    "pixels. The identity has 1."
)


def identity() -> None:
    """What networks of rising width, and the widest with each penalty, keep of pictures and of shuffled pixels."""
    train, test = cached_dataset(RUN.dataset), cached_dataset(RUN.dataset, "test")
    key = identity_key(train, test)
    copies: Copies = computed_anew(key, "Training eight autoencoders", lambda: learn_to_copy(train, test))
    height, width = test.sample_shape
    picture, beside = st.columns(WIDTHS, gap="large")
    with picture:
        alt = "A test image and one of shuffled pixels, and what each network makes of them: " + numbers(copies)
        show_figure(copies_figure(copies, (height, width), PICTURES_PX), "copies", alt)
        show_figure(kept_figure(copies, BARS_PX), "kept", numbers(copies))
        st.markdown(f"{finding(copies)} {_protocol(copies)}")
        explain(
            formula=[(COPY, COPY_WORDS), (RESPONSE, RESPONSE_WORDS)],
            code=[variance_kept, inputs, noise_response, linear_response],
        )
    with beside:
        shown = [network.title for network in copies.networks[N_PLAIN - 1 :]]
        hues = dict(zip(shown, HUES, strict=True))
        show_figure(response_figure(copies, shown, hues, CHART_PX), "response", responses(copies))
        st.markdown(
            "How much Gaussian noise on the input reaches the output, as a ratio of lengths: 1 for a copy, 0 if it is "
            "ignored. Dotted: the limit for small noise by the Jacobian, ‖J‖ / √D. Where a k-sparse code lies above "
            "its dotted line, the noise has changed which units are kept."
        )


def numbers(copies: Copies) -> str:
    """What each network keeps, in words."""
    return "; ".join(f"{one.title} {_kept(one)}" for one in copies.networks)


def responses(copies: Copies) -> str:
    """What passes of noise of the smallest and the largest size, in words."""
    return "; ".join(f"{one.title} {one.responses[0]:.2f} to {one.responses[-1]:.2f}" for one in copies.networks)


def _kept(network: Copying) -> str:
    test, shuffled = network.kept
    of_test, of_shuffled = (f"{100 * one.value:.0f} % of" for one in (test, shuffled))
    return f"keeps {of_test} the variance of test images and {of_shuffled} that of shuffled ones"


def finding(copies: Copies) -> str:
    """What the numbers say of the widest plain network and of the penalties; other numbers make other sentences."""
    narrow, widest, penalised = copies.networks[0], copies.networks[N_PLAIN - 1], copies.networks[N_PLAIN:]
    shuffled = widest.kept[1]
    return f"{_of_width(narrow, widest)} {_of_penalties(widest.title, shuffled.low, penalised)}"


def _of_width(narrow: Copying, widest: Copying) -> str:
    both = f"With {widest.title} the network {_kept(widest)}; with {narrow.title} it {_kept(narrow)}."
    if widest.kept[1].low > narrow.kept[1].high and widest.kept[1].value > widest.kept[0].value / 2:
        return f"{both} The wide one copies inputs that it has never seen and that look like no image."
    return f"{both} Here the wide one has not become a copy."


def _of_penalties(title: str, limit: float, penalised: tuple[Copying, ...]) -> str:
    less = [one.title for one in penalised if one.kept[1].high < limit]
    rest = [one.title for one in penalised if one.kept[1].high >= limit]
    said = f"At the same {title}, these keep less of shuffled pixels: {', '.join(less)}." if less else ""
    return f"{said} These do not: {', '.join(rest)}.".strip() if rest else said


def _protocol(copies: Copies) -> str:
    return (
        f"scikit-learn's digits, {RUN.n_epochs} epochs, no hidden layer, seed {RUN.seed}; bars are over "
        f"{copies.n_test:,} test images with 95 % bootstrap intervals; 0 % is the mean image of each kind. "
        f"“{SHUFFLED.capitalize()}”: each pixel's values are permuted among the pictures, so its mean and variance "
        "stay the same."
    )
