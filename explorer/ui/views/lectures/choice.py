"""Choosing a lecture by its title; the link holds its file's name."""

from collections.abc import Mapping

import streamlit as st

from explorer.lectures import Lecture
from explorer.models.fields import Choice
from explorer.ui.query_params import keep_choice, take_choice

WIDTH_PX = 460


def choose_lecture(lectures: Mapping[str, Lecture]) -> str:
    """The widget of the lecture; returns its name."""
    names = tuple(lectures)
    take_choice("lecture", Choice(names), names[0])
    chosen: str = st.selectbox(
        "Lecture",
        names,
        names.index(st.session_state["lecture"]),
        format_func=lambda name: _shown(lectures, name),
        key="lecture",
        width=WIDTH_PX,
        label_visibility="collapsed",
    )
    keep_choice("lecture", "")
    return chosen


def _shown(lectures: Mapping[str, Lecture], name: str) -> str:
    """A title, with the file's name where two lectures have the same."""
    title = lectures[name].title
    return title if [each.title for each in lectures.values()].count(title) == 1 else f"{title} · {name}"
