"""The widgets of the sample that is followed, mostly of the test split: the next one of a class, or any by number."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.data import Dataset
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_number
from explorer.ui.query_params import parameter

NEXT_OF_CLASS = "next_of_class"


def choose_sample(of: Dataset, noun: str) -> int:
    """Both widgets, for a page that names its samples by a noun such as "picture"; returns the sample's number."""
    keep_within(of)
    go_on = partial(_go_on, of)
    st.pills(
        f"Next {noun} of class", of.class_names, key=NEXT_OF_CLASS, wrap=True, format_func=as_text, on_change=go_on
    )
    return sample_number(of, noun)


def sample_number(of: Dataset, noun: str) -> int:
    """The widget of the number alone."""
    keep_within(of)
    return choose_number("sample", f"{of.split.capitalize()} {noun}, by its number", 0, len(of) - 1, 0)


def keep_within(of: Dataset) -> None:
    """Let go of a number that a larger data set left."""
    key = parameter("sample").key
    if int(st.session_state.get(key) or 0) >= len(of):
        st.session_state[key] = 0


def _go_on(of: Dataset) -> None:
    """Move on to the next sample of the class that was pressed, round and round."""
    name, key = st.session_state[NEXT_OF_CLASS], parameter("sample").key
    st.session_state[NEXT_OF_CLASS] = None
    rows = np.flatnonzero(of.labels == of.class_names.index(name)) if name is not None else np.empty(0)
    later = rows[rows > st.session_state[key]]
    if len(rows):
        st.session_state[key] = int(later[0] if len(later) else rows[0])
