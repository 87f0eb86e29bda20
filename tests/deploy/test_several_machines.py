"""Processes share rooms and runs by a database: without a folder in common, as on two machines, or behind nginx."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.serving import session_of
from explorer import jobs
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import answers_to, open_room, read_room
from tests.browser.conftest import free_port
from tests.browser.servers import start_warm, wait_until_up
from tests.conftest import ON_SERVER
from tests.deploy.site import NGINX, started_site, stop_if_running
from tests.deploy.test_behind_nginx import number, of_both, text, visit
from tests.jobs.conftest import A_RUN

pytestmark = ON_SERVER
QUESTION = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))


@pytest.fixture
def machines(server_database: str, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """The addresses of the processes, each with its own folder of runs, as this process has one."""
    with ExitStack() as stack:
        addresses = []
        for name in ("one", "other"):
            port, log = free_port(), tmp_path / f"{name}.log"
            server = start_warm("deploy/server.py", port, log, EXPLORER_RUNS=str(tmp_path / name))
            stack.callback(stop_if_running, server)
            addresses.append(f"http://127.0.0.1:{port}")
            wait_until_up(addresses[-1], server, log)
        yield tuple(addresses)


def test_class_on_two_machines_answers_in_one_room(machines: tuple[str, ...]) -> None:
    code = open_room("leader00", QUESTION)
    for address, choice in zip(machines, QUESTION.choices, strict=True):
        with session_of(address, "room", f"room={code}") as session:
            session.ask(session.screen.press(session.screen.buttons[choice]))
            assert session.screen.errors == []
    assert answers_to(code, 1) == (0, 1)
    assert read_room(code).n_students == 2
    jobs.submit(A_RUN, "a")
    for address in machines:
        assert text(f"{address}/readyz") == "ready"
        assert number(address, "explorer_rooms") == 1
        assert number(address, 'explorer_runs{state="queued"}') == 1


@pytest.mark.skipif(NGINX is None, reason="there is no nginx: apt-get install nginx")
@pytest.mark.usefixtures("server_database")
def test_class_behind_nginx_answers_in_one_room_of_the_database(tmp_path: Path) -> None:
    with started_site(start_warm, tmp_path) as site:
        code = open_room("leader00", QUESTION)
        for cookie, choice in zip(of_both(site), QUESTION.choices, strict=True):
            with visit(site, cookie, "room", f"room={code}") as session:
                session.ask(session.screen.press(session.screen.buttons[choice]))
                assert session.screen.errors == []
        assert answers_to(code, 1) == (0, 1)
        assert {number(replica, "explorer_rooms") for replica in site.replicas} == {1}
    assert list(tmp_path.rglob("*.sqlite*")) == []
