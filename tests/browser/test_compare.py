"""Two planes under one pointer: both pictures follow, by the same sample."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import VIEWPORT, OpenPage
from tests.browser.saved_pictures import expect_saved
from tests.browser.test_canvas import click_at, drawn_plane, leave, point_at, title
from tests.browser.views_of_planes import places, zoom_with_grid

pytestmark = pytest.mark.browser


def test_the_pointer_in_one_plane_changes_the_pictures_of_both(server: str, page: Page) -> None:
    page.set_viewport_size({"width": VIEWPORT["width"], "height": 1000})
    page.goto(f"{server}/compare?models=digits-ae-2d&models=digits-vae-2d")
    left, _ = drawn_plane(page, 0), drawn_plane(page, 1)
    before = [page.locator(".readout").nth(i).inner_text() for i in range(2)]
    point_at(left, (0.3, 0.4))
    for i in range(2):
        expect(page.locator(".readout").nth(i)).not_to_have_text(before[i])
    nearest = [page.locator(".nearest canvas").nth(i).evaluate("canvas => canvas.toDataURL()") for i in range(2)]
    assert nearest[0] == nearest[1]


def test_without_the_data_the_pointer_moves_both_planes_by_the_codes_that_come_with_the_models(
    server: str, page: Page
) -> None:
    page.set_viewport_size({"width": VIEWPORT["width"], "height": 1000})
    page.goto(f"{server}/compare?models=ae-2d&models=vae-2d")
    left, _ = drawn_plane(page, 0), drawn_plane(page, 1)
    before = [page.locator(".readout").nth(i).inner_text() for i in range(2)]
    point_at(left, (0.3, 0.4))
    for i in range(2):
        expect(page.locator(".readout").nth(i)).not_to_have_text(before[i])
        expect(page.locator(".nearest .note").nth(i)).to_contain_text("away. Its picture needs mnist")
    expect(page.get_by_text("MNIST is not on this machine. With it,")).to_be_visible()


def test_a_copied_link_shows_grid_zoom_and_pin_elsewhere(server: str, page: Page, elsewhere: OpenPage) -> None:
    page.set_viewport_size({"width": VIEWPORT["width"], "height": 1000})
    page.goto(f"{server}/compare?models=digits-ae-2d&models=digits-vae-2d")
    left, right = drawn_plane(page, 0), drawn_plane(page, 1)
    zoom_with_grid(left)
    page.wait_for_url(re.compile(r"[?&]canvas_1=grid-range(~|%7E)view-[\d.]+"))
    click_at(right, (0.7, 0.3))
    page.wait_for_url(re.compile("[?&]z_2="))
    leave(page)
    stranger = elsewhere()
    stranger.set_viewport_size({"width": VIEWPORT["width"], "height": 1000})
    stranger.goto(page.url)
    twin, _ = drawn_plane(stranger, 0), drawn_plane(stranger, 1)
    expect(title(stranger, 1)).to_have_text("Decoded at the pin")
    expect(stranger.locator(".readout").nth(1)).to_have_text(page.locator(".readout").nth(1).inner_text())
    grid = stranger.get_by_role("button", name="Latent grid by range")
    expect(grid).to_have_count(1)  # one toolbar for both planes
    expect(grid).to_have_attribute("aria-pressed", "true")
    assert places(stranger, twin) == pytest.approx(places(page, left), abs=0.02)


def test_a_press_on_a_picture_chooses_its_sample(server: str, page: Page) -> None:
    page.goto(f"{server}/compare?view=One+K&data=digits")
    expect(page.get_by_text(re.compile("Test sample 0 is reconstructed best"))).to_be_visible()
    pictures = page.locator(".scatterlayer .point")
    expect(pictures).to_have_count(50)
    box = pictures.nth(12).bounding_box()  # the second row, third column
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"[?&]sample=\d+"))
    chosen = page.url.split("sample=")[1].split("&")[0]
    expect(page.get_by_text(re.compile(f"Test sample {chosen} is reconstructed best"))).to_be_visible()


def linked(page: Page) -> Locator:
    return page.locator(".linked-planes[data-state=ready]")


def test_pointer_outline_and_held_sample_are_shared_by_all_planes_and_by_a_link(
    server: str, page: Page, elsewhere: OpenPage
) -> None:
    page.goto(f"{server}/compare?view=Embeddings&part=Side+by+side&data=digits")
    expect(linked(page)).to_be_visible(timeout=60_000)
    planes = linked(page).locator(".plane")
    expect(planes).to_have_count(7)
    before = [marks(page, place) for place in range(7)]
    point_at(planes.nth(3), (0.4, 0.4))
    expect(linked(page)).not_to_have_attribute("data-sample", "")
    assert all(marks(page, place) != before[place] for place in range(7))
    click_at(planes.nth(0), (0.5, 0.5))
    page.wait_for_url(re.compile(r"[?&]held_sample=\d+"))
    encircle(page, planes.nth(3))
    page.wait_for_url(re.compile(r"[?&]lasso_in=3"))
    expect(linked(page)).not_to_have_attribute("data-marked", "0")
    n_marked = linked(page).get_attribute("data-marked")
    assert n_marked
    assert 0 < int(n_marked) < 1000
    expect(page.get_by_text(f"{n_marked} of 1,000 samples lie within the outline")).to_be_visible()
    stranger = elsewhere()
    stranger.goto(page.url)
    expect(linked(stranger)).to_have_attribute("data-marked", n_marked, timeout=60_000)
    expect(linked(stranger)).to_have_attribute("data-sample", linked(page).get_attribute("data-sample") or "")
    page.bring_to_front()
    expect_saved(linked(page), says="t-SNE", shapes=50)
    page.get_by_role("button", name="Clear the outline").click()
    expect(linked(page)).to_have_attribute("data-marked", "0")


# Frames are asked for and none is drawn until the test lets them.
HOLD_FRAMES = """() => {
  const draw = window.requestAnimationFrame.bind(window), asked = [];
  window.requestAnimationFrame = (callback) => asked.push(callback);
  window.drawFrames = () => {
    window.requestAnimationFrame = draw;
    asked.forEach((callback) => draw(callback));
  };
}"""


def test_a_sample_pointed_to_before_the_planes_are_drawn_is_marked(server: str, fresh_page: Page) -> None:
    page = fresh_page
    page.add_init_script(f"({HOLD_FRAMES})()")
    page.goto(f"{server}/compare?view=Embeddings&part=Side+by+side&data=digits")
    planes = page.locator(".linked-planes .plane")
    expect(planes).to_have_count(7, timeout=60_000)
    expect(linked(page)).to_have_count(0)
    point_at(planes.nth(3), (0.4, 0.4))
    page.evaluate("window.drawFrames()")
    expect(linked(page)).to_have_attribute("data-sample", re.compile(r"\d+"))


def marks(page: Page, place: int) -> str:
    url: str = linked(page).locator("canvas.marks").nth(place).evaluate("canvas => canvas.toDataURL()")
    return url


def encircle(page: Page, plane: Locator) -> None:
    """Drag a triangle around the middle of a plane."""
    box = plane.bounding_box()
    assert box
    corners = [(0.2, 0.2), (0.8, 0.2), (0.5, 0.8), (0.3, 0.4)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
