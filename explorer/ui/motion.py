"""Whether the user's system asks for reduced motion."""

import streamlit as st

_ask = st.components.v2.component(
    "reduced_motion",
    html="<span hidden></span>",
    js="""
export default ({ setStateValue }) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) setStateValue("reduced", true)
}
""",
)


def reduced_motion() -> bool:
    """Asked of the browser once a page; False until it has answered."""
    state = _ask(key="reduced_motion", on_reduced_change=lambda: None, height="content")
    return bool(state.get("reduced", False))
