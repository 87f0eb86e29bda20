"""The models at hand, with their figures of merit."""

import streamlit as st

from explorer.analysis.evaluate import evaluate
from explorer.store import LibraryEntry
from explorer.ui.access import permissions
from explorer.ui.explain import explain
from explorer.ui.models.at_hand import (
    lecture_order,
    say_that_the_library_is_empty,
    visible_broken_models,
    visible_models,
)
from explorer.ui.models.cards import broken_model
from explorer.ui.shell import open_page
from explorer.ui.views.library.own_model import own_model
from explorer.ui.views.library.table import bin_and_hidden, choose_model, manage

MSE = (
    r"\mathrm{MSE} = \frac{1}{ND} \sum_{n=1}^{N} \lVert x_n - \hat x_n \rVert^2, \qquad "
    r"\mathrm{SSE} = D \cdot \mathrm{MSE}"
)
ELBO = (
    r"-\mathrm{ELBO} = \underbrace{\mathbb{E}_{q(z|x)}[-\log p(x|z)]}_{\text{distortion}} + "
    r"\underbrace{\mathrm{KL}(q(z|x) \,\|\, p(z))}_{\text{rate}}"
)

NOTE = (
    "Every figure is measured on the test split. Compare models of one data set only: any two by their MSE, and by "
    "nats those with a number in the same column. Rate and nats belong to models that state a distribution of pixels: "
    "VAEs and PPCA."
)
OPEN, OPEN_AND_CHANGE = "Select a row to open its model.", "Select a row to open its model, rename, delete or hide it."

open_page("library")
broken = visible_broken_models()
entries: list[LibraryEntry] = [*sorted(visible_models(), key=lecture_order), *broken]
if entries:
    chosen = choose_model(entries)
    if chosen is not None:
        manage(chosen)
    st.markdown(f"{OPEN_AND_CHANGE if permissions().change_library else OPEN} {NOTE}")
else:
    say_that_the_library_is_empty()
if permissions().change_library:
    own_model()
bin_and_hidden()
for each in broken:
    broken_model(each)
explain(
    formula=[
        (MSE, "N samples of D pixels in [0, 1]."),
        (ELBO, "In nats per image; the expectation is estimated with one draw of z."),
    ],
    code=[evaluate],
)
