"""The library as a table of figures of merit, and what can be done with one model of it.

The selection is a model's name. A row's number would be another model's as soon as one is deleted, renamed or trained.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from explorer.jobs import class_models
from explorer.models.names import full_name
from explorer.permissions import require
from explorer.store import (
    CheckpointInfo,
    LibraryEntry,
    delete_checkpoint,
    deleted_checkpoints,
    empty_bin,
    hidden_checkpoints,
    hide_checkpoint,
    rename_checkpoint,
    restore_checkpoint,
    shipped_names,
    show_checkpoint,
)
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.models.table import COLUMNS, SHOWN, library_frame
from explorer.ui.refusals import said_in_place

# Session state: the name of the selected model.
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
        column_order=SHOWN,
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


def manage(entry: LibraryEntry) -> None:
    """Open one model, and rename or delete it, or hide one that came along; every widget belongs to its name."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if isinstance(entry, CheckpointInfo):
            st.page_link("pages/latent.py", label="Open its latent plane", query_params={"model": entry.name})
        if not permissions().change_library:
            say_needs_key("change_library")
        elif entry.name in shipped_names():
            _offer_hiding(entry.name)
        else:
            _offer_renaming(entry.name)
            _offer_deletion(entry.name)


def _offer_hiding(name: str) -> None:
    help_ = (
        "A model that came with the explorer stays on the disk. Once hidden, it is in no list until you show it again."
    )
    if _button(f"Hide {name}", ":material/visibility_off:", help=help_):
        _change(lambda: hide_checkpoint(name), None)


def _offer_renaming(name: str) -> None:
    new_name = st.text_input("New name", name, width=280, key=f"new name of {name}")
    if _button(f"Rename {name}", ":material/edit:", disabled=new_name == name):
        _change(lambda: rename_checkpoint(name, new_name), new_name)


def _offer_deletion(name: str) -> None:
    help_ = "The model moves to the bin below, for everybody, and can be brought back until the bin is emptied."
    if _button(f"Delete {name}", ":material/delete:", help=help_):
        _change(lambda: delete_checkpoint(name), None)


def bin_and_hidden() -> None:
    """What was deleted and what is hidden, each with the button that brings it back."""
    if not permissions().change_library:
        return
    _offer_deletion_of_class_models()
    deleted, hidden = deleted_checkpoints(), hidden_checkpoints()
    if deleted:
        with st.expander(f"Bin ({len(deleted)})", icon=":material/delete:"):
            for entry in deleted:
                _offer_return(entry, "Bring back", restore_checkpoint)
            _offer_emptying(len(deleted))
    if hidden:
        with st.expander(f"Hidden ({len(hidden)})", icon=":material/visibility_off:"):
            for entry in hidden:
                _offer_return(entry, "Show", show_checkpoint)


def _offer_deletion_of_class_models() -> None:
    """All models of students go into the bin together."""
    names = class_models()
    if not names:
        return
    with st.popover(f"Delete the class's models ({len(names)}) …", icon=":material/delete:"):
        st.markdown("The models that students trained go to the bin below. Rename one to keep it for everybody.")
        if _button("Delete the class's models", ":material/delete:", type="primary"):
            _change(lambda: [delete_checkpoint(name) for name in names], None)


def _offer_return(entry: LibraryEntry, verb: str, bring_back: Callable[[str], object]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if _button(f"{verb} {entry.name}", ":material/undo:"):
            _change(lambda: bring_back(entry.name), entry.name)
        st.caption(full_name(entry.run.model) if isinstance(entry, CheckpointInfo) else entry.title)


def _offer_emptying(n: int) -> None:
    with st.popover("Empty the bin …", icon=":material/delete_forever:"):
        st.markdown(f"The {n} model{'s' * (n > 1)} in the bin will be deleted for good and for everybody.")
        if _button("Empty the bin", ":material/delete_forever:", type="primary"):
            _change(empty_bin, None)


def _button(label: str, icon: str, **options: Any) -> bool:
    """A button that belongs to what its label names, whatever stands in its place on another run."""
    return st.button(label, icon=icon, key=label, **options)


def _change(change: Callable[[], object], then_selected: str | None) -> None:
    """Change the library, or say in place why not."""
    with said_in_place():
        require(permissions(), "change_library")
        change()
        st.session_state[SELECTED] = then_selected
        st.rerun()
