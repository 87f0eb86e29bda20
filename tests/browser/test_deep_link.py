"""A link opens its page also when it is a server's very first request, which Streamlit alone gets wrong."""

import pytest
from playwright.sync_api import Page, expect

from explorer.ui.shell import APP_TITLE, PAGES, PageEntry
from tests.browser.conftest import StartServer

pytestmark = pytest.mark.browser


def expect_page(page: Page, entry: PageEntry) -> None:
    """The title stands on the page and in the browser's tab, and no exception."""
    expect(page.get_by_role("heading", name=entry.title, exact=True, level=1)).to_be_visible(timeout=60_000)
    expect(page).to_have_title(f"{entry.title} · {APP_TITLE}")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.slug)
def test_cold_deep_link_opens_its_page(entry: PageEntry, start_server: StartServer, page: Page) -> None:
    page.goto(f"{start_server()}/{'' if entry.slug == 'home' else entry.slug}")
    expect_page(page, entry)
