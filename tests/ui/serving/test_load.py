"""What a server says of itself: sessions and reruns as its messages tell them, in Prometheus' format; ready or not."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from explorer import jobs
from explorer.models import VAESpec
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import end_room, open_room
from explorer.training import RunSpec
from explorer.ui.serving.load import LONGEST_END, N_LATEST, ServerLoad, Session, measured
from explorer.ui.serving.metrics import metrics_text
from explorer.ui.serving.routes import service_routes

QUESTION = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))
RERUN = BackMsg()
RERUN.rerun_script.query_string = ""
LONG = ForwardMsg()
LONG.delta.new_element.markdown.body = "x" * LONGEST_END


def finished(how: "ForwardMsg.ScriptFinishedStatus.ValueType") -> dict[str, Any]:
    return {"type": "websocket.send", "bytes": ForwardMsg(script_finished=how).SerializeToString()}


ASKED = {"type": "websocket.receive", "bytes": RERUN.SerializeToString()}
DONE = finished(ForwardMsg.FINISHED_SUCCESSFULLY)


class Clock:
    """Seconds that a test counts."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_rerun_lasts_from_its_first_request_to_the_end_of_the_last_answer() -> None:
    clock, load = Clock(), ServerLoad()
    session = Session(load, clock)
    session.say(DONE)
    session.hear({"type": "websocket.receive", "bytes": BackMsg(clear_cache=True).SerializeToString()})
    session.say(DONE)
    assert load.n_reruns == 0, "nobody asked for a rerun"
    session.hear(ASKED)
    clock.now = 1.0
    session.hear(ASKED)
    session.say({"type": "websocket.send", "bytes": LONG.SerializeToString()})
    session.say(finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    assert load.n_reruns == 0, "another run follows"
    clock.now = 3.0
    session.say(finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    session.say(DONE)
    assert (load.n_reruns, load.spent_s, list(load.latest_s)) == (1, 3.0, [3.0])


def test_quantiles_are_those_of_the_latest_thousand() -> None:
    load = ServerLoad()
    assert np.isnan(load.quantile_s(0.95))
    times = np.random.default_rng(0).exponential(size=N_LATEST + 500)
    for seconds in times:
        load.add(float(seconds))
    assert load.quantile_s(0.95) == pytest.approx(np.quantile(times[-N_LATEST:], 0.95))
    assert load.n_reruns == len(times)
    assert load.spent_s == pytest.approx(times.sum())


def served(scope: Scope, breaks: bool = False) -> tuple[list[int], ServerLoad]:
    """How many sessions were counted while one was served, and the load afterwards."""
    load, counted = ServerLoad(), list[int]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(DONE)
        counted.append(load.n_sessions)
        if breaks:
            raise OSError

    async def receive() -> Message:
        return ASKED

    async def send(_: Message) -> None:
        return None

    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(asyncio.run, served_by(measured(app, load), scope, receive, send)).exception()
    assert isinstance(error, OSError) == breaks
    return counted, load


async def served_by(app: Callable[..., Awaitable[None]], *arguments: object) -> None:
    await app(*arguments)


def test_sessions_are_counted_while_their_web_socket_is_open() -> None:
    stream = {"type": "websocket", "path": "/explorer/_stcore/stream"}
    for breaks in (False, True):
        counted, load = served(stream, breaks)
        assert (counted, load.n_sessions, load.n_reruns) == ([1], 0, 1)
    counted, load = served({"type": "http", "path": "/explorer/"})
    assert (counted, load.n_reruns) == ([0], 0)


def numbers(text: str) -> dict[str, str]:
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_metrics_say_what_there_is_to_do() -> None:
    load = ServerLoad(n_sessions=3)
    for seconds in (0.1, 0.2, 0.3):
        load.add(seconds)
    jobs.submit(RunSpec(VAESpec(), "digits"), "waits")
    rooms = [open_room("leader00", QUESTION) for _ in range(2)]
    end_room(rooms[0], "leader00")
    text = metrics_text(load)
    found = numbers(text)
    memory, cpu = float(found.pop("process_resident_memory_bytes")), float(found.pop("process_cpu_seconds_total"))
    assert 1e7 < memory < 1e11
    assert cpu > 0
    assert found == {
        "explorer_sessions": "3",
        'explorer_rerun_seconds{quantile="0.5"}': "0.2",
        'explorer_rerun_seconds{quantile="0.95"}': "0.29",
        "explorer_rerun_seconds_sum": "0.6",
        "explorer_rerun_seconds_count": "3",
        'explorer_runs{state="queued"}': "1",
        'explorer_runs{state="running"}': "0",
        "explorer_rooms": "1",
    }
    assert text.count("# TYPE") == text.count("# HELP") == 6


def ask(path: str) -> Response:
    """What a server answers to a request of those who run it."""
    (route,) = (route for route in service_routes(ServerLoad()) if route.path == path)
    with ThreadPoolExecutor(1) as pool:
        response: Response = pool.submit(asyncio.run, route.endpoint(Request({"type": "http"}))).result()
        return response


def break_registers() -> None:
    jobs.runs_folder().mkdir(exist_ok=True)
    for name in ("jobs.sqlite", "rooms.sqlite"):
        (jobs.runs_folder() / name).write_bytes(b"no database" * 200)


def test_metrics_leave_out_what_cannot_be_read() -> None:
    break_registers()
    found = numbers(metrics_text(ServerLoad()))
    assert not any(name.startswith(("explorer_runs", "explorer_rooms")) for name in found)
    assert found['explorer_rerun_seconds{quantile="0.95"}'] == "NaN"


def test_health_is_the_process_and_readiness_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [(ask(path).status_code, ask(path).body) for path in ("/healthz", "/readyz")] == [
        (200, b"ok"), (200, b"ready"),
    ]  # fmt: skip
    assert ask("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "not-mounted"))
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert (
        answer.body
        == f"The library {tmp_path / 'not-mounted'} has no model that can be read; look at the folder.".encode()
    )
    break_registers()
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert bytes(answer.body).startswith(b"The register of runs")
    assert ask("/healthz").status_code == 200
