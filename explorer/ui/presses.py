"""Presses count once: what Streamlit 1.67 loses, or does twice, on pages whose parts run by a timer.

A browser puts a press among its widgets' values and sends them a moment later. Eight things can happen to it:

- A timer sends all values before that moment: the press arrives twice. What a timer says of presses is left out.
- A second request stops the first before its presses were heard. They wait in `unheard`, for whichever run comes next.
- A run that was overtaken begins late, or ends, and resets presses that the newer one has just heard. It may not.
- A run that heard a press is stopped before it comes to the button. The run that follows is shown the press again.
- A button that acts where the page comes to it is pressed twice before a run comes there. A run hears one of them, and
  another run follows for the next.
- A run is stopped while it does what the press asks for: at each look into `st.session_state`, say. It is stopped once
  that is done, and the run that follows begins then.
- A press goes along with a request for another fragment, or for one that is gone. The whole page is asked for instead.
- A server that was restarted gets a press before any run, when it does not know yet what the press asks for. It waits
  until a run has come to its widget, and the run that follows hears it.
"""

import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import Serialized

# A run that waits longer for the one before it begins all the same.
LONGEST_WAIT_S = 2.0


class _Acting(threading.local):
    """The presses of the session for which this thread does what was asked, and may not be stopped; else None."""

    presses: "Presses | None" = None


_acting = _Acting()


def _set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class Presses:
    """Of one session: presses that no run has heard yet, each with the fragment that is to run, and its runs' threads.

    heard: what the newest run heard; read: the widgets that it has come to; runner: its runner's requests; stopped:
    those of runners that a request stopped; is_done: set but while a run does what a press asks for; unknown: presses
    of widgets that no run has come to.
    """

    unheard: list[tuple[str, WidgetState]] = field(default_factory=list)
    gate: threading.Lock = field(default_factory=threading.Lock)
    overtaken: "weakref.WeakSet[threading.Thread]" = field(default_factory=weakref.WeakSet)
    newest: "weakref.WeakSet[threading.Thread]" = field(default_factory=weakref.WeakSet)
    lock: threading.RLock = field(default_factory=threading.RLock)
    heard: list[WidgetState] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    runner: ScriptRequests | None = None
    stopped: "weakref.WeakSet[ScriptRequests]" = field(default_factory=weakref.WeakSet)
    is_done: threading.Event = field(default_factory=_set_event)
    unknown: list[WidgetState] = field(default_factory=list)

    def put(self, fragment: str, found: Sequence[WidgetState]) -> None:
        """Let presses wait for a run of that fragment, '' for one of the whole page."""
        with self.gate:
            self.unheard += [(fragment, press) for press in found]

    def take(self, fragments: Collection[str]) -> list[WidgetState]:
        """The presses for a run of these fragments that no run has heard yet, once; all for a run of the whole page."""
        with self.gate:
            taken = [one for one in self.unheard if not fragments or one[0] in fragments]
            self.unheard = [one for one in self.unheard if one not in taken]
        return [press for _, press in taken]

    def known(self, taken: Sequence[WidgetState], is_known: Callable[[WidgetState], bool]) -> list[WidgetState]:
        """Those of the presses taken, and of the unknown ones, that the next run can hear; others are unknown."""
        waiting = [*self.unknown, *taken]
        self.unknown = [press for press in waiting if not is_known(press)]
        return [press for press in waiting if is_known(press)]

    def meet(self, widget: str) -> None:
        """A run has come to a widget: the unknown presses of it are for the run that follows."""
        met = [press for press in self.unknown if press.id == widget]
        self.unknown = [press for press in self.unknown if press.id != widget]
        self.put("", met)

    def missed(self) -> list[WidgetState]:
        """The presses that the newest run heard and did not come to before a request stopped it."""
        return [press for press in self.heard if press.id not in self.read] if self.runner in self.stopped else []

    def begin(self, thread: threading.Thread) -> None:
        """Let a thread's run be the session's newest."""
        self.overtaken.update(self.newest)
        self.overtaken.discard(thread)
        self.newest.clear()
        self.newest.add(thread)

    def act(self) -> None:
        """Let this thread's run go on until what a press asks for is done."""
        _acting.presses = self
        self.is_done.clear()


