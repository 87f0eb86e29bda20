"""The view of codebooks: a code that is one of a few vectors, which of them are used, and the error at equal bits."""

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
from explorer.analysis.measure import Interval, mean_interval
from explorer.figures.codebooks import bits_figure, codebook_figure, usage_figure
from explorer.lessons.keys import codebooks_key
from explorer.models.fields import Choice
from explorer.models.networks import Codebook
from explorer.models.objectives import quantisation_penalty
from explorer.models.written_numbers import with_minus
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.query_params import bound
from explorer.ui.results import measured_on_demand

DATA, REFERENCE_S = "digits", 240.0
WIDTHS = (0.5, 0.5)
USAGE_PX, BELOW_PX = 190, 90
DEFAULT_SIZE = 64
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


def codebook() -> None:
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
    picture, beside = st.columns(WIDTHS, gap="large")
    with picture:
        of = _choose(found)
        show_figure(codebook_figure(of, STAGE_PX - USAGE_PX), "codebook", f"What {len(of.counts)} vectors decode to")
        show_figure(usage_figure(of, USAGE_PX), "codebook-usage", use_of(of))
    with beside:
        show_figure(bits_figure(found, STAGE_PX - BELOW_PX), "error-by-bits", numbers(found))
    st.markdown(f"{use_of(of)} {finding(found)} {protocol()}")
    explain(
        formula=[(NEAREST, NEAREST_WORDS), (LOSS, LOSS_WORDS)],
        code=[Codebook, quantisation_penalty, perplexity, rounded_error],
    )


def _choose(found: Codebooks) -> DecodedCodebook:
    by_size = {str(len(one.counts)): one for one in found.decoded}
    sizes = Choice(tuple(by_size))
    size = st.segmented_control(
        "Vectors of the codebook",
        sizes.options,
        default=str(DEFAULT_SIZE),
        required=True,
        **bound("vectors", sizes),
    )
    return by_size[str(size)]


def use_of(of: DecodedCodebook) -> str:
    """How many vectors are used, the effective number with its interval, and what clusters of pixels have."""
    size = len(of.counts)
    used, clusters = mean_interval(of.perplexity), mean_interval(of.by_clusters)
    dead = size - of.live.mean()
    return (
        f"Of {size} vectors {dead:.0f} are used by no training picture (mean of {len(of.live)} seeds). The perplexity "
        f"of their use, the effective number of vectors, is {_text(used, 1)}; {size} would be even use, and {size} "
        f"clusters of pixels by k-means have {_text(clusters, 1)}."
    )


def finding(found: Codebooks) -> str:
    """At which bits a codebook beats rounding afterwards, by how much at the most, and whether clusters do better."""
    gains = {int(bits): gain(found, AE, int(bits)) for bits in found.curve(VQ).bits}
    helps = [bits for bits, of in gains.items() if of.low > 0]
    harms = [bits for bits, of in gains.items() if of.high < 0]
    shown = max(gains, key=lambda bits: gains[bits].value)
    said = "; ".join(part for part in (_at("lower", helps), _at("higher", harms)) if part)
    verdict = f"its error is {said}" if said else "no difference leaves out 0"
    clusters = found.curve(CLUSTERS)
    better = [int(bits) for bits in clusters.bits if gain(found, CLUSTERS, int(bits)).low > 0]
    beside = f"better at {_listed(better)} bits" if better else "no better at any number of bits"
    return (
        f"Beside an AE whose codes are rounded afterwards {verdict}. The largest difference is at {shown} bits: error "
        f"of the AE less error of the codebook {_text(gains[shown], 4)}, 0 would be none; of PCA "
        f"{_text(gain(found, PCA, shown), 4)}. Than clusters of pixels a single codebook is {beside}."
    )


def _at(word: str, bits: list[int]) -> str:
    return f"{word} with {_listed(bits)} bits" if bits else ""


def _listed(bits: list[int]) -> str:
    return ", ".join(map(str, bits))


def _text(value: Interval, digits: int) -> str:
    return with_minus(f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]")


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
