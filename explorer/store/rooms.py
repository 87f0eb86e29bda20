"""Rooms on the disk: opened, asked, answered, revealed and ended; one answer for each student and question."""

import hashlib
import secrets
import time
from dataclasses import dataclass, replace
from typing import Literal

from explorer.errors import AccessError, RoomError
from explorer.lectures.lecture import plain_address
from explorer.rooms import Answer, RoomQuestion, parse_answer
from explorer.rooms.answers import answer_of, answer_text, in_order
from explorer.rooms.question import question_of, question_text
from explorer.rooms.results import Asked
from explorer.store.room_database import is_there, reading, transaction
from explorer.store.schema import Connection, Row, count_rows

# Covered: students answer, and nobody sees what; open: the spread is seen; revealed: the truth too.
Stage = Literal["covered", "open", "revealed"]
# Letters and digits that are not taken for one another.
_ALPHABET, CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 5
_TRIES = 50
LONGEST_ADDRESS = 4000


@dataclass(frozen=True)
class RoomLimits:
    """How much rooms may take; `open_s` counts from the last thing that the lecturer did, `kept_s` from the end.

    most_students: of them, one network address may have as many as are left for all others, half at most.
    """

    most_rooms: int = 20
    most_students: int = 1000
    most_questions: int = 100
    most_characters: int = 8000
    longest_nickname: int = 20
    between_votes_s: float = 0.3
    open_s: float = 2 * 3600.0
    kept_s: float = 30 * 86400.0


ROOM_LIMITS = RoomLimits()


@dataclass(frozen=True)
class Student:
    """What a room knows of a browser: a name of its own, and the tag of its network address."""

    tag: str
    origin: str


@dataclass(frozen=True)
class Room:
    """What everybody in a room may know; `number` is that of the question, from 1.

    The revision grows with everything that the lecturer does.
    """

    code: str
    leader: str
    revision: int
    number: int
    question: RoomQuestion
    stage: Stage
    n_students: int
    n_answers: int


@dataclass(frozen=True)
class EndedRoom:
    """A room whose results are kept: when it was opened, in seconds since 1970, the lecture that was on, or ''."""

    code: str
    opened: float
    lecture: str
    n_questions: int


def open_room(leader: str, question: RoomQuestion, lecture: str = "", limits: RoomLimits = ROOM_LIMITS) -> str:
    """Open a room with its first question; returns its code. Raises RoomError when as many are open as may be.

    leader: the tag of the browser that leads it. What is overdue ends first.
    """
    now = time.time()
    with transaction() as connection:
        _end_overdue(connection, now, limits)
        n_open = count_rows(connection, "FROM rooms WHERE ended IS NULL")
        if n_open >= limits.most_rooms:
            raise RoomError(
                f"{n_open} rooms are open, and at most {limits.most_rooms} may be; end one, or wait: each ends by "
                f"itself {limits.open_s / 60:.0f} minutes after its lecturer's last press."
            )
        code = _free_code(connection)
        connection.execute(
            "INSERT INTO rooms (code, leader, lecture, opened, ends) VALUES (?, ?, ?, ?, ?)",
            (code, leader, lecture, now, now + limits.open_s),
        )
        _ask(connection, code, question)
    return code


def ask(code: str, leader: str, question: RoomQuestion, limits: RoomLimits = ROOM_LIMITS) -> None:
    """Put the next question, covered; raises AccessError for another than the leader, RoomError for too many."""
    with transaction() as connection:
        _lead(connection, code, leader, limits)
        n_asked = count_rows(connection, "FROM asked WHERE room = ?", code)
        if n_asked >= limits.most_questions:
            raise RoomError(f"The room has had {n_asked} questions, which is the most; end it and open another one.")
        _ask(connection, code, question)


def set_stage(code: str, leader: str, stage: Stage, limits: RoomLimits = ROOM_LIMITS) -> None:
    """Cover or show the answers, or reveal the truth, after which nobody answers; raises AccessError."""
    with transaction() as connection:
        _lead(connection, code, leader, limits)
        connection.execute(
            "UPDATE asked SET stage = ? WHERE room = ? AND number = (SELECT MAX(number) FROM asked WHERE room = ?)",
            (stage, code, code),
        )


def lead_to(code: str, leader: str, address: str) -> None:
    """Say where those who follow are led; raises AccessError, and RoomError for what is no page of the explorer."""
    try:
        plain = plain_address(address[:LONGEST_ADDRESS])
    except ValueError as error:
        raise RoomError("Where the room is led to is no page of the explorer.") from error
    with transaction() as connection:
        room = _room(connection, _row(connection, code))
        _check_leader(room.leader, code, leader)
        if room.question.kind == "follow":
            led = question_text(replace(room.question, address=plain))
            connection.execute("UPDATE asked SET question = ? WHERE room = ? AND number = ?", (led, code, room.number))


def end_room(code: str, leader: str, limits: RoomLimits = ROOM_LIMITS) -> None:
    """End a room: its answers stay, and who gave them is forgotten; raises AccessError."""
    with transaction() as connection:
        _lead(connection, code, leader, limits)
        _end(connection, code, time.time())


