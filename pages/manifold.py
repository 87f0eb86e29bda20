"""Why linear is not enough: curves and sheets, layer by layer; a linear autoencoder; days on the Fremont Bridge."""

import streamlit as st

from explorer.data.toys import TOYS
from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.ui import fremont_panels, manifold_panels
from explorer.ui.scene import bound
from explorer.ui.shell import open_page
from explorer.ui.views import choose_view

SHAPES, LAYERS, LINEAR, BRIDGE = "Shapes", "Layer by layer", "Linear", "Fremont Bridge"

with open_page("manifold"):
    view = choose_view((SHAPES, LAYERS, LINEAR, BRIDGE))
    shape = ""
    if view in (SHAPES, LAYERS):
        names = Choice(tuple(TOYS))
        shape = st.selectbox("Shape", names.options, width=160, label_visibility="collapsed", **bound("shape", names))

try:
    if view == SHAPES:
        manifold_panels.shapes(shape)
    elif view == LAYERS:
        manifold_panels.layers(shape)
    elif view == LINEAR:
        manifold_panels.linear()
    else:
        fremont_panels.bridge()
except ExplorerError as error:
    st.error(str(error), icon=":material/error:")
