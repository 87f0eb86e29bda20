"""The PCA page in a browser: pictures that follow the hand, and links that bring them back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser
FILM = "/pca?data=digits&view=One+image"
TURN = "/pca?view=Why+eigenvectors"
OPENING_MS = 30_000
PICTURE = "canvas => canvas.toDataURL()"


def grip(page: Page, part: Locator, across: float, down: float) -> None:
    """Press the mouse on a part of the page, at shares of its width and height."""
    move(page, part, across, down)
    page.mouse.down()


def move(page: Page, part: Locator, across: float, down: float) -> None:
    box = part.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_the_digit_appears_while_the_slider_is_dragged(server: str, page: Page, elsewhere: OpenPage) -> None:
    page.goto(server + FILM + "&k=0")
    label, slider = page.locator(".frame-player .caption"), page.get_by_role("slider", name="Number of components k")
    rebuilt = page.locator(".frame-player canvas").nth(1)
    expect(label).to_have_text(re.compile(r"^k = 0: "), timeout=OPENING_MS)
    mean = rebuilt.evaluate(PICTURE)
    grip(page, slider, 0.1, 0.5)
    move(page, slider, 0.5, 0.5)
    expect(label).to_have_text(re.compile(r"^k = 3[0-5]: "))
    assert rebuilt.evaluate(PICTURE) != mean
    assert page.url.endswith("k=0")
    page.mouse.up()
    page.wait_for_url(re.compile(r"k=3[0-5]$"))
    expect_saved(page.locator(".frame-player"), says="k = 3")
    stranger = elsewhere()
    stranger.goto(page.url)
    expect(stranger.locator(".frame-player .caption")).to_have_text(label.inner_text(), timeout=OPENING_MS)


def test_the_player_plays_and_rests(server: str, page: Page) -> None:
    page.goto(server + FILM + "&k=5")
    label = page.locator(".frame-player .caption")
    expect(label).to_have_text(re.compile(r"^k = 5: "), timeout=OPENING_MS)
    page.get_by_role("button", name="Play").click()
    expect(label).not_to_have_text(re.compile(r"^k = 5: "))
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url(re.compile(r"k=(?!5$)\d+$"))


def test_the_direction_turns_by_hand_and_by_key(server: str, page: Page) -> None:
    page.goto(server + TURN)
    label, cloud = page.locator(".direction-dial .caption"), page.get_by_role("img", name="A cloud of points")
    expect(label).to_have_text(re.compile(r"^w at 100°: variance kept .* = 4\.49$"), timeout=OPENING_MS)
    grip(page, cloud, 0.25, 0.2)
    move(page, cloud, 0.4, 0.452)
    expect(label).to_have_text(re.compile(r"^w at 0°: .* = 4\.49$"))
    page.mouse.up()
    page.wait_for_url(re.compile(r"angle=0$"))
    page.get_by_role("slider", name="Angle of w in degrees").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_url(re.compile(r"angle=1$"))
    expect_saved(page.locator(".direction-dial"), says="w at 1°", shapes=60)
    upright = "0 0 470 990"
    expect(cloud).not_to_have_attribute("viewBox", upright)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(cloud).to_have_attribute("viewBox", upright)


def test_the_density_marks_the_k_that_is_typed_and_keeps_it_in_the_link(server: str, page: Page) -> None:
    page.goto(server + "/pca?data=digits&view=Probabilistic")
    marked = page.locator(".js-plotly-plot .textpoint")
    expect(marked).to_have_text(re.compile(r"^k = 10: "), timeout=OPENING_MS)
    dims = page.get_by_role("spinbutton", name="Latent dimensions k")
    dims.fill("20")
    dims.press("Enter")
    expect(marked.filter(has_text=re.compile(r"^k = 20: "))).to_be_visible()
    expect(marked).to_have_count(1)
    page.wait_for_url(re.compile(r"latent_dims=20"))
    page.get_by_role("radio", name="Samples").click()
    drawn = page.locator(".js-plotly-plot", has_text="PPCA: the same z, with pixel noise")
    expect(drawn).to_be_visible(timeout=OPENING_MS)
    expect(dims).to_have_value("20")


def test_the_handle_on_the_error_curve_is_dragged_and_turned_by_keys(server: str, page: Page) -> None:
    page.goto(f"{server}/pca?view=Error&data=digits")
    chart = page.locator(".error-curve .chart")
    picture = page.locator(".error-curve .tracks canvas").nth(1)
    expect(page.locator(".error-curve .caption")).to_contain_text("k = 10: SSE")
    before = picture.evaluate(PICTURE)
    grip(page, chart, 0.5, 0.5)
    move(page, chart, 0.99, 0.5)
    expect(page.locator(".error-curve .caption")).to_contain_text("k = 64: SSE 0.00")
    assert picture.evaluate(PICTURE) != before
    page.mouse.up()
    page.wait_for_url(re.compile(r"[?&]k=64"))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".error-curve .caption")).to_contain_text("k = 63")
    page.wait_for_url(re.compile(r"[?&]k=63"))
    expect_saved(page.locator(".error-curve"), says="k = 63", shapes=10)
