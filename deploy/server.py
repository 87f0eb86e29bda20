"""The entry of the app behind a proxy: `python -m streamlit run deploy/server.py`, from the folder of app.py.

The same app with addresses for those who run it, with files from the lecturer alone, and in class mode unless
EXPLORER_MODE says something else: where it listens on its own machine, a proxy does so for others.
"""

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from explorer.permissions import OWN_MACHINE
from explorer.ui.serving.load import ServerLoad, measured
from explorer.ui.serving.routes import service_routes
from explorer.ui.serving.uploads import guarded_uploads

if st.get_option("server.address") in OWN_MACHINE:
    os.environ.setdefault("EXPLORER_MODE", "class")
load = ServerLoad()
app = App(
    Path(__file__).parents[1] / "app.py",
    routes=service_routes(load),
    middleware=[Middleware(measured, load=load), Middleware(guarded_uploads)],
)
