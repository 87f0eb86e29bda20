"""Marking samples by an outline around their codes: which they are, the direction to them, and their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.interpolation import STRENGTHS, Attribute, attribute, attribute_path
from explorer.analysis.lasso import Mask, evenly, inside
from explorer.analysis.latent_plane import Array, Plane
from explorer.data import DATASET_NAMES, Dataset, keep_draft
from explorer.data.own import kept_names
from explorer.data.own.marked import marked_draft
from explorer.errors import AnalysisError, DatasetError, ExplorerError
from explorer.export.samples import SAMPLE_FORMATS, TakenSamples
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.lasso import lasso_figure
from explorer.permissions import require
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure, show_lasso
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.plane.outline import LASSO, keep_outline, outline_version, read_outline
from explorer.ui.query_params import write

MARKING = "marking"
NAME = "marked_name"
_SAID = "_marked_said"
PLANE_AND_MARKED = (0.5, 0.5)
PLANE_PX, SHEET_PX, STRIP_PX = 460, 230, 150
N_THUMBNAILS, N_COLUMNS, N_STRENGTHS = 36, 12, 7
MEAN_DIFFERENCE = r"v = \frac{1}{|M|} \sum_{n \in M} z_n - \frac{1}{N - |M|} \sum_{n \notin M} z_n"
MEAN_DIFFERENCE_WORDS = (
    "The mean code of the marked samples M minus the mean code of the others; for smiling faces it is called a smile "
    "vector. Strength 0 decodes the mean of the others, strength 1 the mean of the marked samples."
)


@dataclass(frozen=True, eq=False)
class MarkedSamples:
    """The training samples of a checkpoint whose codes lie within an outline; splits: None where data are missing."""

    checkpoint: Checkpoint
    is_marked: Mask
    is_marked_test: Mask
    splits: tuple[Dataset, Dataset] | None

    @property
    def rows(self) -> NDArray[np.int64]:
        """The numbers of the marked training samples."""
        return np.flatnonzero(self.is_marked)


def mark_samples(checkpoint: Checkpoint, plane: Plane) -> None:
    """The plane with an outline to draw, folded away until it is asked for; a link that has one opens it."""
    st.session_state.setdefault(MARKING, LASSO in st.query_params)
    panel = st.expander("Mark samples by an outline", icon=":material/lasso_select:", key=MARKING, on_change="rerun")
    if panel.open:
        with panel:
            _show(checkpoint, plane)


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
        _show_marked(MarkedSamples(checkpoint, is_marked, is_marked_test, _splits(checkpoint)))


def _splits(checkpoint: Checkpoint) -> tuple[Dataset, Dataset] | None:
    """The data that the codes were made of, None where they are missing or others."""
    try:
        test, train = samples_of_codes(checkpoint), cached_dataset(checkpoint.run.dataset)
    except DatasetError:
        return None
    return (train, test) if np.array_equal(train.labels, checkpoint.codes.train_labels) else None


def _show_marked(marked: MarkedSamples) -> None:
    st.markdown(as_text(summary(marked)))
    _thumbnails(marked)
    try:
        _show_direction(marked)
    except AnalysisError as error:
        st.info(as_text(error), icon=":material/straighten:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Clear the outline", icon=":material/ink_eraser:", on_click=write, args=(LASSO, None))
        for ending in SAMPLE_FORMATS if len(marked.rows) else ():
            name = f"{marked.checkpoint.info.name}-marked.{ending}"
            st.download_button(
                ending.upper(), partial(_file, ending, marked), name, key=f"marked-{ending}", on_click="ignore"
            )
    if marked.splits is not None:
        _save_as_class(marked, marked.splits)


def summary(marked: MarkedSamples) -> str:
    """How many are marked, and of which classes."""
    names, labels = marked.checkpoint.header.class_names, marked.checkpoint.codes.train_labels[marked.is_marked]
    counts = np.bincount(labels, minlength=len(names))
    classes = ", ".join(f"{names[label]}: {counts[label]:,}" for label in np.argsort(-counts) if counts[label])
    listed = f" ({classes})" if classes else ""
    return f"{len(marked.rows):,} of {len(marked.is_marked):,} training samples are marked{listed}."


def _thumbnails(marked: MarkedSamples) -> None:
    """Some of the marked samples, evenly among them."""
    if marked.splits is None:
        st.caption(f"To show their pictures, the data set {as_text(marked.checkpoint.run.dataset)} is needed.")
        return
    shape = image_shape(marked.checkpoint.header.sample_shape)
    if shape is None or not len(marked.rows):
        return
    shown = marked.rows[evenly(len(marked.rows), N_THUMBNAILS)]
    tiles = grey(marked.splits[0].pixels(shown).reshape(-1, *shape))
    alt = f"{len(shown)} of the marked training samples"
    show_figure(mosaic_figure(tiles, [], N_COLUMNS, height=SHEET_PX), "marked", alt)


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


def _file(ending: str, marked: MarkedSamples) -> bytes:
    return SAMPLE_FORMATS[ending](taken_samples(marked))


def taken_samples(marked: MarkedSamples) -> TakenSamples:
    """The marked training samples with their numbers, classes and codes, and values where the data are at hand."""
    codes, rows = marked.checkpoint.codes, marked.rows
    classes = tuple(marked.checkpoint.header.class_names[label] for label in codes.train_labels[rows])
    arrays: dict[str, NDArray[np.uint8] | NDArray[np.float32]] = {"z": codes.train[rows]}
    if marked.splits is not None:
        arrays["x"] = marked.splits[0].samples[rows]
    return TakenSamples(classes, {"sample": rows}, arrays)


def _save_as_class(marked: MarkedSamples, splits: tuple[Dataset, Dataset]) -> None:
    """A data set in which the marked samples are a class of their own."""
    if not permissions().change_data:
        say_needs_key("change_data")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the class", "marked", max_chars=24, width=200, key=NAME)
        st.button("Save as a data set of two classes", on_click=_save, args=(marked, splits), key="save_marked")
    if said := st.session_state.pop(_SAID, None):
        (st.success if said[0] else st.error)(as_text(said[1]))


def _save(marked: MarkedSamples, splits: tuple[Dataset, Dataset]) -> None:
    name = st.session_state[NAME].strip() or "marked"
    try:
        require(permissions(), "change_data")
        draft = marked_draft(*splits, (marked.is_marked, marked.is_marked_test), name)
        kept = keep_draft(draft, _free_name(splits[0].name)).name
        said = (True, f"The data set {kept} has the classes others and {name}; train on it on the Train page.")
    except ExplorerError as error:
        said = (False, str(error))
    st.session_state[_SAID] = said


def _free_name(dataset: str) -> str:
    taken: Sequence[str] = (*DATASET_NAMES, *kept_names())
    stem = f"{dataset[:20]}_marked"
    return next(name for name in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if name not in taken)
