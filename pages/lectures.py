"""Lectures: those at hand, writing your own, and the speaker's notes."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.foreign_text import as_text
from explorer.ui.lectures.bar import NOTES
from explorer.ui.linked_widgets import choose_view
from explorer.ui.shell import open_page
from explorer.ui.views.lectures.editing import edit
from explorer.ui.views.lectures.notes import notes
from explorer.ui.views.lectures.shelf import shelf

VIEWS = {"All lectures": shelf, "Edit": edit, NOTES: notes}

bar = open_page("lectures")
with bar:
    view = choose_view(VIEWS)
try:
    VIEWS[view](bar)
except ExplorerError as error:
    st.error(as_text(error), icon=":material/error:")
