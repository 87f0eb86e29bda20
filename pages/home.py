"""The way through a lecture, the models and the data at hand."""

import streamlit as st

from explorer import training
from explorer.ui.models.at_hand import visible_broken_models, visible_models
from explorer.ui.shell import open_page
from explorer.ui.views.home.panels import data_and_device, lectures_at_hand, models_at_hand, way_through_a_lecture

open_page("home")

st.markdown(
    "An autoencoder squeezes an image into a few numbers, its **code**, and draws the image again from them. "
    "The pages go from linear methods to generative models: where the codes lie, what lies between them, and what it "
    "takes to draw new images."
)
with st.container(key="ways", gap="xsmall"):
    way_through_a_lecture()
    st.subheader("Lectures", anchor=False)
    lectures_at_hand()

with st.container(key="models_at_hand", gap="xsmall"):
    st.subheader("Models at hand", anchor=False)
    infos, broken = visible_models(), visible_broken_models()
    if infos or broken:
        models_at_hand(infos, broken)
    else:
        st.info("There are no models yet. Train one on the Train page; it appears here.", icon=":material/school:")

with st.container(key="at_hand"):
    st.subheader("Data and device", anchor=False)
    answer = data_and_device()
# Last, because it loads PyTorch, which takes seconds; the page is complete by then.
answer.caption(training.describe_device())
