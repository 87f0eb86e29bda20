"""The view of decoders from too weak to too strong: what the code is still asked for at β = 1."""

from typing import Any

import streamlit as st

from explorer.analysis.decoder_strength import (
    DECODERS,
    LATENT_DIM,
    N_EPOCHS,
    N_TEST,
    N_TRAIN,
    PIXELS_FASTER,
    STAYS,
    TEST_SEED,
    TRAIN_SEED,
    WIDTH,
    SeeingVAE,
    Strengths,
    black_or_white,
    chain,
    chain_entropy_nats,
    compare_decoders,
)
from explorer.figures.decoder_strength import strength_draws_figure, strengths_figure
from explorer.lessons.keys import strengths_key
from explorer.models.written_numbers import percent
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button
from explorer.ui.results import computed_anew

CHAIN, DIGITS = "chain", "digits"
HEIGHT = STAGE_PX - 2 * ROW_PX
FORMULA = r"p(x|z) = \prod_i p(x_i \mid z,\ x_{i-r}, \dots, x_{i-1}), \qquad -\mathrm{ELBO} \ge -\log p(x)"
FORMULA_WORDS = (
    "Each pixel is predicted from the code and the r pixels before it. Where these pixels hold what z could add, using "
    "z costs KL and gains nothing, so the best posterior is the prior (Chen et al. 2017, Variational lossy "
    "autoencoder)."
)


def show_decoders(bar: Any) -> None:
    """Draws and both terms for each decoder, on pictures whose entropy is known or on digits."""
    with bar:
        name = choose_button("pictures", "Pictures", (CHAIN, DIGITS))
    found: Strengths = computed_anew(strengths_key(name), "Training four decoders", lambda: _compared(name))
    left, right = st.columns([0.62, 0.38], gap="medium")
    with left:
        alt = "One picture and draws given its code, a row for each decoder: " + numbers(found)
        show_figure(strength_draws_figure(found, HEIGHT), "decoder-draws", alt)
        st.caption("Rows from above: " + "; ".join(one.title for one in found.models) + ".")
    with right:
        show_figure(strengths_figure(found, HEIGHT), "decoder-strengths", numbers(found))
    st.markdown(f"{finding(found)} {_protocol(name, found.n_test)}")
    explain(formula=[(FORMULA, FORMULA_WORDS)], code=[SeeingVAE.logits, compare_decoders])


def _compared(name: str) -> Any:
    if name == CHAIN:
        return compare_decoders(chain(N_TRAIN, TRAIN_SEED), chain(N_TEST, TEST_SEED), chain_entropy_nats())
    train, test = (black_or_white(cached_dataset(DIGITS, split)) for split in ("train", "test"))
    return compare_decoders(train, test, float("nan"))


def numbers(found: Strengths) -> str:
    """Both numbers of each decoder, in words."""
    return "; ".join(
        f"{one.title} −ELBO {one.negative_elbo_nats.value:.2f}, KL {one.kl_nats.value:.2f} nats" for one in found.models
    )


def finding(found: Strengths) -> str:
    """What weak and strong decoders make of the code; other numbers make other sentences."""
    weak, plain, *_, strong = found.models
    worse = weak.negative_elbo_nats.low > plain.negative_elbo_nats.high
    reason = ": the matrix is too weak to use what the code holds" if worse else ""
    of_weak = (
        f"The weakest decoder, one matrix, has a −ELBO of {weak.negative_elbo_nats.value:.2f} nats, one with a hidden "
        f"layer {plain.negative_elbo_nats.value:.2f}{reason}."
    )
    falls = strong.kl_nats.high < plain.kl_nats.low
    change = f"the KL {'falls' if falls else 'goes'} from {plain.kl_nats.value:.2f} to {strong.kl_nats.value:.2f} nats"
    share = strong.kl_nats.value / plain.kl_nats.value
    left = f": {percent(share)} of it remains, though β is 1" if falls else ""
    return f"{of_weak} Where the decoder also reads the pixels before its own, {change}{left}. {_of_entropy(found)}"


def _of_entropy(found: Strengths) -> str:
    best = min(found.models, key=lambda one: one.negative_elbo_nats.value)
    if found.entropy_nats != found.entropy_nats:
        return f"The best −ELBO is {best.negative_elbo_nats.value:.2f} nats."
    return (
        f"On average no model's −ELBO is below the entropy of these images, {found.entropy_nats:.2f} nats (dashed); "
        f"the best has {best.negative_elbo_nats.value:.2f}."
    )


def _protocol(name: str, n_test: int) -> str:
    pictures = (
        "Black and white images of 8 × 8 pixels; row after row, each pixel equals the one before it with probability "
        f"{STAYS:g}"
        if name == CHAIN
        else "scikit-learn's digits, every pixel black or white"
    )
    return (
        f"{pictures}; {len(DECODERS)} VAEs alike but for the decoder, K = {LATENT_DIM}, encoder with {WIDTH} hidden "
        f"units, {N_EPOCHS} epochs, one seed; weights between pixels learn {PIXELS_FASTER} times as fast as the "
        "others (no factor from 3 to 30 was significantly better on validation images of the chain). Means over "
        f"{n_test:,} test images with 95 % intervals; a code with a KL of 0 says nothing about the picture."
    )
