"""A point against a distribution: posteriors to scale, how they are drawn from, what holds them up."""

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.ui import posterior_panels
from explorer.ui.posterior_panels import Subject, subject_of, usable_vaes
from explorer.ui.scene import bound
from explorer.ui.shell import open_page
from explorer.ui.views import choose_view

VIEWS: dict[str, Callable[[Subject], None]] = {
    "One posterior": posterior_panels.one_posterior,
    "Reparameterisation": posterior_panels.reparameterisation,
    "Reconstruction alone": posterior_panels.reconstruction_alone,
    "All together": posterior_panels.aggregate,
}

bar = open_page("posterior")
with bar:
    view = choose_view(VIEWS)
models = usable_vaes()
if not models:
    st.info("The library holds no VAE with two dimensions or more; train one first.", icon=":material/model_training:")
else:
    names = Choice(tuple(models))
    name = bar.selectbox("Model", names.options, width=200, label_visibility="collapsed", **bound("model", names))
    try:
        VIEWS[view](subject_of(models[name]))
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
