"""Keeping what a page shows as a scene of a lecture of your own."""

from functools import partial

import streamlit as st

from explorer.lectures import Lecture, Scene, lecture_text, parse_lecture
from explorer.lectures.editing import with_scene
from explorer.permissions import require
from explorer.store.lectures import free_name, list_lectures, load_lecture, save_lecture
from explorer.ui.access import permissions
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import page_entry
from explorer.ui.query_params import present_address
from explorer.ui.refusals import said_in_passing
from explorer.ui.unfolding import header_menu

NEW = "A new lecture"
KEYS = ("lecture", "lecture_title", "title", "minutes", "notes")


def add_scene_button(slug: str) -> None:
    """A button that unfolds the form of a new scene; what is in the link is what the scene will show."""
    header_menu("Add this scene to a lecture", ":material/bookmark_add:", "add_scene", partial(_form, slug))


def _form(slug: str) -> None:
    own = {file.name: file.lecture.title for file in list_lectures() if file.is_own and file.lecture is not None}
    names = [NEW, *own]
    st.selectbox("Lecture", names, len(names) - 1, format_func=lambda name: own.get(name, name), key=_key("lecture"))
    if st.session_state[_key("lecture")] == NEW:
        st.text_input("Title of the lecture", key=_key("lecture_title"), placeholder="My lecture")
    st.text_input("Title of the scene", key=_key("title"), placeholder=page_entry(slug).title)
    st.number_input("Minutes", 0, 600, 3, key=_key("minutes"))
    st.text_area("Notes", key=_key("notes"), height=120)
    st.button("Add this scene", type="primary", on_click=_add, args=(slug,))


def _add(slug: str) -> None:
    """Write the scene as the form and the link describe it; a refusal is one sentence."""
    held = {key: st.session_state.get(_key(key)) or "" for key in KEYS}
    title = held["title"] or page_entry(slug).title
    scene = Scene(title, present_address(slug), held["notes"], float(held["minutes"] or 0))
    with said_in_passing():
        require(permissions(), "change_lectures")
        lecture = _keep(held["lecture"], held["lecture_title"] or "My lecture", scene)
        st.toast(as_text(f"Scene {len(lecture.scenes)} of {lecture.title}: {title}"), icon=":material/bookmark_added:")


def _keep(name: str, title: str, scene: Scene) -> Lecture:
    """Add a scene to a lecture, or begin one with it; raises LectureError."""
    is_new = name == NEW
    lecture = Lecture(title, (scene,)) if is_new else with_scene(load_lecture(name), scene)
    lecture = parse_lecture(lecture_text(lecture), "The scene")
    save_lecture(free_name(title) if is_new else name, lecture)
    return lecture


def _key(field: str) -> str:
    return f"new_scene_{field}"
