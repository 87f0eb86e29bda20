"""From page to page as anybody goes, and how a page is known."""

import re

from playwright.sync_api import Page, expect

from explorer.ui.page_entries import APP_TITLE, PageEntry


def press_in_menu(page: Page, entry: PageEntry) -> None:
    """Press the name of a page in the menu of its section."""
    page.get_by_test_id("stTopNav").get_by_role("button", name=entry.section).click()
    link = page.get_by_test_id("stTopNavDropdownLink")
    link.filter(has_text=re.compile(rf"{re.escape(entry.title)}$")).click()


def expect_page(page: Page, entry: PageEntry) -> None:
    """The title stands on the page and in the browser's tab, the navigation is there, and no exception is."""
    expect(page.get_by_role("heading", name=entry.title, exact=True, level=1)).to_be_visible()
    expect(page).to_have_title(re.compile(f"^{entry.title}.*{'' if entry.title == APP_TITLE else APP_TITLE}$"))
    expect(page.get_by_role("link", name=APP_TITLE)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
