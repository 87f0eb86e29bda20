"""A point against a distribution: posteriors to scale, how they are drawn from, what holds them up."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.ui.linked_widgets import choose_view
from explorer.ui.models.picker import choose_model
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.posterior import panels
from explorer.ui.views.posterior.panels import PosteriorModel, posterior_model, usable_vaes

ALONE = "Reconstruction alone"
MISSING = (
    "The library holds no VAE with two dimensions or more; train one first.",
    "The library holds no sweep with β = 0: train one with `python -m explorer sweep vae --over beta=0,1,8`.",
)
VIEWS: dict[str, Callable[[PosteriorModel, DeltaGenerator], None]] = {
    "One posterior": panels.one_posterior,
    "Reparameterisation": panels.reparameterisation,
    ALONE: panels.reconstruction_alone,
    "All together": panels.aggregate,
}

bar = open_page("posterior")
with bar:
    view = choose_view(VIEWS)
models = usable_vaes()
if view == ALONE:
    models = {name: models[name] for sweep in panels.sweeps_from_zero() for name in sweep.names}
if not models:
    st.info(MISSING[view == ALONE], icon=":material/model_training:")
else:
    first = list(models)[panels.nearest_to_one(models)] if view == ALONE else None
    with bar:
        chosen = choose_model(models, default=first)
    with said_in_place():
        VIEWS[view](posterior_model(chosen), bar)
