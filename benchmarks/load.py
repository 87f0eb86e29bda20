"""Many visitors of one server: `python -m benchmarks.load --sessions 50 --thinking 10 --seconds 100`.

Each visitor speaks Streamlit's own protocol over a web socket of its own: opens a page, thinks, chooses a value of a
segmented control or a slider, thinks, goes on to the next page by the menu. Timers of the pages run as in a browser.
Who watches a run (`--viewers`) stays on /train. A rerun lasts from its request to the end of its answer. With
`--side-by-side` the same crowd meets one process and then two behind nginx.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.idle_sessions import cpu_s
from benchmarks.pages import AppServer, app_server
from benchmarks.protocol import Screen
from benchmarks.serving import running_model
from explorer.data import list_sources
from explorer.ui.page_entries import PAGES
from tests.browser.servers import start_cold
from tests.deploy.site import started_site

SLUGS = tuple(entry.slug for entry in PAGES)
LONGEST_ANSWER_S = 120.0
# How long an answer may take beyond the time of the crowd; what is missing then has not come.
GRACE_S = 15.0
# A timer that is longer than this one is none: the frame has one of a day.
LONGEST_TIMER_S = 60.0
SEED = 0
SCENARIOS: tuple[tuple[str, ...], ...] = (("--sessions=50",), ("--sessions=200",), ("--viewers=30", "--sessions=0"))


@dataclass(frozen=True)
class Rerun:
    """One request and its answer: which page, what was done ('open', 'choose' or 'timer'), when and for how long."""

    page: str
    what: str
    began_s: float
    spent_s: float
    errors: tuple[str, ...] = ()


@dataclass
class Visitor:
    """One session of the server: what its browser shows, and the reruns that it asked for."""

    connection: ClientConnection
    random: Generator
    reruns: list[Rerun]
    screen: Screen = field(default_factory=Screen)
    page: str = ""
    end_s: float = float("inf")

    async def open(self, page: str, query: str = "") -> None:
        """Open a page: the first by its address, others by the menu."""
        self.page, path = page, "" if page == "home" else page
        await self._ask("open", self.screen.switch(path) if self.screen.pages else self.screen.link(path, query))

    async def choose(self) -> None:
        """Choose a value of one of the page's controls, if it has any."""
        if widgets := list(self.screen.widgets.values()):
            widget = widgets[self.random.integers(len(widgets))]
            value = widget.options[self.random.integers(len(widget.options))]
            await self._ask("choose", self.screen.choose(widget, value))

    async def tell(self, component: str, event: str, value: object) -> None:
        """Do something in a component of the page, by its name."""
        await self._ask("tell", self.screen.tell(self.screen.buttons[component], event, value))

    async def refresh(self) -> None:
        """Run the page again."""
        await self._ask("choose", self.screen.rerun())

    async def think(self, seconds: float) -> None:
        """Do nothing but what the page's timers ask for."""
        end_s = time.monotonic() + seconds
        while timers := {name: s for name, s in self.screen.timers.items() if s < LONGEST_TIMER_S}:
            if time.monotonic() + min(timers.values()) > end_s:
                break
            await asyncio.sleep(min(timers.values()))
            for fragment in timers:
                await self._ask("timer", self.screen.rerun(fragment, by_timer=True))
        await asyncio.sleep(max(0.0, end_s - time.monotonic()))

    async def _ask(self, what: str, wish: BackMsg) -> None:
        """Send a request, read its answer to the end, and note how long it took and what went wrong."""
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(min(LONGEST_ANSWER_S, self.end_s + GRACE_S - began_s)):
                await self.connection.send(wish.SerializeToString())
                while not self.screen.take(ForwardMsg.FromString(await self.connection.recv(decode=False))):
                    pass
            errors = tuple(self.screen.errors)
        except (TimeoutError, WebSocketException) as error:
            errors = (f"no answer: {type(error).__name__}",)
        self.reruns.append(Rerun(self.page, what, began_s, time.monotonic() - began_s, errors))


async def visit(address: str, pages: Sequence[str], thinking_s: float, end_s: float, seed: int) -> list[Rerun]:
    """A visitor who walks through the pages in an order of their own until `end_s`; thinking varies by half."""
    random, reruns = default_rng(seed), list[Rerun]()
    await asyncio.sleep(random.uniform(0, thinking_s))
    async with connection_to(address) as connection:
        visitor = Visitor(connection, random, reruns, end_s=end_s)
        for page in cycle([str(page) for page in random.permutation(pages)]):
            await visitor.open(page)
            await visitor.think(min(thinking_s * random.uniform(0.5, 1.5), end_s - time.monotonic()))
            await visitor.choose()
            await visitor.think(min(thinking_s * random.uniform(0.5, 1.5), end_s - time.monotonic()))
            if time.monotonic() >= end_s:
                return reruns
    return reruns


async def watch(address: str, end_s: float, seed: int) -> list[Rerun]:
    """A visitor who watches the newest run on /train until `end_s`."""
    reruns = list[Rerun]()
    async with connection_to(address) as connection:
        visitor = Visitor(connection, default_rng(seed), reruns, end_s=end_s)
        await visitor.open("train")
        await visitor.think(end_s - time.monotonic())
    return reruns


