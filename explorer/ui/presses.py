"""Presses count once: what Streamlit 1.67 loses, or does twice, on pages whose parts run by a timer.

A browser puts a press among its widgets' values and sends them a moment later. Four things can happen to it:

- A timer sends all values before that moment: the press arrives twice. What a timer says of presses is left out.
- A second request stops the first before its presses were heard. They wait in `unheard`, for whichever run comes next.
- A run that was overtaken ends, and resets presses that the newer one has just heard. It may no longer do so.
- A press goes along with a request for another fragment, or for one that is gone. The whole page is asked for instead.
"""

import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SessionState


@dataclass(frozen=True)
class Presses:
    """Of one session: presses that no run has heard yet, and the threads of its runs, the newest last."""

    unheard: "SimpleQueue[WidgetState]" = field(default_factory=SimpleQueue)
    overtaken: "weakref.WeakSet[threading.Thread]" = field(default_factory=weakref.WeakSet)
    newest: "weakref.WeakSet[threading.Thread]" = field(default_factory=weakref.WeakSet)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take(self) -> list[WidgetState]:
        """The presses that no run has heard yet, once."""
        taken = list[WidgetState]()
        while True:
            try:
                taken.append(self.unheard.get_nowait())
            except Empty:
                return taken

    def begin(self, thread: threading.Thread) -> None:
        """Let a thread's run be the session's newest."""
        self.overtaken.update(self.newest)
        self.overtaken.discard(thread)
        self.newest.clear()
        self.newest.add(thread)


_of_session: dict[str, Presses] = {}


def make_presses_count() -> None:
    """Put this module between the browser's requests and the runs of all sessions; more than once has no effect."""
    if AppSession.request_rerun.__module__ == __name__:
        return
    _wrap(AppSession, "request_rerun", _ask)
    _wrap(SessionState, "on_script_will_rerun", _begin)
    _wrap(SessionState, "on_script_finished", _end)


def _wrap(owner: type, name: str, function: Callable[..., None]) -> None:
    original = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **named: Any) -> None:
        function(original, self, *arguments, **named)

    setattr(owner, name, wrapped)


def _ask(original: Callable[..., None], session: AppSession, asked: ClientState | None) -> None:
    """A browser's request, with its presses put aside for the next run."""
    if asked is not None:
        put_aside(asked, _presses_of(session), lambda press: _fragment_of(session, press))
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
    for press in found:
        presses.unheard.put(press)
    if any(fragment_of(press) != asked.fragment_id for press in found):
        asked.fragment_id = ""


def is_press(state: WidgetState) -> bool:
    """Whether a widget says that something happened, which it says once, rather than which value it has."""
    return (state.WhichOneof("value") or "").endswith("trigger_value")


def _presses_of(session: AppSession) -> Presses:
    if session.id not in _of_session:
        _of_session[session.id] = Presses()
        weakref.finalize(session, _of_session.pop, session.id, None)
    return _of_session[session.id]


def _fragment_of(session: AppSession, press: WidgetState) -> str | None:
    metadata = session.session_state.get_widget_metadata(press.id)
    fragment = metadata.fragment_id or "" if metadata else ""
    return fragment if not fragment or session.has_fragment(fragment) else None


def _begin(original: Callable[..., None], state: SessionState, values: WidgetStates | None, **named: Any) -> None:
    """A run begins: it hears what no run before it heard."""
    presses = _presses_here()
    if presses is None:
        original(state, values, **named)
        return
    with presses.lock:
        presses.begin(threading.current_thread())
        for heard in one_at_a_time(presses.take()):
            together = WidgetStates(widgets=[*(values.widgets if values else ()), *heard])
            original(state, together if heard else values, **named)


def one_at_a_time(presses: Sequence[WidgetState]) -> list[list[WidgetState]]:
    """Presses in the order in which they are heard, each widget's last together, which the page itself sees too."""
    latest, before = dict[str, WidgetState](), list[list[WidgetState]]()
    for press in presses:
        if press.id in latest:
            before.append([latest[press.id]])
        latest[press.id] = press
    return [*before, [*latest.values()]]


def _end(original: Callable[..., None], state: SessionState, *arguments: Any, **named: Any) -> None:
    """A run has ended: one that was overtaken leaves the widgets to the newer one."""
    presses = _presses_here()
    if presses is None:
        original(state, *arguments, **named)
        return
    with presses.lock:
        if threading.current_thread() not in presses.overtaken:
            original(state, *arguments, **named)


def _presses_here() -> Presses | None:
    """Those of the session whose script this thread runs; None in a test without a browser."""
    context = get_script_run_ctx(suppress_warning=True)
    return _of_session.get(context.session_id) if context else None
