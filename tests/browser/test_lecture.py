"""A lecture is walked by keys alone, without a network: bar, link, history, cover and the window of the notes."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.store.lectures import load_lecture
from tests.browser.conftest import StartServer, watched_context
from tests.browser.test_history import IS_STILL

pytestmark = pytest.mark.browser
OREGON = load_lecture("oregon")
COVERED = next(number for number, scene in enumerate(OREGON.scenes, 1) if scene.cover.startswith("figure-pca-variance"))


@pytest.fixture
def address(server: str) -> str:
    return server


def open_scene(page: Page, address: str, number: int, name: str = "oregon") -> None:
    scene = load_lecture(name).scenes[number - 1]
    joint = "&" if "?" in scene.address else "?"
    page.goto(f"{address}/{scene.address}{joint}lecture={name}&scene={number}")
    expect_scene(page, number, name)


def expect_scene(page: Page, number: int, name: str = "oregon") -> None:
    """The bar, the page and the link are those of a scene, and the page has come to rest."""
    lecture = load_lecture(name)
    scene = lecture.scenes[number - 1]
    expect(page.locator("nav.bar .count")).to_have_text(f"{number} / {len(lecture.scenes)}")
    expect(page).to_have_url(re.compile(rf"/{scene.page}\?.*scene={number}(&|$)"))
    page.wait_for_function(IS_STILL)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["lecture"], query["scene"]) == ([name], [str(number)])
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_keys_lead_on_and_back_and_the_link_keeps_the_place(address: str, fresh_page: Page) -> None:
    open_scene(fresh_page, address, 3)
    entries = fresh_page.evaluate("history.length")
    fresh_page.keyboard.press("PageDown")
    expect_scene(fresh_page, 4)
    expect(fresh_page.get_by_role("radio", name="Means", checked=True)).to_be_visible()
    fresh_page.keyboard.press("PageDown")
    expect_scene(fresh_page, 5)
    assert fresh_page.evaluate("history.length") == entries + 2
    fresh_page.keyboard.press("PageUp")
    expect_scene(fresh_page, 4)
    fresh_page.reload()
    expect_scene(fresh_page, 4)
    fresh_page.go_back()
    expect_scene(fresh_page, 5)
    fresh_page.go_back()
    expect_scene(fresh_page, 4)


def test_a_key_counts_where_the_focus_is_in_a_field_and_writes_there_too(address: str, page: Page) -> None:
    open_scene(page, address, 3)
    seed = page.get_by_role("spinbutton")
    seed.click()
    seed.press("b")
    expect_scene(page, 3)
    page.keyboard.press("PageDown")
    expect_scene(page, 4)


def test_what_is_covered_answers_to_nobody_until_a_key_uncovers_it(address: str, page: Page) -> None:
    open_scene(page, address, COVERED)
    panel = page.get_by_role("button", name="What do you expect?")
    part = page.locator(".st-key-figure-pca-variance")
    expect(panel).to_be_visible()
    expect(part).to_have_attribute("inert", "")
    box, whole = panel.bounding_box(), part.bounding_box()
    assert box is not None
    assert whole is not None
    assert box["width"] == pytest.approx(0.7 * whole["width"], abs=2)
    assert box["x"] + box["width"] == pytest.approx(whole["x"] + whole["width"], abs=2)
    page.keyboard.press(".")
    expect(panel).to_be_hidden()
    expect(part).not_to_have_attribute("inert", "")
    page.keyboard.press("b")
    expect(panel).to_be_visible()
    panel.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()


def test_a_part_of_a_component_is_covered_by_its_name(address: str, page: Page) -> None:
    number = next(number for number, scene in enumerate(OREGON.scenes, 1) if scene.cover == "decoded")
    open_scene(page, address, number)
    panel, part = page.get_by_role("button", name="What do you expect?"), page.locator("figure.decoded")
    expect(panel).to_be_visible()
    expect(part).to_have_attribute("inert", "")
    page.keyboard.press(".")
    expect(panel).to_be_hidden()
    expect(part).not_to_have_attribute("inert", "")


def test_notes_follow_and_their_keys_lead(address: str, fresh_page: Page) -> None:
    open_scene(fresh_page, address, 3)
    with fresh_page.expect_popup() as popup:
        fresh_page.get_by_role("button", name="Notes").click()
    notes = popup.value
    expect(notes.locator(".count")).to_have_text(f"3 / {len(OREGON.scenes)}")
    expect(notes.get_by_text("manifold hypothesis")).to_be_visible()
    fresh_page.bring_to_front()
    fresh_page.keyboard.press("PageDown")
    expect_scene(fresh_page, 4)
    expect(notes.get_by_role("heading", name=OREGON.scenes[3].title)).to_be_visible()
    entries = fresh_page.evaluate("history.length")
    for key, number in (("PageUp", 3), ("PageDown", 4)):
        notes.bring_to_front()
        notes.keyboard.press(key)
        expect(notes.locator(".count")).to_have_text(f"{number} / {len(OREGON.scenes)}")
        fresh_page.bring_to_front()
        expect_scene(fresh_page, number)
    assert fresh_page.evaluate("history.length") == entries + 2


def test_the_lecture_waits_for_who_goes_elsewhere_and_ends_on_request(address: str, page: Page) -> None:
    open_scene(page, address, 4)
    page.get_by_test_id("stTopNav").get_by_role("button", name="Lab").click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile("Library$")).click()
    expect(page).to_have_url(re.compile(r"/library\?lecture=oregon&scene=4"))
    page.locator("nav.bar .place.elsewhere").click()
    expect_scene(page, 4)
    page.get_by_role("button", name="End the lecture").click()
    expect(page).to_have_url(re.compile(r"/data\?view=Means$"))
    expect(page.locator("nav.bar")).to_have_count(0)


@pytest.mark.slow
def test_a_lecture_from_the_first_to_the_last_scene_by_keys_alone(
    start_server: StartServer, browser: Browser, tmp_path: Path
) -> None:
    problems: list[str] = []
    server, lecture = start_server(EXPLORER_DATA=str(tmp_path)), load_lecture("chapman")
    with watched_context(browser, problems) as context:
        page = context.new_page()
        open_scene(page, server, 1, "chapman")
        for number, scene in enumerate(lecture.scenes, 1):
            expect_scene(page, number, "chapman")
            if scene.cover:
                expect(page.get_by_role("button", name="What do you expect?")).to_be_visible()
                page.keyboard.press(".")
                expect(page.get_by_role("button", name="What do you expect?")).to_be_hidden()
            page.keyboard.press("PageDown")
    assert problems == []
