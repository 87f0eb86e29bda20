"""Widgets of words or of one whole number, which stand in the link under the widget's key.

look: whatever else the widget of Streamlit takes, such as its width.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from explorer.models.fields import Choice, Range
from explorer.ui.foreign_text import as_text
from explorer.ui.query_params import bound, keep_choice, parameter, take_choice


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


def choose_classes(class_names: Sequence[str], start: Sequence[str], *, wrap: bool | None = None) -> list[str]:
    """Pills of which any number is pressed, at first those of `start`; classes of another data set are let go."""
    key = parameter("classes").key
    if key in st.session_state:
        st.session_state[key] = [name for name in st.session_state[key] if name in class_names]
    take_choice(key, Choice(tuple(class_names)), list(start))
    chosen: list[str] = st.pills(
        "Classes", class_names, selection_mode="multi", default=st.session_state[key], format_func=as_text, key=key,
        wrap=wrap,
    )  # fmt: skip
    keep_choice(key, list(start))
    return chosen


def choose_number(key: str, label: str, low: int, high: int, start: int, **look: Any) -> int:
    """A field for a whole number."""
    return int(st.number_input(label, low, high, start, **look, **bound(key, Range(int, low, high))))


def slide_number(key: str, label: str, low: int, high: int, start: int, **look: Any) -> int:
    """A slider over whole numbers."""
    return int(st.slider(label, low, high, start, **look, **bound(key, Range(int, low, high))))
