"""The student's page: in by a code, an answer by one press, another in its place, the truth when it is revealed."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from explorer.permissions import Mode, origin_of
from explorer.rooms.question import RoomQuestion
from explorer.store import rooms
from explorer.store.room_database import reading
from explorer.store.rooms import RoomLimits, answers_to, ask, end_room, nicknames, open_room, own_answer, set_stage
from explorer.ui import access
from explorer.ui.rooms import reader
from explorer.ui.rooms.reader import FASTEST_S, seconds_between
from explorer.ui.views.room import answering
from tests.conftest import app_page
from tests.ui.rooms.pressing import press, run
from tests.ui.rooms.test_panel import popovers
from tests.ui.test_foreign_text import HOSTILE, faults_of

CHOOSE = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B, by far.", 1, ("A", "B"))
NUMBER = RoomQuestion("n", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components")
POINT = RoomQuestion("p", "latent?model=digits-vae-2d", "point", "Where?", "T.", "H.", (1.0, -0.5), low=-4, high=4)
DRAW = replace(POINT, kind="draw", address="latent?model=vae-2d")
ADA, LEADER = "a" * 32, "leader00"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests press faster than people, and each has a room of its own."""
    monkeypatch.setattr(rooms.vote, "__defaults__", (RoomLimits(between_votes_s=0), ""))
    monkeypatch.setattr(reader, "FRESH_S", -1.0)


def as_ada(code: str = "") -> AppTest:
    app = app_page("room", **({"room": code} if code else {}))
    app.session_state[access._TOKEN] = ADA
    return run(app)


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.success, *app.error, *app.warning))


def test_without_a_code_it_asks_for_one_and_takes_it_in_any_case() -> None:
    code = open_room(LEADER, CHOOSE)
    app = as_ada()
    app.text_input[0].set_value(code.lower())
    run(app)
    assert app.query_params["room"] == code
    assert "A or B?" in texts(app)


@pytest.mark.parametrize("mode", ["open", "class"])
def test_who_may_open_rooms_reads_where(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "server", lambda: access.Server(mode, "a key"))
    assert ("To ask a class yourself" in texts(as_ada())) is (mode == "open")


def test_wrong_code_is_one_sentence_and_the_field_stays() -> None:
    app = as_ada("NONE0")
    assert [warning.value for warning in app.warning] == [
        "There is no open room 'NONE0'; it may have ended: ask for the code of today."
    ]
    assert app.text_input[0].label == "Code of the room"


def test_choice_is_one_press_and_another_takes_its_place() -> None:
    code = open_room(LEADER, CHOOSE)
    app = press(as_ada(code), "A")
    assert answers_to(code, 1) == (0,)
    assert "Your answer: A" in texts(app)
    press(app, "B")
    assert answers_to(code, 1) == (1,)
    # A reload of the page finds the answer again, since the cookie brings the same token.
    assert "Your answer: B" in texts(as_ada(code))


