"""Data of your own: a file is dropped, its report is read, and its user keeps or discards it."""

import re
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.analysis.dataset_summary import pick_by_class
from explorer.data import free_name, keep_draft
from explorer.data.own import (
    Choices,
    Draft,
    Report,
    discard,
    kept_names,
    load_draft,
    read_draft,
    read_report,
    remove,
    report_lines,
)
from explorer.data.own.bounds import MAX_CLASSES, MAX_SAMPLES, MAX_SIDE, MIN_SAMPLES
from explorer.data.own.content import NO_LABEL, SCALINGS
from explorer.data.own.draft import PAGE_LIMITS
from explorer.errors import DatasetError
from explorer.figures import dataset as pictures
from explorer.permissions import require
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import kept_for_page, said_in_place, say_kept

FILE_AND_REPORT = (0.36, 0.64)
HEIGHT_PX = 330
N_SHOWN = {"images": 14, "vectors": 40}
MAX_DROPPED_MB = 200
LONGEST_NAME = 24
SIZES = ("", "16", "28", "32", "64", "128", "256")
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq")
SCALING_NAMES = {"range": "least 0, largest 1", "standard": "mean 0, standard deviation 1", "none": "as they are"}
LIMITS = (
    f"At most {MAX_DROPPED_MB} MB, {MIN_SAMPLES} to {MAX_SAMPLES:,} samples, {MAX_SIDE} × {MAX_SIDE} pixels, "
    f"{MAX_CLASSES} classes, and {PAGE_LIMITS.cpu_s:g} s of reading. `python -m explorer datasets add` reads larger "
    "ones."
)
FORMS = """
| file | samples | classes |
|---|---|---|
| zip of images | one image per file | folders; `train` and `test` divide |
| CSV, Parquet | one row of numbers; with a column of times, one day or week per sample | a column |
| NPZ, NPY, MATLAB, IDX | the largest array | the array of as many values |

The file is read in a process of its own and nothing in it is executed. A report and some samples come first; then you
keep the data set or discard it. A kept one can be chosen on every page that suits its samples.
"""
_READING, _REFUSED = "_own_reading", "_own_refused"


@dataclass(frozen=True)
class Reading:
    """What came of reading a file in one way: a draft, or the sentence that says why there is none."""

    file_id: str
    choices: Choices
    outcome: Draft | str
    columns: tuple[str, ...]


def own_data() -> None:
    """The file and how it is read on the left; the report, or what has been kept, on the right."""
    if not permissions().change_data:
        say_needs_key("change_data")
        return
    left, right = st.columns(FILE_AND_REPORT, gap="large")
    with left:
        file = st.file_uploader("A file of your own", max_upload_size=MAX_DROPPED_MB, key="own_file")
        st.caption(LIMITS)
        reading = None if file is None else _read(file, _choices(file))
    with right:
        if reading is None:
            _forget()
            _kept()
        elif isinstance(reading.outcome, str):
            st.error(as_text(reading.outcome), icon=":material/error:")
        else:
            _show(reading.outcome)


def _choices(file: UploadedFile) -> Choices:
    """How a file is to be read; columns can be chosen once it has been read."""
    ending, columns = Path(file.name).suffix.lower(), _columns(file)
    if ending == ".zip" and not columns:
        size = st.selectbox("Size of the images", SIZES, format_func=_size_name, key="own_size")
        has_classes = st.toggle("Folders are classes", value=True, key="own_folders")
        return Choices(label="" if has_classes else NO_LABEL, size=size)
    label = _column("Label", ("", NO_LABEL, *columns), "found by its name", "own_label")
    time, without = "", []
    if ending in TABLES:
        time = _column("Column of times", ("", *columns), "none: each row is a sample", "own_time")
        without = st.multiselect("Leave out", columns, format_func=as_text, placeholder="no column", key="own_without")
    shape = st.text_input("Shape of a sample", placeholder="as found; or 28x20, or vector", key="own_shape").strip()
    scaling = st.selectbox("Scaling", SCALINGS, format_func=lambda name: SCALING_NAMES[name], key="own_scaling")
    try:
        return Choices(label, time, tuple(without), shape, scaling=scaling)
    except DatasetError as error:
        st.error(as_text(error), icon=":material/error:")
        return Choices(label, time, tuple(without), scaling=scaling)


