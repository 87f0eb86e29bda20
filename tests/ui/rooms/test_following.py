"""Following: where the lecturer is the class is, until somebody lets go; and what cannot lead anybody astray."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.errors import AccessError, RoomError
from explorer.permissions import tag_of
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import answers_to, ask, lead_to, open_room, read_room, set_stage, vote
from explorer.ui import access
from explorer.ui.rooms import following, reader
from explorer.ui.rooms.following import FOLLOWS, Follower
from tests.conftest import app_page
from tests.ui.rooms.pressing import press, run
from tests.ui.rooms.test_panel import as_lecturer, texts

ADA, BOB = "a" * 32, "b" * 32
LEADER = tag_of(ADA)
FOLLOW = RoomQuestion("f", "lectures", "follow", "Follow me", "No.", "It is so.")
CHOOSE = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests change a room faster than the shared reader looks, and a page alone has no others to go to."""

    def go(path: str) -> None:
        st.session_state["gone"] = path, st.session_state["_handed"]
        st.stop()

    monkeypatch.setattr(reader, "FRESH_S", -1.0)
    monkeypatch.setattr(st, "switch_page", go)


def page(follower: Follower, **query: str) -> AppTest:
    """A small page of the frame that follows, with a sample as what its address holds."""
    app = AppTest.from_function(following_page)
    app.session_state[FOLLOWS] = follower
    app.session_state[access._TOKEN] = BOB
    for key, text in query.items():
        app.query_params[key] = text
    return run(app)


def following_page() -> None:
    from explorer.ui.rooms.following import follow_lecturer

    follow_lecturer("latent")


def test_only_the_leader_leads_and_only_to_a_page_and_only_what_is_followed() -> None:
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "latent?model=vae-2d&z=1,2&lecture=mine&scene=3")
    assert read_room(code).question.address == "latent?model=vae-2d&z=1%2C2"
    revision = read_room(code).revision
    with pytest.raises(AccessError, match="led from another browser"):
        lead_to(code, "another0", "pca")
    with pytest.raises(RoomError, match="no page of the explorer"):
        lead_to(code, LEADER, "javascript:alert(1)")
    assert read_room(code).revision == revision
    ask(code, LEADER, CHOOSE)
    lead_to(code, LEADER, "latent?model=ae-2d")
    assert read_room(code).question == CHOOSE


def test_nothing_is_answered_while_one_follows() -> None:
    code = open_room(LEADER, FOLLOW)
    with pytest.raises(RoomError, match="nothing to answer"):
        vote(code, BOB, 1, 0)
    assert answers_to(code, 1) == ()


def test_leaders_page_says_where_it_is_and_has_no_answers_to_show() -> None:
    code = open_room(LEADER, FOLLOW)
    app = as_lecturer()
    assert read_room(code).question.address == "pca"
    assert "their pages show what this one shows" in texts(app)
    assert {"Stop leading", "Reveal"} & {button.label for button in app.button} == {"Stop leading"}
    press(app, "Stop leading")
    assert read_room(code).stage == "revealed"
    assert "It is so." in texts(as_lecturer())


def test_page_goes_where_the_lecturer_goes() -> None:
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "pca?view=Error&k=20")
    app = page(Follower(code, "latent"))
    assert app.session_state["gone"] == ("pages/pca.py", {"view": ["Error"], "k": ["20"]})


@pytest.mark.parametrize("address", ["room?room=ABCDE", "lectures", "nowhere?x=1"])
def test_page_that_cannot_be_followed_is_not_opened(address: str) -> None:
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, address)
    assert "gone" not in page(Follower(code, "latent")).session_state


def test_who_changes_the_page_has_let_go_and_can_follow_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "RESTS_S", 0.0)
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "latent?z=1,1")
    app = page(Follower(code, "latent?z=1%2C1"), z="1,1")
    run(app)
    assert "This page follows" in texts(app)
    app.query_params["z"] = "2,2"
    run(app)
    assert "You no longer follow" in texts(app)
    lead_to(code, LEADER, "latent?z=3,3")
    assert "gone" not in run(app).session_state
    press(app, "Follow again")
    assert app.session_state["gone"] == ("pages/latent.py", {"z": ["3,3"]})


@pytest.mark.parametrize(("rests_s", "z"), [(60.0, "2,2"), (0.0, "1,1")])
def test_page_that_comes_to_rest_or_is_where_the_lecturer_is_still_follows(
    rests_s: float, z: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RESTS_S", rests_s)
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "latent?z=1,1")
    app = page(Follower(code, "latent?z=1,1"), z="0,0")
    app.query_params["z"] = z
    run(app)
    assert "This page follows" in texts(app)


def test_way_that_was_lost_is_begun_once_more_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "latent?z=1,1")
    app = page(Follower(code, "latent?z=2,2"), z="2,2")
    for rests_s, goes in ((60.0, False), (0.0, True), (0.0, False)):
        monkeypatch.setattr(following, "RESTS_S", rests_s)
        app.session_state["gone"] = None
        assert (run(run(app)).session_state["gone"] is not None) == goes


def test_button_lets_go() -> None:
    code = open_room(LEADER, FOLLOW)
    app = press(page(Follower(code, "lectures")), "Let go")
    lead_to(code, LEADER, "latent")
    assert "gone" not in run(app).session_state


@pytest.mark.parametrize("is_asked", [True, False])
def test_next_question_and_an_end_lead_back_to_the_ballot(is_asked: bool) -> None:
    code = open_room(LEADER, FOLLOW)
    app = page(Follower(code, "lectures"))
    if is_asked:
        ask(code, LEADER, CHOOSE)
    else:
        set_stage(code, LEADER, "revealed")
    run(app)
    assert app.session_state["gone"] == ("pages/room.py", {"room": [code]})
    assert FOLLOWS not in app.session_state


def test_room_that_ended_says_so_and_the_page_stays() -> None:
    app = page(Follower("NONE0", "latent"))
    assert "no open room" in app.info[0].value
    assert FOLLOWS not in app.session_state


def test_students_page_goes_where_the_lecturer_is() -> None:
    code = open_room(LEADER, FOLLOW)
    lead_to(code, LEADER, "generate?view=nowhere")
    app = app_page("room", room=code)
    app.session_state[access._TOKEN] = BOB
    app.run()
    assert app.session_state[FOLLOWS].led_to == "generate?view=nowhere"
