"""The whole screen for the lecture: a button, and the key F, that hide everything around the page."""

from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent
_button = st.components.v2.component(
    "full_screen",
    html=(_FOLDER / "full_screen.html").read_text("utf-8"),
    css=(_FOLDER / "full_screen.css").read_text("utf-8"),
    js=(_FOLDER / "full_screen.js").read_text("utf-8"),
)


def full_screen_button() -> None:
    """A button that fills the screen with the page, and empties it again; a browser without the ability hides it.

    It is on every page, so it also runs the page again when that turns light or dark.
    """
    _button(key="full_screen", width="content", on_turned_change=lambda: None)
