"""A real server and a real Chromium; a test fails when the page logs an error or asks the internet for anything."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.servers import ROOT, Server, start_cold, start_warm, stop, wait_until_up

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a window has around its page. The lists of the address bar are pages of their own, which cost a test more than
# the half of what the app does. The switch takes the place of Playwright's own list, whose rest is kept.
NOT_NEEDED = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "PreloadTopChromeWebUI", "AimEnabled"),
    *("LensOverlay", "MediaRouter", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning", "PaintHolding"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # WebGL alone needs a GPU, here in software: pages that are put together by it too cost a third more.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    # What one page has compiled is at hand for the next one only where they share a process.
    "--process-per-site",
    f"--disable-features={','.join(NOT_NEEDED)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
# A link to /pca makes Streamlit ask below /pca/ first, which is not there, before it asks at the root.
STREAMLIT_LOOKS_FOR_ITS_ROOT = re.compile(r"/\w+/_stcore/(health|host-config)$")
# The environment of a machine without a GPU and with a dead end for a network.
BARE = {"CUDA_VISIBLE_DEVICES": "", "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}

# Many pages at once on a busy machine take their time; a test that passes does not wait for it.
expect.set_options(timeout=60_000)

StartServer = Callable[..., str]
OpenPage = Callable[[], Page]


def find_chromium() -> str | None:
    """The system's Chromium if one runs, else None, which means Playwright's own."""
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def stop_workers(register: Path) -> None:
    """End the workers that signed on in a register of runs; they are made to outlive the server that started them."""
    if not register.is_file():
        return
    with closing(sqlite3.connect(register)) as connection:
        pids = [int(pid) for (pid,) in connection.execute("SELECT pid FROM workers")]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """A function that starts a fresh server with its own runs and checkpoints and returns its address.

    `start_server(EXPLORER_DATA="/elsewhere")` adds to its environment. Unless it is to be cold, it has its libraries at
    hand already.
    """
    servers: list[tuple[Server, Path]] = []

    def start(script: str = "app.py", *, is_cold: bool = False, **environment: str) -> str:
        folder, port = tmp_path_factory.mktemp("server"), free_port()
        shutil.copytree(ROOT / "checkpoints", folder / "checkpoints")
        own = {f"EXPLORER_{name.upper()}": str(folder / name) for name in ("runs", "checkpoints", "lectures")}
        log = folder / "server.log"
        server = (start_cold if is_cold else start_warm)(script, port, log, **own | environment)
        servers.append((server, folder / "runs" / "jobs.sqlite"))
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, server, log)
        return url

    yield start
    for server, register in servers:
        stop(server)
        stop_workers(register)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the server that tests share; a test that puts a file there takes it away again."""
    return tmp_path_factory.mktemp("no-data")


@pytest.fixture(scope="session")
def server(start_server: StartServer, data_folder: Path) -> str:
    """The address of the server that tests share, without a slash at its end: it has no data, no GPU, no network."""
    return start_server(**BARE, EXPLORER_DATA=str(data_folder))


@pytest.fixture(scope="session")
def small_apps(start_server: StartServer) -> str:
    """The address of small pages for tests: with ?fault= one with faults, else one with nothing but a latent canvas."""
    return start_server("tests/browser/apps/small_apps.py")


@pytest.fixture
def canvas_app(small_apps: str) -> str:
    """The address of a page with nothing but a latent canvas."""
    return small_apps


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def watched_context(browser: Browser, problems: list[str]) -> BrowserContext:
    """A fresh profile; an error in a page and a request that leaves the machine are added to `problems`."""

    def watch_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not STREAMLIT_LOOKS_FOR_ITS_ROOT.search(message.location.get("url", "")):
            problems.append(f"console: {message.text} ({message.location.get('url')})")

    def watch_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", None}:
            problems.append(f"asked the internet for {request.url}")

    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce", permissions=[])
    context.on("console", watch_console)
    context.on("weberror", lambda error: problems.append(f"exception: {error.error}"))
    context.on("request", watch_request)
    return context


@dataclass(frozen=True)
class Profile:
    """A browser profile, what its pages complained about, and the page of it that tests share."""

    context: BrowserContext
    problems: list[str]
    page: Page


@contextmanager
def one_test(profile: Profile) -> Iterator[None]:
    """A profile without what was complained about before; afterwards its page is as at first, and alone."""
    profile.problems.clear()
    yield
    complaints = [*profile.problems]
    for page in profile.context.pages:
        if page is not profile.page:
            page.close()
    profile.page.goto("about:blank")
    profile.page.set_viewport_size(VIEWPORT)
    profile.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    profile.page.mouse.move(0, 0)
    assert complaints == []


@pytest.fixture(scope="session")
def shared_profile(browser: Browser) -> Iterator[Profile]:
    """The profile that tests share, so that Streamlit's scripts are fetched and compiled once."""
    problems: list[str] = []
    context = watched_context(browser, problems)
    yield Profile(context, problems, context.new_page())
    context.close()


@pytest.fixture
def profile(shared_profile: Profile) -> Iterator[Profile]:
    """The shared profile, watched for errors and for calls to the internet."""
    with one_test(shared_profile):
        yield shared_profile


@pytest.fixture
def page(profile: Profile) -> Page:
    """The shared page of 1280 x 800 with a session of its own; its history is that of all tests, and full at 50."""
    profile.page.bring_to_front()
    return profile.page


@pytest.fixture
def fresh_page(profile: Profile) -> Page:
    """A page without a history, to which a test may add what lasts."""
    return profile.context.new_page()


@pytest.fixture
def elsewhere(profile: Profile) -> OpenPage:
    """A function that opens a page of somebody else, for whom nothing is there of what the first page left.

    The first page stands behind it, where a browser draws one frame per second until `bring_to_front`.
    """

    def open_page() -> Page:
        profile.context.clear_cookies()
        return profile.context.new_page()

    return open_page


@pytest.fixture(scope="module")
def lasting_page(shared_profile: Profile) -> Iterator[Page]:
    """One page for all tests of a module that keep what is on it, watched as every page is."""
    shared_profile.problems.clear()
    page = shared_profile.context.new_page()
    yield page
    page.close()
    assert shared_profile.problems == []
