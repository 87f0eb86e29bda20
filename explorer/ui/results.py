"""The one store of what the server computed or trained for its pages, and the one turn in which it does so.

Whatever takes time goes through here. Results are found by ids, are shared by all sessions and survive every toggle;
the longest unused are dropped when they are too many or too large. One computation runs at a time, so that a class that
presses together does not crawl together.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
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
IN_LINE = "Another computation runs on this server; this one begins when it is done."

Key = Hashable  # a ResultKey for what may have been computed beforehand
Result = TypeVar("Result")


@dataclass(frozen=True)
class Store:
    """Results by their keys, the longest unused first, and the bytes of each."""

    results: OrderedDict[Key, Any] = field(default_factory=OrderedDict)
    sizes: dict[Key, int] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)


# No cache of Streamlit's: a browser may ask the server to clear those for everybody.
_store = Store()
_turn = threading.RLock()


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


def kept(key: Key, compute: Callable[[], Result]) -> Result:
    """What is known under a key, computed in turn the first time."""
    result = known(key)
    if result is None:
        with turn():
            result = known(key)  # whoever had the turn before may have computed it
            if result is None:
                result = compute()
                keep(key, result)
    found: Result = result
    return found


def computed(key: Key, title: str, steps: Callable[[], Iterator[Progress[Any]]]) -> Any:
    """The last result of a generator, drained under a progress bar the first time; any press meanwhile stops it."""
    return kept(key, lambda: _drained(title, steps()))


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
def turn() -> Iterator[None]:
    """The right to compute, which one session has at a time; who waits for it is told so, and any press ends that."""
    place = st.empty()
    has_turn = _turn.acquire(blocking=False)
    if not has_turn:
        with place.container():
            note = st.empty()
            st.button("Stop", icon=":material/stop:", key="stop_waiting")
    while not has_turn:
        note.info(IN_LINE, icon=":material/hourglass_top:")
        has_turn = _turn.acquire(timeout=WAIT_S)
    try:
        place.empty()
        yield
    finally:
        _turn.release()


def _drained(title: str, steps: Iterator[Progress[Any]]) -> Any:
    place, shown = st.empty(), as_text(title)
    with place.container():
        bar = st.progress(0.0, shown)
        st.button("Stop", icon=":material/stop:", key=f"stop {title}")
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
