"""The view of the KL's three parts: what a weight on β and one on total correlation alone make of each."""

from math import log

import streamlit as st

from explorer.analysis.kl_parts import N_DRAWS, kl_parts
from explorer.analysis.known_factors import (
    LATENT_DIM,
    N_AGGREGATED,
    N_EPOCHS,
    N_TEST,
    N_TRAIN,
    SEEDS,
    FactorModel,
    FactorModels,
    compare_models,
)
from explorer.figures.kl_parts import correlation_figure, correlation_of, distortion_of, kl_parts_figure
from explorer.lessons.keys import factors_key
from explorer.models.objectives import total_correlation_nats
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.results import measured_on_demand
from explorer.ui.views.tradeoff.factors import REFERENCE_S, button_label

BELOW_PX = 110
PARTS = (
    r"\mathbb{E}_x \mathrm{KL}(q(z|x) \,\|\, p(z)) = I_q(z; n) + "
    r"\mathrm{KL}\Bigl(q(z) \,\Big\|\, \prod_k q(z_k)\Bigr) + \sum_k \mathrm{KL}(q(z_k) \,\|\, p(z_k))"
)
PARTS_WORDS = (
    "What a code says about its sample n, what its dimensions say about each other, and how far each of them is from "
    "the prior; q(z) is the mean of the posteriors of all samples (Chen et al. 2018, eq. 2)."
)
LOSS = r"\mathcal{L} = D + \mathrm{KL} + w \cdot \mathrm{TC}"
LOSS_WORDS = "A weight on the second part alone: w = β − 1 of the β-TC-VAE. Train has it as *Total correlation weight*."


def show_kl_parts() -> None:
    """The parts of each VAE's KL, and total correlation against distortion."""
    key, title = factors_key(), "Training on bars"
    found = measured_on_demand(key, button_label(), title, compare_models, REFERENCE_S)
    if found is None:
        return
    by_beta, by_weight = paths(found)
    left, right = st.columns(2, gap="medium")
    with left:
        alt = "The three parts of the KL of each VAE, nats per image"
        show_figure(kl_parts_figure([*by_beta, *by_weight[1:]], STAGE_PX - BELOW_PX), "kl-parts", alt)
    with right:
        alt = "Total correlation over distortion of VAEs of several β and of several weights on total correlation"
        show_figure(correlation_figure(by_beta, by_weight, STAGE_PX - BELOW_PX), "total-correlation", alt)
    st.markdown(f"{words(by_beta, by_weight)} {protocol()}")
    explain(formula=[(PARTS, PARTS_WORDS), (LOSS, LOSS_WORDS)], code=[kl_parts, total_correlation_nats])


def paths(found: FactorModels) -> tuple[list[FactorModel], list[FactorModel]]:
    """The VAEs by rising β, and those of β = 1 by rising weight on total correlation, the plain one first."""
    by_beta = [model for model in found if model.terms and not model.tc_weight]
    weighted = [model for model in found if model.terms and model.tc_weight]
    plain = next(model for model in by_beta if model.beta == 1)
    return by_beta, [plain, *weighted]


def words(by_beta: list[FactorModel], by_weight: list[FactorModel]) -> str:
    """Both ways at the distortions that are nearest to each other, whether MIG gains by it, and when it helps."""
    one, other = nearest(by_beta, by_weight)
    less = correlation_of(other).high < correlation_of(one).low
    null = sum(terms.shuffled.total_correlation_nats for terms in other.terms) / len(other.terms)
    helps = (
        "It helps where dimensions should be independent"
        if less
        else "With these seeds the difference is not beyond chance"
    )
    apart = [model.title for model in by_weight if model.interval("mig").low > model.null("mig").high]
    none = "it aligns no axis with a factor, as no MIG lies above that of rotated codes"
    factors = f"the MIG of {', '.join(apart)} lies above that of its rotated codes" if apart else none
    return (
        f"At nearly the same distortion, {distortion_of(one).value:.1f} nats of {one.title} and "
        f"{distortion_of(other).value:.1f} of {other.title}, the total correlation is {correlation_of(one).text(3)} "
        f"and {correlation_of(other).text(3)} nats; {null:.3f} with each dimension shuffled among the samples. "
        f"{helps}; {factors} (Known factors)."
    )


def nearest(by_beta: list[FactorModel], by_weight: list[FactorModel]) -> tuple[FactorModel, FactorModel]:
    """A VAE of another β than 1 and one with a weight on total correlation, whose distortions are most alike."""
    pairs = [(one, other) for one in by_beta if one.beta > 1 for other in by_weight if other.tc_weight]
    return min(pairs, key=lambda pair: abs(distortion_of(pair[0]).value - distortion_of(pair[1]).value))


def protocol() -> str:
    """What was trained and measured."""
    return (
        f"Bars of known factors, {N_TRAIN:,} for training, {N_EPOCHS} epochs, K = {LATENT_DIM}, {len(SEEDS)} seeds; "
        f"distortion on {N_TEST:,} others, q(z) of {N_AGGREGATED:,} others, evaluated at {N_DRAWS:,} draws; its "
        f"index-code mutual information cannot exceed their logarithm, {log(N_AGGREGATED):.1f} nats. 95 % intervals "
        "over seeds, cut off at 0, below which no total correlation lies."
    )