def join_room(
    code: str, token: str, nickname: str | None = None, limits: RoomLimits = ROOM_LIMITS, origin: str = ""
) -> None:
    """Enter a room, or change one's nickname, which None leaves as it is; raises RoomError where nobody can enter.

    origin: the tag of the browser's network address.
    """
    with transaction() as connection:
        _join(connection, _row(connection, code), Student(student_of(code, token), origin), nickname, limits)


def vote(code: str, token: str, number: int, given: object, limits: RoomLimits = ROOM_LIMITS, origin: str = "") -> None:
    """Keep a student's answer to the question of that number, in the place of an earlier one; raises RoomError."""
    now, student = time.time(), Student(student_of(code, token), origin)
    with transaction() as connection:
        room = _room(connection, _row(connection, code))
        if room.number != number:
            raise RoomError("The lecturer has put another question meanwhile; answer the one that is shown now.")
        if room.stage == "revealed":
            raise RoomError("The answer has been revealed, so nobody can answer this question any longer.")
        answer = answer_text(parse_answer(room.question, given))
        _join(connection, _row(connection, code), student, None, limits)
        _check_pace(connection, code, student.tag, now, limits)
        connection.execute(
            "INSERT INTO votes VALUES (?, ?, ?, ?) "
            "ON CONFLICT (room, number, student) DO UPDATE SET answer = excluded.answer",
            (code, number, student.tag, answer),
        )


def read_room(code: str) -> Room:
    """What everybody in a room may know; raises RoomError where there is none that is open."""
    with reading() as connection:
        return _room(connection, _row(connection, code))


def count_rooms() -> int:
    """How many rooms are open."""
    if not is_there():
        return 0
    with reading() as connection:
        return count_rows(connection, "FROM rooms WHERE ended IS NULL AND ends >= ?", time.time())


def room_led_by(leader: str) -> str | None:
    """The code of the newest open room of a browser, None without one."""
    return _newest(leader)


def newest_room() -> str | None:
    """The code of the newest open room of all, None without one."""
    return _newest(None)


def answers_to(code: str, number: int) -> tuple[Answer, ...]:
    """All answers to a question of a room, sorted, so that their order tells nothing."""
    with reading() as connection:
        return _answers(connection, code, number)


def own_answer(code: str, token: str, number: int) -> Answer | None:
    """What one browser answered to a question; None where it has not."""
    query = "SELECT answer FROM votes WHERE room = ? AND number = ? AND student = ?"
    with reading() as connection:
        row = connection.execute(query, (code, number, student_of(code, token))).fetchone()
    return None if row is None else answer_of(row["answer"])


def nicknames(code: str) -> tuple[str, ...]:
    """The nicknames in a room, sorted; those who gave none are not among them."""
    query = "SELECT nickname FROM students WHERE room = ? AND nickname <> '' ORDER BY nickname"
    with reading() as connection:
        return tuple(row["nickname"] for row in connection.execute(query, (code,)))


def room_results(code: str) -> tuple[Asked, ...]:
    """Every question of a room, also of one that has ended, with its answers and without a name."""
    with reading() as connection:
        rows = connection.execute("SELECT number, question FROM asked WHERE room = ? ORDER BY number", (code,))
        return tuple(
            Asked(row["number"], question_of(row["question"]), _answers(connection, code, row["number"]))
            for row in rows.fetchall()
        )


def ended_rooms(leader: str | None = None, limits: RoomLimits = ROOM_LIMITS) -> tuple[EndedRoom, ...]:
    """The rooms whose results are kept, the last one first: those of one browser, or all.

    What is overdue ends first.
    """
    if not is_there():
        return ()
    query = (
        "SELECT code, opened, lecture, (SELECT COUNT(*) FROM asked WHERE room = code) AS n_questions FROM rooms "
        "WHERE ended IS NOT NULL AND leader = COALESCE(?, leader) ORDER BY opened DESC"
    )
    with transaction() as connection:
        _end_overdue(connection, time.time(), limits)
        return tuple(EndedRoom(**row) for row in connection.execute(query, (leader,)).fetchall())


def student_of(code: str, token: str) -> str:
    """What a room calls a browser: another name in each room, from which nobody finds the token."""
    return hashlib.sha256(f"{code} {token}".encode()).hexdigest()[:16]


def _newest(leader: str | None) -> str | None:
    if not is_there():
        return None
    query = (
        "SELECT code FROM rooms WHERE ended IS NULL AND ends >= ? AND leader = COALESCE(?, leader) ORDER BY opened DESC"
    )
    with reading() as connection:
        row = connection.execute(query, (time.time(), leader)).fetchone()
    return None if row is None else str(row["code"])


def _free_code(connection: Connection) -> str:
    for _ in range(_TRIES):
        code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
        if not count_rows(connection, "FROM rooms WHERE code = ?", code):
            return code
    raise RoomError("No code was free for another room; try again.")


