"""Principal component analysis: eigendigits, one image as a sum, errors, the plane, PPCA, why eigenvectors."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list, choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.pca import panels
from explorer.ui.views.pca.context import PCAContext, data_set_names, find_context
from explorer.ui.views.pca.error import reconstruction_error
from explorer.ui.views.pca.one_image import one_image
from explorer.ui.views.pca.probabilistic import probabilistic
from explorer.ui.views.pca.variance import variance

WHY = "Why eigenvectors"
VIEWS: dict[str, Callable[[PCAContext], None]] = {
    "Eigendigits": panels.eigendigits,
    "One image": one_image,
    "Variance": variance,
    "Error": reconstruction_error,
    "The plane": panels.plane,
    "Probabilistic": probabilistic,
}

with open_page("pca"):
    view = choose_view((*VIEWS, WHY))
    names = data_set_names()
    name = choose_in_list("data", "Data set", names, width=170, label_visibility="collapsed", disabled=view == WHY)

with said_in_place():
    if view == WHY:
        panels.direction()
    else:
        context = find_context(name)
        if isinstance(context, PCAContext):
            VIEWS[view](context)
            if context.test is None and view != "One image":
                st.info(f"This is the library's PCA. {context.missing}", icon=":material/download:")
        else:
            st.info(as_text(context), icon=":material/download:")
            st.page_link("pages/home.py", label="Download it from the start page", icon=":material/home:")