async def warm_up(address: str, pages: Sequence[str]) -> list[Rerun]:
    """One visitor who opens every page once, so that models and data are loaded."""
    reruns = list[Rerun]()
    async with connection_to(address) as connection:
        visitor = Visitor(connection, default_rng(SEED), reruns)
        for page in pages:
            await visitor.open(page)
    return reruns


async def crowd(address: str, pages: Sequence[str], options: argparse.Namespace) -> list[Rerun]:
    """What all visitors asked for."""
    end_s = time.monotonic() + options.seconds
    walks = [visit(address, pages, options.thinking, end_s, SEED + i) for i in range(options.sessions)]
    views = [watch(address, end_s, SEED + options.sessions + i) for i in range(options.viewers)]
    return [rerun for found in await asyncio.gather(*walks, *views) for rerun in found]


def connection_to(address: str, cookies: str = "") -> connect:
    """A new session's web socket; cookies: such as `a=1; b=2`."""
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookies} if cookies else {}
    return connect(stream, max_size=None, open_timeout=LONGEST_ANSWER_S, additional_headers=headers)


def resident_mb(pids: Sequence[int]) -> float:
    """Resident memory of processes together in megabytes."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def busy_s(pids: Sequence[int]) -> float:
    """The processor time that processes have taken so far, in seconds."""
    return sum(map(cpu_s, pids))


@dataclass(frozen=True)
class Sitting:
    """One crowd in one server: its reruns, and the server's seconds and megabytes.

    Megabytes are resident before the crowd, with all of it, and after it left; first: the reruns of who came before.
    """

    is_site: bool
    first: Sequence[Rerun]
    reruns: Sequence[Rerun]
    spent_s: float
    busy_s: float
    load: float
    resident_mb: tuple[float, float, float]


def measured(options: argparse.Namespace) -> Iterator[str]:
    """Start a server, let the visitors in, and say how it went; or do so with one process and with two."""
    if options.side_by_side:
        sittings = [sitting(options, is_site=False), sitting(options, is_site=True)]
        yield from beside(options, sittings)
        for each in sittings:
            yield from ("", *report(each, options))
    else:
        yield from report(sitting(options, is_site=options.behind_nginx), options)


def sitting(options: argparse.Namespace, *, is_site: bool) -> Sitting:
    """Start a server, one process or two behind nginx, and let the visitors in."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {"EXPLORER_DATA": folder} if options.without_data else {}
        server = stack.enter_context((site_server if is_site else app_server)(folder, **environment))
        if options.training:
            stack.enter_context(running_model(folder, "digits" if options.without_data else trained_data()))
        return sat(server, options, is_site=is_site)


@contextmanager
def site_server(folder: str, **environment: str) -> Iterator[AppServer]:
    """The processes of deploy/ behind nginx, in the mode of `app_server`."""
    with started_site(
        start_cold, Path(folder), **{"EXPLORER_RUNS": folder, "EXPLORER_MODE": "open"} | environment
    ) as site:
        pids = tuple(server.pid for server in site.servers if server.pid is not None)
        yield AppServer(f"{site.address}/explorer", time.perf_counter(), pids)


def trained_data() -> str:
    """MNIST where it is at hand, else the digits that come with scikit-learn."""
    return "mnist" if any(source.name == "mnist" and source.available for source in list_sources()) else "digits"


def sat(server: AppServer, options: argparse.Namespace, *, is_site: bool) -> Sitting:
    """Let the visitors into a server."""
    pages = SLUGS if options.pages == "all" else options.pages.split(",")
    first = asyncio.run(warm_up(server.address, pages))
    before_mb, before_s, began_s = resident_mb(server.pids), busy_s(server.pids), time.monotonic()
    reruns = asyncio.run(crowd(server.address, pages, options))
    spent_s, taken_s = time.monotonic() - began_s, busy_s(server.pids) - before_s
    during_mb, load = resident_mb(server.pids), os.getloadavg()[0]
    time.sleep(options.settle)
    asyncio.run(warm_up(server.address, pages[:1]))
    return Sitting(
        is_site, first, reruns, spent_s, taken_s, load, (before_mb, during_mb, resident_mb(server.pids))
    )  # fmt: skip


def report(found: Sitting, options: argparse.Namespace) -> Iterator[str]:
    """The lines about one crowd: reruns by page, the server's memory and processor time, and what went wrong."""
    yield headline(options, found)
    yield ""
    yield from page_table(found.reruns)
    yield ""
    yield memory_line(options, *found.resident_mb)
    yield from error_lines([*found.first, *found.reruns])


