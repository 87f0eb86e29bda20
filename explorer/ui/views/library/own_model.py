"""A model of your own: files are dropped, a report is read, and their user keeps the model or drops other files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.errors import ExplorerError
from explorer.jobs.foreign import (
    ENDINGS,
    MAX_FILE_BYTES,
    ForeignDraft,
    fitting_datasets,
    keep_foreign,
    read_foreign,
    report_lines,
)
from explorer.models.foreign_spec import shape_of_text
from explorer.permissions import require
from explorer.ui.access import permissions
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import said_in_place
from explorer.ui.unfolding import panel
from explorer.ui.views.library.table import SELECTED

FILES_AND_REPORT = (0.36, 0.64)
PANEL = "own_model_panel"
LIMITS = (
    "One ONNX file, or a decoder's and an encoder's; or weights (.safetensors, or of torch.save) in a known layout or "
    f"with a JSON file that names their layers. At most {MAX_FILE_BYTES // 10**6} MB each. They are read in processes "
    "of their own, and nothing in them is executed."
)
_READING, _SAID, _ROUND = "_own_model_reading", "_own_model_said", "_own_model_round"


@dataclass(frozen=True)
class Reading:
    """What came of reading files in one way: a draft, or the sentence that says why there is none."""

    file_ids: tuple[str, ...]
    shape: str
    outcome: ForeignDraft | str


def own_model() -> None:
    """Files on the left, the report on the right, folded away until asked for."""
    if said := st.session_state.pop(_SAID, ""):
        st.success(as_text(said), icon=":material/check:")
    panel("Add a model of your own", ":material/upload_file:", PANEL, _show)


def _show() -> None:
    left, right = st.columns(FILES_AND_REPORT, gap="large")
    with left:
        files = st.file_uploader(
            "ONNX files or weights",
            [ending.removeprefix(".") for ending in ENDINGS],
            accept_multiple_files=True,
            max_upload_size=MAX_FILE_BYTES // 10**6,
            key=f"own_model_files_{st.session_state.get(_ROUND, 0)}",
        )
        st.caption(LIMITS)
        shape = st.text_input("Shape of a sample", placeholder="as found; or 28x20", key="own_model_shape").strip()
        reading = _read(files, shape) if files else None
    with right:
        if reading is None:
            st.session_state.pop(_READING, None)
        elif isinstance(reading.outcome, str):
            st.error(as_text(reading.outcome), icon=":material/error:")
        else:
            _report(reading.outcome)


def _read(files: Sequence[UploadedFile], shape: str) -> Reading:
    """Read files once for each way of reading them."""
    way = tuple(file.file_id for file in files), shape
    last: Reading | None = st.session_state.get(_READING)
    if last is not None and (last.file_ids, last.shape) == way:
        return last
    outcome: ForeignDraft | str
    try:
        with st.spinner("Reading …"):
            outcome = read_foreign({file.name: file.getvalue() for file in files}, shape_of_text(shape))
    except ExplorerError as error:
        outcome = str(error)
    st.session_state[_READING] = Reading(*way, outcome)
    return st.session_state[_READING]  # type: ignore[no-any-return]


def _report(draft: ForeignDraft) -> None:
    if draft.model.spec.encodes:
        options = fitting_datasets(draft.model.sample_shape)
        chosen = st.selectbox("Its codes are to be those of", options, options.index(draft.dataset), width=260)
        draft = replace(draft, dataset=chosen)
    st.markdown("\n".join(f"- {as_text(line)}" for line in report_lines(draft)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", _suggested(draft), max_chars=40, width=260, key="own_model_name")
        if st.button("Keep", type="primary", icon=":material/check:", key="own_model_keep"):
            _keep(draft)


def _suggested(draft: ForeignDraft) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", Path(draft.files[0]).stem.lower()))[:40] or "my-model"


def _keep(draft: ForeignDraft) -> None:
    """Make the draft a model of the library, and begin with no files again."""
    name = st.session_state["own_model_name"].strip()
    with said_in_place():
        require(permissions(), "change_library")
        with st.spinner("Encoding and measuring …"):
            keep_foreign(draft, name)
        st.session_state.pop(_READING, None)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state[_SAID] = f"{name} is in the library; open it by its row."
        st.session_state[SELECTED] = name
        st.rerun()
