"""`?embed=true`: a page within a frame of another one shows its pictures alone, as large as the frame."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from explorer.ui.page_entries import PAGES
from explorer.ui.shell import WITHOUT_PICTURES

pytestmark = pytest.mark.browser
SMALL: ViewportSize = {"width": 900, "height": 560}
LARGE: ViewportSize = {"width": 1280, "height": 796}
IN_EACH_RUN = ("pca", "objectives", "compare")
PATIENCE_MS = 60_000
# The words and widgets of the page outside its pictures, and where the pictures are, from left to right.
SEEN = """() => {
  const pictures = ".js-plotly-plot, [data-testid^=stBidiComponent], [data-testid=stMain] img";
  const isSeen = el => el.checkVisibility({ visibilityProperty: true }) && el.getBoundingClientRect().height > 1;
  const words = "h1, h2, h3, h4, p, label, button, input, a, summary, code, [data-testid=stHeader]";
  const boxes = [...document.querySelectorAll(pictures)].filter(isSeen).map(el => el.getBoundingClientRect());
  return {
    words: [...document.querySelectorAll(words)].filter(el => isSeen(el) && !el.closest(pictures))
      .map(el => el.outerHTML),
    boxes: boxes.map(({ left, top, right, bottom }) => [left, top, right, bottom]),
  };
}"""
DRAWN = f"""() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && ({SEEN})().boxes.length > 0"""


@pytest.fixture(scope="module")
def frame(lasting_page: Page) -> Page:
    """A page as large as the frame of a slide."""
    lasting_page.set_viewport_size(SMALL)
    return lasting_page


def seen(page: Page) -> dict[str, Any]:
    """What is seen of a page once it has pictures that keep their places."""
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    before, now = None, page.evaluate(SEEN)
    while before != now:
        page.wait_for_timeout(300)
        before, now = now, page.evaluate(SEEN)
    return dict(now)


def pages_with_pictures() -> list[Any]:
    slugs = [entry.slug for entry in PAGES if entry.slug not in (*WITHOUT_PICTURES, "latent")]
    return [slug if slug in IN_EACH_RUN else pytest.param(slug, marks=pytest.mark.slow) for slug in slugs]


@pytest.mark.parametrize("slug", pages_with_pictures())
def test_in_a_frame_a_page_is_its_picture_which_grows_with_the_frame(frame: Page, server: str, slug: str) -> None:
    frame.set_viewport_size(SMALL)
    frame.goto(f"{server}/{slug}?embed=true")
    small = seen(frame)
    assert small["words"] == []
    left, top, _, bottom = small["boxes"][0]
    assert 0 <= left < 30
    assert 0 <= top < 30
    assert bottom <= SMALL["height"]
    assert 0.95 * SMALL["width"] < max(right for _, _, right, _ in small["boxes"]) <= SMALL["width"]
    frame.set_viewport_size(LARGE)
    large = seen(frame)["boxes"]
    assert large[0][3] - large[0][1] > 1.3 * (bottom - top)
    assert max(right for _, _, right, _ in large) <= LARGE["width"]


@pytest.mark.slow
@pytest.mark.parametrize("slug", WITHOUT_PICTURES)
def test_a_page_without_pictures_is_shown_without_its_header(frame: Page, server: str, slug: str) -> None:
    frame.goto(f"{server}/{'' if slug == 'home' else slug}?embed=true")
    expect(frame.get_by_test_id("stMain").locator("p, [data-testid=stDataFrame]").first).to_be_visible()
    expect(frame.get_by_test_id("stHeader")).to_be_hidden()
    expect(frame.get_by_role("heading", level=1)).to_have_count(0)


def test_in_a_frame_the_plane_alone_fills_it(page: Page, server: str) -> None:
    page.goto(f"{server}/latent?model=digits-vae-2d&embed=true")
    canvas = page.locator(".canvas[data-state=drawn]")
    canvas.wait_for()
    for text in ("Latent plane", "Take it away", "Every dot is the code"):
        assert not page.get_by_text(text, exact=False).locator("visible=true").count(), text
    box = canvas.bounding_box()
    assert box is not None
    assert box["y"] < 40
    assert 740 < box["height"] <= 800
