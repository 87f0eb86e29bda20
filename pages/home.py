"""The way through a lecture, the models and the data at hand."""

from explorer.ui.shell import open_page

open_page("home")
