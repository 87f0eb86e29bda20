"""Each press counts once, whatever else the browser sends at the same time: by Streamlit's protocol, without a page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.load import Visitor, connection_to
from benchmarks.protocol import Button, Screen

pytestmark = pytest.mark.browser

N_TIMES = 6
MOST_LOOKS = 20
# Two that act before the page runs, the last one in a part with a timer, and one that acts where the page comes to it.
BUTTONS = ("Outside", "Below", "Inside")

Sent = Callable[[Screen, Button, str], list[BackMsg]]


def said_after(address: str, button: str, sent: Sent) -> str:
    """What a page says of its presses when requests of which one is a press have come at once, `N_TIMES` over."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _said_after(address, button, sent)).result()


async def _said_after(address: str, button: str, sent: Sent) -> str:
    async with connection_to(address) as connection:
        visitor = Visitor(connection, np.random.default_rng(0), [])
        await visitor.open("home", "presses=1")
        screen = visitor.screen
        pressed, timer = screen.buttons[button], next(iter(screen.timers))
        for _ in range(N_TIMES):
            for wish in sent(screen, pressed, timer):
                await connection.send(wish.SerializeToString())
            await visitor.refresh()
        for _ in range(MOST_LOOKS):
            await visitor.refresh()
            if str(N_TIMES) in said(screen):
                break
        await visitor.refresh()
        return said(screen)


def said(screen: Screen) -> str:
    """The label that counts."""
    return next((label for label in screen.buttons if label.endswith("inside")), "")


def by_timer(screen: Screen, pressed: Button, timer: str) -> BackMsg:
    """What the timer sends when a press is among the values that the browser is about to send."""
    wish = screen.rerun(timer, by_timer=True)
    wish.rerun_script.widget_states.widgets.append(pressed.pressed())
    return wish


def of_timer_first(screen: Screen, pressed: Button, timer: str) -> list[BackMsg]:
    return [by_timer(screen, pressed, timer), screen.press(pressed)]


def before_others(screen: Screen, pressed: Button, timer: str) -> list[BackMsg]:
    return [screen.press(pressed), screen.rerun(timer, by_timer=True), screen.rerun()]


def with_another_fragment(screen: Screen, pressed: Button, timer: str) -> list[BackMsg]:
    """What the browser sends when something is told within a fragment in the same moment."""
    wish = screen.press(pressed)
    wish.rerun_script.fragment_id = timer
    return [wish]


def within_one_that_is_gone(screen: Screen, pressed: Button, timer: str) -> list[BackMsg]:
    wish = screen.press(pressed)
    wish.rerun_script.fragment_id = "gone"
    return [wish]


@pytest.mark.parametrize("sent", [of_timer_first, before_others, with_another_fragment, within_one_that_is_gone])
@pytest.mark.parametrize("button", BUTTONS)
def test_each_press_counts_once(small_apps: str, button: str, sent: Sent) -> None:
    counts = (f"{N_TIMES if name == button else 0} {name.lower()}" for name in BUTTONS)
    assert said_after(small_apps, button, sent) == ", ".join(counts)
