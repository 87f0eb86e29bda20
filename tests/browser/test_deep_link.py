"""A link opens its page also when it is a server's very first request, which Streamlit alone gets wrong."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.ui.page_entries import PAGES, PageEntry, page_entry
from tests.browser.conftest import Profile, StartServer, free_port, stop_workers, watched_context
from tests.browser.menu import expect_page
from tests.browser.servers import ROOT, start_warm, stop, wait_until_up
from tests.browser.test_canvas import click_at, drawn_plane
from tests.browser.test_latent import open_plane

pytestmark = pytest.mark.browser
SAID_OF_A_FORMER_SLUG = "The page that you have requested does not seem to exist."
MODEL = "digits · VAE, 2 dimensions · digits-vae-2d"


def address(server: str, entry: PageEntry) -> str:
    return f"{server}/{'' if entry.slug == 'home' else entry.slug}"


@pytest.mark.slow
def test_links_open_at_once_on_a_cold_server(start_server: StartServer, profile: Profile) -> None:
    """The first of all is a link to a scene, the last one goes to a slug of before."""
    server = start_server(is_cold=True)
    first, former = profile.context.new_page(), profile.context.new_page()
    pages = {entry: profile.context.new_page() for entry in PAGES}
    former.goto("about:blank")
    n_of_history = former.evaluate("history.length")
    first.goto(f"{server}/latent?model=digits-vae-2d&z=1,-1", wait_until="commit")
    for entry, page in pages.items():
        page.goto(address(server, entry), wait_until="commit")
    former.goto(f"{server}/walk?model=digits-vae-2d&n=5", wait_until="commit")
    first.bring_to_front()
    expect_scene_of_the_first(first)
    for entry, page in pages.items():
        page.bring_to_front()
        expect_page(page, entry)
        assert page.url.split("?")[0] == address(server, entry)
    former.bring_to_front()
    expect_page(former, page_entry("interpolate"))
    expect(former).to_have_url(re.compile(r"/interpolate\?model=digits-vae-2d&n=5$"))
    expect(former.get_by_role("combobox", name="Model")).to_have_value(MODEL)
    assert former.evaluate("history.length") == n_of_history + 1
    assert [problem for problem in profile.problems if SAID_OF_A_FORMER_SLUG not in problem] == []
    profile.problems.clear()


def expect_scene_of_the_first(page: Page) -> None:
    drawn_plane(page)
    expect_page(page, page_entry("latent"))
    expect(page.get_by_role("combobox", name="Model")).to_have_value(MODEL)
    expect(page.locator(".readout")).to_have_text(re.compile(r"z = \(1\.0+, −1\.0+\)"))
    expect(page).to_have_url(re.compile(r"/latent\?model=digits-vae-2d&z=1(,|%2C)-1$"))


def test_home_is_complete_without_a_click(server: str, page: Page) -> None:
    page.goto(server)
    expect(page.get_by_role("img", name=re.compile("^Codes of the test samples of mnist under pca"))).to_be_visible()
    expect(page.get_by_text(re.compile("CPU|CUDA"))).to_be_visible()


def test_full_screen_by_key_and_by_button(small_apps: str, page: Page) -> None:
    page.goto(f"{small_apps}/?fault=none")
    button = page.get_by_role("button", name="Full screen")
    expect(button).to_be_visible()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    button.click()
    page.wait_for_function("document.fullscreenElement === null")


@contextmanager
def server_at(port: int, folder: Path) -> Iterator[str]:
    """A server at a port that is known beforehand, stopped at the end."""
    log, checkpoints = folder / "server.log", folder / "checkpoints"
    # What a test trains is kept among them.
    shutil.copytree(ROOT / "checkpoints", checkpoints, dirs_exist_ok=True)
    own = {"EXPLORER_RUNS": str(folder), "EXPLORER_DATA": str(folder), "EXPLORER_CHECKPOINTS": str(checkpoints)}
    server = start_warm("app.py", port, log, **own)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)
        stop_workers(folder / "jobs.sqlite")


@pytest.mark.slow
def test_the_first_click_after_a_restart_counts(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    # The server's end is an error on the console.
    with watched_context(browser, []) as context:
        page = context.new_page()
        with server_at(port, tmp_path) as server:
            open_plane(page, f"{server}/latent?model=digits-vae-2d")
            entries = page.evaluate("history.length")
        with ExitStack() as stack:
            with page.expect_websocket():
                stack.enter_context(server_at(port, tmp_path))
            # At once: the server's first run is not done yet.
            click_at(drawn_plane(page), (0.9, 0.1))
            page.wait_for_url(re.compile("[?&]z="))
        assert page.evaluate("history.length") == entries


@pytest.mark.slow
def test_start_that_is_pressed_at_once_after_a_restart_starts(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with watched_context(browser, []) as context:
        page = context.new_page()
        start = page.get_by_test_id("stMain").get_by_role("button", name="Start", exact=True)
        with server_at(port, tmp_path) as server:
            page.goto(f"{server}/train?data=digits&n_epochs=1")
            expect(start).to_be_enabled()
            page.wait_for_load_state("networkidle")
        with ExitStack() as stack:
            with page.expect_websocket():
                stack.enter_context(server_at(port, tmp_path))
            start.click()
            expect(page.get_by_text(re.compile(r"epoch [\d.]+ of 1\b")).first).to_be_visible()
