"""The latent page as a lecturer uses it: hover over an empty spot, click, and send the link to somebody else."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_canvas import click_at, drawn_plane, leave, pixels, point_at, readout, title
from tests.browser.views_of_planes import places, zoom_with_grid

pytestmark = pytest.mark.browser
LINK = "/latent?model=digits-vae-2d"
UNTIL_OTHER = """(canvas, before) => new Promise((done, fail) => {
  const end = performance.now() + 60_000;
  const look = () => {
    if (canvas.toDataURL() !== before) done();
    else if (performance.now() > end) fail(new Error("the picture stays as it was"));
    else requestAnimationFrame(look);
  };
  look();
})"""
EMPTY_CORNERS = ((0.97, 0.05), (0.05, 0.95))


def open_plane(page: Page, url: str) -> Locator:
    page.goto(url)
    return drawn_plane(page)


def wait_for_another_picture(page: Page, before: str) -> None:
    page.locator(".decoded canvas").evaluate(UNTIL_OTHER, before)


def test_the_pointer_decodes_where_no_code_lies(server: str, page: Page) -> None:
    plane = open_plane(page, server + LINK)
    for corner in EMPTY_CORNERS:
        before = pixels(page, ".decoded")
        point_at(plane, corner)
        wait_for_another_picture(page, before)


def test_a_click_pins_and_its_link_restores_the_pin_elsewhere(server: str, page: Page, elsewhere: OpenPage) -> None:
    click_at(open_plane(page, server + LINK), (0.9, 0.1))
    page.wait_for_url(re.compile("[?&]z="))
    leave(page)
    expect(title(page)).to_have_text("Decoded at the pin")
    stranger = elsewhere()
    open_plane(stranger, page.url)
    expect(title(stranger)).to_have_text("Decoded at the pin")
    assert readout(stranger) == readout(page)
    assert pixels(stranger, ".pinned") == pixels(page, ".pinned")


def test_letting_go_takes_the_pin_out_of_the_link(server: str, page: Page) -> None:
    plane = open_plane(page, server + LINK + "&z=1,-1")
    expect(title(page)).to_have_text("Decoded at the pin")
    plane.focus()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/latent\?model=digits-vae-2d$"))


def test_the_class_of_a_conditional_model_is_kept_in_the_link(server: str, page: Page, elsewhere: OpenPage) -> None:
    open_plane(page, server + "/latent?model=digits-cvae-2d&z=1,-1")
    expect(title(page)).to_have_text("0, decoded at the pin")
    page.get_by_role("radio", name="2").click()
    page.get_by_role("radio", name="3").click()
    page.wait_for_url(re.compile("[?&]label=3"))
    expect(title(page)).to_have_text("3, decoded at the pin")
    stranger = elsewhere()
    open_plane(stranger, page.url)
    expect(title(stranger)).to_have_text("3, decoded at the pin")
    assert pixels(stranger, ".pinned") == pixels(page, ".pinned")


# Planes keep their grid and zoom by the same key; test_compare.py looks at two of them in every run.
@pytest.mark.slow
def test_a_copied_link_shows_grid_and_zoom_elsewhere(server: str, page: Page, elsewhere: OpenPage) -> None:
    zoom_with_grid(open_plane(page, server + LINK))
    page.wait_for_url(re.compile(r"[?&]canvas=grid-range(~|%7E)view-[\d.]+"))
    leave(page)
    stranger = elsewhere()
    twin = open_plane(stranger, page.url)
    expect(stranger.get_by_role("button", name="Latent grid by range")).to_have_attribute("aria-pressed", "true")
    assert places(stranger, twin) == pytest.approx(places(page, page.locator(".plane")), abs=0.02)
