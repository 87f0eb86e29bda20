"""All lectures: start, copy, export, delete; and importing one."""

from typing import Any

import streamlit as st

from explorer.lectures import Lecture, lecture_text
from explorer.permissions import require
from explorer.store.lectures import (
    LectureFile,
    delete_lecture,
    free_name,
    import_lecture,
    list_lectures,
    save_lecture,
)
from explorer.ui.access import permissions
from explorer.ui.foreign_text import as_text
from explorer.ui.lectures.bar import NOTES
from explorer.ui.lectures.links import lecture_link, length
from explorer.ui.refusals import said_in_passing, said_in_place

COLUMNS = 3
KEYS = (
    "**Page Down** or a clicker goes on, **Page Up** goes back, **.** or **B** uncovers what the audience was to "
    "guess. The bar on top says where you are; its button *Notes* opens your notes in a second window, which follows."
)


def shelf(_bar: Any) -> None:
    """Every lecture as a card, then the import of a file."""
    st.markdown(KEYS)
    columns = st.columns(COLUMNS)
    for index, file in enumerate(list_lectures()):
        with columns[index % COLUMNS].container(border=True):
            _card(file)
    if permissions().change_lectures:
        _offer_import()


def _card(file: LectureFile) -> None:
    lecture_link(file)
    if file.lecture is not None:
        st.caption(length(file.lecture))
        if file.lecture.summary:
            st.markdown(as_text(file.lecture.summary))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if file.lecture is not None:
            _offer_use(file.name, file.lecture)
        if not permissions().change_lectures:
            return
        if file.is_own:
            st.button(
                "Delete", icon=":material/delete:", key=f"delete_{file.name}", on_click=_delete, args=(file.name,)
            )
        elif file.lecture is not None:
            st.button("Copy", icon=":material/content_copy:", key=f"copy_{file.name}", on_click=_copy,
                      args=(file.lecture,), help="A copy of your own, to be changed under Edit.")  # fmt: skip


def _offer_use(name: str, lecture: Lecture) -> None:
    link = {"view": NOTES, "lecture": name}
    st.page_link("pages/lectures.py", label="Notes", icon=":material/speaker_notes:", query_params=link)
    st.download_button(
        "Export", lecture_text(lecture), f"{name}.yaml", "text/yaml", icon=":material/download:", key=f"export_{name}",
        on_click="ignore",
    )  # fmt: skip


def _copy(lecture: Lecture) -> None:
    _say(lambda: save_lecture(free_name(lecture.title), lecture))


def _delete(name: str) -> None:
    _say(lambda: delete_lecture(name))


def _say(change: Any) -> None:
    with said_in_passing():
        require(permissions(), "change_lectures")
        change()


def _offer_import() -> None:
    """A file from elsewhere becomes a lecture of your own; a broken one is told with its line."""
    with st.expander("Import a lecture", icon=":material/upload:"):
        file = st.file_uploader("A lecture's YAML file, as Export writes it", ["yaml", "yml"], key="lecture_file")
        if file is not None and st.button("Import", key="import_lecture"):
            _import(file.getvalue(), file.name)


def _import(content: bytes, source: str) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        st.error(as_text(f"{source} is no text in UTF-8; save it as such."), icon=":material/error:")
        return
    with said_in_place():
        import_lecture(text, source)
        st.rerun()
