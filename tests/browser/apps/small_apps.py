"""Small pages for tests: with ?fault= one with faults, with ?presses one that counts them, else a latent canvas."""

import streamlit as st

from explorer.ui.presses import make_presses_count
from tests.browser.apps import canvas_app, faulty_app, press_app

APPS = {"fault": faulty_app, "presses": press_app}
make_presses_count()
next((app for key, app in APPS.items() if key in st.query_params), canvas_app).show()
