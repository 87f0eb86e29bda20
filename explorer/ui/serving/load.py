"""How much a server process has to do: who is connected, and how long each rerun takes, from its request to its end."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAM = "/_stcore/stream"
# How many reruns the quantiles are taken of.
N_LATEST = 1000
# The message that ends a rerun has a few bytes; longer ones need not be read.
LONGEST_END = 512
ENDS = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
)


@dataclass
class ServerLoad:
    """Sessions that are connected, and reruns since the process began; `latest_s` holds the last thousand of them."""

    n_sessions: int = 0
    n_reruns: int = 0
    spent_s: float = 0.0
    latest_s: deque[float] = field(default_factory=lambda: deque(maxlen=N_LATEST))

    def add(self, seconds: float) -> None:
        """Count a rerun that took so long."""
        self.n_reruns += 1
        self.spent_s += seconds
        self.latest_s.append(seconds)

    def quantile_s(self, fraction: float) -> float:
        """The time that a fraction of the latest reruns did not exceed; NaN where there was none."""
        return float(np.quantile(list(self.latest_s), fraction)) if self.latest_s else float("nan")


@dataclass
class Session:
    """One browser; asked_s: when it asked for what is not answered yet, None while nothing is."""

    load: ServerLoad
    clock: Callable[[], float]
    asked_s: float | None = None

    def hear(self, message: Message) -> None:
        """Take notice of what the browser sends; of several requests in a row one answer comes, from the first on."""
        content = message.get("bytes")
        if content and self.asked_s is None and BackMsg.FromString(content).HasField("rerun_script"):
            self.asked_s = self.clock()

    def say(self, message: Message) -> None:
        """Take notice of what the browser is sent."""
        content = message.get("bytes")
        if self.asked_s is not None and content and len(content) <= LONGEST_END and is_end(content):
            self.load.add(self.clock() - self.asked_s)
            self.asked_s = None


def is_end(content: bytes) -> bool:
    """Whether a message to the browser ends an answer."""
    message = ForwardMsg.FromString(content)
    return message.HasField("script_finished") and message.script_finished in ENDS


def measured(app: ASGIApp, load: ServerLoad, clock: Callable[[], float] = time.monotonic) -> ASGIApp:
    """A server around another one that counts its sessions and times its reruns."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await app(scope, receive, send)
            return
        load.n_sessions += 1
        try:
            await app(scope, *between(Session(load, clock), receive, send))
        finally:
            load.n_sessions -= 1

    return serve


def between(session: Session, receive: Receive, send: Send) -> tuple[Receive, Send]:
    """The two ends of a web socket with somebody who listens."""

    async def heard() -> Message:
        message = await receive()
        session.hear(message)
        return message

    async def said(message: Message) -> None:
        await send(message)
        session.say(message)

    return heard, said