def beside(options: argparse.Namespace, sittings: Sequence[Sitting]) -> Iterator[str]:
    """The same crowd in several servers, a row for each."""
    yield f"{options.sessions} sessions thinking {options.thinking:g} s for {options.seconds:g} s, one after the other."
    yield ""
    yield (
        "| server | reruns per second | processor time per rerun | share of one core | p50 | p95 | errors "
        "| resident memory: before, with all, after |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for found in sittings:
        n, (p50, p95) = len(found.reruns), (percentile_ms(found.reruns, share) for share in (50, 95))
        yield (
            f"| {server_name(found)} | {n / found.spent_s:.1f} | {1000 * found.busy_s / max(n, 1):.0f} ms "
            f"| {100 * found.busy_s / found.spent_s:.0f} % | {p50:,.0f} ms | {p95:,.0f} ms "
            f"| {sum(bool(rerun.errors) for rerun in found.reruns)} of {n} "
            f"| {', '.join(f'{mb:,.0f} MB' for mb in found.resident_mb)} |"
        )


def server_name(found: Sitting) -> str:
    """What a crowd met."""
    return "two processes behind nginx" if found.is_site else "one process"


def headline(options: argparse.Namespace, found: Sitting) -> str:
    """Who was there, how many reruns there were, and what one of them cost."""
    training, n = "beside a training" if options.training else "no training", len(found.reruns)
    return (
        f"{options.sessions} sessions thinking {options.thinking:g} s, {options.viewers} viewers of one run, "
        f"{training}, {found.spent_s:.0f} s: {n / found.spent_s:.1f} reruns per second, "
        f"{1000 * found.busy_s / max(n, 1):.0f} ms of processor time each; {server_name(found)} took "
        f"{100 * found.busy_s / found.spent_s:.0f} % of one core, load average {found.load:.1f}."
    )


def page_table(reruns: Sequence[Rerun]) -> Iterator[str]:
    """Reruns by page, timers apart, the slowest first, and all together."""
    rows: dict[str, list[Rerun]] = {}
    for rerun in reruns:
        rows.setdefault(f"/{rerun.page}" + ", timer" * (rerun.what == "timer"), []).append(rerun)
    yield "| rerun of | reruns | p50 | p95 | errors |"
    yield "|---|---|---|---|---|"
    for name, found in sorted(rows.items(), key=lambda row: -percentile_ms(row[1], 95)):
        yield row_of(name, found)
    yield row_of("**all**", reruns)


def row_of(name: str, reruns: Sequence[Rerun]) -> str:
    """One row of the table."""
    n_errors = sum(bool(rerun.errors) for rerun in reruns)
    p50, p95 = (percentile_ms(reruns, share) for share in (50, 95))
    return f"| {name} | {len(reruns)} | {p50:,.0f} ms | {p95:,.0f} ms | {n_errors} |"


def percentile_ms(reruns: Sequence[Rerun], share: float) -> float:
    """The time in ms that `share` percent of the reruns do not exceed; NaN for none."""
    return 1000 * float(np.percentile([rerun.spent_s for rerun in reruns], share)) if reruns else float("nan")


def memory_line(options: argparse.Namespace, before_mb: float, during_mb: float, after_mb: float) -> str:
    """The server's memory before, with all sessions, and after they left."""
    each = (during_mb - before_mb) / max(options.sessions + options.viewers, 1)
    return (
        f"Resident memory: {before_mb:.0f} MB before, {during_mb:.0f} MB with all sessions ({each:.1f} MB each), "
        f"{after_mb:.0f} MB {options.settle:g} s after all have left."
    )


def error_lines(reruns: Sequence[Rerun]) -> Iterator[str]:
    """Each thing that went wrong, once, with its page and how often."""
    counts: dict[str, int] = {}
    for rerun in reruns:
        for error in rerun.errors:
            line = f"/{rerun.page}, {rerun.what}: {error}"
            counts[line] = counts.get(line, 0) + 1
    for line, count in sorted(counts.items()):
        yield f"- {count} × {line}"


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--sessions", type=int, default=50, help="visitors who walk through the pages")
    parser.add_argument("--viewers", type=int, default=0, help="visitors who watch one run on /train")
    parser.add_argument("--thinking", type=float, default=10.0, help="seconds between what a visitor does, on average")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long visitors come back")
    parser.add_argument("--settle", type=float, default=60.0, help="seconds until the memory is read after they left")
    parser.add_argument("--pages", default="all", help=f"slugs with commas between them, of {', '.join(SLUGS)}")
    parser.add_argument("--training", action=argparse.BooleanOptionalAction, help="a run trains; viewers need one")
    parser.add_argument("--without-data", action="store_true", help="the data folder is empty")
    parser.add_argument("--behind-nginx", action="store_true", help="two processes behind nginx, as deploy/ has them")
    parser.add_argument("--side-by-side", action="store_true", help="one process, then two behind nginx")
    options = parser.parse_args(arguments)
    options.training = bool(options.viewers) if options.training is None else options.training
    return options


def table() -> Iterator[str]:
    """50 and 200 sessions over all pages, and 30 viewers of one run."""
    for arguments in SCENARIOS:
        yield from measured(options_of(arguments))
        yield ""


if __name__ == "__main__":
    import sys

    for line in measured(options_of(sys.argv[1:])):
        print(line, flush=True)