def finish_acting() -> None:
    """Let this thread's run be stopped again, and those that wait for it begin."""
    if _acting.presses is not None:
        _acting.presses.is_done.set()
        _acting.presses = None


@contextmanager
def _uninterrupted(presses: Presses) -> Iterator[None]:
    presses.act()
    try:
        yield
    finally:
        finish_acting()


_of_session: dict[str, Presses] = {}
_asking: "weakref.WeakSet[AppSession]" = weakref.WeakSet()


def make_presses_count() -> None:
    """Put this module between the browser's requests and the runs of all sessions; more than once has no effect."""
    if AppSession.request_rerun.__module__ == __name__:
        return
    _wrap(AppSession, "request_rerun", _ask)
    _wrap(SessionState, "on_script_will_rerun", _begin)
    _wrap(SessionState, "register_widget", _come_to)
    _wrap(SessionState, "on_script_finished", _end)
    _wrap(ScriptRunner, "_on_script_finished", _let_go)
    _wrap(ScriptRunner, "_maybe_handle_execution_control_request", _stop_if_asked)
    _put_aside_of_this_run()


def _put_aside_of_this_run() -> None:
    """Let the presses wait with which a server's very first run was asked for, before this module stood between."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return
    states = context.session_state._state._new_widget_state.states  # noqa: SLF001 - Streamlit says it nowhere else
    found = [state.value for state in states.values() if isinstance(state, Serialized) and is_press(state.value)]
    for press in found:
        del states[press.id]
    if found:
        _of_session[context.session_id] = Presses(unknown=found)


def _wrap(owner: type, name: str, function: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        return function(original, self, *arguments, **named)

    setattr(owner, name, wrapped)


def _ask(original: Callable[..., None], session: AppSession, asked: ClientState | None) -> None:
    """A browser's request, with its presses put aside for the next run."""
    presses = _presses_of(session)
    if asked is not None:
        put_aside(asked, presses, lambda press: _fragment_of(session, press))
    runner = session._scriptrunner  # noqa: SLF001 - Streamlit says it nowhere else
    if runner is not None and (asked is None or not asked.fragment_id):
        presses.stopped.add(runner._requests)  # noqa: SLF001
    original(session, asked)


def put_aside(asked: ClientState, presses: Presses, fragment_of: Callable[[WidgetState], str | None]) -> None:
    """Take the presses out of a request: a timer's are forgotten, others go to `unheard`.

    fragment_of: the fragment where a widget is shown, '' for none, None for one that is gone.
    """
    found = [state for state in asked.widget_states.widgets if is_press(state)]
    if not found:
        return
    rest = [state for state in asked.widget_states.widgets if not is_press(state)]
    asked.widget_states.CopyFrom(WidgetStates(widgets=rest))
    if asked.is_auto_rerun:
        return
    if any(fragment_of(press) != asked.fragment_id for press in found):
        asked.fragment_id = ""
    presses.put(asked.fragment_id, found)


def is_press(state: WidgetState) -> bool:
    """Whether a widget says that something happened, which it says once, rather than which value it has."""
    return (state.WhichOneof("value") or "").endswith("trigger_value")


def _presses_of(session: AppSession) -> Presses:
    if session not in _asking:
        _asking.add(session)
        weakref.finalize(session, _of_session.pop, session.id, None)
    return _of_session.setdefault(session.id, Presses())


def _fragment_of(session: AppSession, press: WidgetState) -> str | None:
    metadata = session.session_state.get_widget_metadata(press.id)
    fragment = metadata.fragment_id or "" if metadata else ""
    return fragment if not fragment or session.has_fragment(fragment) else None


def _begin(
    original: Callable[..., None],
    state: SessionState,
    values: WidgetStates | None,
    *,
    replay_trigger_states: WidgetStates | None = None,
    **named: Any,
) -> None:
    """A run begins: it hears what no run before it heard, and is shown what a run that was stopped did not come to."""
    presses, context = _presses_here(), get_script_run_ctx(suppress_warning=True)
    if presses is None or context is None:
        original(state, values, replay_trigger_states=replay_trigger_states, **named)
        return
    if context.script_requests in presses.stopped:
        return
    presses.is_done.wait(LONGEST_WAIT_S)
    with presses.lock, _uninterrupted(presses):
        missed = presses.missed()
        taken = presses.known(presses.take(context.fragment_ids_this_run or ()), partial(_is_known, state))
        heard, later = split_by_run(taken, missed, partial(_acts_first, state))
        presses.put("", later)
        rounds = one_at_a_time(heard)
        presses.begin(threading.current_thread())
        presses.heard, presses.read, presses.runner = [*missed, *rounds[-1]], set(), context.script_requests
        for heard in rounds:
            original(
                state, _with(values, heard), **named | {"replay_trigger_states": _with(replay_trigger_states, missed)}
            )


