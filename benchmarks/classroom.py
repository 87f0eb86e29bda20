"""A class that taps a plane at once, by Streamlit's own protocol: `python -m benchmarks.classroom --students 300`.

Each student has a browser's web socket: opens the room, whose page asks again by its timer, taps one place within ten
seconds, and stays. A lecturer's page shows the heat map meanwhile; how many places it holds stands below it.
"""

import argparse
import asyncio
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import default_rng
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load import Rerun, Visitor, busy_s, connection_to, error_lines, percentile_ms
from benchmarks.pages import app_server
from benchmarks.protocol import Screen
from explorer.permissions import tag_of
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import answers_to, open_room, read_room, set_stage

WITHIN_S, AFTER_S = 10.0, 8.0
LECTURER = "f" * 32
QUESTION = RoomQuestion(
    "hole", "latent?model=vae-2d", "point", "Where is a hole?", "Nowhere.", "There.", (0.0, 0.0), low=-3, high=3
)
N_SHOWN = re.compile(r"The median of (\d+) places")


@dataclass
class Board(Screen):
    """The lecturer's screen; seen: when the heat map first held so many places."""

    seen: dict[int, float] = field(default_factory=dict)

    def take(self, message: ForwardMsg) -> bool:
        """Learn from one message, also how many places the heat map holds."""
        found = N_SHOWN.search(message.delta.new_element.markdown.body)
        if found and int(found[1]) not in self.seen:
            self.seen[int(found[1])] = time.monotonic()
        return super().take(message)


@dataclass(frozen=True)
class Lesson:
    """What came of it: when each tap was sent and answered, when the heat map held how many, and all reruns."""

    taps: Sequence[tuple[float, float]]
    seen: dict[int, float]
    reruns: Sequence[Rerun]

    def delays_s(self) -> list[float]:
        """How long after the nth tap was answered the heat map held n places; infinite for what it never held."""
        answered = sorted(done for _, done in self.taps)
        shown = sorted(self.seen.items())
        first = (min((at for held, at in shown if held >= n), default=np.inf) for n in range(1, len(answered) + 1))
        return [max(0.0, at - done) for at, done in zip(first, answered, strict=True)]


async def student(address: str, code: str, number: int, taps_from_s: float) -> tuple[tuple[float, float], list[Rerun]]:
    """One browser: when its tap was sent and answered, and its reruns."""
    random, reruns = default_rng(number), list[Rerun]()
    await asyncio.sleep(random.uniform(0, 0.5 * max(0.0, taps_from_s - time.monotonic())))
    async with connection_to(address, f"explorer_browser={number:032x}") as connection:
        visitor = Visitor(connection, random, reruns)
        await visitor.open("room", f"room={code}")
        await visitor.think(taps_from_s + random.uniform(0, WITHIN_S) - time.monotonic())
        sent = time.monotonic()
        u, v = random.uniform(-2, 2, 2)
        await visitor.tell("plane_ballot", "tap", {"u": u, "v": v, "n": 1})
        answered = time.monotonic()
        await visitor.think(taps_from_s + WITHIN_S + AFTER_S - time.monotonic())
    return (sent, answered), reruns


async def lecturer(address: str, end_s: float) -> tuple[Board, list[Rerun]]:
    """The page that leads the room."""
    reruns, board = list[Rerun](), Board()
    async with connection_to(address, f"explorer_browser={LECTURER}") as connection:
        visitor = Visitor(connection, default_rng(0), reruns, board)
        await visitor.open("pca")
        await visitor.think(end_s - time.monotonic())
    return board, reruns


async def warm_up(address: str, code: str) -> None:
    """The lecturer opens both pages, so that the model and its codes are loaded."""
    for page, query in (("room", f"room={code}"), ("pca", "")):
        async with connection_to(address, f"explorer_browser={LECTURER}") as connection:
            await Visitor(connection, default_rng(0), []).open(page, query)


async def lesson(address: str, code: str, n_students: int, entering_s: float) -> Lesson:
    """The students enter, then tap within ten seconds, while the lecturer looks on."""
    taps_from_s = time.monotonic() + entering_s
    leading = asyncio.create_task(lecturer(address, taps_from_s + WITHIN_S + AFTER_S))
    visits = await asyncio.gather(*(student(address, code, number, taps_from_s) for number in range(n_students)))
    board, led = await leading
    return Lesson([tap for tap, _ in visits], board.seen, [*led, *(rerun for _, own in visits for rerun in own)])


def report(found: Lesson, code: str, n_students: int) -> Iterator[str]:
    """Votes lost, how long a tap takes, how old the heat map is, and what went wrong."""
    # The lecturer was inside, too.
    n_held, n_inside = len(answers_to(code, 1)), read_room(code).n_students - 1
    spent, delays = [done - sent for sent, done in found.taps], found.delays_s()
    polls = [rerun for rerun in found.reruns if rerun.page == "room" and rerun.what == "timer"]
    yield f"| students in the room | {n_inside} of {n_students} | all |"
    yield f"| votes lost | {n_students - n_held} of {n_students} | 0 |"
    yield f"| a tap until it is answered | median {np.median(spent):.2f} s, p95 {np.quantile(spent, 0.95):.2f} s | |"
    yield (
        f"| an answered tap until the heat map holds it | median {np.median(delays):.2f} s, p95 "
        f"{np.quantile(delays, 0.95):.2f} s | p95 1 s |"
    )
    p50, p95 = (percentile_ms(polls, share) for share in (50, 95))
    yield f"| a phone asks by its timer, {len(polls)} times | p50 {p50:.0f} ms, p95 {p95:.0f} ms | |"
    yield f"| reruns with an error | {sum(bool(rerun.errors) for rerun in found.reruns)} of {len(found.reruns)} | 0 |"
    yield from error_lines(found.reruns)


def measured(options: argparse.Namespace) -> Iterator[str]:
    """Start a server, open a room, let the class in, and say how it went."""
    with tempfile.TemporaryDirectory() as folder, app_server(folder) as server:
        os.environ["EXPLORER_RUNS"] = folder
        code = open_room(tag_of(LECTURER), QUESTION)
        set_stage(code, tag_of(LECTURER), "open")
        asyncio.run(warm_up(server.address, code))
        began_s, before_s = time.monotonic(), busy_s(server.pids)
        found = asyncio.run(lesson(server.address, code, options.students, options.entering))
        share = (busy_s(server.pids) - before_s) / (time.monotonic() - began_s)
        yield (
            f"{options.students} students by Streamlit's protocol, one process: they enter within "
            f"{options.entering / 2:g} s and tap within {WITHIN_S:g} s; the server took "
            f"{100 * share:.0f} % of one core, load average {os.getloadavg()[0]:.1f}."
        )
        yield from ("", "| what | measured | wanted |", "|---|---|---|")
        yield from report(found, code, options.students)


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom")
    parser.add_argument("--students", type=int, default=300, help="browsers in the room")
    parser.add_argument("--entering", type=float, default=60.0, help="seconds until the taps begin")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    import sys

    for line in measured(options_of(sys.argv[1:])):
        print(line, flush=True)
