"""Presses between a browser's requests and the runs of its session."""

import threading
from unittest.mock import Mock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

from explorer.ui import presses
from explorer.ui.presses import Presses, one_at_a_time, put_aside

VALUE = WidgetState(id="slider", int_value=3)
BUTTON = WidgetState(id="button", trigger_value=True)
PICK = WidgetState(id="plane", json_trigger_value='[{"event": "pick", "value": 1}]')


def asked_with(*states: WidgetState, fragment: str = "", by_timer: bool = False) -> ClientState:
    return ClientState(widget_states=WidgetStates(widgets=states), fragment_id=fragment, is_auto_rerun=by_timer)


@pytest.mark.parametrize(("by_timer", "unheard"), [(False, [BUTTON, PICK]), (True, [])])
def test_presses_leave_a_request_and_wait_but_for_those_of_a_timer(by_timer: bool, unheard: list[WidgetState]) -> None:
    waiting, asked = Presses(), asked_with(BUTTON, VALUE, PICK, fragment="f", by_timer=by_timer)
    put_aside(asked, waiting, lambda _: "f")
    assert list(asked.widget_states.widgets) == [VALUE]
    assert asked.fragment_id == "f"
    assert waiting.take(["another"]) == []
    assert waiting.take(["another", "f"]) == unheard
    assert waiting.take([]) == [], "once"


def test_a_request_without_presses_is_left_as_it_is() -> None:
    waiting, asked = Presses(), asked_with(VALUE, fragment="f")
    put_aside(asked, waiting, lambda _: None)
    assert asked == asked_with(VALUE, fragment="f")
    assert waiting.take([]) == []


@pytest.mark.parametrize(
    ("shown_in", "asked_for", "runs"), [("", "f", ""), ("g", "f", ""), (None, "f", ""), ("f", "f", "f")]
)
def test_the_whole_page_runs_unless_the_press_is_of_the_fragment(
    shown_in: str | None, asked_for: str, runs: str
) -> None:
    asked = asked_with(BUTTON, fragment=asked_for)
    waiting = Presses()
    put_aside(asked, waiting, lambda _: shown_in)
    assert asked.fragment_id == runs
    assert waiting.unheard == [(runs, BUTTON)]
    assert waiting.take([]) == [BUTTON], "a run of the whole page hears all"


def test_a_button_that_was_pressed_twice_is_heard_twice_and_the_page_sees_the_last_of_each() -> None:
    other = WidgetState(id="other", trigger_value=True)
    assert one_at_a_time([]) == [[]]
    assert one_at_a_time([BUTTON, other]) == [[BUTTON, other]]
    assert one_at_a_time([BUTTON, other, BUTTON]) == [[BUTTON], [BUTTON, other]]


@pytest.mark.parametrize("is_overtaken", [False, True])
def test_a_run_that_was_overtaken_leaves_the_widgets_alone(is_overtaken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    of_session, original = Presses(), Mock()
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    of_session.begin(threading.current_thread())
    if is_overtaken:
        of_session.begin(threading.Thread())
    presses._end(original, Mock(), frozenset(), remove_stale_widgets=True)
    assert original.called != is_overtaken
    of_session.begin(threading.current_thread())
    presses._end(original, Mock(), frozenset())
    assert original.call_count == (1 if is_overtaken else 2)


def test_a_press_is_missed_by_a_run_that_was_stopped_before_its_button() -> None:
    runner, other = ScriptRequests(), ScriptRequests()
    waiting = Presses(heard=[BUTTON, PICK], read={"plane"}, runner=runner)
    for stopped, missed in ((other, []), (runner, [BUTTON]), (other, [BUTTON])):
        waiting.stopped.add(stopped)
        assert waiting.missed() == missed
