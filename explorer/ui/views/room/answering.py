"""What a student sees: the question, the student's own answer until the truth is revealed, and then why."""

from functools import partial

import streamlit as st

from explorer.errors import ExplorerError, RoomError
from explorer.rooms import Answer
from explorer.rooms.question import numbers_of
from explorer.store.rooms import Room, join_room, own_answer, vote
from explorer.ui.access import browser_token, network_origin
from explorer.ui.components.drawing_pad.component import drawing_pad
from explorer.ui.components.plane_ballot.component import plane_ballot
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import kept_for_page, say_kept
from explorer.ui.rooms.following import begin_to_follow
from explorer.ui.rooms.plane import prepare_plane, question_cloud
from explorer.ui.rooms.reader import forget, room_state, seconds_between

REFUSED = "_room_refused"


def answer_here(code: str) -> None:
    """The room of a student: what is asked now, asked for again every second; raises RoomError."""
    join_room(code, browser_token(), origin=network_origin())
    room = room_state(code).room
    prepare_plane(room.question)
    st.fragment(_show_question, run_every=seconds_between(room.n_students))(code)
    _show_nickname(code)


def _show_question(code: str) -> None:
    try:
        room = room_state(code).room
        mine = own_answer(code, browser_token(), room.number)
    except RoomError as error:
        st.info(as_text(error), icon=":material/logout:")
        return
    if room.question.kind == "follow" and room.stage != "revealed":
        begin_to_follow(room)
    st.markdown(f"### {as_text(room.question.ask)}")
    if room.stage == "revealed":
        _show_truth(room)
    else:
        _show_ballot(room, mine)
    _show_state(room, mine)


def _show_ballot(room: Room, mine: Answer | None) -> None:
    match room.question.kind:
        case "choose":
            _show_choices(room, mine)
        case "number":
            _show_number(room, mine)
        case "point":
            _show_plane(room, mine)
        case "draw":
            _show_pad(room)


def _show_choices(room: Room, mine: Answer | None) -> None:
    """A button for each choice; the one that was pressed last stands out."""
    for place, choice in enumerate(room.question.choices):
        st.button(
            as_text(choice), key=f"choice_{room.number}_{place}", width="stretch", on_click=_send, args=(room, place),
            type="primary" if mine == place else "secondary",
        )  # fmt: skip


def _show_number(room: Room, mine: Answer | None) -> None:
    question, kind = room.question, int if room.question.is_whole else float
    with st.form(f"number_{room.number}", border=False):
        key = f"answer_{room.number}"
        st.number_input(
            as_text(f"From {question.low:,.10g} to {question.in_words(question.high)}"),
            kind(question.low), kind(question.high), None if mine is None else kind(*numbers_of(mine)), key=key,
        )  # fmt: skip
        st.form_submit_button(
            "Send", type="primary", width="stretch", key=f"send_{room.number}", on_click=_send_number, args=(room, key)
        )


def _show_plane(room: Room, mine: Answer | None) -> None:
    """The plane with the place that was tapped last."""
    question, place = room.question, mine if isinstance(mine, tuple) else None
    try:
        cloud = question_cloud(question)
    except ExplorerError as error:
        st.warning(as_text(error), icon=":material/error:")
        return
    plane_ballot(cloud, (question.low, question.high), place, f"plane_{room.number}", on_tap=partial(_send, room))


def _show_pad(room: Room) -> None:
    """A sheet to draw on; nothing is sent before the button is pressed."""
    key, ink_key = f"pad_{room.number}", f"ink_{room.number}"
    ink = str(st.session_state.get(ink_key, ""))
    drawing_pad(ink, key, is_example=False, on_ink=partial(_keep_ink, ink_key))
    st.button(
        "Send", key=f"send_{room.number}", type="primary", width="stretch", disabled=not ink, on_click=_send,
        args=(room, ink),
    )  # fmt: skip


def _keep_ink(key: str, ink: str) -> None:
    st.session_state[key] = ink


def _send_number(room: Room, key: str) -> None:
    _send(room, st.session_state[key])


def _send(room: Room, given: object) -> None:
    """Keep an answer; a refusal is one sentence below the question."""
    with kept_for_page(REFUSED):
        vote(room.code, browser_token(), room.number, given, origin=network_origin())
    forget(room.code)


def _show_truth(room: Room) -> None:
    question = room.question
    if question.kind != "follow":
        st.success(as_text(f"The answer: {question.in_words(question.truth)}"), icon=":material/lightbulb:")
    st.markdown(as_text(question.why))


def _show_state(room: Room, mine: Answer | None) -> None:
    say_kept(REFUSED)
    if mine is not None:
        own = f"Your answer: {room.question.in_words(mine)}"
        can_change = "" if room.stage == "revealed" else " You can change it until the lecturer reveals the truth."
        st.markdown(f":material/check_circle: **{as_text(own)}**{can_change}")
    if room.question.kind != "follow":
        st.caption(f"{room.n_answers} of {room.n_students} answered.")


def _show_nickname(code: str) -> None:
    key = f"nickname_{code}"
    st.text_input(
        "Nickname (optional)", key=key, max_chars=20, on_change=_take_nickname, args=(code, key),
        help="The lecturer's page lists it while the room is open. It stands beside no answer and is then forgotten.",
    )  # fmt: skip


def _take_nickname(code: str, key: str) -> None:
    with kept_for_page(REFUSED):
        join_room(code, browser_token(), str(st.session_state[key]))
