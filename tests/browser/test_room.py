"""A lecture hall of two: the lecturer opens a room, a phone taps the plane, and the heat map holds that place."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from explorer.rooms.question import RoomQuestion
from explorer.store.questions import all_questions
from tests.browser.conftest import watched_context

QUESTION = all_questions().questions["black-image"]
FOLLOW = all_questions().questions["follow-vae-plane"]
HOSTILE = ("<img src=x onerror>", "[x](javascript:)")
PHONE: ViewportSize = {"width": 390, "height": 844}
# The heat map's highest place and the taps, as the lecturer's figure has them.
SHOWN = """() => {
  const [heat, taps] = document.querySelector(".st-key-figure-answers .js-plotly-plot")._fullData.slice(-2);
  const rows = heat.z.map(row => Math.max(...row)), top = rows.indexOf(Math.max(...rows));
  return { highest: [heat.x[heat.z[top].indexOf(rows[top])], heat.y[top]], taps: [[...taps.x], [...taps.y]] };
}"""


def open_room(page: Page, address: str, question: RoomQuestion = QUESTION) -> str:
    """Ask a question from a page; returns the code that the panel shows."""
    page.goto(address)
    page.locator(".st-key-ask_class").get_by_role("button").click()
    page.get_by_role("combobox", name="Question").fill(question.ask[:60])
    page.get_by_role("option", name=question.ask).click()
    expect(page.get_by_text(question.misconception)).to_be_visible()
    page.get_by_role("button", name="Open a room and ask").click()
    panel = page.get_by_text(re.compile(r"^Room [A-Z2-9]{5}$"))
    expect(panel).to_be_visible()
    return panel.inner_text().removeprefix("Room ")


def tap(phone: Page, fraction: tuple[float, float]) -> tuple[float, float]:
    """Tap a place of the plane; returns the place that the page says it took, (u, v)."""
    plane = phone.locator(".plane-ballot canvas")
    plane.wait_for()
    box = plane.bounding_box()
    assert box is not None
    assert 300 < box["width"] <= PHONE["width"]
    plane.click(position={"x": fraction[0] * box["width"], "y": fraction[1] * box["height"]})
    answer = phone.get_by_text("Your answer: (")
    expect(answer).to_be_visible()
    u, v = re.findall(r"-?\d+(?:\.\d+)?", answer.inner_text().replace("−", "-"))[:2]
    return float(u), float(v)


@pytest.mark.browser
def test_phone_taps_and_the_lecturers_heat_map_holds_it(server: str, page: Page) -> None:
    try:
        code = open_room(page, f"{server}/pca")
        phone = page.context.new_page()
        phone.set_viewport_size(PHONE)
        phone.goto(f"{server}/room?room={code}")
        expect(phone.get_by_text(QUESTION.ask)).to_be_visible()
        expect(phone.get_by_test_id("stException")).to_have_count(0)
        expect_nickname_is_text(phone, page)
        place = tap(phone, (0.7, 0.3))
        page.bring_to_front()
        expect(page.get_by_text("1 of 1 in the room have answered.")).to_be_visible()
        page.get_by_role("button", name="Show the answers").click()
        expect(page.get_by_text("The median of 1 places")).to_be_visible()
        page.locator(".st-key-figure-answers .js-plotly-plot").wait_for()
        shown = page.evaluate(SHOWN)
        np.testing.assert_allclose(np.ravel(shown["taps"]), place, atol=0.01)
        np.testing.assert_allclose(shown["highest"], place, atol=(QUESTION.high - QUESTION.low) / 79)
        page.get_by_role("button", name="Reveal").click()
        phone.bring_to_front()
        expect(phone.get_by_text("The answer: (2.58, 0.49)")).to_be_visible()
        page.bring_to_front()
        page.get_by_role("button", name="End the room").click()
        phone.bring_to_front()
        expect(phone.get_by_text("There is no open room")).to_be_visible()
    finally:
        # The room of a test that failed is led by nobody any longer.
        page.context.clear_cookies()


def expect_nickname_is_text(phone: Page, lecturer: Page) -> None:
    """Markup in a nickname is shown on the lecturer's page as it was typed."""
    for name in HOSTILE:
        phone.get_by_role("textbox", name="Nickname (optional)").fill(name)
        phone.keyboard.press("Enter")
        expect(lecturer.get_by_text(f"Here: {name}", exact=True)).to_be_visible()
        expect(lecturer.locator("img[src=x], a[href^='javascript']")).to_have_count(0)


def scene_of(page: Page) -> tuple[str, dict[str, list[str]]]:
    """The page that is open, and what its link says of the scene."""
    address = urlsplit(page.url)
    return address.path, parse_qs(address.query)


def expect_scene(page: Page, leader: Page) -> None:
    """Wait until a page shows what the lecturer's link says."""
    wanted = scene_of(leader)
    for _ in range(300):
        if scene_of(page) == wanted:
            return
        page.wait_for_timeout(200)
    assert scene_of(page) == wanted


@pytest.mark.browser
def test_phone_follows_pin_and_zoom_lets_go_and_follows_again(server: str, page: Page, browser: Browser) -> None:
    problems: list[str] = []
    students = watched_context(browser, problems)
    phone = students.new_page()
    try:
        code = open_room(page, f"{server}/latent?model=digits-vae-2d", FOLLOW)
        phone.set_viewport_size(PHONE)
        phone.goto(f"{server}/room?room={code}")
        expect(phone.get_by_text(f"This page follows the lecturer of room {code}.")).to_be_visible()
        phone.locator(".canvas[data-state=drawn]").wait_for()
        plane = page.locator(".plane")
        page.locator(".canvas[data-state=drawn]").wait_for()
        plane.click(position={"x": 200, "y": 150})
        page.wait_for_url(re.compile(r"[?&]z="))
        expect_scene(phone, page)
        expect(phone.locator(".decoded figcaption").first).to_have_text("Decoded at the pin")
        plane.hover(position={"x": 200, "y": 150})
        page.mouse.wheel(0, -400)
        page.wait_for_url(re.compile(r"[?&]canvas="))
        expect_scene(phone, page)
        expect_own_way_and_back(phone, page)
        assert problems == []
    finally:
        page.context.clear_cookies()
        students.close()


def expect_own_way_and_back(phone: Page, leader: Page) -> None:
    """Who lets go stays where the lecturer was, and follows again at a press."""
    phone.get_by_role("button", name="Let go").click()
    expect(phone.get_by_role("button", name="Follow again")).to_be_visible()
    stayed, before = scene_of(phone), leader.url
    leader.locator(".plane").click(position={"x": 320, "y": 240})
    leader.wait_for_url(lambda url: url != before)
    phone.wait_for_timeout(2500)  # the phone asks once a second
    assert scene_of(phone) == stayed != scene_of(leader)
    phone.get_by_role("button", name="Follow again").click()
    expect_scene(phone, leader)
