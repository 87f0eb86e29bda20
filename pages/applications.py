"""What codes are good for: restoring pictures, detecting anomalies, searching, filling in and compressing."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.dataset_card import offer_data
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.applications.anomaly import anomalies
from explorer.ui.views.applications.compression import compress
from explorer.ui.views.applications.context import ApplicationContext, choose_context, picture_models
from explorer.ui.views.applications.denoising import denoise, removes_noise
from explorer.ui.views.applications.inpainting import missing_pixels
from explorer.ui.views.applications.search import search

VIEWS: dict[str, Callable[[ApplicationContext], None]] = {
    "Denoising": denoise,
    "Anomalies": anomalies,
    "Search": search,
    "Missing pixels": missing_pixels,
    "Compression": compress,
}

bar = open_page("applications")
with bar:
    view = choose_view(VIEWS)
models = picture_models(removes_noise) if VIEWS[view] is denoise else picture_models()
with said_in_place():
    if not models:
        st.info("The library holds no model of pictures yet; train one first.", icon=":material/model_training:")
        st.page_link("pages/train.py", label="Train a model", icon=":material/model_training:")
    else:
        with bar:
            context = choose_context(models)
        if isinstance(context, ApplicationContext):
            VIEWS[view](context)
        else:
            st.info(as_text(context), icon=":material/download:")
        offer_data("mnist", "the models of 28 × 28 pictures can be used here")
