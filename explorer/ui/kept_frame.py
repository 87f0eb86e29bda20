"""The frame of a player, as the address says it and as the user left it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st


@dataclass(frozen=True)
class _Player:
    """A player on the page: what it shows, how often it began under another key, its start, and where it was left."""

    of: str
    number: int
    start: int
    left: int


def kept_frame(key: str, wanted: int, show: Callable[[int, str], int], of: str = "") -> int:
    """Show a player by `show(start, key)`; returns the frame on which it is left, which the caller writes to the URL.

    wanted: the frame that the address says, else the default. A player keeps its start for as long as it stays and
    shows the same (`of`), since another start moves its slider. It begins anew, under another key, where the address
    says something else than it was left on: after a step through the history, or in the next scene of a lecture.
    """
    place = f"player {key}"
    player: _Player = st.session_state.get(place) or _Player(of, 0, wanted, wanted)
    if wanted != player.left:
        player = _Player(of, player.number + 1, wanted, wanted)
    own_key = f"{key} {player.number}" if player.number else key
    if player.of != of or own_key not in st.session_state:
        player = replace(player, of=of, start=wanted)
    frame = show(player.start, own_key)
    st.session_state[place] = replace(player, left=frame)
    return frame
