"""Marking samples by an outline in one plane: the same samples stand out in the planes of all models."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.analysis.lasso import Mask, inside
from explorer.analysis.latent_plane import Array
from explorer.figures.lasso import lasso_figure
from explorer.store import Checkpoint, CheckpointInfo
from explorer.ui.caches import checkpoint_of
from explorer.ui.figure import show_lasso
from explorer.ui.foreign_text import as_text
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.plane.marked_samples import (
    MarkedSamples,
    save_as_class,
    show_marked_files,
    show_thumbnails,
    splits_of,
    summary,
)
from explorer.ui.plane.outline import keep_outline, outline_version, read_outline
from explorer.ui.query_params import write
from explorer.ui.unfolding import panel

MARKING = "marking_in_all"
KEYS = tuple(f"lasso_{place}" for place in (1, 2, 3))
PLANE_PX = 400


def mark_in_all(infos: list[CheckpointInfo]) -> None:
    """The planes with an outline to draw in any of them, folded away until asked for; a link that has one opens it."""
    label, is_linked = "Mark samples by an outline, in all planes", bool(set(KEYS) & set(st.query_params))
    panel(label, ":material/lasso_select:", MARKING, partial(_show, infos), opens=is_linked)


def _show(infos: list[CheckpointInfo]) -> None:
    checkpoints = [checkpoint_of(info) for info in infos]
    if not have_same_samples(checkpoints):
        st.info("These models have codes of different samples, so a mark in one plane has no counterpart in another.")
        return
    planes = [scene_of(info, link="compare").plane for info in infos]
    points = [plane.project(one.codes.train) for plane, one in zip(planes, checkpoints, strict=True)]
    outlines = [read_outline(key) for key in KEYS[: len(infos)]]
    is_marked = marked(points, outlines)
    for place, (column, info) in enumerate(zip(st.columns(len(infos)), infos, strict=True)):
        with column:
            st.markdown(f"**{as_text(info.name)}**")
            labels = checkpoints[place].codes.train_labels
            figure = lasso_figure(points[place], labels, is_marked, outlines[place], planes[place].labels, PLANE_PX)
            name = f"{KEYS[place]}-{'-'.join(outline_version(key) for key in KEYS)}"
            alt = f"Training codes of {info.name}, to be marked by an outline"
            show_lasso(figure, name, alt, partial(_keep_alone, KEYS[place]))
    drawn_in = next((place for place, outline in enumerate(outlines) if outline is not None), None)
    if drawn_in is None:
        st.markdown("Draw an outline around codes in any plane: the same samples stand out in the others.")
        return
    checkpoint, outline = checkpoints[drawn_in], outlines[drawn_in]
    is_marked_test = marked([planes[drawn_in].project(checkpoint.codes.test)], [outline])
    _show_marked(MarkedSamples(checkpoint, is_marked, is_marked_test, splits_of(checkpoint)))


def _show_marked(found: MarkedSamples) -> None:
    """The marked samples, their files with codes of the model whose plane has the outline, and their class."""
    st.markdown(as_text(f"{summary(found)} They stand out in every plane."))
    show_thumbnails(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Clear the outline", icon=":material/ink_eraser:", on_click=_clear, key="clear_marks")
        show_marked_files(found)
    if found.splits is not None:
        save_as_class(found, found.splits)


def have_same_samples(checkpoints: list[Checkpoint]) -> bool:
    """Whether the rows of all models' training codes are the same samples of one data set."""
    first, *others = checkpoints
    return all(
        one.header.data_fingerprint == first.header.data_fingerprint
        and np.array_equal(one.codes.train_labels, first.codes.train_labels)
        for one in others
    )


def marked(points: list[Array], outlines: list[Array | None]) -> Mask:
    """Which samples lie within the outline, in the plane (N, 2) that it was drawn in; none without an outline."""
    for of_plane, outline in zip(points, outlines, strict=True):
        if outline is not None:
            return inside(of_plane, outline)
    return np.zeros(len(points[0]), np.bool_)


def _keep_alone(key: str, corners: list[tuple[float, float]]) -> None:
    """Keep an outline in the plane of a key, in the place of those in others."""
    _clear()
    keep_outline(corners, key)


def _clear() -> None:
    for key in KEYS:
        write(key, None)
