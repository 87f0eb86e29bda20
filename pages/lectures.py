"""Lectures: those at hand, writing your own, and the speaker's notes."""

from explorer.ui.lectures.bar import NOTES
from explorer.ui.linked_widgets import choose_view
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.lectures.editing import edit
from explorer.ui.views.lectures.notes import notes
from explorer.ui.views.lectures.shelf import shelf

VIEWS = {"All lectures": shelf, "Edit": edit, NOTES: notes}

bar = open_page("lectures")
with bar:
    view = choose_view(VIEWS)
with said_in_place():
    VIEWS[view](bar)