@pytest.mark.parametrize("enters", [True, False])
def test_a_student_takes_a_place_of_the_network_address(enters: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_network_address", lambda: "192.0.2.7")
    monkeypatch.setattr(access, "server", lambda: access.Server("open", "a key"))
    if not enters:
        monkeypatch.setattr(answering, "join_room", lambda *_, **__: None)
    press(as_ada(open_room(LEADER, CHOOSE)), "A")
    with reading() as connection:
        origins = [row["origin"] for row in connection.execute("SELECT origin FROM students")]
    assert origins == [origin_of("192.0.2.7", "a key")]


def test_number_is_sent_and_shown() -> None:
    code = open_room(LEADER, NUMBER)
    app = as_ada(code)
    app.number_input[0].set_value(200)
    app = press(app, "Send")
    assert answers_to(code, 1) == (200,)
    assert "Your answer: 200 components" in texts(app)


def test_empty_number_is_refused_in_a_sentence() -> None:
    code = open_room(LEADER, NUMBER)
    app = press(as_ada(code), "Send")
    assert [error.value for error in app.error] == ["`None` is no answer; send a number from 1 to 784 components."]
    assert answers_to(code, 1) == ()


@pytest.fixture
def taps(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the browser says that was tapped, before each run of the page."""
    said: list[object] = []

    def ballot(*_: object, on_tap: Callable[[object], None]) -> None:
        while said:
            on_tap(said.pop())

    monkeypatch.setattr(answering, "plane_ballot", ballot)
    return said


def test_place_is_tapped_and_another_takes_its_place(taps: list[object]) -> None:
    code = open_room(LEADER, POINT)
    app = as_ada(code)
    for place in ((1.5, -0.5), (-2.0, 3.0)):
        taps.append(place)
        run(app)
        assert answers_to(code, 1) == (place,)
    assert "Your answer: (-2, 3)" in texts(run(app))


@pytest.mark.parametrize("said", [(float("nan"), 0), (1e300, 0), ("<b>", 0), (0, None), ([], {})])
def test_what_is_no_place_is_refused_in_a_sentence_and_nothing_is_kept(taps: list[object], said: object) -> None:
    code = open_room(LEADER, POINT)
    app = as_ada(code)
    taps.append(said)
    run(app)
    assert ["is no place in the plane" in error.value for error in app.error] == [True]
    assert answers_to(code, 1) == ()


@pytest.fixture
def strokes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser says was drawn, before each run of the page."""
    said: list[str] = []

    def pad(ink: str, _key: str, *, is_example: bool, on_ink: Callable[[str], None]) -> None:
        shown.append((ink, is_example))
        while said:
            on_ink(said.pop())

    shown: list[tuple[str, bool]] = []
    monkeypatch.setattr(answering, "drawing_pad", pad)
    return said


def test_drawing_is_sent_by_a_press_and_nobody_else_sees_it(strokes: list[str]) -> None:
    code = open_room(LEADER, DRAW)
    app = as_ada(code)
    assert next(button for button in app.button if button.label == "Send").disabled
    strokes.append("4040c0c0-40c0c040")
    run(run(app))
    assert answers_to(code, 1) == ()
    press(app, "Send")
    (drawing,) = answers_to(code, 1)
    assert isinstance(drawing, bytes)
    assert "Your answer: a drawing" in texts(app)
    set_stage(code, LEADER, "open")
    other = app_page("room", room=code)
    other.session_state[access._TOKEN] = "b" * 32
    run(other)
    assert own_answer(code, "b" * 32, 1) is None
    shown = str(other.main)
    assert not any(text in shown for text in (drawing.hex(), base64.b64encode(drawing).decode(), "4040c0c0"))
    assert not other.get("plotly_chart")
    assert not other.get("image")


@pytest.mark.parametrize("said", ["<b>", "zz", "4040c0"])
def test_what_is_no_drawing_is_refused_in_a_sentence(strokes: list[str], said: str) -> None:
    code = open_room(LEADER, DRAW)
    app = as_ada(code)
    strokes.append(said)
    run(run(app))
    press(app, "Send")
    assert ["is no drawing" in error.value for error in app.error] == [True]
    assert answers_to(code, 1) == ()


def test_model_that_is_not_there_is_one_sentence() -> None:
    gone = replace(POINT, address="latent?model=gone")
    app = as_ada(open_room(LEADER, gone))
    assert ["the model 'gone', which is not in the library" in warning.value for warning in app.warning] == [True]


def test_truth_comes_with_its_reason_and_nothing_can_be_pressed_any_longer() -> None:
    code = open_room(LEADER, CHOOSE)
    app = press(as_ada(code), "A")
    assert "by far" not in texts(app)
    set_stage(code, LEADER, "revealed")
    app = as_ada(code)
    assert "The answer: B" in texts(app)
    assert "It is B, by far." in texts(app)
    assert "Your answer: A" in texts(app)
    assert not [button for button in app.button if button.label in ("A", "B")]


def test_next_question_takes_the_place_of_the_former() -> None:
    code = open_room(LEADER, CHOOSE)
    as_ada(code)
    ask(code, LEADER, NUMBER)
    assert "How many?" in texts(as_ada(code))


def test_room_that_ended_says_so() -> None:
    code = open_room(LEADER, CHOOSE)
    end_room(code, LEADER)
    assert "it may have ended" in texts(as_ada(code))


def test_students_have_no_button_of_the_lecturers_and_see_no_spread() -> None:
    code = open_room(LEADER, CHOOSE)
    set_stage(code, LEADER, "open")
    app = as_ada(code)
    assert [button.label for button in app.button] == ["A", "B"]
    assert not app.get("plotly_chart")
    assert "ask_class" not in popovers(app)


def test_press_that_comes_after_the_truth_changes_nothing() -> None:
    code = open_room(LEADER, CHOOSE)
    app = press(as_ada(code), "A")
    set_stage(code, LEADER, "revealed")
    press(app, "B")
    assert own_answer(code, ADA, 1) == 0


def test_hostile_nickname_and_question_are_text() -> None:
    code = open_room(LEADER, RoomQuestion("h", "pca", "choose", HOSTILE, HOSTILE, HOSTILE, 1, ("A", HOSTILE)))
    app = as_ada(code)
    next(field for field in app.text_input if field.label.startswith("Nickname")).set_value(HOSTILE[:20])
    assert faults_of(run(app)) == []
    assert nicknames(code) == (HOSTILE[:20].strip(),)
    set_stage(code, LEADER, "revealed")
    assert faults_of(as_ada(code)) == []


def test_phones_of_a_full_hall_ask_less_often() -> None:
    assert seconds_between(0) == seconds_between(60) == FASTEST_S
    assert seconds_between(300) == 5
