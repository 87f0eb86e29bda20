"""The view of the two forces on σ: the reconstruction lowers it, the KL term raises it."""

import streamlit as st

from explorer.analysis.evidence import Observation
from explorer.analysis.forces import Forces, forces
from explorer.analysis.latent_plane import subscript
from explorer.figures.elbo import forces_figure
from explorer.models.fields import Choice, Range
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.linked_widgets import choose_button
from explorer.ui.query_params import bound

OWN = "its own p(x|z)"
LECTURES = "σ² = 0.5, the lectures' loss"
SIGMA2 = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
VARIANCES: dict[str, float | None] = {OWN: None, **{LECTURES if one == 0.5 else f"σ² = {one:g}": one for one in SIGMA2}}
MOST_BETA = 20.0
# What is less cannot be seen in the chart, and can be rounding.
FELT_NATS = 0.01
LOSS = (
    r"\underbrace{\mathbb{E}_{\varepsilon}\bigl[-\log p(x \mid \mu + \sigma\varepsilon)\bigr]}_{\text{wants } \sigma "
    r"\to 0} + \beta \underbrace{\tfrac12\bigl(\mu^2 + \sigma^2 - 1 - \log \sigma^2\bigr)}_{\text{wants } \sigma = 1}"
)


def two_forces(of: Observation) -> None:
    """Both terms of the loss against σ of one dimension, for the sample that is followed."""
    names = [f"z{subscript(place + 1)}" for place in range(of.model.latent_dim)]
    losses = Choice(tuple(VARIANCES))
    with low_row():
        name = choose_button("of_dimension", "Dimension", names)
        beta = st.slider("β", 0.0, MOST_BETA, 1.0, 0.1, width=300, **bound("kl_weight", Range(float, 0, MOST_BETA)))
        loss = st.select_slider("Pixels", losses.options, width=380, **bound("pixels", losses))
    found = forces(of, names.index(name), beta, VARIANCES[loss])
    figure = forces_figure(found, beta, STAGE_PX - 76 - ROW_PX)
    show_figure(figure, "forces", f"Distortion, KL and their sum against σ of {name}")
    st.markdown(forces_words(found, name, beta, loss))
    explain(formula=[(LOSS, "One sample, one dimension; the others stay at their means.")], code=[forces])


def forces_words(found: Forces, name: str, beta: float, loss: str) -> str:
    """Where the sum is least, and where the encoder put σ under the loss that it was trained with."""
    is_least = found.best_sigma == found.sigma[0]
    place = f"the smallest σ shown, {found.sigma[0]:.3g}" if is_least else f"σ = {found.best_sigma:.3g}"
    unheld = " Nothing holds σ up." if beta == 0 and is_least else ""
    given = f"The trained encoder gives σ = {found.encoder_sigma:.3g} for {name} of this sample"
    why = (
        "it was trained with its own p(x|z) and β on all samples, so it need not meet the minimum of one sample."
        if loss == OWN
        else f"it was not trained with this loss ({loss})."
    )
    return (
        f"{_pull(found)}; the KL pulls σ towards 1. With β = {beta:g} the sum is least at {place}.{unheld} "
        f"{given}; {why} A smaller σ² of the pixels or a smaller β makes the distortion the stronger force."
    )


def _pull(found: Forces) -> str:
    """What the distortion does to σ."""
    if found.distortion_nats.max() < FELT_NATS:
        return f"The distortion changes by less than {FELT_NATS:g} nats with σ"
    if found.distortion_nats[0] < FELT_NATS:
        return "The distortion pulls σ towards 0"
    least = found.sigma[found.distortion_nats.argmin()]
    return f"The distortion of this sample is least at σ = {least:.3g}"
