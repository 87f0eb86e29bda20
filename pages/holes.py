"""Holes: an AE beside a VAE, each in its own range, with a number on what a sampler meets there."""

import streamlit as st

from explorer.analysis.holes import measure_holes, share_beyond
from explorer.ui.explain import explain
from explorer.ui.models.at_hand import encoding_models, say_that_the_library_is_empty
from explorer.ui.models.model_and_sampler import choose_side
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.scene_offers import planes_offers
from explorer.ui.views.holes.panels import (
    choose_layer,
    pin_worst_hole,
    samples_note,
    show_grid,
    show_numbers,
    show_plane,
    show_walk,
)

HOLE_RATE = r"\mathrm{hole\ rate} = P\big(d(z, \mathcal{D}) > Q_{.99}\big), \quad z \sim \mathrm{sampler}"
HOLE_RATE_WORDS = "d is the distance to the nearest training code, Q.99 the quantile of held-out codes; null: 1 %."
RATIO = r"\log \frac{p_\mathrm{sampler}(z)}{q(z)}"
RATIO_WORDS = "Orange in the map: the sampler draws where no code lies. Blue: codes that the sampler misses."

bar = open_page("holes")
models = encoding_models()
if not models:
    say_that_the_library_is_empty()
    st.stop()
names = list(models)
with bar:
    layer = choose_layer()
    to_worst = st.button("Take me to the worst hole", icon=":material/my_location:")
sides, planes = [], []
for column, key, model, sampler in zip(
    st.columns(2), ("left", "right"), ("ae-2d", "vae-2d"), ("gaussian", "standard_normal"), strict=True
):
    with column:
        side = choose_side(key, models, model if model in models else names[0], sampler, by_class=True)
        sides.append(side)
        with said_in_place():
            with st.container():  # of its own for what comes and goes, so that the canvas keeps its place
                if to_worst and pin_worst_hole(side) is None:
                    st.info("This plane holds no hole that the sampler reaches.", icon=":material/check_circle:")
            planes.append(show_plane(side, layer))

for column, side in zip(st.columns(2), sides, strict=True):
    with column:
        show_grid(side)
st.markdown(samples_note(layer))
st.fragment(show_numbers)(sides)
is_linked = bool({"from", "to"} & set(st.query_params))
path = st.expander("A path from one digit to another", expanded=is_linked, icon=":material/directions_walk:")
with path, said_in_place():
    show_walk(sides)
explain(formula=[(HOLE_RATE, HOLE_RATE_WORDS), (RATIO, RATIO_WORDS)], code=[share_beyond, measure_holes])
take_away(planes_offers(planes))
