"""The library as a table of figures of merit, and what can be done with one model of it.

The selection is a model's name. A row's number would be another model's as soon as one is deleted, renamed or trained.
"""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from explorer.errors import CheckpointError
from explorer.store import CheckpointInfo, LibraryEntry, delete_checkpoint, rename_checkpoint
from explorer.ui.model_table import COLUMNS, library_frame

# Session state: the name of the selected model, and the row that was clicked, of the table with these names.
SELECTED = "library_model"
ROW_PX, HEADER_PX, HIGHEST_PX = 72, 40, 560


def choose_model(infos: Sequence[LibraryEntry]) -> LibraryEntry | None:
    """The table of all models; returns the one whose row was clicked last, if it is still there."""
    by_name = {info.name: info for info in infos}
    names, selected = tuple(by_name), st.session_state.get(SELECTED)
    # A table with other rows is another widget, so that a click on a row that has moved is never misread.
    key = f"library {names}"
    st.dataframe(
        library_frame(infos),
        column_config=COLUMNS,
        hide_index=True,
        row_height=ROW_PX,
        height=min(HIGHEST_PX, HEADER_PX + ROW_PX * len(infos)),
        width="stretch",
        placeholder="–",
        on_select=partial(remember_selection, key, names),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [names.index(selected)] if selected in names else []}},
        key=key,
    )
    return by_name.get(selected) if selected else None


def remember_selection(key: str, names: tuple[str, ...]) -> None:
    """Keep the name in the row that was clicked, of the table that showed these names."""
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state[SELECTED] = names[rows[0]] if rows else None


def manage(info: LibraryEntry) -> None:
    """Open, rename or delete one model; every widget belongs to its name."""
    name = info.name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if isinstance(info, CheckpointInfo):
            st.page_link("pages/latent.py", label="Open its latent plane", query_params={"model": name})
        new_name = st.text_input("New name", name, width=280, key=f"new name of {name}")
        label = f"Rename {name}"
        if st.button(label, icon=":material/edit:", disabled=new_name == name, key=label):
            _change(lambda: rename_checkpoint(name, new_name), new_name)
        with st.popover("Delete …", icon=":material/delete:", key=f"deletion of {name}"):
            st.markdown(f"**{name}** ({info.title}) is removed from the disk for everybody. This cannot be undone.")
            label = f"Delete {name}"
            if st.button(label, type="primary", icon=":material/delete_forever:", key=label):
                _change(lambda: delete_checkpoint(name), None)


def _change(change: Callable[[], object], then_selected: str | None) -> None:
    """Change the library, or say in place why not."""
    try:
        change()
    except CheckpointError as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.session_state[SELECTED] = then_selected
        st.rerun()
