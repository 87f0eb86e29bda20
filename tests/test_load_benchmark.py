"""The load generator: what it learns from Streamlit's messages, what it asks, and how it counts."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from benchmarks import load
from benchmarks.load import Rerun, Sitting, Visitor, beside, error_lines, options_of, page_table, percentile_ms
from benchmarks.pages import app_server
from benchmarks.protocol import Screen

Answer = TypeVar("Answer")
END = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
END_OF_FRAGMENT = ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
BEGIN = ForwardMsg()
BEGIN.new_session.page_script_hash = "of latent"


def run_apart(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """What a coroutine gives, from a thread of its own: tests of a browser leave a loop of theirs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def views(fragment: str = "") -> ForwardMsg:
    """A segmented control of two views that is bound to the address."""
    message = ForwardMsg()
    group = message.delta.new_element.button_group
    group.id, group.label, group.query_param_key = "id of view", "View", "view"
    for name in ("Live", "Over β"):
        group.options.add(content=name)
    message.delta.fragment_id = fragment
    return message


def slider(low: float, high: float, step: float, n_handles: int = 1) -> ForwardMsg:
    """A slider of numbers."""
    message = ForwardMsg()
    element = message.delta.new_element.slider
    element.id, element.label, element.min, element.max, element.step = "id of k", "k", low, high, step
    element.default.extend([low] * n_handles)
    return message


def broken() -> ForwardMsg:
    """The element that a page shows in place of a traceback."""
    message = ForwardMsg()
    message.delta.new_element.exception.type = "ValueError"
    message.delta.new_element.exception.message = "no such thing"
    return message


def menu(**hashes: str) -> ForwardMsg:
    """The navigation with some pages, the last of them open."""
    message = ForwardMsg()
    for path, page_hash in hashes.items():
        message.navigation.app_pages.add(url_pathname=path, page_script_hash=page_hash)
    message.navigation.page_script_hash = list(hashes.values())[-1]
    return message


def screen_after(*messages: ForwardMsg) -> Screen:
    """What a browser knows after some messages."""
    screen = Screen()
    for message in messages:
        screen.take(message)
    return screen