def _with(values: WidgetStates | None, presses: Sequence[WidgetState]) -> WidgetStates | None:
    return WidgetStates(widgets=[*(values.widgets if values else ()), *presses]) if presses else values


def _is_known(state: SessionState, press: WidgetState) -> bool:
    """Whether a run of the session has come to the widget."""
    return state.get_widget_metadata(press.id) is not None


def _acts_first(state: SessionState, press: WidgetState) -> bool:
    """Whether a widget acts before the page runs, rather than where the page comes to it."""
    metadata = state.get_widget_metadata(press.id)
    return metadata is not None and bool(metadata.callback or metadata.callbacks)


def split_by_run(
    taken: Sequence[WidgetState], missed: Sequence[WidgetState], acts_first: Callable[[WidgetState], bool]
) -> tuple[list[WidgetState], list[WidgetState]]:
    """The presses that one run can hear, and those that wait for the next: the page sees one of a widget per run."""
    heard, later, seen = list[WidgetState](), list[WidgetState](), {press.id for press in missed}
    for press in taken:
        can_wait = press.id in seen and not acts_first(press)
        (later if can_wait else heard).append(press)
        seen.add(press.id)
    return heard, later


def one_at_a_time(presses: Sequence[WidgetState]) -> list[list[WidgetState]]:
    """Presses in the order in which they are heard, each widget's last together, which the page itself sees too."""
    latest, before = dict[str, WidgetState](), list[list[WidgetState]]()
    for press in presses:
        if press.id in latest:
            before.append([latest[press.id]])
        latest[press.id] = press
    return [*before, [*latest.values()]]


def _come_to(original: Callable[..., Any], state: SessionState, metadata: WidgetMetadata[Any], *rest: Any) -> Any:
    """A run has come to a widget, and is given its value: if that is a press, it acts upon it until the next widget."""
    presses = _presses_here()
    finish_acting()
    if presses is not None and threading.current_thread() not in presses.overtaken:
        presses.read.add(metadata.id)
        presses.meet(metadata.id)
        if any(press.id == metadata.id for press in presses.heard):
            presses.act()
    return original(state, metadata, *rest)


def _stop_if_asked(original: Callable[..., None], runner: ScriptRunner) -> None:
    """A run may be stopped where it looks into the session's state or shows something, but while it acts on a press."""
    if _acting.presses is None:
        original(runner)


def _let_go(original: Callable[..., None], runner: ScriptRunner, *arguments: Any) -> None:
    """A run has ended, whichever way."""
    finish_acting()
    original(runner, *arguments)
    presses = _presses_here()
    # Here and not where the widgets are settled: a run that the page itself ends never comes there.
    if presses is not None and threading.current_thread() not in presses.overtaken:
        _ask_for_the_next(presses)


def _end(original: Callable[..., None], state: SessionState, *arguments: Any, **named: Any) -> None:
    """A run has ended: one that was overtaken leaves the widgets to the newer one."""
    presses = _presses_here()
    if presses is None:
        original(state, *arguments, **named)
        return
    with presses.lock:
        if threading.current_thread() not in presses.overtaken:
            presses.heard, presses.unknown = [], []
            original(state, *arguments, **named)


def _ask_for_the_next(presses: Presses) -> None:
    """Let the page run once more when presses wait for a run of their own."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.script_requests is None or not any(fragment == "" for fragment, _ in presses.unheard):
        return
    context.script_requests.request_rerun(
        RerunData(context.query_string, WidgetStates(), context.page_script_hash, context_info=context.context_info)
    )


def _presses_here() -> Presses | None:
    """Those of the session whose script this thread runs; None in a test without a browser."""
    context = get_script_run_ctx(suppress_warning=True)
    return _of_session.get(context.session_id) if context else None
