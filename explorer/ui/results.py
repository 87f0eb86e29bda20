"""The one store of what pages have computed, kept for all sessions."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import streamlit as st

from explorer.analysis.measure import Progress

MOST_KEPT = 160

Key = tuple[str | int, ...]
Result = TypeVar("Result")


@st.cache_resource
def _store() -> OrderedDict[Key, Any]:
    return OrderedDict()


def known(key: Key) -> Any | None:
    """What was computed under a key since the server started, else None."""
    return _store().get(key)


def kept(key: Key, compute: Callable[[], Result]) -> Result:
    """What is known under a key, computed the first time; the oldest results make room for new ones."""
    store = _store()
    if key not in store:
        store[key] = compute()
        while len(store) > MOST_KEPT:
            store.popitem(last=False)
    result: Result = store[key]
    return result


def computed(key: Key, title: str, steps: Callable[[], Iterator[Progress[Any]]]) -> Any:
    """The last result of a generator, drained under a progress bar the first time; any press meanwhile stops it."""

    def drain() -> Any:
        bar = st.progress(0.0, title)
        for step in steps():
            bar.progress(step.fraction, f"{title}: {step.doing} …")
        bar.empty()
        return step.result

    return kept(key, drain)


def computed_anew(key: Key, title: str, steps: Callable[[], Iterator[Progress[Any]]]) -> Any:
    """As `computed`; after a new result the page runs again, without what it showed meanwhile."""
    was_known = key in _store()
    result = computed(key, title, steps)
    if not was_known:
        st.rerun()
    return result
