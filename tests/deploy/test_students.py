"""What a student cannot do, each tried against a running server in the words that browsers and it speak.

A student who means harm needs no browser: everything that a page of the lecturer sends can be written by hand, with
the names of buttons that the student's own pages do not have. Here they are read off the lecturer's pages.
"""

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from benchmarks.protocol import Button, Screen
from explorer import jobs
from explorer.jobs import workers
from explorer.permissions import CLASS_LIMITS, own_prefix, tag_of
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import newest_room, nicknames, open_room, read_room, set_stage
from tests.browser.conftest import free_port
from tests.browser.servers import start_warm, wait_until_up
from tests.conftest import ROOT
from tests.deploy.site import stop_if_running

pytestmark = pytest.mark.slow
KEY = "correcthorsebattery"
ADA, BOB, EVE = "a" * 32, "b" * 32, "e" * 32
LEADER = tag_of(ADA)
CHOOSE = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))
DRAW = RoomQuestion("d", "latent?model=vae-2d", "draw", "Draw a 3.", "No.", "Yes.", (0.0, 0.0), low=-3, high=3)
BARE = {"CUDA_VISIBLE_DEVICES": "", "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}


@dataclass(frozen=True)
class ClassServer:
    """A server in class mode: its address and its folders."""

    address: str
    folder: Path

    def library(self) -> list[str]:
        """The models that are there."""
        return sorted(path.name for path in (self.folder / "checkpoints").iterdir() if path.name[0] != ".")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassServer]:
    folder, port = tmp_path_factory.mktemp("class"), free_port()
    for name in ("vae-2d", "pca", "mine", f"{own_prefix(tag_of(BOB))}vae"):
        source = name if name in ("vae-2d", "pca") else "digits-vae-2d"
        shutil.copytree(ROOT / "checkpoints" / source, folder / "checkpoints" / name)
    own = {f"EXPLORER_{name.upper()}": str(folder / name) for name in ("runs", "checkpoints", "lectures", "data")}
    given = {**BARE, **own, "EXPLORER_MODE": "class", "EXPLORER_KEY": KEY}
    log = folder / "server.log"
    server = start_warm("deploy/server.py", port, log, **given)
    try:
        wait_until_up(address := f"http://127.0.0.1:{port}", server, log)
        with browser(address, ADA, "room", f"key={KEY}"):
            pass
        yield ClassServer(address, folder)
    finally:
        stop_if_running(server)


