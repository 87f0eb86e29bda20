"""Following: the pages of a class show what the lecturer's page shows, until somebody lets go."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qs

import streamlit as st

from explorer.errors import RoomError
from explorer.lectures.lecture import HOME
from explorer.store.rooms import Room, lead_to
from explorer.ui.access import own_tag
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import PAGES, page_entry
from explorer.ui.query_params import hand_scene, present_address
from explorer.ui.rooms.address import ROOM
from explorer.ui.rooms.reader import room_state, seconds_between

LED, FOLLOWS = "_led_to", "_follows"
# Pages on which there is nothing to follow.
NOT_LED = (ROOM, "lectures")
# A page that a link opened changes its address by itself until its picture is there, longer on a slow phone.
RESTS_S = 4.0


@dataclass
class Follower:
    """A browser that follows a room: where it was led last, its address there and since when, whether it let go.

    left: its address when it was led there; None once it was led there again.
    """

    code: str
    led_to: str = ""
    seen: str | None = None
    seen_s: float = 0.0
    has_let_go: bool = False
    left: str | None = None


def lead(room: Room, slug: str) -> None:
    """Part of the leader's page: say where it is, once that changes."""
    address = present_address(slug)
    if slug not in NOT_LED and room.leader == own_tag() and st.session_state.get(LED) != (room.code, address):
        lead_to(room.code, room.leader, address)
        st.session_state[LED] = room.code, address


def begin_to_follow(room: Room) -> None:
    """Go where the lecturer is."""
    follower = Follower(room.code)
    st.session_state[FOLLOWS] = follower
    _go(follower, room.question.address)


def follow_lecturer(slug: str) -> None:
    """Part of every page: a line for who follows a room, and the way to where the lecturer is."""
    follower: Follower | None = st.session_state.get(FOLLOWS)
    if follower is None or slug in NOT_LED:
        return
    try:
        seconds = seconds_between(room_state(follower.code).room.n_students)
    except RoomError as error:
        del st.session_state[FOLLOWS]
        st.info(as_text(error), icon=":material/logout:")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="following"):
        st.fragment(_keep_up, run_every=seconds)(follower, slug)


def _keep_up(follower: Follower, slug: str) -> None:
    try:
        room = room_state(follower.code).room
    except RoomError:
        st.rerun()
    if room.question.kind != "follow" or room.stage == "revealed":
        _return_to_room(follower)
    _see_whether_let_go(follower, slug)
    is_led_on = room.question.address != follower.led_to
    if not follower.has_let_go and (is_led_on or _has_not_left(follower)):
        follower.left = follower.seen if is_led_on else None
        _go(follower, room.question.address)
    _show_line(follower)


def _see_whether_let_go(follower: Follower, slug: str) -> None:
    """Whoever changes the page after it has come to rest lets go, unless it then is where the lecturer is."""
    address, now_s = present_address(slug), time.monotonic()
    if address == follower.seen:
        return
    has_rested = follower.seen is not None and now_s - follower.seen_s >= RESTS_S
    follower.has_let_go |= has_rested and _scene(address) != _scene(follower.led_to)
    follower.seen, follower.seen_s = address, now_s


def _has_not_left(follower: Follower) -> bool:
    """Whether the page rests where it was led away from: a request of its own can overtake the way to the lecturer."""
    has_rested = time.monotonic() - follower.seen_s >= RESTS_S
    return has_rested and follower.left == follower.seen and _scene(follower.left or "") != _scene(follower.led_to)


def _scene(address: str) -> tuple[str, dict[str, list[str]]]:
    page, _, query = address.partition("?")
    return page, parse_qs(query)


def _show_line(follower: Follower) -> None:
    if follower.has_let_go:
        st.caption(f"You no longer follow the lecturer of room {follower.code}.", width="content")
        st.button(
            "Follow again", icon=":material/my_location:", type="primary", on_click=_follow_again, args=(follower,)
        )
    else:
        st.caption(f"This page follows the lecturer of room {follower.code}.", width="content")
        st.button("Let go", icon=":material/back_hand:", on_click=_let_go, args=(follower,))


def _let_go(follower: Follower) -> None:
    follower.has_let_go = True


def _follow_again(follower: Follower) -> None:
    follower.led_to, follower.seen, follower.has_let_go = "", None, False


def _return_to_room(follower: Follower) -> None:
    """The lecturer asks: back to the ballot."""
    del st.session_state[FOLLOWS]
    hand_scene({ROOM: [follower.code]})
    st.switch_page(page_entry(ROOM).file)


def _go(follower: Follower, address: str) -> None:
    """Open the page of an address as if a link had; its values are checked as those of a link."""
    page, _, query = address.partition("?")
    follower.led_to, follower.seen = address, None
    if page in {entry.slug for entry in PAGES} - set(NOT_LED):
        hand_scene(parse_qs(query))
        st.switch_page(page_entry(page or HOME).file)
