"""The entry of the app: `streamlit run app.py`."""

from explorer.ui.shell import run_app

run_app()
