"""Presses between a browser's requests and the runs of its session."""

import threading
from unittest.mock import Mock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.session_state import Serialized

from explorer.ui import presses
from explorer.ui.presses import Presses, one_at_a_time, put_aside, split_by_run

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


def test_a_run_goes_on_while_it_does_what_a_press_asks_for() -> None:
    waiting, look, runner = Presses(), Mock(), Mock()
    for acts in (False, True, False):
        if acts:
            waiting.act()
        else:
            presses.finish_acting()
        presses._stop_if_asked(look, runner)
        assert look.called != acts
        assert waiting.is_done.is_set() != acts
        look.reset_mock()


@pytest.mark.parametrize("comes_to", ["button", "slider"])
def test_a_press_is_acted_upon_until_the_run_comes_to_another_widget(
    comes_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_session = Presses(heard=[BUTTON])
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    for name in ("button", comes_to):
        presses._come_to(Mock(), Mock(), Mock(id=name))
    assert of_session.read == {"button", comes_to}
    assert of_session.is_done.is_set() == (comes_to == "slider")
    presses._let_go(Mock(), Mock())
    assert of_session.is_done.is_set()


def test_a_run_whose_runner_was_stopped_begins_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    of_session, original = Presses(), Mock()
    of_session.put("", [BUTTON])
    context = Mock(script_requests=ScriptRequests(), fragment_ids_this_run=None)
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    monkeypatch.setattr(presses, "get_script_run_ctx", Mock(return_value=context))
    of_session.stopped.add(context.script_requests)
    presses._begin(original, Mock(), None)
    assert not original.called
    of_session.stopped.clear()
    presses._begin(original, Mock(), None)
    assert original.call_args.args[1].widgets == [BUTTON]
    assert of_session.is_done.is_set()


def test_a_run_waits_until_the_one_before_it_has_acted(monkeypatch: pytest.MonkeyPatch) -> None:
    of_session, order = Presses(), list[str]()
    context = Mock(script_requests=ScriptRequests(), fragment_ids_this_run=None)
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    monkeypatch.setattr(presses, "get_script_run_ctx", Mock(return_value=context))
    of_session.act()
    next_run = threading.Thread(target=lambda: presses._begin(lambda *_, **__: order.append("next"), Mock(), None))
    next_run.start()
    next_run.join(0.2)
    order.append("acted")
    presses.finish_acting()
    next_run.join()
    assert order == ["acted", "next"]


def test_a_button_that_acts_on_the_page_is_heard_once_per_run() -> None:
    other = WidgetState(id="other", trigger_value=True)
    taken = [BUTTON, other, BUTTON, BUTTON]
    assert split_by_run(taken, [], lambda _: False) == ([BUTTON, other], [BUTTON, BUTTON])
    assert split_by_run(taken, [BUTTON], lambda _: False) == ([other], [BUTTON, BUTTON, BUTTON])
    assert split_by_run(taken, [BUTTON], lambda _: True) == (taken, [])


@pytest.mark.parametrize("fragment", ["", "f"])
def test_the_page_runs_once_more_for_presses_that_wait(fragment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of_session, context = Presses(), Mock(script_requests=Mock(), query_string="view=1", page_script_hash="hash")
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    monkeypatch.setattr(presses, "get_script_run_ctx", Mock(return_value=context))
    of_session.begin(threading.current_thread())
    presses._let_go(Mock(), Mock())
    assert not context.script_requests.request_rerun.called
    of_session.put(fragment, [BUTTON])
    presses._let_go(Mock(), Mock())
    assert context.script_requests.request_rerun.called == (not fragment)


def test_a_press_of_a_widget_that_no_run_came_to_waits_for_the_run_that_follows() -> None:
    waiting = Presses()
    assert waiting.known([BUTTON, PICK], lambda press: press is PICK) == [PICK]
    waiting.meet("another")
    assert waiting.take([]) == []
    waiting.meet("button")
    assert waiting.take([]) == [BUTTON]
    assert waiting.known([], lambda _: False) == waiting.unknown == []


def test_what_no_run_comes_to_is_forgotten_when_a_run_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    of_session = Presses(unknown=[BUTTON])
    monkeypatch.setattr(presses, "_presses_here", lambda: of_session)
    presses._end(Mock(), Mock(), frozenset())
    assert of_session.unknown == []


def test_presses_of_the_run_that_begins_a_server_wait_too(monkeypatch: pytest.MonkeyPatch) -> None:
    states = {one.id: Serialized(one) for one in (BUTTON, VALUE)}
    context = Mock(session_id="restarted")
    context.session_state._state._new_widget_state.states = states
    monkeypatch.setattr(presses, "get_script_run_ctx", Mock(return_value=context))
    monkeypatch.setattr(presses, "_of_session", {})
    presses._put_aside_of_this_run()
    assert presses._of_session["restarted"].unknown == [BUTTON]
    assert list(states) == ["slider"]
