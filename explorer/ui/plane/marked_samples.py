"""Samples whose codes lie within an outline: which they are, their files, and a data set in which they are a class."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.lasso import Mask, evenly
from explorer.data import Dataset, free_name, keep_draft
from explorer.data.own.marked import marked_draft
from explorer.errors import DatasetError
from explorer.export.samples import SAMPLE_FORMATS, TakenSamples
from explorer.figures.images import grey, mosaic_figure
from explorer.permissions import require
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.caches import cached_dataset
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.refusals import kept_for_page, say_kept

NAME = "marked_name"
_SAVED, _REFUSED = "_marked_saved", "_marked_refused"
SHEET_PX = 230
N_THUMBNAILS, N_COLUMNS = 36, 12


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


def splits_of(checkpoint: Checkpoint) -> tuple[Dataset, Dataset] | None:
    """The data that the codes were made of, None where they are missing or others."""
    try:
        test, train = samples_of_codes(checkpoint), cached_dataset(checkpoint.run.dataset)
    except DatasetError:
        return None
    return (train, test) if np.array_equal(train.labels, checkpoint.codes.train_labels) else None


def summary(marked: MarkedSamples) -> str:
    """How many are marked, and of which classes."""
    names, labels = marked.checkpoint.header.class_names, marked.checkpoint.codes.train_labels[marked.is_marked]
    counts = np.bincount(labels, minlength=len(names))
    classes = ", ".join(f"{names[label]}: {counts[label]:,}" for label in np.argsort(-counts) if counts[label])
    listed = f" ({classes})" if classes else ""
    return f"{len(marked.rows):,} of {len(marked.is_marked):,} training samples are marked{listed}."


def show_thumbnails(marked: MarkedSamples) -> None:
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


def show_marked_files(marked: MarkedSamples) -> None:
    """A button for each format of a file of the marked samples."""
    for ending in SAMPLE_FORMATS if len(marked.rows) else ():
        name = f"{marked.checkpoint.info.name}-marked.{ending}"
        st.download_button(
            ending.upper(), partial(_file, ending, marked), name, key=f"marked-{ending}", on_click="ignore"
        )


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


def save_as_class(marked: MarkedSamples, splits: tuple[Dataset, Dataset]) -> None:
    """A data set in which the marked samples are a class of their own."""
    if not permissions().change_data:
        say_needs_key("change_data")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the class", "marked", max_chars=24, width=200, key=NAME)
        st.button("Save as a data set of two classes", on_click=_save, args=(marked, splits), key="save_marked")
    say_kept(_REFUSED)
    if saved := st.session_state.get(_SAVED):
        dataset, name = saved
        st.success(as_text(f"The data set {dataset} has the classes others and {name}."), icon=":material/check:")
        query = {"data": dataset}
        st.page_link("pages/train.py", label="Train on it", icon=":material/model_training:", query_params=query)


def _save(marked: MarkedSamples, splits: tuple[Dataset, Dataset]) -> None:
    name = st.session_state[NAME].strip() or "marked"
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        draft = marked_draft(*splits, (marked.is_marked, marked.is_marked_test), name)
        st.session_state[_SAVED] = keep_draft(draft, free_name(f"{splits[0].name[:20]}_marked")).name, name
