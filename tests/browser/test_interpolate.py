"""The page of walks as a lecturer uses it: steps, ends, clicks on the plane, the slider and the motion."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser
LINK = "/interpolate?model=digits-vae-2d"
PATIENCE_S = 60
N_DRAWN = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""


def open_walk(page: Page, address: str, n_steps: int = 7) -> Locator:
    page.goto(address)
    row = page.locator(".interpolation-player .row").first
    expect(row.locator(".step")).to_have_count(n_steps)
    return row


def strip(page: Page, row: int = 0) -> list[str]:
    """The pictures of a strip, as what they hold."""
    canvases = page.locator(".interpolation-player .row").nth(row).locator(".step canvas")
    pictures: list[str] = canvases.evaluate_all("all => all.map(canvas => canvas.toDataURL())")
    return pictures


def live(page: Page) -> str:
    picture: str = page.locator(".interpolation-player .live canvas").first.evaluate("canvas => canvas.toDataURL()")
    return picture


def click_plane(page: Page, across: float, up: float) -> None:
    plane = page.locator(".interpolation-player .plane")
    box = plane.bounding_box()
    assert box is not None
    plane.click(position={"x": across * box["width"], "y": up * box["height"]})


def set_slider(page: Page, frame: int) -> None:
    page.locator(".interpolation-player .slider").evaluate(
        """(slider, frame) => {
          slider.value = frame;
          slider.dispatchEvent(new Event("input"));
          slider.dispatchEvent(new Event("change"));
        }""",
        frame,
    )


def test_steps_and_other_ends_change_the_strips(server: str, page: Page) -> None:
    open_walk(page, server + LINK)
    before = strip(page)
    assert len(set(before)) == 7
    assert strip(page, 1)[0] == before[0]
    steps = page.get_by_label("Steps")
    steps.fill("9")
    steps.press("Enter")
    expect(page.locator(".interpolation-player .row").first.locator(".step")).to_have_count(9)
    assert strip(page)[0] == before[0]
    end = page.get_by_label("Test sample").nth(1)
    end.fill("5")
    end.press("Enter")
    expect(page.get_by_text("to test sample 5")).to_be_visible()
    began = time.monotonic()
    # The canvases are made anew, so each look finds them anew.
    while strip(page)[-1] == before[6] and time.monotonic() - began < PATIENCE_S:
        page.wait_for_timeout(100)
    assert strip(page)[-1] != before[6]
    assert strip(page)[0] == before[0]
    expect_saved(page.locator(".interpolation-player"), says="z₁", shapes=30)


def test_clicks_on_the_plane_take_start_and_end_and_the_link_restores_them(
    server: str, page: Page, elsewhere: OpenPage
) -> None:
    open_walk(page, server + LINK)
    click_plane(page, 0.3, 0.2)
    expect(page.get_by_text("Click the plane for another end.")).to_be_visible()
    expect(page.get_by_text(re.compile("^From the point"))).to_be_visible()
    click_plane(page, 0.8, 0.7)
    expect(page.get_by_text(re.compile("to the point"))).to_be_visible()
    asked = parse_qs(urlsplit(page.url).query)
    start, end = ([float(part) for part in asked[key][0].split(",")] for key in ("start", "end"))
    assert start[0] < end[0]
    assert start[1] > end[1]
    stranger = elsewhere()
    open_walk(stranger, page.url)
    expect(stranger.get_by_text(re.compile("^From the point"))).to_be_visible()
    assert strip(stranger) == strip(page)


def test_the_slider_moves_the_picture_and_the_link_keeps_its_place(server: str, page: Page) -> None:
    open_walk(page, server + LINK)
    pictures = strip(page)
    assert live(page) == pictures[0]
    set_slider(page, 30)
    assert live(page) == pictures[3]
    expect(page.locator(".interpolation-player .caption")).to_have_text("50 % of the path")
    page.wait_for_url(re.compile("at=0.5"))
    page.reload()
    expect(page.locator(".interpolation-player")).to_have_attribute("data-frame", "30")


@pytest.mark.slow
def test_played_with_reduced_motion_it_goes_from_step_to_step_to_the_end(server: str, page: Page) -> None:
    open_walk(page, server + LINK)
    pictures = strip(page)
    page.locator(".interpolation-player").evaluate(
        """walk => {
          window.frames_seen = [];
          new MutationObserver(() => frames_seen.push(Number(walk.dataset.frame)))
            .observe(walk, { attributeFilter: ["data-frame"] });
        }"""
    )
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".interpolation-player")).to_have_attribute("data-frame", "60")
    assert page.evaluate("frames_seen") == [10, 20, 30, 40, 50, 60]
    assert live(page) == pictures[-1]


@pytest.mark.slow
def test_the_plane_is_chosen_from_by_keys(server: str, page: Page) -> None:
    open_walk(page, server + LINK)
    page.locator(".interpolation-player .plane").focus()
    for key in ("ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text(re.compile("^From the point"))).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("view", ["Attributes", "One axis"])
@pytest.mark.parametrize("model", ["digits-pca", "vae-20d"])
def test_every_view_is_drawn_and_nothing_is_cut_off(server: str, page: Page, view: str, model: str) -> None:
    page.goto(f"{server}/interpolate?view={view.replace(' ', '+')}&model={model}")
    expect(page.locator(".interpolation-player .row").first.locator(".step")).to_have_count(7)
    box = page.locator(".interpolation-player").bounding_box()
    assert box is not None
    assert box["width"] >= 0.6 * 1280
    assert box["y"] + box["height"] <= 800


# Where on the screen the fullest column of a canvas stands: the cursor of a chart.
CURSOR = """canvas => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const counts = Array.from({ length: width }, (_, x) =>
    Array.from({ length: height }, (_, y) => data[4 * (y * width + x) + 3] > 0).filter(Boolean).length);
  const { left, width: shown } = canvas.getBoundingClientRect();
  return left + (counts.indexOf(Math.max(...counts)) + 0.5) * shown / width;
}"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_cursor_of_the_chart_stands_below_the_picture_that_it_means(server: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 9 * width // 16})
    row = open_walk(page, f"{server}{LINK}&below=distance+of+pictures")
    first = row.locator(".step").first.bounding_box()
    assert first is not None
    chart = page.locator(".interpolation-player .chart")
    assert chart.evaluate(CURSOR) == pytest.approx(first["x"] + first["width"] / 2, abs=6)


@pytest.mark.slow
def test_two_samples_with_their_distances_fit_the_screen(server: str, page: Page) -> None:
    open_walk(page, f"{server}{LINK}&below=distance+of+pictures")
    box = page.locator(".interpolation-player").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    assert page.locator(".interpolation-player .chart").evaluate(N_DRAWN) > 1000
