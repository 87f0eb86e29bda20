"""The library as a table of figures of merit, and what can be done with one model of it."""

from typing import Any

import streamlit as st

from explorer.errors import CheckpointError
from explorer.store import CheckpointInfo, delete_checkpoint, rename_checkpoint


def manage(info: CheckpointInfo) -> None:
    """Open, rename or delete one model."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if info.problem is None:
            st.page_link("pages/latent.py", label="Open its latent plane", query_params={"model": info.name})
        new_name = st.text_input("New name", info.name, width=280, key=f"rename-{info.name}")
        if st.button("Rename", icon=":material/edit:", disabled=new_name == info.name):
            _tell(rename_checkpoint, info.name, new_name)
        with st.popover("Delete …", icon=":material/delete:"):
            _offer_deletion(info)


def _offer_deletion(info: CheckpointInfo) -> None:
    st.markdown(f"**{info.name}** ({info.title}) is removed from the disk for everybody. This cannot be undone.")
    if st.button(f"Delete {info.name}", type="primary", icon=":material/delete_forever:"):
        _tell(delete_checkpoint, info.name)


def _tell(change: Any, *names: str) -> None:
    try:
        change(*names)
    except CheckpointError as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.rerun()
