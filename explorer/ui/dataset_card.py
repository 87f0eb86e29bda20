"""The data sets, whether they are at hand, and fetching those that are not."""

import streamlit as st

from explorer.data import SourceState, download, list_sources
from explorer.errors import DatasetError
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.foreign_text import as_text


def data_set_card(source: SourceState) -> None:
    """What a data set holds, and a button when it is missing."""
    unit = {"images": "pixels", "colour": "pixels in colour"}.get(source.kind, "values")
    shape = f"{' × '.join(map(str, source.sample_shape[:2]))} {unit}"
    classes = "1 class" if source.n_classes == 1 else f"{source.n_classes} classes"
    with st.container(border=True):
        st.markdown(f"**{source.title}**")
        st.caption(f"{source.n_train:,} train, {source.n_test:,} test  \n{shape}, {classes}")
        if source.available:
            st.caption(":green[:material/check_circle:] at hand")
        else:
            _offer_download(source)


def offer_data(name: str, brings: str) -> None:
    """Where a data set is missing: one line that says what its download brings, with the button for it."""
    source = next(source for source in list_sources() if source.name == name)
    if source.available:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"missing_{name}"):
        st.caption(f"{source.title} is not on this machine. With it, {brings}.")
        _offer_download(source)


def _offer_download(source: SourceState) -> None:
    if not permissions().change_data:
        say_needs_key("change_data")
        return
    if not st.button("Download", icon=":material/download:", key=f"download_{source.name}", help=source.how_to_get):
        return
    try:
        _download(source)
    except DatasetError as error:
        st.error(as_text(error), icon=":material/cloud_off:")
    else:
        st.rerun()


def _download(source: SourceState) -> None:
    bar = st.progress(0.0, f"Asking for {source.title} …")
    for progress in download(source.name):
        total = progress.total_bytes
        share = min(progress.done_bytes / total, 1.0) if total else 0.0
        of_total = f" of {total / 1e6:.1f}" if total else ""
        bar.progress(share, f"{progress.file}: {progress.done_bytes / 1e6:.1f}{of_total} MB")
