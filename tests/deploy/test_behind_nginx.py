"""Two processes of the explorer behind Debian's nginx on loopback, below a path of their own, as deploy/ has them."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.error import HTTPError

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.serving import Session, session_of
from explorer.rooms.question import RoomQuestion
from explorer.store.rooms import answers_to, open_room, read_room
from tests.browser.servers import start_warm, stop
from tests.deploy.site import NGINX, Site, started_site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="there is no nginx: apt-get install nginx"),
]
KEY = "correcthorsebattery"
QUESTION = RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B.", 1, ("A", "B"))


class Stay(urllib.request.HTTPRedirectHandler):
    """Redirections are answers, too."""

    def redirect_request(self, *_: object) -> None:
        return None


def get(url: str, cookie: str = "") -> HTTPResponse | HTTPError:
    """The answer to a request, whatever its status."""
    request = urllib.request.Request(url, headers={"Cookie": f"explorer_replica={cookie}"} if cookie else {})
    try:
        return urllib.request.build_opener(Stay).open(request)  # type: ignore[no-any-return]
    except HTTPError as error:
        return error


def text(url: str) -> str:
    with get(url) as answer:
        return answer.read().decode()


def number(replica: str, name: str) -> float:
    """One of the numbers that a process gives of itself."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text(f"{replica}/metrics"), re.MULTILINE)
    assert found
    return float(found[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two processes with one key behind nginx."""
    with started_site(start_warm, tmp_path_factory.mktemp("site"), EXPLORER_KEY=KEY) as site:
        yield site


@pytest.fixture
def rooms_of_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process the register of the site."""
    monkeypatch.setenv("EXPLORER_RUNS", str(site.runs))


def cookie_of(site: Site, sent: str = "") -> str:
    """The cookie with which a browser leaves the start page."""
    with get(f"{site.address}/explorer/", sent) as answer:
        found = re.fullmatch(
            r"explorer_replica=([0-9a-f]{32}); Path=/explorer/; HttpOnly; SameSite=Lax", answer.headers["Set-Cookie"]
        )
    assert found
    return found[1]


@contextmanager
def visit(site: Site, cookie: str, page: str, query: str = "") -> Iterator[Session]:
    """A page that a browser has open."""
    with session_of(f"{site.address}/explorer", page, query, f"explorer_replica={cookie}") as session:
        assert session.screen.errors == []
        yield session


def place_of(site: Site, cookie: str) -> int:
    """Which of the processes a browser's session is in."""
    with visit(site, cookie, "room"):
        sessions = [number(replica, "explorer_sessions") for replica in site.replicas]
    assert sorted(sessions) == [0, 1]
    return sessions.index(1)


def test_site_is_below_its_path_and_tells_nobody_its_numbers(site: Site) -> None:
    with get(site.address) as root, get(f"{site.address}/explorer") as short:
        assert (root.status, root.headers["Location"]) == (302, f"{site.address}/explorer/")
        assert (short.status, short.headers["Location"]) == (301, f"{site.address}/explorer/")
    assert text(f"{site.address}/explorer/_stcore/health") == "ok"
    for hidden in ("metrics", "readyz", "healthz", "explorer/_stcore/metrics"):
        with get(f"{site.address}/{hidden}") as answer:
            assert answer.status == 404
    assert [text(f"{replica}/{name}") for replica in site.replicas for name in ("healthz", "readyz")] == [
        "ok",
        "ready",
    ] * 2


def test_browser_stays_with_its_process_and_browsers_are_spread_over_both(site: Site) -> None:
    cookies = [f"{browser:032x}" for browser in range(6)]
    assert [cookie_of(site, cookie) for cookie in cookies] == cookies
    places = [place_of(site, cookie) for cookie in cookies]
    assert set(places) == {0, 1}
    assert [place_of(site, cookie) for cookie in cookies] == places


def test_cookie_that_nobody_gave_is_replaced(site: Site) -> None:
    given = {cookie_of(site), cookie_of(site), cookie_of(site, "a"), cookie_of(site, "0" * 33)}
    assert len(given) == 4
    assert not given & {"a", "0" * 33}


def test_another_site_cannot_speak_with_a_session(site: Site) -> None:
    stream = f"{site.address}/explorer/_stcore/stream".replace("http", "ws", 1)
    with pytest.raises(InvalidStatus):
        connect(stream, additional_headers={"Origin": "http://elsewhere.example"})


def of_both(site: Site) -> tuple[str, str]:
    """The cookie of a browser in each process."""
    places = {place_of(site, cookie): cookie for cookie in (f"{browser:032x}" for browser in range(6))}
    return places[0], places[1]


@pytest.mark.usefixtures("rooms_of_site")
def test_class_in_two_processes_answers_in_one_room(site: Site) -> None:
    code = open_room("leader00", QUESTION)
    before = sum(number(replica, "explorer_rerun_seconds_count") for replica in site.replicas)
    for cookie, choice in zip(of_both(site), QUESTION.choices, strict=True):
        with visit(site, cookie, "room", f"room={code}") as session:
            session.ask(session.screen.press(session.screen.buttons[choice]))
            assert session.screen.errors == []
    assert answers_to(code, 1) == (0, 1)
    assert read_room(code).n_students == 2
    assert {number(replica, "explorer_rooms") for replica in site.replicas} == {1}
    assert sum(number(replica, "explorer_rerun_seconds_count") for replica in site.replicas) > before


def test_student_of_the_site_needs_the_key(site: Site) -> None:
    """Behind a proxy every process listens on its own machine, which without the site's entry would be open mode."""
    browser = f"{0:032x}; explorer_browser={7:032x}"
    with visit(site, browser, "lectures") as session:
        assert "Copy" not in session.screen.buttons
    with visit(site, browser, "lectures", f"key={KEY}"):
        pass
    with visit(site, browser, "lectures") as session:
        assert "Copy" in session.screen.buttons


def test_where_a_process_ends_its_browsers_meet_the_other(site: Site) -> None:
    first, second = of_both(site)
    stop(site.servers[0])
    for cookie in (first, second):
        with visit(site, cookie, "room"):
            assert number(site.replicas[1], "explorer_sessions") == 1
