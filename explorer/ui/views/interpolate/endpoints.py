"""Where walks start and end: test samples by class and number, or points that are clicked on the plane."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.models import ConditionalModel
from explorer.ui.linked_widgets import choose_in_list, choose_number
from explorer.ui.query_params import Vector, read, write
from explorer.ui.views.interpolate.context import InterpolatedModel

Array = NDArray[np.float32]
# The key of each end's test sample, with the key of the point that takes its place.
POINTS = {"from": "start", "to": "end"}
TITLES = {"from": "From", "to": "To", "sample": "Sample"}
# The class of the sample that each end has when the page opens.
FIRST_CLASSES = {"from": 0, "to": 1, "sample": 3}
# The sample that is moved along attributes, axes and directions.
MOVED = "sample"
NEXT = "walk_next"
A_POINT = "a point"


@dataclass(frozen=True, eq=False)
class End:
    """One end of a walk; code: (K,), image: the sample itself (D,) where it is one and at hand, title: in words."""

    code: Array
    image: Array | None
    title: str


def choose_sample(model: InterpolatedModel, key: str) -> End:
    """A test sample by its class and number, unless the link pins a point in its place."""
    point = read(POINTS[key], Vector(model.checkpoint.model.latent_dim)) if key in POINTS else None
    row = _sample_widgets(model, key, is_point=point is not None)
    if point is not None:
        return End(np.array(point, np.float32), None, f"the point ({', '.join(f'{value:.3g}' for value in point[:4])})")
    name = model.class_names[int(model.checkpoint.codes.test_labels[row])]
    image = None if model.test is None else model.test.pixels(np.array([row]))[0]
    return End(model.checkpoint.codes.test[row], image, f"test sample {row}, class {name}")


def _sample_widgets(model: InterpolatedModel, key: str, *, is_point: bool) -> int:
    last = model.n_test - 1
    if st.session_state.get(key, 0) > last:
        del st.session_state[key]
    place_of_class = st.container(width=120)
    row = choose_number(key, "Test sample", 0, last, _first_sample(model, key), width=135, disabled=is_point)
    labels, names, class_key = model.checkpoint.codes.test_labels, model.class_names, f"walk_class_{key}"
    st.session_state[class_key] = A_POINT if is_point else names[int(labels[row])]
    choose = partial(_take_class, key, names, labels)
    with place_of_class:
        options = (A_POINT, *names) if is_point else names
        st.selectbox(f"{TITLES[key]} class", options, key=class_key, on_change=choose)
    return row


def _first_sample(model: InterpolatedModel, key: str) -> int:
    """The first of its class; of what is moved the one nearest to its class's mean code."""
    codes = model.checkpoint.codes
    rows = np.flatnonzero(codes.test_labels == min(FIRST_CLASSES[key], len(model.class_names) - 1))
    if not len(rows) or key != MOVED:
        return int(rows[0]) if len(rows) else 0
    return int(rows[np.linalg.norm(codes.test[rows] - codes.test[rows].mean(axis=0), axis=1).argmin()])


def _take_class(key: str, names: Sequence[str], labels: NDArray[np.int64]) -> None:
    """Go to the first test sample of the class that was chosen; a point gives way to it."""
    name = st.session_state[f"walk_class_{key}"]
    rows = np.flatnonzero(labels == names.index(name)) if name in names else np.empty(0)
    if len(rows):
        st.session_state[key] = int(rows[0])
    if key in POINTS:
        write(POINTS[key], None)


def as_class(model: InterpolatedModel) -> InterpolatedModel:
    """A conditional model is told one class for the whole way; any other model is as it is."""
    if not isinstance(model.checkpoint.model, ConditionalModel):
        return model
    names = model.class_names
    return replace(model, label=names.index(choose_in_list("told", "Class given", names, width=120)))


def keep_click(model: InterpolatedModel, place: tuple[float, float]) -> None:
    """The first click on the plane is the start, the next one the end, and so on."""
    key = next_end()
    write(POINTS[key], model.plane.lift(np.array([place], np.float32))[0].tolist())
    st.session_state[NEXT] = "to" if key == "from" else "from"


def next_end() -> str:
    """Which end the next click on the plane takes."""
    return str(st.session_state.get(NEXT, "from"))


def forget_points() -> None:
    """Points mean nothing in another model's plane."""
    for key in POINTS.values():
        write(key, None)
