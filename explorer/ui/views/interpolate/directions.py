"""The view of directions that are found by themselves, walked from a sample, the one that changes most on top."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.directions import (
    CONTRAST,
    INDEPENDENT,
    METRIC_AXIS,
    Direction,
    Directions,
    changes,
    find_directions,
    independent_components,
    walk_along,
)
from explorer.errors import AnalysisError
from explorer.ui.figure import low_row
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.results import kept
from explorer.ui.views.interpolate.context import InterpolatedModel
from explorer.ui.views.interpolate.endpoints import as_class, choose_sample
from explorer.ui.views.interpolate.geometry import decoder_layers
from explorer.ui.views.interpolate.panels import InterpolationRow, below, show_ways

Array = NDArray[np.float32]
ALL, MOST_ROWS, N_STEPS, N_FRAMES, SEED = "all kinds", 5, 5, 25, 0
KINDS = {ALL: "", "JᵀJ": METRIC_AXIS, "class contrasts": CONTRAST, "independent components": INDEPENDENT}
CHANGE = (
    r"\mathbb{E}_z \sqrt{\delta^\top G(z)\, \delta}, \qquad G = J^\top J, \qquad \delta^\top \Sigma^{-1} \delta = 1"
)
CHANGE_WORDS = (
    "δ is a step of one standard deviation: Σ is the covariance of the training codes, J the decoder's Jacobian."
)


def directions(model: InterpolatedModel) -> None:
    """The directions that change the picture most, each a strip from two standard deviations below to two above."""
    with low_row():
        sample = choose_sample(model, "sample")
        kind = choose_in_list("found_by", "Found by", KINDS, width=210)
        model = as_class(model)
    key = ("directions", *model.key, model.label)
    found = kept(key, lambda: _find(model), doing="Differentiating the decoder …")
    chosen = of_kind(found.ranked, KINDS[kind])[:MOST_ROWS]
    if not chosen:
        raise AnalysisError("The training samples have one class, so that there are no contrasts; choose another kind.")
    rows = [_row(model, one, sample.code) for one in chosen]
    view = show_ways(model, rows, N_STEPS, None, "", f"{len(rows)} directions walked from {sample.title}")
    st.markdown(as_text(words(found, chosen)))
    below(model, view, [(CHANGE, CHANGE_WORDS)], [changes, independent_components])


def of_kind(ranked: Sequence[Direction], kind: str) -> list[Direction]:
    """The directions that were found in one way, or in any; by falling change."""
    return [one for one in ranked if kind in ("", one.kind)]


def _find(model: InterpolatedModel) -> Directions:
    codes = model.checkpoint.codes
    return find_directions(decoder_layers(model), codes.train, codes.train_labels, model.class_names, SEED)


def _row(model: InterpolatedModel, one: Direction, centre: Array) -> InterpolationRow:
    codes = walk_along(centre, one.step, N_FRAMES)
    return InterpolationRow(name_of(one), f"change {one.change.value:.2f}", "solid", model.decode(codes), codes)


def name_of(one: Direction) -> str:
    """A direction in words, such as 'axis of JᵀJ 1' or '4 against all'."""
    return one.title if one.kind == CONTRAST else f"{one.kind} {one.title}"


def words(found: Directions, chosen: Sequence[Direction]) -> str:
    """What the directions change beside those that are drawn by chance, and how both were measured."""
    listed = "; ".join(f"{name_of(one)} {one.change.text(2)}" for one in chosen)
    beyond = sum(one.change.low > found.null.high for one in found.ranked)
    return (
        f"How far the picture moves per standard deviation, Euclidean over its values: {listed}. Random directions: "
        f"{found.null.text(2)}; of all {len(found.ranked)} found the intervals of {beyond} lie above that range. Means "
        "over 300 training codes with 95 % intervals, for random directions the central 95 % of 100; each strip runs "
        "from two standard deviations below the sample's code to two above it. A direction nearly parallel to one "
        "above is left out."
    )
