"""What codes are good for: restoring pictures, telling foreign ones, searching, filling in and compressing them."""

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.page_views import choose_view
from explorer.ui.shell import open_page
from explorer.ui.views.applications.anomaly import anomalies
from explorer.ui.views.applications.compression import compress
from explorer.ui.views.applications.context import Subject, choose_subject, picture_models
from explorer.ui.views.applications.denoising import denoise
from explorer.ui.views.applications.inpainting import missing_pixels
from explorer.ui.views.applications.search import search

VIEWS: dict[str, Callable[[Subject], None]] = {
    "Denoising": denoise,
    "Anomalies": anomalies,
    "Search": search,
    "Missing pixels": missing_pixels,
    "Compression": compress,
}

bar = open_page("applications")
models = picture_models()
with bar:
    view = choose_view(VIEWS)
try:
    if not models:
        st.info("The library holds no model of pictures yet; train one first.", icon=":material/model_training:")
        st.page_link("pages/train.py", label="Train a model", icon=":material/model_training:")
    else:
        with bar:
            subject = choose_subject(models)
        if isinstance(subject, Subject):
            VIEWS[view](subject)
        else:
            st.info(subject, icon=":material/download:")
            st.page_link("pages/home.py", label="Download it from the start page", icon=":material/home:")
except ExplorerError as error:
    st.error(str(error), icon=":material/error:")
