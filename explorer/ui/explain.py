"""Behind each picture: the code that drew it and the formula it shows, one press away and never over the picture."""

import ast
import inspect
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from textwrap import dedent
from threading import Lock
from typing import Any

import streamlit as st

from explorer.figures.theme import EPSILON, MU, SIGMA, Z

# Standing alone, neither within a command's name nor within a word; a σ is a posterior's only beside its μ.
_LETTERS = {r"\\mu": MU, r"\\sigma": SIGMA, r"\\varepsilon": EPSILON, r"(?<![A-Za-z\\])z": Z}
_READING = Lock()

# A test that reads pages looks at their code too.
unfolds_code = False

# A function or class, or 'module:name' of one whose module need not be imported for it, as PyTorch takes a second.
Code = Callable[..., Any] | str


def explain(*, formula: Sequence[tuple[str, str]] = (), code: Sequence[Code] = (), key: str | None = None) -> None:
    """What folds out below a picture; formula: pairs of LaTeX and a sentence, code: what computes and draws it."""
    with st.container(key=key, gap="small"):
        if formula:
            with st.expander("Show the formula", icon=":material/function:"):
                for latex, text in formula:
                    show_formula(latex, text)
        if code:
            st.fragment(_fold_out_code)(*code)


def _fold_out_code(*functions: Code) -> None:
    """Code that is sent when it is unfolded: what colours it takes a browser a third of the time of a page."""
    key = "code_" + "_".join(function if isinstance(function, str) else function.__name__ for function in functions)
    panel = st.expander("Show the code", unfolds_code, icon=":material/code:", key=key, on_change="rerun")
    if panel.open:
        with panel:
            show_code(*functions)


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


def show_code(*functions: Code) -> None:
    """The source of functions or classes, each under the module it can be imported from."""
    for function in functions:
        module, source = source_of(function)
        st.caption(f"`{module}`")
        st.code(source, language="python")


def source_of(code: Code) -> tuple[str, str]:
    """Module and source of a function or class; one at a time, as Python 3.11 may fail where two threads parse."""
    with _READING:
        return _read(code)


@cache
def _read(code: Code) -> tuple[str, str]:
    """Module and source of a function or class as they were when first asked for."""
    return _found(code) if isinstance(code, str) else _imported(code)


def _imported(function: Callable[..., Any]) -> tuple[str, str]:
    """Module and source of a function or class."""
    plain = inspect.unwrap(function)
    return plain.__module__, dedent(inspect.getsource(plain))


def _found(place: str) -> tuple[str, str]:
    """Module and source of what stands at 'module:name' or 'module:class.name', read without an import."""
    module, _, names = place.partition(":")
    loader: Any = getattr(find_spec(module), "loader", None)
    text = str(loader.get_source(module))
    node: Any = ast.parse(text)
    for name in names.split("."):
        node = next(one for one in node.body if getattr(one, "name", None) == name)
    return module, dedent("\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]))
