"""One reader for everybody in a room: whoever asks within a moment is given what was read for another."""

import threading
import time
from dataclasses import dataclass

from explorer.rooms import Answer
from explorer.store.rooms import Room, answers_to, read_room

FRESH_S = 0.25
# So that the phones of a full lecture hall together ask as often as the server bears.
FASTEST_S, PHONES_PER_S = 1.0, 60
MOST_KEPT = 100


@dataclass(frozen=True)
class RoomState:
    """A room with the answers to its question, sorted."""

    room: Room
    answers: tuple[Answer, ...]


_lock = threading.Lock()
_kept: dict[str, tuple[float, RoomState]] = {}


def seconds_between(n_students: int) -> float:
    """How often a student's page asks for the room."""
    return max(FASTEST_S, n_students / PHONES_PER_S)


def room_state(code: str) -> RoomState:
    """The room as it was at most a quarter of a second ago; raises RoomError when it is not open."""
    with _lock:
        read_at, state = _kept.get(code, (0.0, None))
        if state is None or time.monotonic() - read_at > FRESH_S:
            _kept.pop(code, None)
            room = read_room(code)
            state = RoomState(room, answers_to(code, room.number))
            _kept[code] = (time.monotonic(), state)
            while len(_kept) > MOST_KEPT:
                _kept.pop(next(iter(_kept)))
        return state


def forget(code: str) -> None:
    """Read a room anew at the next call, after it was changed here."""
    with _lock:
        _kept.pop(code, None)
