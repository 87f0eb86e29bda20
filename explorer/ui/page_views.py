"""The views of a page, chosen in the row of its title and kept in its link."""

from collections.abc import Iterable

import streamlit as st

from explorer.models.fields import Choice
from explorer.ui.query_params import bound


def choose_view(names: Iterable[str]) -> str:
    """The name of the chosen view; a page opens on the first. A link with another is named in one sentence."""
    views = Choice(tuple(names))
    chosen: str = st.segmented_control(
        "View",
        views.options,
        default=views.options[0],
        required=True,
        label_visibility="collapsed",
        **bound("view", views),
    )
    return chosen
