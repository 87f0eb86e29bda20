"""Keeping drawings with their labels: counted, taken away as files, or made a data set to train on."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.data import free_name, keep_draft
from explorer.data.handwriting import Strokes, strokes_text
from explorer.data.own.bounds import MIN_SAMPLES
from explorer.data.own.drawings import (
    Drawing,
    drawings_draft,
    drawn_images,
    forget_drawings,
    keep_drawing,
    kept_drawings,
)
from explorer.errors import DatasetError
from explorer.export.samples import SAMPLE_FORMATS, TakenSamples
from explorer.permissions import require
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.drawing import clear_drawing
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import kept_for_page, say_kept

_LABEL, _REFUSED, _MADE = "drawing_label", "_drawing_refused", "_drawing_made"
Shape = tuple[int, ...]


def keep_drawings(strokes: Strokes | None, shape: Shape, class_names: Sequence[str]) -> None:
    """The drawing's label and the button that keeps it; below, what has been kept so far."""
    if not permissions().change_data:
        say_needs_key("change_data")
        return
    say_kept(_REFUSED)
    try:
        drawings = kept_drawings()
    except DatasetError as error:
        st.error(as_text(error), icon=":material/error:")
        return
    if strokes is not None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = list(dict.fromkeys([*class_names, *(drawing.label for drawing in drawings)]))
            st.selectbox("It shows", names, key=_LABEL, width=110, accept_new_options=True)
            st.button("Keep", icon=":material/check:", on_click=_keep, args=(strokes,), key="keep_drawing")
    if drawings:
        with st.popover(f"{len(drawings):,} kept", icon=":material/collections_bookmark:"):
            _show_kept(drawings, shape)
    if made := st.session_state.get(_MADE):
        st.success(f"The drawings are the data set {as_text(made)}.", icon=":material/check:")
        st.page_link(
            "pages/train.py", label="Train on it", icon=":material/model_training:", query_params={"data": made}
        )


def _keep(strokes: Strokes) -> None:
    """Keep the drawing and clear the sheet for the next."""
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        keep_drawing(Drawing(str(st.session_state[_LABEL] or ""), strokes))
        clear_drawing()


def _show_kept(drawings: Sequence[Drawing], shape: Shape) -> None:
    counts = Counter(drawing.label for drawing in drawings)
    st.markdown(as_text(", ".join(f"{name}: {counts[name]:,}" for name in sorted(counts))))
    for ending in SAMPLE_FORMATS:
        make = partial(_file, ending, drawings, shape)
        st.download_button(ending.upper(), make, f"drawings.{ending}", key=f"drawings-{ending}", on_click="ignore")
    missing = MIN_SAMPLES - len(drawings)
    if missing > 0:
        st.caption(f"{missing} more, and they can be a data set, which needs {MIN_SAMPLES}.")
    else:
        st.text_input("Name of the data set", free_name("drawings"), max_chars=32, key="drawings_name")
        st.button("Make a data set", on_click=_make, args=(drawings, shape), key="make_drawings")
    st.button("Forget all drawings", icon=":material/delete:", on_click=_forget, key="forget_drawings")


def _file(ending: str, drawings: Sequence[Drawing], shape: Shape) -> bytes:
    return SAMPLE_FORMATS[ending](taken_drawings(drawings, shape))


def taken_drawings(drawings: Sequence[Drawing], shape: Shape) -> TakenSamples:
    """Drawings with their strokes as text, and as images of a shape."""
    ink = tuple(strokes_text(drawing.strokes) for drawing in drawings)
    labels = tuple(drawing.label for drawing in drawings)
    numbers = np.arange(len(drawings))
    return TakenSamples(labels, {"drawing": numbers, "ink": ink}, {"pixel": drawn_images(drawings, shape)})


def _make(drawings: Sequence[Drawing], shape: Shape) -> None:
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        draft = drawings_draft(drawings, shape)
        st.session_state[_MADE] = keep_draft(draft, st.session_state["drawings_name"].strip()).name


def _forget() -> None:
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        forget_drawings()
