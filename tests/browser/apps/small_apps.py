"""Small pages for tests: with ?fault= one with faults, else one with nothing but a latent canvas."""

import streamlit as st

from tests.browser.apps import canvas_app, faulty_app

(faulty_app if "fault" in st.query_params else canvas_app).show()
