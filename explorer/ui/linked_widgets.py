"""Widgets of one word or one whole number, which stands in the link under the widget's key.

look: whatever else the widget of Streamlit takes, such as its width.
"""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from explorer.models.fields import Choice, Range
from explorer.ui.query_params import bound


def choose_view(names: Iterable[str]) -> str:
    """The name of the chosen view; a page opens on the first. A link with another is named in one sentence."""
    return choose_button("view", "View", names, label_visibility="collapsed")


def choose_button(key: str, label: str, options: Iterable[str], start: str | None = None, **look: Any) -> str:
    """Buttons side by side, one of which is pressed: at first `start`, else the first."""
    allowed = Choice(tuple(options))
    first = allowed.options[0] if start is None else start
    chosen: str = st.segmented_control(
        label, allowed.options, default=first, required=True, **look, **bound(key, allowed)
    )
    return chosen


def choose_in_list(key: str, label: str, options: Iterable[str], start: str | None = None, **look: Any) -> str:
    """A list that unfolds, at first at `start`, else at the first."""
    allowed = Choice(tuple(options))
    place = 0 if start is None else allowed.options.index(start)
    chosen: str = st.selectbox(label, allowed.options, place, **look, **bound(key, allowed))
    return chosen


def choose_number(key: str, label: str, low: int, high: int, start: int, **look: Any) -> int:
    """A field for a whole number."""
    return int(st.number_input(label, low, high, start, **look, **bound(key, Range(int, low, high))))


def slide_number(key: str, label: str, low: int, high: int, start: int, **look: Any) -> int:
    """A slider over whole numbers."""
    return int(st.slider(label, low, high, start, **look, **bound(key, Range(int, low, high))))
