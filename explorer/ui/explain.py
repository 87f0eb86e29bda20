"""Behind each picture: the code that drew it and the formula it shows, one press away and never over the picture."""

import inspect
import re
from collections.abc import Callable, Sequence
from textwrap import dedent
from typing import Any

import streamlit as st

from explorer.figures.theme import EPSILON, MU, SIGMA, Z

# Standing alone, neither within a command's name nor within a word; a σ is a posterior's only beside its μ.
_LETTERS = {r"\\mu": MU, r"\\sigma": SIGMA, r"\\varepsilon": EPSILON, r"(?<![A-Za-z\\])z": Z}


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
    st.latex(in_concept_colours(latex))
    st.markdown(text)


def in_concept_colours(latex: str) -> str:
    """A formula whose μ, σ, ε and z have the colours that these concepts have in figures."""
    has_mean = re.search(r"\\mu(?![A-Za-z])", latex) is not None
    for letter, colour in _LETTERS.items():
        if has_mean or colour not in (MU, SIGMA):
            latex = re.sub(rf"({letter})(?![A-Za-z])", rf"{{\\textcolor{{{colour}}}{{\1}}}}", latex)
    return latex


def show_code(*functions: Callable[..., Any]) -> None:
    """The source of functions or classes, each under the module it can be imported from."""
    for function in functions:
        plain = inspect.unwrap(function)
        st.caption(f"`{plain.__module__}`")
        st.code(dedent(inspect.getsource(plain)), language="python")