def _ask(connection: Connection, code: str, question: RoomQuestion) -> None:
    connection.execute(
        "INSERT INTO asked SELECT ?, COALESCE(MAX(number), 0) + 1, ?, 'covered' FROM asked WHERE room = ?",
        (code, question_text(question), code),
    )


def _lead(connection: Connection, code: str, leader: str, limits: RoomLimits) -> None:
    """See that the leader acts, let the room stay open for as long again, and say that something changes."""
    _check_leader(_row(connection, code)["leader"], code, leader)
    ends = time.time() + limits.open_s
    connection.execute("UPDATE rooms SET ends = ?, revision = revision + 1 WHERE code = ?", (ends, code))


def _check_leader(leads: str, code: str, leader: str) -> None:
    if leads != leader:
        raise AccessError(f"The room {code} is led from another browser; only from there it can be changed.")


def _join(connection: Connection, room: Row, student: Student, nickname: str | None, limits: RoomLimits) -> None:
    """nickname: None leaves it as it is."""
    code, name = room["code"], None if nickname is None else _plain(nickname, limits)
    if not count_rows(connection, "FROM students WHERE room = ? AND student = ?", code, student.tag):
        _check_places(connection, code, student.origin, limits)
        connection.execute(
            "INSERT INTO students (room, student, nickname, origin) VALUES (?, ?, ?, ?)",
            (code, student.tag, name or "", student.origin),
        )
    elif name is not None:
        connection.execute("UPDATE students SET nickname = ? WHERE room = ? AND student = ?", (name, code, student.tag))


def _check_places(connection: Connection, code: str, origin: str, limits: RoomLimits) -> None:
    """Browsers that one address gives out take half of the places at most, and those of the next half of the rest."""
    n_free = limits.most_students - count_rows(connection, "FROM students WHERE room = ?", code)
    if not n_free:
        raise RoomError(f"The room {code} is full: {limits.most_students:,} students are in it.")
    n_here = count_rows(connection, "FROM students WHERE room = ? AND origin = ?", code, origin)
    if n_here >= n_free:
        raise RoomError(
            f"From your network address {n_here:,} students are in the room {code}, and the {n_free:,} places that are "
            "left are for others; use another network, such as mobile data."
        )


def _plain(nickname: str, limits: RoomLimits) -> str:
    """A nickname in one line of printable characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in nickname).split())
    return line[: limits.longest_nickname]


def _check_pace(connection: Connection, code: str, student: str, now: float, limits: RoomLimits) -> None:
    (row,) = connection.execute("SELECT voted FROM students WHERE room = ? AND student = ?", (code, student))
    if 0 <= now - row["voted"] < limits.between_votes_s:
        raise RoomError(f"You answered less than {limits.between_votes_s:g} s ago; wait a moment and press again.")
    connection.execute("UPDATE students SET voted = ? WHERE room = ? AND student = ?", (now, code, student))


def _row(connection: Connection, code: str) -> Row:
    query = "SELECT * FROM rooms WHERE code = ? AND ended IS NULL AND ends >= ?"
    row = connection.execute(query, (code, time.time())).fetchone()
    if row is None:
        raise RoomError(f"There is no open room {code[:CODE_LENGTH]!r}; it may have ended: ask for the code of today.")
    return row


def _room(connection: Connection, row: Row) -> Room:
    code = row["code"]
    (asked,) = connection.execute("SELECT * FROM asked WHERE room = ? ORDER BY number DESC LIMIT 1", (code,))
    n_answers = count_rows(connection, "FROM votes WHERE room = ? AND number = ?", code, asked["number"])
    return Room(
        code, row["leader"], row["revision"], asked["number"], question_of(asked["question"]), asked["stage"],
        count_rows(connection, "FROM students WHERE room = ?", code), n_answers,
    )  # fmt: skip


def _answers(connection: Connection, code: str, number: int) -> tuple[Answer, ...]:
    rows = connection.execute("SELECT answer FROM votes WHERE room = ? AND number = ?", (code, number))
    return in_order(answer_of(row["answer"]) for row in rows)


def _end_overdue(connection: Connection, now: float, limits: RoomLimits) -> None:
    """End what nobody has led for long, and drop results that were kept long enough."""
    overdue = connection.execute("SELECT code FROM rooms WHERE ended IS NULL AND ends < ?", (now,)).fetchall()
    for row in overdue:
        _end(connection, row["code"], now)
    connection.execute("DELETE FROM rooms WHERE ended < ?", (now - limits.kept_s,))


def _end(connection: Connection, code: str, now: float) -> None:
    """Forget who was there; of the answers to a question only their values remain."""
    votes = connection.execute(
        "SELECT number, answer FROM votes WHERE room = ? ORDER BY number, answer", (code,)
    ).fetchall()
    connection.execute("DELETE FROM votes WHERE room = ?", (code,))
    connection.executemany(
        "INSERT INTO votes VALUES (?, ?, ?, ?)",
        [(code, row["number"], f"{place}", row["answer"]) for place, row in enumerate(votes)],
    )
    connection.execute("DELETE FROM students WHERE room = ?", (code,))
    connection.execute("UPDATE rooms SET ended = ? WHERE code = ?", (now, code))
