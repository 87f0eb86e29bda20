"""Train a model, and watch its loss terms and its codes while they move."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.foreign_text import as_text
from explorer.ui.runs.finished import show_finished
from explorer.ui.runs.panel import all_runs, choose_run, offer_actions, start_waiting, visible_jobs, watch
from explorer.ui.runs.turning import turning
from explorer.ui.shell import open_page
from explorer.ui.views.train.form import controls

bar = open_page("train")
form, picture = st.columns([25, 75], gap="medium")
with form:
    above = st.container()
    controls()
try:
    listed = visible_jobs()
    start_waiting(listed)
    if listed:
        with bar:
            job = choose_run(listed)
            offer_actions(job)
        with above:
            turning(job)
        with picture:
            watch(job)
        all_runs(listed)
    else:
        with picture:
            show_finished()
except ExplorerError as error:
    picture.error(as_text(error), icon=":material/error:")
