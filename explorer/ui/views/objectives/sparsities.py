"""The ways to a sparse code side by side, on the page of objectives: live networks of small digits."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.identity import RUN
from explorer.analysis.sparsities import NETWORK, SparseNetwork, Sparsities, compare_ways, sparseness
from explorer.figures.sparsities import sparsities_figure
from explorer.lessons.keys import sparsities_key
from explorer.models.written_numbers import percent
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.results import computed_anew

SPARSENESS = r"\frac{\sqrt K - \lVert z \rVert_1 / \lVert z \rVert_2}{\sqrt K - 1} \in [0, 1]"
SPARSENESS_WORDS = "0 where all units are alike in size, 1 where one is on alone (Hoyer 2004)."
PENALTIES = (
    r"\lambda \sum_j z_j^2, \qquad \lambda \sum_j |z_j|, \qquad \lambda \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j), "
    r"\qquad z = \operatorname{top}_k f(x)"
)
PENALTIES_WORDS = (
    "L2, L1 and KL are added to the squared error, of the code alone or of hidden units too; a k-sparse code keeps k "
    "units by value or by magnitude."
)
NOT_TUNED = "The weights λ were not tuned: a larger one makes a code sparser and its error larger."


def sparsities(picture: DeltaGenerator, beside: DeltaGenerator) -> None:
    """One picture's code under each way, how sparse code and hidden layer are, and the error."""
    train, test = cached_dataset(RUN.dataset), cached_dataset(RUN.dataset, "test")
    key = sparsities_key(train, test)
    with picture:
        found: Sparsities = computed_anew(key, "Training seven autoencoders", lambda: compare_ways(train, test))
        show_figure(sparsities_figure(found, STAGE_PX), "sparsities", numbers(found))
    with beside:
        st.markdown(finding(found))
        explain(formula=[(PENALTIES, PENALTIES_WORDS), (SPARSENESS, SPARSENESS_WORDS)], code=[sparseness])


def numbers(found: Sparsities) -> str:
    """What each way makes, in words."""
    return "; ".join(
        f"{one.title}: sparseness {one.code.value:.2f}, {percent(one.zeros)} of the units are 0, error "
        f"{one.sse.value:.2f}"
        for one in found.networks
    )


def finding(found: Sparsities) -> str:
    """What the numbers say; other numbers make other sentences."""
    plain, *asked = found.networks
    sparsest = max(asked, key=lambda one: one.code.value)
    return (
        f"On scikit-learn's digits, whatever is chosen above: the same network trained {len(found.networks)} times, "
        f"each with another penalty or constraint on its code. {_of_zeros(asked)} "
        "Sparseness does not depend on the scale of a code: "
        f"{sparsest.title} has the sparsest code, {sparsest.code.text(2)}; without any penalty sparseness is "
        f"{plain.code.text(2)}; a code drawn from N(0, I) has {found.null:.2f} (dashed). {_of_signs(asked)} "
        f"{_of_layers(plain, asked)} "
        f"The error without any penalty is {plain.sse.text(2)}, with {sparsest.title} {sparsest.sse.text(2)}; the mean "
        f"image has {found.mean_sse:.1f} (dashed).\n\n"
        f"64-{NETWORK.hidden[0]}-{NETWORK.latent_dim}, "
        f"{RUN.n_epochs} epochs, one seed; means over {found.n_test} test images with 95 % intervals. {NOT_TUNED}"
    )


def _of_zeros(asked: list[SparseNetwork]) -> str:
    exact = [one.title for one in asked if one.zeros > 0]
    rest = [one.title for one in asked if one.zeros == 0]
    return f"Exact zeros: {', '.join(exact) or 'none'}; only small units: {', '.join(rest) or 'none'}."


def _of_signs(asked: list[SparseNetwork]) -> str:
    by_value, by_magnitude = asked[-2:]
    return (
        f"By value (Makhzani & Frey) {percent(by_value.negative)} of the units that stay are negative, by |z| (as in "
        f"the lecture) {percent(by_magnitude.negative)}."
    )


def _of_layers(plain: SparseNetwork, asked: list[SparseNetwork]) -> str:
    """Whether what is asked of the code made the layer before it sparser."""
    sparser = [f"{one.title} ({one.hidden.value:.2f})" for one in asked if one.hidden.low > plain.hidden.high]
    before = f"The hidden layer before the code, {plain.hidden.text(2)} without any penalty, becomes"
    return f"{before} sparser with {', '.join(sparser)}." if sparser else f"{before} no sparser."
