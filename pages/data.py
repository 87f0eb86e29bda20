"""The data: samples by class, means and variance, random images beside real ones, and how empty their space is."""

from collections.abc import Callable

import streamlit as st

from explorer.data import Dataset, list_sources
from explorer.ui.caches import cached_dataset
from explorer.ui.dataset_card import data_set_card
from explorer.ui.linked_widgets import choose_in_list, choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.data import panels
from explorer.ui.views.data.dimensions import dimensions
from explorer.ui.views.data.own_data import own_data

VIEWS: dict[str, Callable[[Dataset], None]] = {
    "Samples": panels.samples,
    "Means": panels.means,
    "Random": panels.random_image,
    "Dimensions": dimensions,
}
OWN = "Add your own"

with open_page("data"):
    view = choose_view((*VIEWS, OWN))
    sources = {source.name: source for source in sorted(list_sources(), key=lambda source: not source.available)}
    name = choose_in_list("data", "Data set", sources, width=190, label_visibility="collapsed", disabled=view == OWN)

with said_in_place():
    if view == OWN:
        own_data()
    elif sources[name].available:
        VIEWS[view](cached_dataset(name, "train"))
    else:
        st.info(sources[name].how_to_get, icon=":material/download:")
        with st.container(width=360):
            data_set_card(sources[name])
