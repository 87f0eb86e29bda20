"""Rooms on the disk: against a dictionary as oracle, under 300 students at once, and all that nobody may do."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from explorer.errors import AccessError, RoomError
from explorer.rooms.question import RoomQuestion
from explorer.store import rooms
from explorer.store.room_database import reading
from explorer.store.rooms import (
    RoomLimits,
    answers_to,
    ask,
    end_room,
    ended_rooms,
    join_room,
    newest_room,
    nicknames,
    open_room,
    own_answer,
    read_room,
    room_led_by,
    room_results,
    set_stage,
    vote,
)
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("either_database")
CHOOSE = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))
NUMBER = RoomQuestion("n", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components")
ADA, BOB, LEADER = "a" * 32, "b" * 32, "leader00"
AT_ONCE = RoomLimits(between_votes_s=0)


class Clock:
    """The time of rooms, which tests move."""

    now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rooms, "time", clock)
    return clock


def rows(query: str) -> list[tuple[object, ...]]:
    with reading() as connection:
        return [tuple(row.values()) for row in connection.execute(query)]


def test_answers_are_those_of_a_dictionary_after_any_order_of_votes() -> None:
    drawn = np.random.default_rng(0)
    code, oracle = open_room(LEADER, NUMBER), dict[str, float]()
    for _ in range(200):
        token, number = f"{drawn.integers(20):032x}", float(drawn.integers(1, 785))
        vote(code, token, 1, number, AT_ONCE)
        oracle[token] = number
        assert own_answer(code, token, 1) == number
    assert answers_to(code, 1) == tuple(sorted(oracle.values()))
    assert (read_room(code).n_answers, read_room(code).n_students) == (len(oracle), len(oracle))


def test_life_of_a_room() -> None:
    code = open_room(LEADER, CHOOSE, "oregon")
    room = read_room(code)
    assert (room.code, room.leader, room.number, room.question, room.stage) == (code, LEADER, 1, CHOOSE, "covered")
    assert room_led_by(LEADER) == newest_room() == code
    vote(code, ADA, 1, 0)
    set_stage(code, LEADER, "revealed")
    assert read_room(code).revision > room.revision
    with pytest.raises(RoomError, match="has been revealed"):
        vote(code, BOB, 1, 1)
    ask(code, LEADER, NUMBER)
    assert (read_room(code).number, read_room(code).stage, read_room(code).n_answers) == (2, "covered", 0)
    with pytest.raises(RoomError, match="another question"):
        vote(code, BOB, 1, 1)
    vote(code, BOB, 2, 100)
    end_room(code, LEADER)
    assert [(each.number, each.question, each.answers) for each in room_results(code)] == [
        (1, CHOOSE, (0,)),
        (2, NUMBER, (100,)),
    ]
    assert [(each.code, each.n_questions, each.lecture) for each in ended_rooms(LEADER)] == [(code, 2, "oregon")]
    assert ended_rooms("another0") == ()
    assert room_led_by(LEADER) is newest_room() is None


def test_what_students_cannot_do() -> None:
    code = open_room(LEADER, CHOOSE)
    changes: tuple[Callable[[], None], ...] = (
        lambda: set_stage(code, "another0", "revealed"),
        lambda: ask(code, "another0", NUMBER),
        lambda: end_room(code, "another0"),
    )
    for change in changes:
        with pytest.raises(AccessError, match="led from another browser"):
            change()
    assert (read_room(code).stage, read_room(code).number) == ("covered", 1)
    for entered in ("", "NONE0", code.lower() + "x", "' OR 1=1 --"):
        with pytest.raises(RoomError, match="no open room"):
            vote(entered, ADA, 1, 0)


def test_own_answer_is_seen_by_its_browser_alone_and_in_its_room_alone() -> None:
    first, second = open_room(LEADER, CHOOSE), open_room(LEADER, CHOOSE)
    vote(first, ADA, 1, 1)
    assert own_answer(first, BOB, 1) is None
    assert own_answer(second, ADA, 1) is None


def test_nothing_of_a_person_is_kept() -> None:
    code = open_room(LEADER, CHOOSE)
    for token, given in ((ADA, 1), (BOB, 0)):
        join_room(code, token, "Ada Lovelace")
        vote(code, token, 1, given)
    assert not [row for row in rows("SELECT * FROM students") if ADA in row]
    before = {row[0] for row in rows("SELECT student FROM votes")}
    end_room(code, LEADER)
    assert rows("SELECT * FROM students") == []
    assert not before & {row[0] for row in rows("SELECT student FROM votes")}
    # The order tells nothing either: answers stand sorted.
    assert [row[0] for row in rows("SELECT answer FROM votes ORDER BY student")] == ["0.0", "1.0"]


def test_nickname_is_one_short_line_and_goes_with_the_room() -> None:
    code = open_room(LEADER, CHOOSE)
    join_room(code, ADA, "  Ada\n\x07\u202eLovelace, Countess of Everything ")
    join_room(code, BOB)
    assert nicknames(code) == ("Ada Lovelace, Countess"[:20],)
    join_room(code, ADA, "Ada")
    vote(code, ADA, 1, 1)
    assert nicknames(code) == ("Ada",)
    end_room(code, LEADER)
    assert nicknames(code) == ()


def test_room_ends_by_itself_after_its_lecturer_was_quiet_and_its_results_later(clock: Clock) -> None:
    limits = RoomLimits()
    code = open_room(LEADER, CHOOSE)
    vote(code, ADA, 1, 1)
    clock.now += limits.open_s - 1
    set_stage(code, LEADER, "open")
    clock.now += limits.open_s - 1
    assert read_room(code).n_answers == 1
    clock.now += 2
    assert newest_room() is None
    for use in (lambda: read_room(code), lambda: vote(code, BOB, 1, 1), lambda: join_room(code, BOB)):
        with pytest.raises(RoomError, match="no open room"):
            use()
    with pytest.raises(RoomError, match="no open room"):
        ask(code, LEADER, NUMBER)
    assert [room.code for room in ended_rooms()] == [code]
    assert rows("SELECT * FROM students") == []
    clock.now += limits.kept_s + 1
    assert ended_rooms() == ()
    assert room_results(code) == ()
    assert rows("SELECT * FROM votes") == []


def test_limits_say_the_number_that_was_exceeded() -> None:
    few = RoomLimits(most_rooms=1, most_students=2, most_questions=2, between_votes_s=60)
    code = open_room(LEADER, CHOOSE, limits=few)
    with pytest.raises(RoomError, match="1 rooms are open, and at most 1"):
        open_room(LEADER, CHOOSE, limits=few)
    vote(code, ADA, 1, 1, few)
    with pytest.raises(RoomError, match="less than 60 s ago"):
        vote(code, ADA, 1, 0, few)
    assert answers_to(code, 1) == (1,)
    join_room(code, BOB, limits=few, origin="elsewhere")
    with pytest.raises(RoomError, match="is full: 2 students"):
        vote(code, "c" * 32, 1, 1, few)
    ask(code, LEADER, NUMBER, few)
    with pytest.raises(RoomError, match="has had 2 questions"):
        ask(code, LEADER, NUMBER, few)


def test_cookies_of_one_address_leave_places_to_others() -> None:
    few = RoomLimits(most_students=8)
    code = open_room(LEADER, CHOOSE, limits=few)
    for student in range(4):
        join_room(code, f"{student:032x}", limits=few, origin="one")
    with pytest.raises(RoomError, match=f"^From your network address 4 students are in the room {code}, and the 4 "):
        vote(code, "e" * 32, 1, 1, few, origin="one")
    join_room(code, "0" * 32, "Ada", few, origin="one")
    for student in range(2):
        vote(code, f"{10 + student:032x}", 1, 1, few, origin="another")
    with pytest.raises(RoomError, match="address 2 students"):
        join_room(code, "f" * 32, limits=few, origin="another")
    vote(code, "d" * 32, 1, 1, few, origin="a third")
    assert read_room(code).n_students == 7
    end_room(code, LEADER)
    assert rows("SELECT origin FROM students") == []


def vote_as(code: str, students: range) -> None:
    """Each of some students answers, each from a thread of its own."""
    with ThreadPoolExecutor(25) as pool:
        list(pool.map(lambda student: vote(code, f"{student:032x}", 1, 1 + student), students))


def test_300_students_in_threads_of_three_processes_lose_no_vote() -> None:
    code = open_room(LEADER, NUMBER)
    votes = "from tests.store.test_rooms import vote_as; vote_as({!r}, range({}, {}))"
    # A process of multiprocessing would begin with the page that a test ran last as its own script.
    others = [
        subprocess.Popen([sys.executable, "-c", votes.format(code, first, first + 100)], cwd=ROOT)
        for first in (100, 200)
    ]
    vote_as(code, range(100))
    assert [other.wait(120) for other in others] == [0, 0]
    assert answers_to(code, 1) == tuple(map(float, range(1, 301)))
    assert (read_room(code).n_students, read_room(code).n_answers) == (300, 300)
