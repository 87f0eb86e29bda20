"""The drawing that pages share: it stands in the link and goes along from page to page."""

import streamlit as st

from explorer.data.handwriting import Strokes, StrokesText, strokes_text
from explorer.models.fields import Choice
from explorer.ui.components.drawing_pad import drawing_pad
from explorer.ui.query_params import bound, read, write_text

INK = "ink"
TEST_SAMPLE, DRAWING = "test sample", "drawing"


def follows_drawing() -> bool:
    """The widget of what is followed: whether it is the drawing in place of a test sample."""
    sources = Choice((TEST_SAMPLE, DRAWING))
    chosen: str = st.segmented_control(
        "Follow",
        sources.options,
        default=TEST_SAMPLE,
        required=True,
        label_visibility="collapsed",
        **bound("follow", sources),
    )
    return chosen == DRAWING


def draw_here(key: str) -> Strokes | None:
    """A sheet with the drawing of the link; returns it as it is now, None for an empty sheet."""
    strokes: Strokes | None = read(INK, StrokesText())
    drawing_pad("" if strokes is None else strokes_text(strokes), key, on_ink=keep_ink)
    return strokes


def keep_ink(ink: str) -> None:
    """Write the strokes that the browser sent into the link; what are no strokes counts as an empty sheet."""
    try:
        StrokesText().parse(ink)
    except ValueError:
        ink = ""
    write_text(INK, ink or None)


def clear_drawing() -> None:
    """Take the drawing out of the link, and so off the sheet."""
    st.query_params.pop(INK, None)
