"""The room that this browser leads, on every page: its QR code, the question, what the class answered, the truth."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import streamlit as st

from explorer.errors import ExplorerError, RoomError
from explorer.export.qr_code import qr_svg
from explorer.permissions import require
from explorer.rooms.results import results_csv
from explorer.store.rooms import (
    Room,
    Stage,
    end_room,
    newest_room,
    nicknames,
    room_led_by,
    room_results,
    set_stage,
)
from explorer.ui.access import own_tag, permissions, server
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import said_in_passing
from explorer.ui.rooms.address import ONLY_HERE, is_reachable, join_address
from explorer.ui.rooms.following import lead
from explorer.ui.rooms.plane import prepare_plane
from explorer.ui.rooms.reader import RoomState, forget, room_state
from explorer.ui.rooms.spread import finding, show_drawings, show_spread, summarised, verdict

EVERY_S = 0.5
PARTS = (0.2, 0.58, 0.22)
QR_PX = 190
MOST_NAMED = 30


def led_room() -> str | None:
    """The code of the open room that this browser leads; with the lecturer's key also another browser's."""
    return room_led_by(own_tag()) or (newest_room() if server().mode == "class" else None)


def show_room(code: str, slug: str) -> None:
    """A part of the page that folds: how students come in, the question with its answers, and the buttons."""
    room = room_state(code).room
    prepare_plane(room.question)
    with st.expander(f"Room {code}", expanded=True, icon=":material/groups:", key="room_panel"):
        way_in, answers, buttons = st.columns(PARTS, gap="medium")
        with way_in:
            _show_way_in(code)
        with answers:
            st.fragment(_show_answers, run_every=EVERY_S)(code, room.revision, slug)
        with buttons:
            _show_buttons(room)


def _show_way_in(code: str) -> None:
    address = join_address(code)
    st.image(qr_svg(address), width=QR_PX, alt=f"QR code of {address}")
    st.code(address.partition("//")[2], language=None, wrap_lines=True)
    if not is_reachable():
        st.caption(f":material/wifi_off: {ONLY_HERE}")


def _show_answers(code: str, revision: int, slug: str) -> None:
    """Runs again twice a second: how many answered, and what, unless it is covered."""
    try:
        state = room_state(code)
    except RoomError:
        st.rerun()
    room = state.room
    if room.revision != revision:
        st.rerun()
    st.markdown(f"#### {as_text(room.question.ask)}")
    if room.question.kind == "follow":
        _lead(room, slug)
    else:
        st.markdown(f"**{room.n_answers}** of {room.n_students} in the room have answered.")
        try:
            _show_spread(state)
        except ExplorerError as error:
            st.warning(as_text(error), icon=":material/error:")
    _show_names(code)


def _lead(room: Room, slug: str) -> None:
    """What follows needs no answers: where this page is, the class is."""
    st.markdown(
        f"**{room.n_students}** in the room follow: their pages show what this one shows, until they stop following."
    )
    if room.stage == "revealed":
        st.success(as_text(room.question.why))
    else:
        lead(room, slug)


def _show_spread(state: RoomState) -> None:
    room = state.room
    if room.stage == "covered":
        st.caption("The answers are covered.")
        return
    spread = summarised(room.question, state.answers)
    show_spread(spread, with_truth=room.stage == "revealed")
    st.caption(as_text(finding(spread)))
    show_drawings(state.answers)
    if room.stage == "revealed":
        st.success(as_text(f"{verdict(spread)} {room.question.why}"))


def _show_names(code: str) -> None:
    names = nicknames(code)
    if names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        st.caption(f"Here: {', '.join(as_text(name) for name in names[:MOST_NAMED])}{more}")


Step = tuple[str, str, Stage]
# What a press does at each stage: its label, icon and the stage that follows.
SHOW: Step = ("Show the answers", ":material/bar_chart:", "open")
COVER: Step = ("Cover the answers", ":material/visibility_off:", "covered")
REVEAL: Step = ("Reveal", ":material/lightbulb:", "revealed")
AGAIN: Step = ("Vote again", ":material/replay:", "covered")
STEPS: dict[Stage, tuple[Step, ...]] = {
    "covered": (SHOW, REVEAL), "open": (COVER, REVEAL), "revealed": (AGAIN,),
}  # fmt: skip
# What is followed has no answers to show.
LEADING: dict[Stage, tuple[Step, ...]] = {
    "covered": (("Stop leading", ":material/pan_tool:", "revealed"),),
    "open": (("Stop leading", ":material/pan_tool:", "revealed"),),
    "revealed": (("Lead again", ":material/my_location:", "covered"),),
}


def _show_buttons(room: Room) -> None:
    for label, icon, stage in LEADING[room.stage] if room.question.kind == "follow" else STEPS[room.stage]:
        step = partial(set_stage, room.code, room.leader, stage)
        kind: Literal["primary", "secondary"] = "primary" if stage == "revealed" else "secondary"
        st.button(label, icon=icon, width="stretch", type=kind, on_click=act, args=(step, room.code))
    st.download_button(
        "Answers as CSV", lambda: results_csv(room_results(room.code)), results_name(room.code), "text/csv",
        icon=":material/download:", on_click="ignore", width="stretch", help="Without names.",
    )  # fmt: skip
    st.button("End the room", icon=":material/logout:", width="stretch", on_click=act,
              args=(partial(end_room, room.code, room.leader), room.code))  # fmt: skip


def results_name(code: str) -> str:
    """What the file of a room's answers is called."""
    return f"answers-{code}-{datetime.now(UTC):%Y-%m-%d}.csv"


def act(change: Callable[[], object], code: str = "") -> None:
    """What a lecturer's press does; a refusal is one sentence."""
    with said_in_passing():
        require(permissions(), "open_rooms")
        change()
    forget(code)
