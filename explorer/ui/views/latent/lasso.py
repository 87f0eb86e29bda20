"""Marking samples by an outline around their codes: which they are, the direction to them, and their files."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.analysis.interpolation import STRENGTHS, Attribute, attribute, attribute_path
from explorer.analysis.lasso import inside
from explorer.analysis.latent_plane import Array, Plane
from explorer.errors import AnalysisError
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.lasso import lasso_figure
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure, show_lasso
from explorer.ui.foreign_text import as_text
from explorer.ui.plane.marked_samples import (
    MarkedSamples,
    save_as_class,
    show_marked_files,
    show_thumbnails,
    splits_of,
    summary,
)
from explorer.ui.plane.outline import LASSO, keep_outline, outline_version, read_outline
from explorer.ui.query_params import write
from explorer.ui.unfolding import panel

MARKING = "marking"
PLANE_AND_MARKED = (0.5, 0.5)
PLANE_PX, STRIP_PX = 460, 150
N_STRENGTHS = 7
MEAN_DIFFERENCE = r"v = \frac{1}{|M|} \sum_{n \in M} z_n - \frac{1}{N - |M|} \sum_{n \notin M} z_n"
MEAN_DIFFERENCE_WORDS = (
    "The mean code of the marked samples M minus the mean code of the others; for smiling faces it is called a smile "
    "vector. Strength 0 decodes the mean of the others, strength 1 the mean of the marked samples."
)


def mark_samples(checkpoint: Checkpoint, plane: Plane) -> None:
    """The plane with an outline to draw, folded away until it is asked for; a link that has one opens it."""
    is_linked, show = LASSO in st.query_params, partial(_show, checkpoint, plane)
    panel("Mark samples by an outline", ":material/lasso_select:", MARKING, show, opens=is_linked)


def _show(checkpoint: Checkpoint, plane: Plane) -> None:
    points, outline = plane.project(checkpoint.codes.train), read_outline()
    none = np.zeros(len(points), bool)
    is_marked = none if outline is None else inside(points, outline)
    left, right = st.columns(PLANE_AND_MARKED, gap="large")
    with left:
        figure = lasso_figure(points, checkpoint.codes.train_labels, is_marked, outline, plane.labels, PLANE_PX)
        alt = "Training codes in the plane, to be marked by an outline"
        show_lasso(figure, f"lasso-{outline_version()}", alt, keep_outline)
    with right:
        if outline is None:
            st.info("Draw an outline around codes in the plane on the left.", icon=":material/lasso_select:")
            return
        is_marked_test = inside(plane.project(checkpoint.codes.test), outline)
        _show_marked(MarkedSamples(checkpoint, is_marked, is_marked_test, splits_of(checkpoint)))


def _show_marked(marked: MarkedSamples) -> None:
    st.markdown(as_text(summary(marked)))
    show_thumbnails(marked)
    try:
        _show_direction(marked)
    except AnalysisError as error:
        st.info(as_text(error), icon=":material/straighten:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Clear the outline", icon=":material/ink_eraser:", on_click=write, args=(LASSO, None))
        show_marked_files(marked)
    if marked.splits is not None:
        save_as_class(marked, marked.splits)


def direction_of(marked: MarkedSamples) -> Attribute:
    """The mean code of the marked samples minus that of the others; raises AnalysisError for too few of either."""
    codes, names = marked.checkpoint.codes.train, ("of the others", "of the marked")
    return attribute(codes, marked.is_marked.astype(np.int64), 1, 0, names)


def decoded_along(marked: MarkedSamples, n: int) -> Array:
    """What n strengths of the direction decode to, from the others' mean code, (n, D)."""
    direction = direction_of(marked).direction
    start = marked.checkpoint.codes.train[~marked.is_marked].mean(axis=0, dtype=np.float64).astype(np.float32)
    path = attribute_path(start, direction, n)
    most_frequent = np.bincount(marked.checkpoint.codes.train_labels[marked.is_marked]).argmax()
    return decoded(marked.checkpoint.model, path, np.full(n, most_frequent, np.int64))


def _show_direction(marked: MarkedSamples) -> None:
    shape = image_shape(marked.checkpoint.header.sample_shape)
    if shape is None:
        return
    tiles = grey(decoded_along(marked, N_STRENGTHS).reshape(-1, *shape))
    labels = [f"{strength:g}".replace("-", "−") for strength in np.linspace(*STRENGTHS, N_STRENGTHS)]
    alt = "Decoded from the mean code of the others to that of the marked samples, and beyond"
    show_figure(mosaic_figure(tiles, labels, N_STRENGTHS, height=STRIP_PX), "marked-direction", alt)
    st.caption("Decoded along the direction: strength 0 is the mean code of the others, 1 that of the marked samples.")
    explain(formula=[(MEAN_DIFFERENCE, MEAN_DIFFERENCE_WORDS)], code=[inside, attribute], key="marked-explained")
