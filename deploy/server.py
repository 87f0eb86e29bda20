"""The entry of the app behind a proxy: `python -m streamlit run deploy/server.py`, from the folder of app.py.

The same app with addresses for those who run it, and in class mode unless EXPLORER_MODE says something else: the
address that it listens on is the proxy's, and tells nothing of who reaches it.
"""

import os
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from explorer.ui.serving.load import ServerLoad, measured
from explorer.ui.serving.routes import service_routes
from explorer.ui.serving.uploads import guarded_uploads

os.environ.setdefault("EXPLORER_MODE", "class")
load = ServerLoad()
app = App(
    Path(__file__).parents[1] / "app.py",
    routes=service_routes(load),
    middleware=[Middleware(measured, load=load), Middleware(guarded_uploads)],
)
