"""What unfolds when it is asked for: only then its content is made and sent."""

from collections.abc import Callable

import streamlit as st


def header_menu(label: str, icon: str, key: str, show: Callable[[], None]) -> None:
    """A button of the title's row that says its label under the pointer alone."""
    menu = st.popover("", icon=icon, type="tertiary", help=label, key=key, on_change="rerun")
    if menu.open:
        with menu:
            show()


def panel(label: str, icon: str | None, key: str, show: Callable[[], None], *, opens: bool = False) -> None:
    """A panel across the page; opens: whether it is unfolded at first."""
    st.session_state.setdefault(key, opens)
    unfolded = st.expander(label, icon=icon, key=key, on_change="rerun")
    if unfolded.open:
        with unfolded:
            show()
