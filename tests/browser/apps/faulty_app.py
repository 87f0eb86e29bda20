"""A page with the faults that ?fault= names; with `none` it has a sound figure and a sound component."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from explorer.ui.components.full_screen.component import full_screen_button

CANVAS = '<div class="faulty">\n<canvas width="40" height="40"></canvas></div>'
PAINT = """
export default ({ parentElement }) => {
  const context = parentElement.querySelector("canvas").getContext("2d");
  context.fillRect(5, 5, 9, 9);
};
"""
LEAVE_BLANK = "export default () => {\n};"
HIDE = "export default ({ parentElement }) => {\nparentElement.querySelector('div').style.display = 'none';\n};"
COMPLAIN = "export default () => {\nconsole.error('a planted complaint');\n};"
THROW = "export default () => {\nsetTimeout(() => { throw new Error('a planted exception'); });\n};"
ASK = "export default () => {\nfetch('http://192.0.2.1/').catch(() => {});\n};"


def component(name: str, js: str) -> None:
    st.components.v2.component(f"faulty_{name}", html=CANVAS, js=js)(key=f"faulty-{name}")


def fail() -> None:
    raise ZeroDivisionError


FAULTS: dict[str, Callable[[], object]] = {
    "none": lambda: st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))),
    "error": lambda: st.error("A planted sentence."),
    "no-traces": lambda: st.plotly_chart(go.Figure()),
    "no-marks": lambda: st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[None, None]))),
    "hidden-traces": lambda: st.plotly_chart(go.Figure(go.Scatter(x=[1], y=[3], visible="legendonly"))),
    "blank": lambda: component("blank", LEAVE_BLANK),
    "no-size": lambda: component("hidden", HIDE),
    "complaint": lambda: component("complaint", COMPLAIN),
    "thrown": lambda: component("thrown", THROW),
    "internet": lambda: component("internet", ASK),
    "pale": lambda: st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), {"font": {"color": "#eeeeee"}})),
    "picture": lambda: st.html("<img src='data:image/png;base64,AAAA' alt='torn'>"),
    "nothing": lambda: None,
    "exception": fail,
}


def show() -> None:
    """The page with the faults that the address asks for."""
    st.title("Faults")
    full_screen_button()
    faults = st.query_params["fault"].split(",")
    if faults != ["nothing"]:
        component("sound", PAINT)
    for fault in faults:
        FAULTS[fault]()
