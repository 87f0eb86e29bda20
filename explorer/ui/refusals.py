"""Why something could not be done, in one sentence: said in place, in passing, or by the page after a press."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.foreign_text import as_text


@contextmanager
def said_in_place(about: str = "") -> Iterator[None]:
    """An ExplorerError ends what stands within, and its sentence takes the place; about: what it is of."""
    try:
        yield
    except ExplorerError as error:
        st.error(as_text(f"{about}: {error}" if about else error), icon=":material/error:")


@contextmanager
def said_in_passing() -> Iterator[None]:
    """Of a press, whose refusal stands on the page for a moment."""
    try:
        yield
    except ExplorerError as error:
        st.toast(as_text(error), icon=":material/error:")


@contextmanager
def kept_for_page(key: str) -> Iterator[None]:
    """Of a press, whose refusal the page says by `say_kept` where the press was."""
    try:
        yield
    except ExplorerError as error:
        st.session_state[key] = str(error)


def say_kept(key: str) -> None:
    """Say once why the press before was refused, if it was."""
    if refused := st.session_state.pop(key, ""):
        st.error(as_text(refused), icon=":material/error:")
