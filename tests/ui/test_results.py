"""The store of results: shared, bounded by count and bytes, and one computation at a time."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui import results
from explorer.ui.results import BRIEF, LONG, Line, Store, computed, in_line, keep, kept, known, n_bytes_of, turn

pytestmark = pytest.mark.usefixtures("clear_caches")


@pytest.fixture
def taken_turn() -> Iterator[threading.Event]:
    """Another session has the turn of what is brief until the event is set."""
    taken, done = threading.Event(), threading.Event()

    def compute() -> None:
        with turn(BRIEF):
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
    assert not BRIEF.tickets


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
    assert set(seen) == {in_line(1)}
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


def test_two_that_ask_at_once_compute_it_once(taken_turn: threading.Event) -> None:
    computed_by: list[int] = []

    def ask(name: int) -> None:
        def compute() -> str:
            computed_by.append(name)
            return "result"

        kept("shared", compute)

    others = [threading.Thread(target=ask, args=(name,)) for name in range(3)]
    for other in others:
        other.start()
    while len(BRIEF.tickets) < 1 + len(others):
        pass
    taken_turn.set()
    for other in others:
        other.join()
    assert len(computed_by) == 1


def test_who_waits_for_a_result_that_comes_to_be_known_does_not_wait_for_its_turn(taken_turn: threading.Event) -> None:
    found: list[str] = []
    other = threading.Thread(target=lambda: found.append(kept("key", lambda: "computed")))
    other.start()
    while len(BRIEF.tickets) < 2:
        pass
    keep("key", "known")
    other.join(timeout=30)
    assert found == ["known"]
    assert not taken_turn.is_set()


def test_turns_come_in_the_order_of_asking(taken_turn: threading.Event) -> None:
    order: list[int] = []

    def ask(name: int) -> None:
        with turn(BRIEF):
            order.append(name)

    others = []
    for name in range(4):
        others.append(threading.Thread(target=ask, args=(name,)))
        others[-1].start()
        while len(BRIEF.tickets) < 2 + name:
            pass
    taken_turn.set()
    for other in others:
        other.join()
    assert order == [0, 1, 2, 3]


def test_what_is_brief_does_not_wait_for_what_is_long() -> None:
    done: list[str] = []
    with turn(LONG):
        other = threading.Thread(target=lambda: done.append(kept("brief", lambda: "brief")))
        other.start()
        other.join(timeout=30)
        assert done == ["brief"]


def test_a_place_in_line_is_said_and_can_be_given_up() -> None:
    line = Line()
    tickets = [line.enter() for _ in range(3)]
    assert [line.n_before(ticket, 0) for ticket in tickets] == [0, 1, 2]
    line.leave(tickets[1])
    assert line.n_before(tickets[2], 0) == 1
    assert "2 other computations" in in_line(2)


def two_waits_script() -> None:
    from explorer.ui.results import kept

    kept("first", lambda: 1)
    kept("second", lambda: 2)


def test_a_page_may_wait_twice_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    other, looks = [BRIEF.enter()], list[str]()

    def let_go_and_come_again(place: object, text: str, **_: object) -> None:
        looks.append(text)
        BRIEF.leave(other.pop())
        if len(looks) == 1:
            monkeypatch.setattr(results, "keep", lambda *_: other.append(BRIEF.enter()))

    monkeypatch.setattr("streamlit.delta_generator.DeltaGenerator.info", let_go_and_come_again)
    app = AppTest.from_function(two_waits_script).run()
    assert not app.exception
    assert len(looks) == 2
    BRIEF.leave(other.pop())
