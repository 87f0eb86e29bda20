"""How a latent canvas starts: from a text of its view, without WebGL, as a curve, in three dimensions, on a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.canvas_pages import write_canvas_page
from tests.browser.conftest import VIEWPORT, find_chromium
from tests.browser.test_canvas import (
    OTHER_SPOT,
    SPACE,
    coloured_pixels,
    drawn_plane,
    leave,
    opaque_share,
    open_canvas,
    pixels,
    point_at,
    scene_pixels,
    title,
)

pytestmark = pytest.mark.browser

WATCH_CONTEXTS = """
  const plain = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = plain.call(this, kind, ...rest);
    if (kind === "webgl2") globalThis.pointsContext = context;
    return context;
  };
"""
SCENE = "document.querySelector('[data-component]').shadowRoot.querySelector('.scene').toDataURL()"
# Ten frames one after the other with the same picture.
STANDS_STILL = f"""async () => {{
  const before = {SCENE};
  for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
  return {SCENE} === before;
}}"""
NO_WEBGL = """
  const plain = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : plain.call(this, kind, ...rest);
  };
"""


@pytest.fixture
def plane(page: Page, tmp_path: Path) -> Locator:
    """The plane of a canvas in a page of its own, drawn."""
    return open_canvas(page, tmp_path)


def test_without_webgl_the_points_are_drawn_all_the_same(fresh_page: Page, tmp_path: Path) -> None:
    fresh_page.add_init_script(NO_WEBGL)
    plane = open_canvas(fresh_page, tmp_path)
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-renderer", "2d")
    everything = plane.screenshot()
    fresh_page.get_by_role("button", name="Show points").click()
    assert plane.screenshot() != everything


def test_a_lost_context_falls_back_and_goes_on(fresh_page: Page, tmp_path: Path) -> None:
    fresh_page.add_init_script(WATCH_CONTEXTS)
    plane = open_canvas(fresh_page, tmp_path)
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-renderer", "webgl2")
    before = coloured_pixels(fresh_page)
    fresh_page.evaluate("pointsContext.getExtension('WEBGL_lose_context').loseContext()")
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-renderer", "2d")
    point_at(plane, OTHER_SPOT)
    expect(title(fresh_page)).to_have_text("Decoded here")
    assert coloured_pixels(fresh_page) > 0.5 * before
    fresh_page.mouse.wheel(0, -200)
    leave(fresh_page)
    assert coloured_pixels(fresh_page) > 0.5 * before
    point_at(plane, OTHER_SPOT)
    expect(title(fresh_page)).to_have_text("Decoded here")


# Which texts Python lets through is tested without a browser.
@pytest.mark.parametrize("text", ["classes-99", "<b>", "points-on~"])
def test_a_text_of_no_view_draws_the_canvas_as_at_first(page: Page, tmp_path: Path, text: str) -> None:
    open_canvas(page, tmp_path, view=text)
    expect(page.locator(".canvas")).to_have_attribute("data-grid", "off")
    expect(page.locator(".class[aria-pressed=false]")).to_have_count(0)


def test_on_a_phone_full_screen_enlarges_the_plane(plane: Locator, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    before = plane.bounding_box()
    page.get_by_role("button", name="Plane on full screen").click()
    expect(page.get_by_role("button", name="Plane on full screen")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(
        "([el, height]) => el.clientHeight > 1.25 * height", arg=[plane.element_handle(), before and before["height"]]
    )


def test_a_browser_without_webgl_draws_as_many_points(page: Page, browser: Browser, tmp_path: Path) -> None:
    open_canvas(page, tmp_path)
    with_gl = coloured_pixels(page)
    # The browser's own switch, in a process of its own.
    plain = browser.browser_type.launch(
        executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-webgl", "--disable-3d-apis"]
    )
    try:
        bare = plain.new_page(viewport=VIEWPORT)
        assert bare.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        open_canvas(bare, tmp_path)
        expect(bare.locator(".canvas")).to_have_attribute("data-renderer", "2d")
        assert coloured_pixels(bare) > 0.5 * with_gl
    finally:
        plain.close()


def test_what_the_browser_cannot_do_is_said_in_place(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()  # not watched: the failure is meant to be logged
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(write_canvas_page(tmp_path))
    expect(page.get_by_text("The plane could not be drawn: DecompressionStream is not defined.")).to_be_visible()
    page.close()


def test_a_series_is_drawn_as_a_curve_and_says_what_is_missing(page: Page, tmp_path: Path) -> None:
    plane = open_canvas(page, tmp_path, "curve")
    expect(page.locator(".nearest .note")).to_have_text("The series are not on this machine.")
    expect(page.get_by_role("button", name="Latent grid by range")).to_be_hidden()
    before = pixels(page, ".decoded")
    point_at(plane, OTHER_SPOT)
    expect(page.locator(".readout")).to_contain_text("(u, v) =")
    expect(page.locator(".readout")).to_contain_text("0.50)")
    assert pixels(page, ".decoded") != before


def test_linked_canvases_follow_by_the_same_sample(page: Page, tmp_path: Path) -> None:
    first, _ = open_canvas(page, tmp_path, "linked"), drawn_plane(page, 1)
    point_at(first, OTHER_SPOT)
    expect(title(page, 1)).to_have_text("Decoded here")
    first_note = page.locator(".nearest .note").nth(0).inner_text()
    expect(page.locator(".nearest .note").nth(1)).to_have_text(re.compile(f"^{first_note.split(',')[0]}, 0.00 away"))
    leave(page)
    expect(title(page, 1)).to_have_text("Decoded at the median")


@pytest.mark.parametrize("loses", [False, True])
def test_three_dimensions_without_webgl(fresh_page: Page, tmp_path: Path, loses: bool) -> None:
    fresh_page.add_init_script(WATCH_CONTEXTS if loses else NO_WEBGL)
    open_canvas(fresh_page, tmp_path, "solid", "turn-20,30,1")
    if loses:
        expect(fresh_page.locator(SPACE)).to_have_attribute("data-cloud", "webgl2")
        before = opaque_share(fresh_page)
        fresh_page.evaluate("pointsContext.getExtension('WEBGL_lose_context').loseContext()")
    expect(fresh_page.locator(SPACE)).to_have_attribute("data-cloud", "2d")
    assert opaque_share(fresh_page) > (0.7 * before if loses else 0.005)


def test_slow_rotation_turns_until_it_is_stopped(page: Page, tmp_path: Path) -> None:
    page.emulate_media(reduced_motion="no-preference")
    open_canvas(page, tmp_path, "solid", "turn-20,30,1~spin-on")
    button = page.get_by_role("button", name="Turn slowly")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(f"before => {SCENE} !== before", arg=scene_pixels(page))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(STANDS_STILL)
