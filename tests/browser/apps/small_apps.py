"""Small pages for tests: with ?fault= one with faults, with ?presses one that counts them, else a latent canvas."""

import streamlit as st

from tests.browser.apps import canvas_app, faulty_app, press_app

APPS = {"fault": faulty_app, "presses": press_app}
next((app for key, app in APPS.items() if key in st.query_params), canvas_app).show()