def test_only_the_end_of_a_run_that_no_other_follows_ends_an_answer() -> None:
    screen = Screen()
    assert not screen.take(views())
    assert not screen.take(ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    assert screen.take(END)
    assert screen.take(END_OF_FRAGMENT)


def test_a_chosen_view_goes_to_the_server_with_its_address() -> None:
    screen = screen_after(menu(pca="of pca", latent="of latent"), views())
    (widget,) = screen.widgets.values()
    assert widget.options == ("Live", "Over β")
    wish = screen.choose(widget, "Over β").rerun_script
    assert [(state.id, list(state.string_array_value.data)) for state in wish.widget_states.widgets] == [
        ("id of view", ["Over β"])
    ]
    assert wish.query_string == "view=Over+%CE%B2"
    assert wish.page_script_hash == "of latent"
    assert screen.rerun().rerun_script.widget_states == wish.widget_states, "what was chosen stays chosen"


def test_a_control_within_a_fragment_runs_the_fragment() -> None:
    screen = screen_after(views("upper"))
    (widget,) = screen.widgets.values()
    assert screen.choose(widget, "Live").rerun_script.fragment_id == "upper"
    assert list(screen.fragments) == ["upper"]


def test_a_press_and_what_a_component_tells_are_said_once_and_run_their_fragment() -> None:
    button, plane = ForwardMsg(), ForwardMsg()
    button.delta.new_element.button.id, button.delta.new_element.button.label = "id of send", "Send"
    plane.delta.new_element.bidi_component.id, plane.delta.fragment_id = "id of plane", "lower"
    plane.delta.new_element.bidi_component.component_name = "plane"
    screen = screen_after(button, plane)
    (pressed,) = screen.press(screen.buttons["Send"]).rerun_script.widget_states.widgets
    assert (pressed.id, pressed.trigger_value) == ("id of send", True)
    wish = screen.tell(screen.buttons["plane"], "tap", {"u": 1.0}).rerun_script
    assert wish.fragment_id == "lower"
    assert [(state.id, state.json_trigger_value) for state in wish.widget_states.widgets] == [
        (_make_trigger_id("id of plane", "events"), '[{"event": "tap", "value": {"u": 1.0}}]')
    ]
    assert not screen.rerun().rerun_script.widget_states.widgets


@pytest.mark.parametrize(
    ("low", "high", "step", "n_options"), [(1.0, 784.0, 1.0, 100), (0.0, 1.0, 0.25, 5), (3.0, 3.0, 1.0, 1)]
)
def test_a_slider_is_put_on_its_own_steps(low: float, high: float, step: float, n_options: int) -> None:
    (widget,) = screen_after(slider(low, high, step)).widgets.values()
    options = np.array(widget.options, float)
    assert (options[0], options[-1], len(set(widget.options))) == (low, high, n_options)
    np.testing.assert_allclose((options - low) / step, np.round((options - low) / step))
    assert list(widget.state(options[-1].item()).double_array_value.data) == [high]


def test_a_slider_of_two_handles_and_a_disabled_control_are_left_alone() -> None:
    disabled = views()
    disabled.delta.new_element.button_group.disabled = True
    assert not screen_after(slider(0, 1, 0.1, n_handles=2), disabled).widgets


def test_another_page_is_asked_for_by_its_hash_without_what_was_chosen() -> None:
    screen = screen_after(menu(pca="of pca", latent="of latent"), views())
    screen.choose(next(iter(screen.widgets.values())), "Live")
    wish = screen.switch("pca").rerun_script
    assert (wish.page_script_hash, wish.query_string, len(wish.widget_states.widgets)) == ("of pca", "", 0)
    with pytest.raises(KeyError):
        screen.switch("nowhere")


def test_a_first_page_is_asked_for_by_its_address() -> None:
    wish = Screen().link("latent", "model=vae-2d").rerun_script
    assert (wish.page_name, wish.query_string, wish.page_script_hash) == ("latent", "model=vae-2d", "")


def test_timers_hold_until_they_are_stopped_or_the_page_runs_again() -> None:
    timer, stop = ForwardMsg(), ForwardMsg()
    timer.auto_rerun.fragment_id, timer.auto_rerun.interval = "live", 0.5
    stop.stop_auto_rerun.fragment_ids.append("live")
    assert screen_after(timer).timers == {"live": 0.5}
    assert not screen_after(timer, stop).timers
    assert not screen_after(timer, BEGIN).timers
    of_fragment = ForwardMsg.FromString(BEGIN.SerializeToString())
    of_fragment.metadata.run.fragment_ids.append("live")
    assert screen_after(timer, of_fragment).timers == {"live": 0.5}


def test_a_message_that_the_browser_kept_is_understood_by_its_reference() -> None:
    large, reference = views(), ForwardMsg(ref_hash="of views")
    large.hash, large.metadata.cacheable = "of views", True
    screen = screen_after(large, BEGIN)
    assert not screen.widgets
    assert list(screen.rerun().rerun_script.cached_message_hashes) == ["of views"]
    screen.take(reference)
    assert list(screen.widgets) == ["id of view"]


class Answers:
    """A connection whose server answers each request with the same messages."""

    def __init__(self, *messages: ForwardMsg) -> None:
        self.messages, self.asked = messages, list[BackMsg]()
        self._next = count()

    async def send(self, wish: bytes) -> None:
        """Take a request."""
        self.asked.append(BackMsg.FromString(wish))

    async def recv(self, **_: object) -> bytes:
        """The next message."""
        message: bytes = self.messages[next(self._next) % len(self.messages)].SerializeToString()
        return message


def visitor_of(*messages: ForwardMsg) -> tuple[Visitor, Answers]:
    """A visitor of such a server."""
    answers = Answers(*messages)
    return Visitor(cast(ClientConnection, answers), np.random.default_rng(0), []), answers


def test_a_page_with_an_exception_is_noticed_and_counted() -> None:
    visitor, _ = visitor_of(BEGIN, broken(), END)
    run_apart(visitor.open("pca"))
    run_apart(visitor.open("pca"))
    assert [rerun.errors for rerun in visitor.reruns] == [("ValueError: no such thing",)] * 2
    assert list(error_lines(visitor.reruns)) == ["- 2 × /pca, open: ValueError: no such thing"]
    assert list(page_table(visitor.reruns))[-1].endswith("| 2 |")


def failing_script() -> ForwardMsg:
    return ForwardMsg(script_finished=ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


def missing_page() -> ForwardMsg:
    message = ForwardMsg()
    message.page_not_found.page_name = "nowhere"
    return message


@pytest.mark.parametrize(
    ("message", "error"),
    [(failing_script, "script: did not compile"), (missing_page, "page not found: nowhere")],
)
def test_a_script_that_fails_is_noticed(message: Callable[[], ForwardMsg], error: str) -> None:
    visitor, _ = visitor_of(message(), END)
    run_apart(visitor.open("pca"))
    assert visitor.reruns[0].errors == (error,)


def test_a_page_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LONGEST_ANSWER_S", 0.01)

    async def never(**_: object) -> bytes:
        await asyncio.sleep(60)
        return b""

    visitor, answers = visitor_of(END)
    monkeypatch.setattr(answers, "recv", never)
    run_apart(visitor.open("pca"))
    assert visitor.reruns[0].errors == ("no answer: TimeoutError",)


def test_who_waits_stops_with_the_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "GRACE_S", 0.01)

    async def never(**_: object) -> bytes:
        await asyncio.sleep(60)
        return b""

    visitor, answers = visitor_of(END)
    visitor.end_s = time.monotonic()
    monkeypatch.setattr(answers, "recv", never)
    run_apart(visitor.open("pca"))
    assert visitor.reruns[0].spent_s < 1
    assert visitor.reruns[0].errors == ("no answer: TimeoutError",)


def test_who_thinks_lets_the_timers_run_and_who_leaves_a_page_chooses_one_of_its_values() -> None:
    timer = ForwardMsg()
    timer.auto_rerun.fragment_id, timer.auto_rerun.interval = "live", 0.01
    visitor, answers = visitor_of(timer, views(), END)

    async def walk() -> None:
        await visitor.open("train", "job=1")
        await visitor.think(0.055)
        await visitor.choose()

    run_apart(walk())
    what = [rerun.what for rerun in visitor.reruns]
    assert (what[0], what[1], what[-1]) == ("open", "timer", "choose")
    assert {wish.rerun_script.fragment_id for wish in answers.asked[1:-1]} == {"live"}
    assert all(wish.rerun_script.is_auto_rerun for wish in answers.asked[1:-1])
    chosen = answers.asked[-1].rerun_script.widget_states.widgets[0].string_array_value.data
    assert next(iter(chosen)) in ("Live", "Over β")


def reruns_of(page: str, what: str, *spent_ms: float) -> list[Rerun]:
    """Reruns of a page that took so long."""
    return [Rerun(page, what, 0.0, ms / 1000) for ms in spent_ms]


def test_percentiles_are_those_of_the_times() -> None:
    found = reruns_of("pca", "open", *range(1, 102))
    assert percentile_ms(found, 50) == pytest.approx(51)
    assert percentile_ms(found, 95) == pytest.approx(96)
    assert np.isnan(percentile_ms([], 95))


def test_the_table_has_the_slowest_page_first_timers_apart_and_all_at_the_end() -> None:
    found = [*reruns_of("pca", "open", 10), *reruns_of("train", "timer", 20), *reruns_of("train", "choose", 30)]
    assert list(page_table(found))[2:] == [
        "| /train | 1 | 30 ms | 30 ms | 0 |",
        "| /train, timer | 1 | 20 ms | 20 ms | 0 |",
        "| /pca | 1 | 10 ms | 10 ms | 0 |",
        "| **all** | 3 | 20 ms | 29 ms | 0 |",
    ]


def test_one_process_and_two_stand_side_by_side() -> None:
    failed = Rerun("pca", "open", 0.0, 0.3, ("no answer",))
    one = Sitting(False, (), [*reruns_of("pca", "open", 100, 200), failed], 2.0, 1.5, 0.0, (900, 1200, 1000))
    two = replace(one, is_site=True, reruns=reruns_of("pca", "open", 50, 50, 50, 50), busy_s=2.0)
    assert list(beside(options_of([]), [one, two]))[-2:] == [
        "| one process | 1.5 | 500 ms | 75 % | 200 ms | 290 ms | 1 of 3 | 900 MB, 1,200 MB, 1,000 MB |",
        "| two processes behind nginx | 2.0 | 500 ms | 100 % | 50 ms | 50 ms | 0 of 4 | 900 MB, 1,200 MB, 1,000 MB |",
    ]


@pytest.mark.parametrize(
    ("arguments", "trains"),
    [([], False), (["--viewers=3"], True), (["--viewers=3", "--no-training"], False), (["--training"], True)],
)
def test_viewers_have_a_run_to_watch_unless_it_is_refused(arguments: list[str], trains: bool) -> None:
    assert options_of(arguments).training is trains


@pytest.mark.slow
def test_two_sessions_walk_through_three_pages_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = "--sessions=2 --thinking=0.2 --seconds=4 --settle=0 --without-data --pages=home,pca,lectures"
    lines = list(load.measured(options_of(arguments.split())))
    names = [line.split(" |")[0] for line in lines if line.startswith("| /")]
    assert set(names) == {"| /home", "| /pca", "| /lectures"}
    assert not [line for line in lines if line.startswith("- ")]
    assert next(line for line in lines if "**all**" in line).endswith("| 0 |")


@pytest.mark.slow
def test_a_server_whose_script_raises_is_found_out(tmp_path: Path) -> None:
    script = tmp_path / "raises.py"
    script.write_text("import streamlit as st\nst.text('so far')\nraise ValueError('planted')\n", encoding="utf-8")
    with app_server(str(tmp_path), str(script)) as server:
        (rerun,) = run_apart(load.warm_up(server.address, [""]))
    assert len(rerun.errors) == 1
    assert "ValueError" in rerun.errors[0]