@pytest.fixture(autouse=True)
def same_folders(served: ClassServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the test see what the server keeps; its runs are removed at the end."""
    for name in ("runs", "checkpoints", "lectures", "data"):
        monkeypatch.setenv(f"EXPLORER_{name.upper()}", str(served.folder / name))
    yield
    for job in jobs.list_jobs():
        jobs.remove(job.id)


class Browser:
    """A page of somebody: what its screen shows, every byte that the server sent, and the tables that it has."""

    def __init__(self, connection: ClientConnection, page: str, query: str) -> None:
        self._connection, self.screen = connection, Screen()
        self.received, self.tables, self.session_id = list[bytes](), list[str](), ""
        self.ask(self.screen.link(page, query))

    def ask(self, *wishes: BackMsg) -> None:
        """Send requests at once and read until the last of them is answered."""
        for wish in wishes:
            self._connection.send(wish.SerializeToString())
        is_over = False
        while not is_over:
            content = self._connection.recv(timeout=60, decode=False)
            message = ForwardMsg.FromString(content)
            self.received.append(content)
            self.session_id = message.new_session.initialize.session_id or self.session_id
            if table := message.delta.new_element.dataframe.id:
                self.tables.append(table)
            is_over = self.screen.take(message)

    def press(self, button: Button) -> None:
        """Press a button, whether this page has it or not."""
        self.ask(self.screen.press(Button(button.id, button.label)))

    def select(self, row: int) -> None:
        """Choose a row of the page's table."""
        chosen = json.dumps({"selection": {"rows": [row], "columns": [], "cells": []}})
        self.screen.values["table"] = WidgetState(id=self.tables[-1], string_value=chosen)
        self.ask(self.screen.rerun())


@contextmanager
def browser(address: str, token: str, page: str, query: str = "") -> Iterator[Browser]:
    """A page that somebody has open."""
    headers = {"Origin": address, "Cookie": f"explorer_browser={token}"}
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(stream, max_size=None, additional_headers=headers) as connection:
        found = Browser(connection, page, query)
        assert found.screen.errors == []
        yield found


def forge(served: ClassServer, page: str, query: str, buttons: list[Button]) -> None:
    """A student sends the lecturer's presses from the student's own page, which does not have these buttons."""
    with browser(served.address, BOB, page, query) as student:
        for button in buttons:
            assert button.label not in student.screen.buttons
            student.press(button)


def buttons_of(lecturer: Browser, *labels: str) -> list[Button]:
    return [lecturer.screen.buttons[label] for label in labels]


def test_student_neither_deletes_nor_renames_and_the_lecturer_does(served: ClassServer) -> None:
    before = served.library()
    with browser(served.address, ADA, "library") as lecturer:
        for row in range(len(before)):
            lecturer.select(row)
            if "Delete mine" in lecturer.screen.buttons:
                break
        buttons = buttons_of(lecturer, "Delete mine", "Rename mine", "Delete the class's models")
        forge(served, "library", "", buttons)
        assert served.library() == before
        lecturer.ask(lecturer.screen.press(buttons[0]))
        assert served.library() == [name for name in before if name != "mine"]


def test_student_neither_downloads_nor_adds_data(served: ClassServer) -> None:
    for query in ("data=mnist", "view=Add your own"):
        with browser(served.address, ADA, "data", query) as lecturer:
            buttons = [button for button in lecturer.screen.buttons.values() if button.label == "Download"]
        assert bool(buttons) == (query == "data=mnist")
        forge(served, "data", query, buttons)
    assert not (served.folder / "data").exists()


def test_student_changes_no_lecture(served: ClassServer) -> None:
    with browser(served.address, ADA, "lectures") as lecturer:
        buttons = buttons_of(lecturer, "Copy")
    forge(served, "lectures", "", buttons)
    assert not (served.folder / "lectures").exists()


def upload(served: ClassServer, student: Browser, token: str, n_bytes: int) -> int:
    """Send a file to a session as its page would; returns the status."""
    with urllib.request.urlopen(f"{served.address}/_stcore/health") as answer:
        secret = next(
            part.split(";")[0]
            for part in answer.headers.get_all("Set-Cookie", [])
            if part.startswith("_streamlit_xsrf")
        )
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + bytes(n_bytes) + b"\r\n--x--\r\n"
    headers = {
        "Cookie": f"explorer_browser={token}; {secret}",
        "X-Xsrftoken": secret.partition("=")[2],
        "Content-Type": "multipart/form-data; boundary=x",
    }
    url = f"{served.address}/_stcore/upload_file/{student.session_id}/anything"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT")) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_student_sends_no_file_and_the_lecturer_does(served: ClassServer) -> None:
    for token, status in ((BOB, 403), ("", 403), (ADA, 204)):
        with browser(served.address, token, "data", "view=Add your own") as page:
            assert upload(served, page, token, 1000) == status


@pytest.fixture
def worker_that_waits() -> None:
    """A worker that lives and takes nothing, so that none is started and every run waits."""
    workers.register("cpu")


@pytest.mark.usefixtures("worker_that_waits")
def test_a_thousand_presses_queue_two_runs(served: ClassServer) -> None:
    with browser(served.address, BOB, "train", "data=digits&n_epochs=20") as student:
        start = student.screen.buttons["Start"]
        student.ask(*(student.screen.press(start) for _ in range(1000)))
        for _ in range(CLASS_LIMITS.most_runs + 1):
            student.press(student.screen.buttons["Start"])
    assert [job.name.startswith(own_prefix(tag_of(BOB))) for job in jobs.list_jobs()] == [True] * 2


@pytest.mark.usefixtures("worker_that_waits")
def test_student_neither_sees_nor_cancels_the_run_of_another(served: ClassServer) -> None:
    query = "data=digits&n_epochs=20"
    with browser(served.address, BOB, "train", query) as student:
        student.press(student.screen.buttons["Start"])
        cancel = student.screen.buttons["Cancel"]
    (job,) = jobs.list_jobs()
    with browser(served.address, EVE, "train", f"job={job.id}") as another:
        assert cancel.label not in another.screen.buttons
        another.press(cancel)
        assert not any(job.name.encode() in content for content in another.received)
    assert [job.state for job in jobs.list_jobs()] == ["queued"]


def test_student_opens_no_room_and_leads_none(served: ClassServer) -> None:
    code = open_room(LEADER, CHOOSE)
    set_stage(code, LEADER, "open")
    with browser(served.address, ADA, "pca") as lecturer:
        buttons = buttons_of(lecturer, "Cover the answers", "Reveal", "End the room")
        forge(served, "pca", "", buttons)
        assert read_room(code).stage == "open"
        lecturer.ask(lecturer.screen.press(buttons[2]))
    assert newest_room() is None


def test_student_sees_neither_the_drawing_of_another_nor_who_is_here(served: ClassServer) -> None:
    code = open_room(LEADER, DRAW)
    stroke = "4040c0c0-40c0c040"
    with browser(served.address, BOB, "room", f"room={code}") as student:
        number = read_room(code).number
        student.ask(student.screen.tell(student.screen.buttons["drawing_pad"], "ink", stroke))
        student.press(student.screen.buttons["Send"])
    assert (read_room(code).n_answers, nicknames(code), number) == (1, (), 1)
    seen = {}
    for stage in ("covered", "open", "revealed"):
        set_stage(code, LEADER, stage)
        for token in (EVE, ADA):
            with browser(served.address, token, "pca" if token == ADA else "room", f"room={code}") as page:
                seen[stage, token] = any(b"drawings" in content for content in page.received)
    assert seen == {
        (stage, token): token == ADA and stage != "covered"
        for stage in ("covered", "open", "revealed") for token in (EVE, ADA)
    }  # fmt: skip
