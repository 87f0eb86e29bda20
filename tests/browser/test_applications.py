"""Pixels are hidden by hand and by key, a class is left out, and every view opens on the digits in light and dark."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.analysis.inpainting import lower_half
from explorer.ui.components.pixel_mask.component import PixelMask
from tests.browser.conftest import OpenPage
from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser
OPENING_MS = 60_000
ADDRESS = "/applications?model=digits-ae-2d&view="
MASK = re.compile(r"mask=([0-9a-f]+)")


def drawing(page: Page) -> Locator:
    return page.locator(".pixel-mask canvas")


def drawn_mask(page: Page) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """The mask that the link holds, (8, 8)."""
    found = MASK.search(page.url)
    assert found is not None
    return PixelMask(64).parse(found[1]).reshape(8, 8)


def test_what_is_drawn_is_hidden_and_kept_in_the_link(server: str, page: Page, elsewhere: OpenPage) -> None:
    page.goto(f"{server}{ADDRESS}Missing+pixels")
    label = page.locator(".pixel-mask .label")
    expect(label).to_have_text("32 of 64 pixels hidden", timeout=OPENING_MS)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("None of the 64 pixels is hidden")).to_be_visible()
    box = drawing(page).bounding_box()
    assert box is not None
    cell = box["width"] / 8
    page.mouse.move(box["x"] + 1.5 * cell, box["y"] + 4.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 6.5 * cell, box["y"] + 4.5 * cell, steps=3)
    page.mouse.up()
    expect(label).to_have_text("24 of 64 pixels hidden")
    page.wait_for_url(MASK)
    expect(page.get_by_text("None of the 64 pixels is hidden")).to_have_count(0)
    expected = np.zeros((8, 8), np.bool_)
    expect_saved(page.locator(".pixel-mask"), says="24 of 64 pixels hidden")
    expected[3:6] = True
    np.testing.assert_array_equal(drawn_mask(page), expected)
    stranger = elsewhere()
    stranger.goto(page.url)
    expect(stranger.locator(".pixel-mask .label")).to_have_text("24 of 64 pixels hidden", timeout=OPENING_MS)


@pytest.mark.slow
def test_pixels_are_uncovered_by_key(server: str, page: Page) -> None:
    page.goto(f"{server}{ADDRESS}Missing+pixels")
    page.get_by_role("button", name="Lower half").click(timeout=OPENING_MS)
    page.wait_for_url(MASK)
    np.testing.assert_array_equal(drawn_mask(page).reshape(-1), lower_half(8, 8))
    before = page.url
    page.get_by_role("button", name="Uncover").click()
    drawing(page).focus()
    # From the middle, (4, 4), one to the right and one down.
    for key in ("ArrowRight", "ArrowDown", " "):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    expected = lower_half(8, 8).reshape(8, 8).copy()
    expected[4:7, 4:7] = False
    np.testing.assert_array_equal(drawn_mask(page), expected)


@pytest.mark.slow
def test_a_class_is_left_out_while_one_watches(server: str, page: Page) -> None:
    # What is found without class 0 comes with the explorer.
    page.goto(f"{server}{ADDRESS}Anomalies&left_out=1")
    page.get_by_role("button", name="Train without class 1").click(timeout=OPENING_MS)
    expect(page.get_by_text("anomalies of the test split")).to_be_visible(timeout=180_000)
    expect(page.get_by_role("button", name="Train without class 1")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["Denoising", "Anomalies", "Search", "Missing+pixels", "Compression"])
def test_every_view_opens_on_the_digits(server: str, page: Page, view: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{server}{ADDRESS}{view}")
        expect(page.locator(".js-plotly-plot image").first).to_be_visible(timeout=OPENING_MS)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
