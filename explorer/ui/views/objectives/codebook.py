"""The view of codebooks: a code that is one of a few vectors, which of them are used, and the error at equal bits."""

from typing import Any

import streamlit as st

from explorer.analysis.codebooks import (
    AE,
    CLUSTERS,
    HIDDEN,
    LATENT_DIM,
    N_EPOCHS,
    PCA,
    SEEDS,
    VQ,
    Codebooks,
    DecodedCodebook,
    compare_codebooks,
    gain,
    perplexity,
    rounded_error,
)
from explorer.analysis.measure import mean_interval
from explorer.figures.codebooks import bits_figure, codebook_figure, usage_figure
from explorer.lessons.keys import codebooks_key
from explorer.models.networks import Codebook
from explorer.models.objectives import quantisation_penalty
from explorer.models.written_numbers import listed
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button
from explorer.ui.results import measured_on_demand

DATA, REFERENCE_S = "digits", 240.0
# Three lines of text stand below the pictures.
HEIGHT, USAGE_PX = STAGE_PX - 110, 175
# The sheet of pictures is a square, and the chart has the rest of the width.
SHEET_AND_CHART = (0.38, 0.62)
DEFAULT = "64 vectors"
NEAREST = r"e_j,\ j = \arg\min_c \lVert f(x) - e_c \rVert, \qquad z = f(x) + \operatorname{sg}(e_j - f(x))"
NEAREST_WORDS = (
    "The decoder gets the nearest vector; sg stops the gradient, so that it goes straight through to the encoder, as "
    "if the code had not been replaced (van den Oord et al. 2017)."
)
LOSS = (
    r"\lVert x - g(z) \rVert^2 + \lVert \operatorname{sg}(f(x)) - e_j \rVert^2 + "
    r"\gamma \lVert f(x) - \operatorname{sg}(e_j) \rVert^2"
)
LOSS_WORDS = (
    "The second term draws the vector to the code, the third, the commitment, the code to its vector. Train has it "
    "under *Quantisation*."
)


def codebook(bar: Any) -> None:
    """A decoded codebook with its use, beside the error against bits of codebooks, PCA, AE and clusters."""
    found = measured_on_demand(
        codebooks_key(),
        "Train 24 autoencoders",
        "Training with codebooks",
        lambda: compare_codebooks(cached_dataset(DATA), cached_dataset(DATA, "test")),
        REFERENCE_S,
    )
    if found is None:
        return
    with bar:
        of = _choose(found)
    left, right = st.columns(SHEET_AND_CHART, gap="medium")
    with left:
        show_figure(codebook_figure(of, HEIGHT - USAGE_PX), "codebook", f"What {len(of.counts)} vectors decode to")
        show_figure(usage_figure(of, USAGE_PX), "codebook-usage", use_of(of))
    with right:
        show_figure(bits_figure(found, HEIGHT), "error-by-bits", numbers(found))
    st.markdown(f"{use_of(of)} {finding(found)} {protocol()}")
    explain(
        formula=[(NEAREST, NEAREST_WORDS), (LOSS, LOSS_WORDS)],
        code=[Codebook, quantisation_penalty, perplexity, rounded_error],
    )


def _choose(found: Codebooks) -> DecodedCodebook:
    by_size = {f"{len(one.counts)} vectors": one for one in found.decoded}
    size = choose_button("vectors", "Vectors of the codebook", by_size, DEFAULT, label_visibility="collapsed")
    return by_size[size]


def use_of(of: DecodedCodebook) -> str:
    """How many vectors are used, the effective number with its interval, and what clusters of pixels have."""
    size = len(of.counts)
    used, clusters = mean_interval(of.perplexity), mean_interval(of.by_clusters)
    dead = size - of.live.mean()
    return (
        f"Of {size} vectors {dead:.0f} are used by no training image (mean of {len(of.live)} seeds). The perplexity "
        f"of their use, the effective number of vectors, is {used.text(1)}; equal use would give {size}, and {size} "
        f"clusters of pixels by k-means have {clusters.text(1)}."
    )


def finding(found: Codebooks) -> str:
    """With how many bits the error of a codebook differs from that of each other way by more than its interval."""
    fewest = int(found.curve(VQ).bits[0])
    return (
        f"With {fewest} bits the squared error per pixel of an AE whose codes are rounded afterwards, minus that of a "
        "codebook, is "
        f"{gain(found, AE, fewest).text(4)}; 0 would be no difference. Compared with the AE a codebook "
        f"{_verdict(found, AE)}. Compared with rounded PCA it {_verdict(found, PCA)}. Compared with one codebook, "
        f"k-means of pixels {_verdict(found, CLUSTERS, ('worse', 'better'))}."
    )


def _verdict(found: Codebooks, over: str, words: tuple[str, str] = ("better", "worse")) -> str:
    """What is said where a codebook has the lower error, and where it has the higher one."""
    gains = {int(bits): gain(found, over, int(bits)) for bits in found.curve(over).bits}
    sides = [bits for bits, of in gains.items() if of.low > 0], [bits for bits, of in gains.items() if of.high < 0]
    said = [f"{word} with {listed(bits)} bits" for word, bits in zip(words, sides, strict=True) if bits]
    return f"is {' and '.join(said)}" if said else "does not differ by more than its interval"


def numbers(found: Codebooks) -> str:
    """The mean error of each way at each number of bits."""
    return "; ".join(
        f"{curve.title}: "
        + ", ".join(f"{bits} bits {mse:.4f}" for bits, mse in zip(curve.bits, curve.mse.mean(axis=1), strict=True))
        for curve in found.curves
    )


def protocol() -> str:
    """What was trained and measured."""
    return (
        f"scikit-learn's digits, 64-{HIDDEN[0]}-{LATENT_DIM}, {N_EPOCHS} epochs, {len(SEEDS)} seeds; 1 codebook of 16 "
        "and 64 vectors, then 2, 4 and 8 parts with 64 each; PCA and AE with the K and the bits per number that do "
        "best on train, levels by Lloyd's method; 95 % intervals over seeds, of differences seed by seed."
    )
