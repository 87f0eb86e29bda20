"""Why linear is not enough: curves and sheets, layer by layer; a linear autoencoder; days on the Fremont Bridge."""

from explorer.data.toys import TOYS
from explorer.ui.linked_widgets import choose_in_list, choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.manifold import fremont, shapes

SHAPES, LAYERS, LINEAR, BRIDGE = "Shapes", "Layer by layer", "Linear", "Fremont Bridge"

bar = open_page("manifold")
with bar:
    view = choose_view((SHAPES, LAYERS, LINEAR, BRIDGE))
    shape = ""
    if view in (SHAPES, LAYERS):
        shape = choose_in_list("shape", "Shape", TOYS, width=160, label_visibility="collapsed")

with said_in_place():
    if view == SHAPES:
        shapes.shapes(shape)
    elif view == LAYERS:
        shapes.layers(shape)
    elif view == LINEAR:
        shapes.linear(bar)
    else:
        fremont.bridge()
