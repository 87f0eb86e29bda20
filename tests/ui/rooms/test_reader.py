"""One reader for everybody in a room: read once within a moment, and anew after a change or when the moment is over."""

import pytest

from explorer.errors import RoomError
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import end_room, open_room, vote
from explorer.ui.rooms import reader

QUESTION = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))


def test_many_viewers_cost_one_reading_and_a_change_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FRESH_S", 3600.0)
    code = open_room("leader00", QUESTION)
    first = reader.room_state(code)
    vote(code, "a" * 32, 1, 1)
    assert all(reader.room_state(code) is first for _ in range(50))
    reader.forget(code)
    assert reader.room_state(code).answers == (1,)
    monkeypatch.setattr(reader, "FRESH_S", -1.0)
    end_room(code, "leader00")
    with pytest.raises(RoomError, match="no open room"):
        reader.room_state(code)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_KEPT", 2)
    for _ in range(4):
        reader.room_state(open_room("leader00", QUESTION))
    assert len(reader._kept) == 2
