"""Principal component analysis: eigendigits, one image as a sum, errors, the plane, PPCA, why eigenvectors."""

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.ui.page_views import choose_view
from explorer.ui.query_params import bound
from explorer.ui.shell import open_page
from explorer.ui.views.pca import panels
from explorer.ui.views.pca.context import Subject, find_subject, subject_names
from explorer.ui.views.pca.one_image import one_image
from explorer.ui.views.pca.probabilistic import probabilistic

WHY = "Why eigenvectors"
VIEWS: dict[str, Callable[[Subject], None]] = {
    "Eigendigits": panels.eigendigits,
    "One image": one_image,
    "Variance": panels.explained_variance,
    "Error": panels.reconstruction_error,
    "The plane": panels.plane,
    "Probabilistic": probabilistic,
}

with open_page("pca"):
    view = choose_view((*VIEWS, WHY))
    names = subject_names()
    name = st.selectbox(
        "Data set", names, width=170, label_visibility="collapsed", disabled=view == WHY, **bound("data", Choice(names))
    )

try:
    if view == WHY:
        panels.direction()
    else:
        subject = find_subject(name)
        if isinstance(subject, Subject):
            VIEWS[view](subject)
            if subject.test is None and view != "One image":
                st.info(f"This is the library's PCA. {subject.missing}", icon=":material/download:")
        else:
            st.info(subject, icon=":material/download:")
            st.page_link("pages/home.py", label="Download it from the start page", icon=":material/home:")
except ExplorerError as error:
    st.error(str(error), icon=":material/error:")
