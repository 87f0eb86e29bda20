"""A point against a distribution: posteriors to scale, how they are drawn from, what holds them up."""

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.ui.page_views import choose_view
from explorer.ui.query_params import bound
from explorer.ui.shell import open_page
from explorer.ui.views.posterior import panels
from explorer.ui.views.posterior.panels import PosteriorModel, posterior_model, usable_vaes

VIEWS: dict[str, Callable[[PosteriorModel], None]] = {
    "One posterior": panels.one_posterior,
    "Reparameterisation": panels.reparameterisation,
    "Reconstruction alone": panels.reconstruction_alone,
    "All together": panels.aggregate,
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
        VIEWS[view](posterior_model(models[name]))
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
