"""The view of known factors: bars whose place, size and turn are known, and whether a code's axes are these factors."""

from typing import Any

import streamlit as st

from explorer.analysis.known_factors import (
    LATENT_DIM,
    N_EPOCHS,
    N_TEST,
    N_TRAIN,
    SEEDS,
    FactorModel,
    FactorModels,
    bar_models,
    compare_models,
    dci,
    mutual_information_gap,
    separated_predictability,
)
from explorer.figures.known_factors import axis_walks_figure, factor_scores_figure
from explorer.lessons.keys import factors_key
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.results import measured_on_demand

WIDTHS, REFERENCE_S, BELOW_PX = (0.55, 0.45), 100.0, 110
MIG = r"\mathrm{MIG} = \frac1F \sum_f \frac{I(z_{(1)}; f) - I(z_{(2)}; f)}{H(f)}"
MIG_WORDS = (
    "How much more the most informative axis says about factor f than the second most informative, in 20 bins (Chen et "
    "al. 2018)."
)
DCI = r"D = \sum_k \rho_k \bigl(1 - H_F(P_{k \cdot})\bigr)"
DCI_WORDS = (
    "The row of P is how important axis k is for each factor in random forests, ρ its share of all importance "
    "(Eastwood & Williams 2018). SAP is the gap between the two highest R² of a line from one axis (Kumar et al. 2018)."
)


def factors(bar: Any) -> None:
    """The scores of PCA, an AE and VAEs of several β, and what one of them decodes along each axis.

    bar: the title's row, which takes the choice of the model.
    """
    found = measured_on_demand(
        factors_key(),
        button_label(),
        "Training on bars",
        compare_models,
        REFERENCE_S,
    )
    if found is None:
        return
    scores, walks = st.columns(WIDTHS, gap="medium")
    with scores:
        show_figure(factor_scores_figure(found, STAGE_PX - BELOW_PX), "factor-scores", "MIG, SAP and DCI of each model")
    with bar:
        titles = (one.title for one in found)
        title = choose_in_list("axes_of", "Axes of", titles, best_of(found).title, width=200)
    model = next(one for one in found if one.title == title)
    with walks:
        alt = f"What {title} decodes along each axis of its code"
        show_figure(axis_walks_figure(model, STAGE_PX - BELOW_PX), "axis-walks", alt)
    st.markdown(words(found))
    explain(formula=[(MIG, MIG_WORDS), (DCI, DCI_WORDS)], code=[mutual_information_gap, separated_predictability, dci])


def button_label() -> str:
    """What the button does that trains all models again."""
    return f"Train {len(SEEDS) * (len(bar_models()) - 1)} networks"


def best_of(found: FactorModels) -> FactorModel:
    """The kind of model with the highest mean MIG."""
    return max(found, key=lambda one: one.interval("mig").value)


def words(found: FactorModels) -> str:
    """The kind with the highest MIG beside its own codes rotated and beside PCA, and the protocol."""
    best, pca = best_of(found), found[0]
    apart = [one.title for one in found if one.interval("mig").low > one.null("mig").high]
    verdict = (
        f"The MIG of {', '.join(apart)} lies above that of its own rotated codes"
        if apart
        else "No model's MIG lies above that of its own rotated codes"
    )
    return (
        f"Highest MIG: {best.title} {best.interval('mig').text(2)}, its codes rotated {best.null('mig').text(2)}; "
        f"{pca.title} {pca.interval('mig').text(2)}. {verdict}, with {len(SEEDS)} seeds. A rotation keeps the "
        "information in a code and moves it off the axes. The loss of an AE prefers no axes; a VAE's prior N(0, I) "
        "prefers none either, but its posterior with a diagonal covariance does (Rolínek et al. 2019). TC + w puts a "
        "weight w on the code's total correlation (view KL parts). "
        f"{N_TRAIN:,} bars with uniform horizontal and vertical position, size and angle (90°), {N_EPOCHS} epochs, "
        f"K = {LATENT_DIM}, scored on {N_TEST:,} others; 95 % intervals over seeds, of rotated codes the "
        f"range of {len(best.rotated)}."
    )