def _columns(file: UploadedFile) -> tuple[str, ...]:
    last: Reading | None = st.session_state.get(_READING)
    return last.columns if last is not None and last.file_id == file.file_id else ()


def _size_name(size: str) -> str:
    return f"{size} × {size}, cropped and scaled" if size else "as they are"


def _column(label: str, options: tuple[str, ...], unchosen: str, key: str) -> str:
    return str(st.selectbox(label, options, format_func=lambda name: as_text(name) or unchosen, key=key))


def _read(file: UploadedFile, choices: Choices) -> Reading:
    """Read a file once for each way of reading it; the draft of the way before goes."""
    last: Reading | None = st.session_state.get(_READING)
    if last is not None and (last.file_id, last.choices) == (file.file_id, choices):
        return last
    columns = _columns(file)
    _forget()
    outcome: Draft | str
    try:
        with st.spinner(f"Reading {as_text(file.name)} …"):
            outcome = read_draft(file.getvalue(), file.name, choices)
        columns = outcome.report.columns
    except DatasetError as error:
        outcome = str(error)
    st.session_state[_READING] = Reading(file.file_id, choices, outcome, columns)
    if columns:
        st.rerun()  # the columns can be chosen now
    return st.session_state[_READING]  # type: ignore[no-any-return]


def _forget() -> None:
    last: Reading | None = st.session_state.pop(_READING, None)
    if last is not None and isinstance(last.outcome, Draft):
        discard(last.outcome)


def _show(draft: Draft) -> None:
    """The report, some samples, and the decision."""
    st.markdown("\n".join(f"- {as_text(line)}" for line in report_lines(draft.report)))
    _decide(draft)
    with said_in_place():
        train = load_draft(draft)
        n_shown = N_SHOWN["vectors" if len(train.sample_shape) == 1 else "images"]
        figure = pictures.samples_figure(train, pick_by_class(train, n_shown, seed=0), HEIGHT_PX)
        show_figure(figure, "own-samples", "Some samples of each class of the file")


def _decide(draft: Draft) -> None:
    say_kept(_REFUSED)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", _suggested(draft.report), max_chars=32, width=260, key="own_name")
        st.button("Keep", type="primary", icon=":material/check:", on_click=_keep, args=(draft,), key="own_keep")
        st.button("Discard", icon=":material/delete:", on_click=_discard, key="own_discard")


def _suggested(report: Report) -> str:
    """A name that is free, from the file's."""
    words = re.findall(r"[a-z0-9]+", Path(report.file).stem.lower())
    return free_name("_".join(words).lstrip("0123456789_")[:LONGEST_NAME] or "my_data")


def _keep(draft: Draft) -> None:
    """Make the draft a data set and show its samples."""
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        source = keep_draft(draft, st.session_state["own_name"].strip())
        st.session_state.pop(_READING, None)
        st.session_state["view"], st.session_state["data"] = "Samples", source.name


def _discard() -> None:
    _forget()
    del st.session_state["own_file"]


def _kept() -> None:
    """What can be read, and the data sets that were kept, each with a way to remove it."""
    st.markdown(FORMS)
    for name in kept_names():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{as_text(name)}**: {as_text(_summary(name))}")
            with st.popover("Remove", icon=":material/delete:"):
                st.caption("The models that were trained on it stay.")
                st.button(f"Remove {name}", on_click=_remove, args=(name,), key=f"own_remove_{name}")


def _summary(name: str) -> str:
    try:
        return report_lines(read_report(name))[1]
    except DatasetError as error:
        return str(error)


def _remove(name: str) -> None:
    with kept_for_page(_REFUSED):
        require(permissions(), "change_data")
        remove(name)
