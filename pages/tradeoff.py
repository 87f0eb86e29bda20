"""Reconstruction against KL: a sweep over β, a training as it goes, one played again, one on two images, and bars."""

import streamlit as st

from explorer.ui.linked_widgets import choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.tradeoff.decoders import show_decoders
from explorer.ui.views.tradeoff.factors import factors
from explorer.ui.views.tradeoff.kl_parts import show_kl_parts
from explorer.ui.views.tradeoff.live import live
from explorer.ui.views.tradeoff.panels import choose_sweep, one_knob, show_replay, show_sweep
from explorer.ui.views.tradeoff.two_images import show_two_images

SWEEP, LIVE, REPLAY, TWO = "β sweep", "Live", "Replay", "Two images"
DECODERS, FACTORS, KL_PARTS = "Decoders", "Known factors", "KL parts"

bar = open_page("tradeoff")
with bar:
    view = choose_view((SWEEP, LIVE, REPLAY, TWO, DECODERS, FACTORS, KL_PARTS))
with said_in_place():
    if view == LIVE:
        live(bar)
    elif view == REPLAY:
        show_replay(bar)
    elif view == TWO:
        show_two_images(bar)
    elif view == DECODERS:
        show_decoders(bar)
    elif view == FACTORS:
        factors(bar)
    elif view == KL_PARTS:
        show_kl_parts()
    elif chosen := choose_sweep(bar):
        show_sweep(*chosen)
    else:
        st.info(
            "The library holds no sweep yet: train one with "
            "`python -m explorer sweep vae --over beta=0.1,0.5,1,2,4,8`, or watch a single model under Live.",
            icon=":material/tune:",
        )
    one_knob()
