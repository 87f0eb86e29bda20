"""What each term of an objective does: noise on the input, sparsity, contraction, classes, convolutions, a codebook."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.errors import DatasetError, ExplorerError
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_view
from explorer.ui.shell import open_page
from explorer.ui.views.objectives.classifier import with_classifier
from explorer.ui.views.objectives.codebook import codebook
from explorer.ui.views.objectives.context import ObjectivesContext, choose_data
from explorer.ui.views.objectives.contractive import contractive
from explorer.ui.views.objectives.denoising import denoising
from explorer.ui.views.objectives.identity import identity
from explorer.ui.views.objectives.networks import networks
from explorer.ui.views.objectives.sparse import sparse

# The views that have data of their own.
IDENTITY, CODEBOOK = "Identity", "Codebook"
VIEWS: dict[str, Callable[[ObjectivesContext, Any], None]] = {
    "Denoising": denoising,
    "Sparse": sparse,
    "Contractive": contractive,
    "Classifier": with_classifier,
    "MLP and CNN": networks,
}

bar = open_page("objectives")
with bar:
    view = choose_view((*VIEWS, IDENTITY, CODEBOOK))
try:
    if view == IDENTITY:
        identity()
    elif view == CODEBOOK:
        codebook(bar)
    else:
        with bar:
            context = choose_data()
        VIEWS[view](context, bar)
except DatasetError as error:
    st.info(as_text(error), icon=":material/download:")
    st.page_link("pages/home.py", label="Download it from the start page", icon=":material/home:")
except ExplorerError as error:
    st.error(as_text(error), icon=":material/error:")
