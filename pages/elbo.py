"""The evidence lower bound of one sample: what it is below, by how much, and why it is needed."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.linked_widgets import choose_view
from explorer.ui.models.picker import choose_model
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.elbo import panels
from explorer.ui.views.elbo.panels import Seen, seen, usable_vaes
from explorer.ui.views.elbo.priors import show_priors
from explorer.ui.views.elbo.sampling import sampling
from explorer.ui.views.elbo.training import in_training

VIEWS: dict[str, Callable[[Seen], None]] = {
    "The gap": panels.the_gap,
    "Derivations": panels.two_derivations,
    "One draw": panels.one_draw,
    "More draws": panels.more_draws,
    "Prior draws": panels.draws_from_the_prior,
    "MCMC": sampling,
    "Two forces": panels.two_forces,
}
# What is about a model alone, without a sample.
IN_TRAINING = "In training"
# What trains models of its own.
PRIORS = "Priors"

bar = open_page("elbo")
with bar:
    view = choose_view([*VIEWS, IN_TRAINING, PRIORS])
models = usable_vaes()
if view == PRIORS:
    show_priors()
elif not models:
    st.info(panels.MISSING, icon=":material/model_training:")
else:
    with bar:
        chosen = choose_model(models)
    with said_in_place():
        if view == IN_TRAINING:
            in_training(chosen, models)
        else:
            VIEWS[view](seen(chosen, bar))
