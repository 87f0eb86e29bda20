"""The models at hand, with their figures of merit."""

import streamlit as st

from explorer.analysis.evaluate import evaluate
from explorer.store import LibraryEntry, broken_checkpoints, list_checkpoints
from explorer.ui.explain import explain
from explorer.ui.model_cards import broken_model
from explorer.ui.shell import open_page
from explorer.ui.views.library.table import choose_model, manage

MSE = (
    r"\mathrm{MSE} = \frac{1}{ND} \sum_{n=1}^{N} \lVert x_n - \hat x_n \rVert^2, \qquad "
    r"\mathrm{SSE} = D \cdot \mathrm{MSE}"
)
ELBO = (
    r"-\mathrm{ELBO} = \underbrace{\mathbb{E}_{q(z|x)}[-\log p(x|z)]}_{\text{distortion}} + "
    r"\underbrace{\mathrm{KL}(q(z|x) \,\|\, p(z))}_{\text{rate}}"
)

open_page("library")
broken = broken_checkpoints()
infos: list[LibraryEntry] = [*list_checkpoints(), *broken]
if not infos:
    st.info("The library holds no model yet. Train one on the Train page.", icon=":material/model_training:")
    st.stop()

chosen = choose_model(infos)
st.markdown(
    "Every figure is of the test split. MSE compares all models of one data set. Rate and distortion exist for VAEs "
    "and PPCA; the distortion of Bernoulli pixels and that of a density are different quantities, each in its own "
    "column. Select a row to open, rename or delete its model."
)
if chosen is not None:
    manage(chosen)
for each in broken:
    broken_model(each)
explain(
    formula=[
        (MSE, "N samples of D pixels in [0, 1]."),
        (ELBO, "In nats an image; the expectation is estimated with one draw of z."),
    ],
    code=[evaluate],
)
