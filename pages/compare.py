"""Models side by side under one pointer, with a table of their figures of merit."""

import streamlit as st

from explorer.analysis.latent_plane import principal_plane
from explorer.ui.explain import explain
from explorer.ui.linked_widgets import choose_view
from explorer.ui.models.at_hand import encoding_models
from explorer.ui.models.table import COLUMNS, SHOWN, library_frame
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.scene_offers import planes_offers
from explorer.ui.views.compare.draw import draw
from explorer.ui.views.compare.embeddings import embeddings
from explorer.ui.views.compare.marking import mark_in_all
from explorer.ui.views.compare.panels import compared_models, show_planes
from explorer.ui.views.compare.sizes import every_k
from explorer.ui.views.compare.strip import one_k

NOTE = (
    "The pointer in one plane picks the nearest real test sample; every other plane shows **its own code of that very "
    "sample** and what its decoder makes of it. The same z would mean nothing in another model: each plane has axes, "
    "units and a range of its own."
)


PLANES = "Planes"
OF_THE_BAR = {"One K": one_k, "Every K": every_k, "Embeddings": embeddings, "Draw": draw}

infos = []
bar = open_page("compare")
with bar:
    view = choose_view((PLANES, *OF_THE_BAR))
    if view == PLANES:
        infos = compared_models(encoding_models())
if view in OF_THE_BAR:
    with said_in_place():
        OF_THE_BAR[view](bar)
elif not infos:
    st.info("Choose two or three models above to see them under one pointer.", icon=":material/compare:")
else:
    planes = show_planes(infos)
    st.markdown(NOTE)
    mark_in_all(infos)
    st.dataframe(
        library_frame(infos), column_order=SHOWN, column_config=COLUMNS, hide_index=True, row_height=72, placeholder="–"
    )
    explain(code=[principal_plane])
    take_away(planes_offers(planes))
