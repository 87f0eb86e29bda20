"""The one store of what the server computed or trained for its pages, and the turns in which it does so.

Whatever takes time goes through here. Results are found by ids, are shared by all sessions and survive every toggle;
the longest unused are dropped when they are too many or too large. Sessions compute one after another in the order in
which they came, so that a class that presses together does not crawl together; what shows progress, since it may take
minutes, has a line of its own, for which nothing brief waits.
"""

import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import count
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from explorer.analysis.measure import Progress
from explorer.store import ResultKey, load_result
from explorer.ui.foreign_text import as_text
from explorer.ui.runs.cost import about

MOST_KEPT = 160
MOST_BYTES = 512 * 2**20
WAIT_S = 0.2

Key = Hashable  # a ResultKey for what may have been computed beforehand
Result = TypeVar("Result")


@dataclass(frozen=True)
class Store:
    """Results by their keys, the longest unused first, and the bytes of each."""

    results: OrderedDict[Key, Any] = field(default_factory=OrderedDict)
    sizes: dict[Key, int] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Line:
    """The sessions that want to compute, in the order in which they came; the first of them has the turn."""

    tickets: deque[object] = field(default_factory=deque)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def enter(self) -> object:
        """Stand at the end of the line; returns the ticket of this place."""
        ticket = object()
        with self.moved:
            self.tickets.append(ticket)
        return ticket

    def n_before(self, ticket: object, wait_s: float) -> int:
        """How many stand before a ticket: at once when none does, else after waiting so long for that."""
        with self.moved:
            self.moved.wait_for(lambda: self.tickets[0] is ticket, wait_s)
            return self.tickets.index(ticket)

    def leave(self, ticket: object) -> None:
        """Give up a place, the first or another."""
        with self.moved:
            self.tickets.remove(ticket)
            self.moved.notify_all()


# No cache of Streamlit's: a browser may ask the server to clear those for everybody.
_store = Store()
BRIEF, LONG = Line(), Line()
_thread = threading.local()
_notes = count()


def known(key: Key) -> Any | None:
    """What was computed under a key since the server started or, for a ResultKey, beforehand; else None."""
    with _store.guard:
        if key in _store.results:
            _store.results.move_to_end(key)
            return _store.results[key]
    if isinstance(key, ResultKey) and (found := load_result(key)) is not None:
        keep(key, found)
        return found
    return None


def keep(key: Key, result: Any) -> None:
    """Keep a result; the longest unused make room for it."""
    with _store.guard:
        _store.results[key], _store.sizes[key] = result, n_bytes_of(result)
        while len(_store.results) > 1 and _is_full():
            oldest, _ = _store.results.popitem(last=False)
            del _store.sizes[oldest]


def _is_full() -> bool:
    return len(_store.results) > MOST_KEPT or sum(_store.sizes.values()) > MOST_BYTES


def kept(key: Key, compute: Callable[[], Result], line: Line = BRIEF, *, doing: str = "") -> Result:
    """What is known under a key, computed in turn the first time; doing: what is said meanwhile."""
    result = known(key)
    if result is None:
        with turn(line, key), st.spinner(doing) if doing else nullcontext():
            result = known(key)  # whoever had a turn before may have computed it
            if result is None:
                result = compute()
                keep(key, result)
    found: Result = result
    return found


def computed(key: Key, title: str, steps: Callable[[], Iterator[Progress[Any]]]) -> Any:
    """The last result of a generator, drained under a progress bar the first time; any press meanwhile stops it."""
    return kept(key, lambda: _drained(title, steps()), LONG)


def computed_anew(key: Key, title: str, steps: Callable[[], Iterator[Progress[Any]]]) -> Any:
    """As `computed`; after a new result the page runs again, without what it showed meanwhile."""
    was_known = known(key) is not None
    result = computed(key, title, steps)
    if not was_known:
        st.rerun()
    return result


def measured_on_demand(
    key: Key, label: str, title: str, steps: Callable[[], Iterator[Progress[Any]]], reference_s: float
) -> Any | None:
    """A result that is known, else the button that computes it, with progress and a Stop in its place meanwhile.

    reference_s: seconds that it takes on the core that `run_cost.about` refers to.
    """
    if (result := known(key)) is not None:
        return result
    place = st.empty()
    options: dict[str, Any] = {"width": "stretch", "icon": ":material/straighten:", "type": "primary"}
    if not place.button(f"{as_text(label)} ({about(reference_s)})", key="measure", **options):
        return None
    with place.container():
        return computed_anew(key, title, steps)


@contextmanager
def turn(line: Line = LONG, key: Key = None) -> Iterator[None]:
    """The right to compute, which one session of a line has at a time; who has it already computes within it.

    A page that waits says so, and any press ends that; it also ends when a result comes to be known under the key.
    """
    if getattr(_thread, "has_turn", False):
        yield
        return
    ticket = line.enter()
    try:
        _wait(line, ticket, key)
        _thread.has_turn = True
        yield
    finally:
        _thread.has_turn = False
        line.leave(ticket)


def _wait(line: Line, ticket: object, key: Key) -> None:
    place = st.empty()
    if not line.n_before(ticket, WAIT_S):
        return
    with place.container():
        note = st.empty()
        # A page may wait more than once in a run.
        st.button("Stop", icon=":material/stop:", key=f"stop_waiting_{next(_notes)}")
    while (n_before := line.n_before(ticket, WAIT_S)) and key not in _store.results:
        note.info(in_line(n_before), icon=":material/hourglass_top:")
    place.empty()


def in_line(n_before: int) -> str:
    """What is said to who waits."""
    if n_before == 1:
        return "Another computation runs on this server; this one begins when it is done."
    return f"{n_before} other computations come first on this server; this one begins when they are done."


def _drained(title: str, steps: Iterator[Progress[Any]]) -> Any:
    place, shown = st.empty(), as_text(title)
    with place.container():
        bar = st.progress(0.0, shown)
        # A page may compute the same of one model twice in a run, such as with two samplers.
        st.button("Stop", icon=":material/stop:", key=f"stop_computing_{next(_notes)}")
    for step in steps:
        bar.progress(step.fraction, f"{shown}: {step.doing} …")
    place.empty()
    return step.result


def n_bytes_of(result: object) -> int:
    """The bytes of the arrays within a result, and about those of all else."""
    if isinstance(result, np.ndarray):
        return result.nbytes
    if is_dataclass(result):
        return sum(n_bytes_of(getattr(result, one.name)) for one in fields(result))
    if isinstance(result, Mapping):
        return sum(n_bytes_of(value) for value in result.values())
    if isinstance(result, tuple | list):
        return sum(n_bytes_of(value) for value in result)
    return sys.getsizeof(result)
