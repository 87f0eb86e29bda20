"""What each term of an objective does: noise on the input, sparsity, contraction, a classifier, convolutions."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.errors import DatasetError, ExplorerError
from explorer.ui.objective_classifier import with_classifier
from explorer.ui.objective_contractive import contractive
from explorer.ui.objective_denoising import denoising
from explorer.ui.objective_networks import networks
from explorer.ui.objective_sparse import sparse
from explorer.ui.objective_subject import Subject, choose_data
from explorer.ui.shell import open_page
from explorer.ui.views import choose_view

VIEWS: dict[str, Callable[[Subject, Any], None]] = {
    "Denoising": denoising,
    "Sparse": sparse,
    "Contractive": contractive,
    "Classifier": with_classifier,
    "MLP and CNN": networks,
}

bar = open_page("objectives")
with bar:
    view = choose_view(VIEWS)
try:
    with bar:
        subject = choose_data()
    VIEWS[view](subject, bar)
except DatasetError as error:
    st.info(str(error), icon=":material/download:")
    st.page_link("pages/home.py", label="Download it from the start page", icon=":material/home:")
except ExplorerError as error:
    st.error(str(error), icon=":material/error:")
