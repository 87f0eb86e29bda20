"""A page with two buttons, one of them in a part that runs by a timer; the third one's label says how often."""

import streamlit as st

from explorer.ui.presses import make_presses_count

EVERY_S = 30.0


def count(name: str) -> None:
    st.session_state[name] = st.session_state.get(name, 0) + 1


def show() -> None:
    """The page."""
    make_presses_count()
    st.button("Outside", on_click=count, args=("outside",))
    st.fragment(inside, run_every=EVERY_S)()
    st.button(f"{st.session_state.get('outside', 0)} outside, {st.session_state.get('inside', 0)} inside", key="said")


def inside() -> None:
    """The part with a timer."""
    st.button("Inside", on_click=count, args=("inside",))
