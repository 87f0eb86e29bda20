"""The store of results: shared, bounded by count and bytes, and one computation at a time."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui import results
from explorer.ui.results import IN_LINE, Store, computed, keep, kept, known, n_bytes_of, turn

pytestmark = pytest.mark.usefixtures("clear_caches")


@pytest.fixture
def taken_turn() -> Iterator[threading.Event]:
    """Another session has the turn until the event is set."""
    taken, done = threading.Event(), threading.Event()

    def compute() -> None:
        with turn():
            taken.set()
            done.wait()

    other = threading.Thread(target=compute)
    other.start()
    taken.wait()
    yield done
    done.set()
    other.join()


def test_a_result_is_computed_once_and_known_from_then_on() -> None:
    assert known("key") is None
    assert kept("key", lambda: 7) == 7
    assert kept("key", lambda: 8) == 7
    assert known("key") == 7


def test_what_failed_is_not_kept_and_gives_its_turn_back() -> None:
    with pytest.raises(ZeroDivisionError):
        kept("key", lambda: 1 // 0)
    assert known("key") is None
    assert not _is_taken()


def _is_taken() -> bool:
    """Whether a session other than this thread's would have to wait."""
    free: list[bool] = []

    def try_it() -> None:
        free.append(results._turn.acquire(blocking=False))
        if free[0]:
            results._turn.release()

    other = threading.Thread(target=try_it)
    other.start()
    other.join()
    return not free[0]


def test_a_computation_within_another_has_the_same_turn() -> None:
    assert kept("outer", lambda: kept("inner", lambda: 1) + 1) == 2


def test_the_longest_unused_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_KEPT", 2)
    for key in ("first", "second"):
        keep(key, key)
    assert known("first") == "first"
    keep("third", "third")
    assert [known(key) for key in ("first", "second", "third")] == ["first", None, "third"]


def test_large_results_make_room_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_BYTES", 1000)
    keep("first", np.zeros(100, np.float32))
    keep("second", np.zeros(100, np.float32))
    keep("third", np.zeros(100, np.float32))
    assert known("first") is None
    assert known("second") is not None
    keep("huge", np.zeros(1000, np.float32))
    assert known("huge") is not None
    assert known("third") is None


@dataclass
class Found:
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    parts: dict[str, tuple[bytes, ...]]


def test_bytes_are_counted_through_dataclasses_and_containers() -> None:
    found = Found(np.zeros(10), {"a": (b"", b"12345")})
    assert n_bytes_of(found) == 80 + 2 * n_bytes_of(b"") + 5


def waiting_script() -> None:
    import streamlit as st

    from explorer.ui.results import kept

    st.text(str(kept("key", lambda: 7)))


def test_who_waits_is_told_so_and_what_was_computed_meanwhile_is_not_computed_again(
    taken_turn: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def end_after_a_look(place: object, text: str, **_: object) -> None:
        seen.append(text)
        keep("key", 9)
        taken_turn.set()

    monkeypatch.setattr("streamlit.delta_generator.DeltaGenerator.info", end_after_a_look)
    app = AppTest.from_function(waiting_script).run()
    assert app.text[0].value == "9"
    assert set(seen) == {IN_LINE}
    assert not app.button


def test_a_press_ends_the_wait(taken_turn: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.runtime.scriptrunner import StopException

    def stop(*_: object, **__: object) -> None:
        raise StopException

    monkeypatch.setattr("streamlit.delta_generator.DeltaGenerator.info", stop)
    app = AppTest.from_function(waiting_script).run()
    assert not app.text
    assert [button.label for button in app.button] == ["Stop"]
    assert known("key") is None
    taken_turn.set()
    monkeypatch.undo()


def steps_script() -> None:
    import streamlit as st

    from explorer.analysis.measure import Progress
    from explorer.ui.results import measured_on_demand

    is_other = st.toggle("Other")
    progress: list[Progress[int | None]] = [Progress(0.5, "halving", None), Progress(1.0, "ending", 42)]
    st.text(f"{is_other} {measured_on_demand('key', 'Measure', 'Measuring', lambda: iter(progress), 1.0)}")


def test_a_result_survives_every_toggle_and_leaves_no_bar() -> None:
    app = AppTest.from_function(steps_script).run()
    assert app.text[0].value == "False None"
    app.button(key="measure").click().run()
    assert app.text[0].value == "False 42"
    app.toggle[0].set_value(True).run()
    assert app.text[0].value == "True 42"
    assert not app.button
    assert not app.get("progress")


def test_a_generator_is_drained_to_its_last_result() -> None:
    from explorer.analysis.measure import Progress

    assert computed("key", "Measuring", lambda: iter([Progress(0.5, "", 1), Progress(1.0, "", 2)])) == 2


def test_browsers_that_clear_the_caches_leave_the_results() -> None:
    import streamlit as st

    keep("key", 1)
    st.cache_resource.clear()
    st.cache_data.clear()
    assert known("key") == 1


def test_a_store_begins_empty() -> None:
    assert not Store().results
