"""Changing a lecture of your own: its title, its scenes and their order."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.errors import LectureError
from explorer.lectures import Lecture, Scene, lecture_text, parse_lecture
from explorer.lectures.editing import questions_of, questions_text, with_scene, with_scene_moved, without_scene
from explorer.permissions import require
from explorer.store.lectures import list_lectures, load_lecture, save_lecture
from explorer.ui.access import permissions, say_needs_key
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import kept_for_page, say_kept
from explorer.ui.views.lectures.choice import choose_lecture

NONE_YET = (
    "There is no lecture of your own yet. Press the bookmark at the top of any page to begin one with what you "
    "see, or copy a lecture under All lectures."
)
COVER_HELP = (
    "A part of the page that stays hidden until you press a full stop: its name, such as `plane-canvas`, or a figure's "
    "from a share of its width on, such as `figure-scree from 40 %`. docs/lectures.md lists the names."
)
QUESTIONS_HELP = "One question per line, with its answer after the question mark."
ROOM_HELP = (
    "The name of a question that one press asks a room here, such as `pca-95`; docs/class.md says where they are."
)
SCENE = "edited_scene"
REFUSAL = "_refused_change"


def edit(bar: Any) -> None:
    """One lecture: its scenes on the left, the chosen one on the right."""
    if not permissions().change_lectures:
        say_needs_key("change_lectures")
        return
    own = {file.name: file.lecture for file in list_lectures() if file.is_own and file.lecture is not None}
    if not own:
        st.info(NONE_YET, icon=":material/bookmark_add:")
        return
    with bar:
        name = choose_lecture(own)
    say_kept(REFUSAL)
    lecture = own[name]
    scenes, fields = st.columns([2, 3], gap="large")
    with scenes:
        number = _choose_scene(lecture)
        if number is not None:
            _offer_moves(name, lecture, number)
    with fields:
        if number is not None:
            _edit_scene(name, lecture, number)
        _edit_title(name, lecture)


def _choose_scene(lecture: Lecture) -> int | None:
    """The list of scenes; returns the number of the chosen one, None after one was deleted."""
    last = len(lecture.scenes)
    if (st.session_state.get(SCENE, 1) or 1) > last:
        st.session_state[SCENE] = last
    titles = [f"{n}. {as_text(scene.title)}" for n, scene in enumerate(lecture.scenes, 1)]
    chosen: int | None = st.radio("Scenes", range(1, last + 1), format_func=lambda n: titles[n - 1], key=SCENE)
    return chosen


def _offer_moves(name: str, lecture: Lecture, number: int) -> None:
    last = len(lecture.scenes)
    with st.container(horizontal=True, gap="small"):
        for label, icon, to in (("Up", "arrow_upward", number - 1), ("Down", "arrow_downward", number + 1)):
            st.button(label, icon=f":material/{icon}:", disabled=not 1 <= to <= last, on_click=_change,
                      args=(name, lecture, lambda to=to: with_scene_moved(lecture, number, to), to))  # fmt: skip
        # The next scene is chosen by hand, so that a second press does not delete that one too.
        st.button("Delete scene", icon=":material/delete:", disabled=last == 1, on_click=_change,
                  args=(name, lecture, lambda: without_scene(lecture, number), None))  # fmt: skip


def _change(name: str, shown: Lecture, change: Callable[[], Lecture], then_chosen: int | None) -> None:
    """Change a lecture as it was shown; one that was changed meanwhile, as by a scene from another tab, stays."""
    with kept_for_page(REFUSAL):
        _keep(name, change() if load_lecture(name) == shown else _refuse_stale(shown))
        st.session_state[SCENE] = then_chosen


def _refuse_stale(shown: Lecture) -> Lecture:
    raise LectureError(f"{shown.title} was changed elsewhere meanwhile and is now shown as it is; press again.")


def _edit_scene(name: str, lecture: Lecture, number: int) -> None:
    """The form of one scene; its widgets belong to the scene as it is, so that another begins with its own words."""
    scene = lecture.scenes[number - 1]
    with st.form(f"scene {name} {number} {hash(scene)}", border=False):
        title = st.text_input("Title of the scene", scene.title)
        address = st.text_input("Address", scene.address, help="A page's link, as your browser shows it.")
        minutes = st.number_input("Minutes", 0.0, 600.0, float(scene.minutes), 1.0, "%g")
        spoken = st.text_area("Notes", scene.notes, height=160)
        questions = st.text_area("Questions", questions_text(scene.questions), help=QUESTIONS_HELP)
        cover = st.text_input("Cover", scene.cover, help=COVER_HELP)
        room = st.text_input("Question for the room", scene.room, help=ROOM_HELP)
        if st.form_submit_button("Save the scene", type="primary"):
            changed = Scene(title, address, spoken, minutes, questions_of(questions), cover, room.strip())
            with kept_for_page(REFUSAL):
                _keep(name, with_scene(lecture, changed, number))
            st.rerun()


def _edit_title(name: str, lecture: Lecture) -> None:
    with st.form(f"lecture {name} {hash(lecture)}", border=False):
        title = st.text_input("Title of the lecture", lecture.title)
        summary = st.text_input("What it teaches, in a sentence", lecture.summary)
        if st.form_submit_button("Save the title"):
            with kept_for_page(REFUSAL):
                _keep(name, replace(lecture, title=title, summary=summary))
            st.rerun()


def _keep(name: str, changed: Lecture) -> None:
    """Write a changed lecture if its file could be read again; raises an ExplorerError that says why not."""
    require(permissions(), "change_lectures")
    save_lecture(name, parse_lecture(lecture_text(changed), "The lecture"))
