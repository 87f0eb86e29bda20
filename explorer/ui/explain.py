"""Behind each picture: the code that drew it and the formula it shows, one press away and never over the picture."""

import inspect
from collections.abc import Callable, Sequence
from textwrap import dedent
from typing import Any

import streamlit as st


def explain(
    *, formula: Sequence[tuple[str, str]] = (), code: Sequence[Callable[..., Any]] = (), key: str | None = None
) -> None:
    """What folds out below a picture; formula: pairs of LaTeX and a sentence, code: the functions that drew it."""
    with st.container(key=key, gap="small"):
        if formula:
            with st.expander("Show the formula", icon=":material/function:"):
                for latex, text in formula:
                    show_formula(latex, text)
        if code:
            with st.expander("Show the code", icon=":material/code:"):
                show_code(*code)


def show_formula(latex: str, text: str = "") -> None:
    """A formula, and a sentence that says what its letters mean."""
    st.latex(latex)
    st.markdown(text)


def show_code(*functions: Callable[..., Any]) -> None:
    """The source of functions or classes, each under the module it can be imported from."""
    for function in functions:
        plain = inspect.unwrap(function)
        st.caption(f"`{plain.__module__}`")
        st.code(dedent(inspect.getsource(plain)), language="python")
