"""Decides which changes of the address become entries of the browser's history."""

from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent
_history = st.components.v2.component(
    "browser_history",
    html="<div hidden></div>\n",
    js=(_FOLDER / "browser_history.js").read_text("utf-8"),
)


def keep_history() -> None:
    """Part of every page, and seen on none: another page or view is a new entry, all else replaces the present one."""
    _history(key="browser_history", height=0, width=1, data={"leads_to": None})


def lead_on(slug: str) -> None:
    """Instead of a page: the browser goes on to another slug with the same query, and keeps no entry of this one."""
    _history(key="browser_history", height=0, width=1, data={"leads_to": slug})
