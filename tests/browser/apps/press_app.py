"""A page with three buttons, one of them in a part that runs by a timer; the last one's label says how often."""

import time

import streamlit as st

EVERY_S, SLOW_S = 30.0, 0.02


def count(name: str) -> None:
    time.sleep(SLOW_S)
    st.session_state[name] = st.session_state.get(name, 0) + 1


def show() -> None:
    """The page."""
    st.button("Outside", on_click=count, args=("outside",))
    st.fragment(inside, run_every=EVERY_S)()
    time.sleep(SLOW_S)
    if st.button("Below"):
        count("below")
    counts = (f"{st.session_state.get(name, 0)} {name}" for name in ("outside", "below", "inside"))
    st.button(", ".join(counts), key="said")


def inside() -> None:
    """The part with a timer."""
    st.button("Inside", on_click=count, args=("inside",))
