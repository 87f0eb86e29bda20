"""Asking the class, from every page: a question of the bank, a room where none is open, results of earlier ones."""

from contextlib import suppress
from functools import partial

import streamlit as st

from explorer.errors import LectureError, RoomError
from explorer.lectures.lecture import LECTURE_KEYS
from explorer.permissions import require
from explorer.rooms import RoomQuestion
from explorer.rooms.results import results_csv
from explorer.store.questions import all_questions, import_questions, own_files, remove_questions
from explorer.store.rooms import EndedRoom, ask, ended_rooms, open_room, read_room, room_results
from explorer.ui.access import keep_own_cookie, own_tag, permissions, server
from explorer.ui.foreign_text import as_text
from explorer.ui.lectures.bar import lecture_in_link
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import NOTICES
from explorer.ui.rooms.panel import act, led_room, results_name, show_room
from explorer.ui.rooms.reader import room_state
from explorer.ui.unfolding import header_menu

CHOSEN, UPLOADED = "room_question", "room_questions_file"
MOST_ENDED = 5
HOW = "Students open the address on their phones, without an account, and see the question. You see how many answered."


def ask_class(slug: str) -> None:
    """Part of every page, for those who may open rooms: the button in the header, and the room that is open."""
    if not permissions().open_rooms:
        return
    keep_own_cookie()
    try:
        code = led_room()
        header_menu("Ask the class", ":material/how_to_vote:", "ask_class", partial(_form, slug, code))
        _offer_question_of_scene(code)
        if code is not None:
            show_room(code, slug)
    except RoomError as error:
        st.session_state[NOTICES].error(as_text(error), icon=":material/error:")


def _offer_question_of_scene(code: str | None) -> None:
    """One press asks what the scene of the lecture that is on names, until it is asked."""
    name = _named_by_scene()
    if not name or (code is not None and room_state(code).room.question.name == name):
        return
    question = all_questions().questions.get(name)
    if question is None:
        missing = f"The scene asks {name!r}, but no question has that name; change the scene, or add the question."
        st.session_state[NOTICES].warning(as_text(missing), icon=":material/error:")
        return
    st.button(
        f"Ask the class: {as_text(question.ask)}", icon=":material/how_to_vote:", key="ask_scene", on_click=act,
        args=(partial(_put, question, code), code or ""),
    )  # fmt: skip


def _named_by_scene() -> str:
    """The question that the scene of the link names, or ''; what is wrong with the link is said elsewhere."""
    if LECTURE_KEYS[0] not in st.query_params:
        return ""
    with suppress(LectureError):
        if (found := lecture_in_link()) is not None:
            _, lecture, number = found
            return lecture.scenes[number - 1].room
    return ""


def _form(slug: str, code: str | None) -> None:
    questions = {question.name: question for question in questions_for(slug)}
    for problem in all_questions().problems:
        st.warning(as_text(problem), icon=":material/error:")
    name = st.selectbox(
        "Question", list(questions), key=CHOSEN, format_func=lambda name: option_text(questions[name], slug)
    )
    question = questions[name]
    st.caption(as_text(f"Many believe: {question.misconception}"))
    label = "Open a room and ask" if code is None else f"Ask room {code}"
    put = partial(_put, question, code)
    st.button(label, type="primary", on_click=act, args=(put, code or ""), key="put_question")
    if code is None:
        st.caption(HOW)
        _offer_results()
    _offer_files()


def _offer_files() -> None:
    """Files of questions of your own: another one, and those that are there."""
    with st.expander("Questions of your own", icon=":material/upload:"):
        st.file_uploader(
            "A YAML file, as docs/class.md describes it",
            ["yaml", "yml"],
            key=UPLOADED,
            on_change=act,
            args=(_keep_file,),
        )
        for name in own_files():
            st.button(
                f"Remove {as_text(name)}", icon=":material/delete:", type="tertiary", key=f"remove_{name}",
                on_click=act, args=(partial(_remove_file, name),),
            )  # fmt: skip


def _keep_file() -> None:
    require(permissions(), "change_lectures")
    if (file := st.session_state[UPLOADED]) is not None:
        name = import_questions(file.getvalue(), file.name)
        st.toast(f"{name} is kept; its questions are in the list.", icon=":material/check:")


def _remove_file(name: str) -> None:
    require(permissions(), "change_lectures")
    remove_questions(name)


def _put(question: RoomQuestion, code: str | None) -> None:
    if code is None:
        open_room(own_tag(), question, st.query_params.get("lecture", ""))
    else:
        ask(code, read_room(code).leader, question)


def questions_for(slug: str) -> list[RoomQuestion]:
    """The bank and files of your own: the questions of this page first, the others in the order of the pages."""
    order = {entry.slug: place for place, entry in enumerate(PAGES)}
    last = len(order)
    every = all_questions().questions.values()
    return sorted(every, key=lambda question: (question.page != slug, order.get(question.page, last)))


def option_text(question: RoomQuestion, slug: str) -> str:
    """A question in a list; one of another page says which."""
    titles = {entry.slug: entry.title for entry in PAGES}
    return question.ask if question.page == slug else f"{titles.get(question.page, question.page)}: {question.ask}"


def _offer_results() -> None:
    for room in ended_rooms(None if server().mode == "class" else own_tag())[:MOST_ENDED]:
        st.download_button(
            _described(room), partial(_csv, room.code), results_name(room.code), "text/csv", type="tertiary",
            icon=":material/download:", on_click="ignore", key=f"results_{room.code}",
        )  # fmt: skip


def _described(room: EndedRoom) -> str:
    n = f"{room.n_questions} question{'s' * (room.n_questions != 1)}"
    return as_text(f"Answers of room {room.code}, {n}" + (f", {room.lecture}" if room.lecture else ""))


def _csv(code: str) -> str:
    return results_csv(room_results(code))
