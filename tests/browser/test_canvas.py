"""The latent canvas in a real browser: it decodes under the pointer, pins on a click, zooms, pans and turns."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.canvas_pages import write_canvas_page
from tests.browser.conftest import VIEWPORT

pytestmark = pytest.mark.browser

EMPTY_SPOT = (0.5, 0.5)  # the middle of the ring, as parts of the plane's width and height
OTHER_SPOT = (0.3, 0.35)
MEASURED_SPOT = (0.8, 0.5)
OPAQUE_SHARE = """el => {
  const { data } = el.getContext("2d").getImageData(0, 0, el.width, el.height);
  let opaque = 0;
  for (let i = 3; i < data.length; i += 4) opaque += data[i] === 255;
  return (4 * opaque) / data.length;
}"""


PINNED = re.compile(r"^\(.+, .+\)$")
UNPINNED = "Click the plane to pin a picture"


@pytest.fixture
def page(lasting_page: Page) -> Page:
    """The page that these tests share, as wide as every page; each opens a canvas of its own on it."""
    leave(lasting_page)
    lasting_page.set_viewport_size(VIEWPORT)
    return lasting_page


@pytest.fixture
def plane(page: Page, tmp_path: Path) -> Locator:
    """The plane of a fresh canvas, drawn."""
    return open_canvas(page, tmp_path)


def open_canvas(page: Page, folder: Path, kind: str = "plain", view: str = "") -> Locator:
    """The plane of a canvas of that kind, drawn, on a page that is written into a folder."""
    page.goto(write_canvas_page(folder, kind, view))
    return drawn_plane(page)


def drawn_plane(page: Page, position: int = 0) -> Locator:
    expect(page.locator(".canvas").nth(position)).to_have_attribute("data-state", "drawn")
    return page.locator(".plane").nth(position)


def point_at(plane: Locator, spot: tuple[float, float]) -> None:
    box = plane.bounding_box()
    assert box is not None
    # Whole pixels: some pointer events carry fractions and others do not.
    plane.page.mouse.move(round(box["x"] + spot[0] * box["width"]), round(box["y"] + spot[1] * box["height"]))


def click_at(plane: Locator, spot: tuple[float, float]) -> None:
    point_at(plane, spot)
    plane.page.mouse.down()
    plane.page.mouse.up()


def leave(page: Page) -> None:
    page.mouse.move(5, 5)


def title(page: Page, position: int = 0) -> Locator:
    return page.locator(".decoded figcaption").nth(position)


def pixels(page: Page, picture: str) -> str:
    url: str = page.locator(f"{picture} canvas").evaluate("el => el.toDataURL()")
    return url


def readout(page: Page) -> str:
    return page.locator(".readout").inner_text()


def decoded_at(plane: Locator, spot: tuple[float, float]) -> list[float]:
    """What the readout says of a spot, to which the pointer comes from elsewhere."""
    leave(plane.page)
    expect(title(plane.page)).not_to_have_text("Decoded here")
    point_at(plane, spot)
    expect(title(plane.page)).to_have_text("Decoded here")
    return numbers_of(readout(plane.page))


def numbers_of(text: str) -> list[float]:
    """The numbers of a readout, with their signs."""
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text.replace("−", "-"))]


def opaque_share(page: Page) -> float:
    """The part of the plane that pictures cover: lines, letters and discs are thin or see-through."""
    share: float = page.locator(".scene").evaluate(OPAQUE_SHARE)
    return share


def wait_for_grid(page: Page) -> None:
    """Return when the latent grid covers the plane: it is decoded over several frames."""
    expect(page.locator(".canvas")).to_have_attribute("data-grid", "whole")
    assert opaque_share(page) > 0.4


def wait_until_moved(page: Page, before: str) -> None:
    expect(page.locator(".readout")).not_to_have_text(before)


def test_the_picture_follows_the_pointer_over_empty_space(plane: Locator, page: Page) -> None:
    before, picture = readout(page), pixels(page, ".decoded")
    point_at(plane, OTHER_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    wait_until_moved(page, before)
    hovered, there = pixels(page, ".decoded"), readout(page)
    point_at(plane, (0.9, 0.1))
    wait_until_moved(page, there)
    expect(page.locator(".nearest .note")).to_contain_text("away")
    assert len({picture, hovered, pixels(page, ".decoded")}) == 3


def test_a_click_pins(plane: Locator, page: Page) -> None:
    click_at(plane, EMPTY_SPOT)
    expect(page.locator(".pinned .note")).to_have_text(PINNED)
    assert pixels(page, ".pinned") == pixels(page, ".decoded")


def test_leaving_restores_what_was_pinned(plane: Locator, page: Page) -> None:
    click_at(plane, OTHER_SPOT)
    expect(page.locator(".pinned .note")).to_have_text(PINNED)
    point_at(plane, EMPTY_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    assert pixels(page, ".decoded") != pixels(page, ".pinned")
    leave(page)
    expect(title(page)).to_have_text("Decoded at the pin")
    assert pixels(page, ".decoded") == pixels(page, ".pinned")


def test_escape_lets_go_of_the_pin(plane: Locator, page: Page) -> None:
    click_at(plane, OTHER_SPOT)
    expect(page.locator(".pinned .note")).to_have_text(PINNED)
    plane.press("Escape")
    expect(page.locator(".pinned .note")).to_have_text(UNPINNED)


def test_a_drag_pans_and_pins_nothing(plane: Locator, page: Page) -> None:
    point_at(plane, OTHER_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    before = readout(page)
    page.mouse.down()
    point_at(plane, (0.5, 0.6))
    page.mouse.up()
    point_at(plane, OTHER_SPOT)
    wait_until_moved(page, before)
    expect(page.locator(".pinned .note")).to_have_text(UNPINNED)


def zoom_in(plane: Locator, page: Page) -> str:
    """Zoom at one spot; returns what another spot decoded before."""
    point_at(plane, MEASURED_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    whole = readout(page)
    point_at(plane, OTHER_SPOT)
    page.mouse.wheel(0, -600)
    wait_until_moved(page, whole)
    zoomed_at = readout(page)
    point_at(plane, MEASURED_SPOT)
    wait_until_moved(page, zoomed_at)
    assert readout(page) != whole
    return whole


def test_wheel_zooms_at_the_pointer_and_zero_returns(plane: Locator, page: Page) -> None:
    point_at(plane, OTHER_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    here = readout(page)
    whole = zoom_in(plane, page)
    point_at(plane, OTHER_SPOT)
    expect(page.locator(".readout")).to_have_text(here)
    plane.press("0")
    point_at(plane, MEASURED_SPOT)
    expect(page.locator(".readout")).to_have_text(whole)


def test_a_double_click_resets_the_view(plane: Locator, page: Page) -> None:
    whole = zoom_in(plane, page)
    box = plane.bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"])
    point_at(plane, MEASURED_SPOT)
    expect(page.locator(".readout")).to_have_text(whole)


def test_arrow_keys_move_the_cursor_and_enter_pins(plane: Locator, page: Page) -> None:
    plane.focus()
    start = readout(page)
    plane.press("ArrowRight")
    wait_until_moved(page, start)
    small = readout(page)
    plane.press("Shift+ArrowUp")
    wait_until_moved(page, small)
    expect(page.locator(".live")).to_contain_text("nearest sample")
    plane.press("Enter")
    expect(page.locator(".pinned .note")).to_have_text(PINNED)


def test_keys_never_lose_the_cursor_beyond_the_edge(plane: Locator, page: Page) -> None:
    plane.focus()
    for _ in range(36):
        plane.press("Shift+ArrowRight")
    expect(page.locator(".readout")).to_have_text(re.compile(r"z = \(\d{2}\.\d+"))
    point_at(plane, EMPTY_SPOT)  # the view has come along
    expect(page.locator(".readout")).to_have_text(re.compile(r"z = \(1\d\.\d+"))


def test_the_legend_isolates_and_shift_click_toggles(plane: Locator, page: Page) -> None:
    legend = page.get_by_role("group", name=re.compile("Classes"))
    seven, three = legend.get_by_role("button", name="7"), legend.get_by_role("button", name="3")
    everything = plane.screenshot()
    seven.click()
    expect(legend.locator("[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".nearest .note")).to_contain_text(re.compile("^7,"))
    isolated = plane.screenshot()
    three.click(modifiers=["Shift"])
    expect(legend.locator("[aria-pressed=true]")).to_have_count(2)
    three.click(modifiers=["Shift"])
    seven.click()
    expect(legend.locator("[aria-pressed=false]")).to_have_count(0)
    assert len({everything, isolated, plane.screenshot()}) == 2


@pytest.mark.parametrize("name", ["Latent grid by range", "Latent grid by quantile"])
def test_the_latent_grid_covers_the_plane_and_goes_again(plane: Locator, page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    assert opaque_share(page) < 0.1
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    point_at(plane, OTHER_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    wait_for_grid(page)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    leave(page)
    expect(title(page)).to_have_text("Decoded at the median")
    assert opaque_share(page) < 0.1


def test_full_screen_and_back(plane: Locator, page: Page) -> None:
    button = page.get_by_role("button", name="Plane on full screen")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_resize_keeps_the_picture_sharp(plane: Locator, page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    marks = page.locator(".marks")
    expect(marks).not_to_have_js_property("width", 0)
    page.wait_for_function(
        "el => el.width === Math.round(el.clientWidth * devicePixelRatio)", arg=marks.element_handle()
    )


def test_on_a_phone_the_pictures_stand_below(plane: Locator, page: Page) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function(
        "([plane, panel]) => panel.getBoundingClientRect().top >= plane.getBoundingClientRect().bottom",
        arg=[plane.element_handle(), page.locator(".panel").element_handle()],
    )


TOUCH = """async (plane, fingers) => {
  const box = plane.getBoundingClientRect();
  const send = (kind, id, [x, y]) => plane.dispatchEvent(new PointerEvent(kind, {
    pointerId: id, pointerType: "touch", isPrimary: id === 1, bubbles: true,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  plane.setPointerCapture = () => {};
  const next = () => new Promise(requestAnimationFrame);
  fingers.forEach((way, i) => send("pointerdown", i + 1, way[0]));
  for (let step = 1; step < fingers[0].length; step++) {
    fingers.forEach((way, i) => send("pointermove", i + 1, way[step]));
    await next();
  }
  fingers.forEach((way, i) => { send("pointerup", i + 1, way.at(-1)); send("pointerleave", i + 1, way.at(-1)); });
  await next();
}"""


def test_one_finger_decodes_where_it_is_and_moves_nothing(plane: Locator, page: Page) -> None:
    everything = page.locator(".scene").evaluate("el => el.toDataURL()")
    point_at(plane, MEASURED_SPOT)
    expect(title(page)).to_have_text("Decoded here")
    expected = readout(page)
    leave(page)
    plane.evaluate(TOUCH, [[list(EMPTY_SPOT), list(OTHER_SPOT), list(MEASURED_SPOT)]])
    expect(title(page)).to_have_text("Decoded here")
    assert numbers_of(readout(page)) == pytest.approx(numbers_of(expected), abs=0.05)
    assert page.locator(".scene").evaluate("el => el.toDataURL()") == everything
    expect(page.locator(".pinned .note")).to_have_text(UNPINNED)


def test_two_fingers_zoom_and_pan(plane: Locator, page: Page) -> None:
    middle, side = decoded_at(plane, EMPTY_SPOT), decoded_at(plane, MEASURED_SPOT)
    plane.evaluate(TOUCH, [[[0.45, 0.5], [0.4, 0.5], [0.3, 0.5]], [[0.55, 0.5], [0.6, 0.5], [0.7, 0.5]]])
    assert decoded_at(plane, EMPTY_SPOT) == pytest.approx(middle, abs=0.02)
    assert decoded_at(plane, MEASURED_SPOT)[0] - middle[0] == pytest.approx((side[0] - middle[0]) / 4, rel=0.15)
    before = decoded_at(plane, (0.4, 0.3))
    plane.evaluate(TOUCH, [[[0.4, 0.4], [0.5, 0.6]], [[0.6, 0.4], [0.7, 0.6]]])
    assert decoded_at(plane, EMPTY_SPOT) == pytest.approx(before, abs=0.02)


COLOURED = """el => {
  const { data } = el.getContext("2d").getImageData(0, 0, el.width, el.height);
  let coloured = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue, alpha] = data.subarray(i, i + 4);
    coloured += alpha > 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
  }
  return coloured;
}"""


def coloured_pixels(page: Page) -> int:
    """How many pixels of the plane have a class's colour."""
    count: int = page.locator(".scene").evaluate(COLOURED)
    return count


def test_names_of_classes_go_with_the_points(plane: Locator, page: Page) -> None:
    assert coloured_pixels(page) > 1_000
    page.get_by_role("button", name="Show points").click()
    expect(page.get_by_role("button", name="Show points")).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"(el) => ({COLOURED})(el) === 0", arg=page.locator(".scene").element_handle())


# A sample may have made way for all codes before anybody looks.
KEEP_POINTS = """canvas => {
  window.pointsSeen = [];
  window.pointsObserver?.disconnect();
  const scene = canvas.querySelector(".scene");
  window.pointsObserver = new MutationObserver(() => pointsSeen.push([canvas.dataset.points, scene.toDataURL()]));
  pointsObserver.observe(canvas, { attributeFilter: ["data-points"] });
}"""
CAME_TO_REST = "() => pointsSeen.at(-1)?.[0] === 'all' && pointsSeen[0][0] === 'sample'"


def test_very_many_codes_come_in_parts_when_the_view_rests(page: Page, tmp_path: Path) -> None:
    plane = open_canvas(page, tmp_path, "crowd")
    canvas, scene = page.locator(".canvas"), page.locator(".scene")
    expect(canvas).to_have_attribute("data-points", "all")
    whole = scene.evaluate("el => el.toDataURL()")
    point_at(plane, OTHER_SPOT)
    canvas.evaluate(KEEP_POINTS)
    page.mouse.wheel(0, -240)
    page.wait_for_function(CAME_TO_REST)
    close_up = scene.evaluate("el => el.toDataURL()")
    canvas.evaluate(KEEP_POINTS)
    page.get_by_role("button", name="Reset view").click()
    page.wait_for_function(CAME_TO_REST)
    assert scene.evaluate("el => el.toDataURL()") == whole
    assert len({whole, page.evaluate("pointsSeen")[0][1], close_up}) == 3


@pytest.fixture
def conditional(page: Page, tmp_path: Path) -> Locator:
    """The plane of a canvas whose decoder depends on the class, drawn."""
    plane = open_canvas(page, tmp_path, "conditional")
    expect(page.get_by_role("radio")).to_have_count(10)
    return plane


def class_pictures(page: Page) -> list[str]:
    urls: list[str] = page.locator(".as-class canvas").evaluate_all("all => all.map((one) => one.toDataURL())")
    return urls


def test_every_class_is_decoded_under_the_pointer(conditional: Locator, page: Page) -> None:
    point_at(conditional, OTHER_SPOT)
    expect(title(page)).to_have_text("0, decoded here")
    before = class_pictures(page)
    assert len(set(before)) == 10
    point_at(conditional, MEASURED_SPOT)
    for label in range(10):
        picture = page.locator(".as-class canvas").nth(label).element_handle()
        page.wait_for_function("([canvas, before]) => canvas.toDataURL() !== before", arg=[picture, before[label]])
    assert class_pictures(page)[0] == pixels(page, ".decoded")


def test_the_chosen_class_is_the_large_picture(conditional: Locator, page: Page) -> None:
    seven = page.get_by_role("radio", name="7")
    seven.click()
    expect(seven).to_be_checked()
    expect(title(page)).to_have_text("7, decoded at the median")
    assert pixels(page, ".decoded") == class_pictures(page)[7]
    seven.press("ArrowRight")
    expect(page.get_by_role("radio", name="8")).to_be_checked()
    expect(page.get_by_role("radio", name="8")).to_be_focused()
    expect(title(page)).to_have_text("8, decoded at the median")


def test_page_keys_on_the_plane_choose_the_class(conditional: Locator, page: Page) -> None:
    conditional.press("PageUp")
    expect(page.get_by_role("radio", name="9")).to_be_checked()
    conditional.press("PageDown")
    conditional.press("PageDown")
    expect(title(page)).to_have_text("1, decoded at the median")


def test_the_grid_is_that_of_the_chosen_class(conditional: Locator, page: Page) -> None:
    page.get_by_role("button", name="Latent grid by range").click()
    wait_for_grid(page)
    before = page.locator(".scene").evaluate("el => el.toDataURL()")
    page.get_by_role("radio", name="4").click()
    expect(title(page)).to_have_text("4, decoded at the median")
    wait_for_grid(page)
    assert page.locator(".scene").evaluate("el => el.toDataURL()") != before


def test_a_pin_shows_the_chosen_class(conditional: Locator, page: Page) -> None:
    click_at(conditional, OTHER_SPOT)
    expect(page.locator(".pinned .note")).to_have_text(PINNED)
    page.get_by_role("radio", name="3").click()
    expect(title(page)).to_have_text("3, decoded at the pin")
    assert pixels(page, ".pinned") == class_pictures(page)[3] == pixels(page, ".decoded")


SPACE = ".canvas[data-space]"
# After them what the pointer met is drawn.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def scene_pixels(page: Page) -> str:
    url: str = page.locator(".scene").evaluate("el => el.toDataURL()")
    return url


@pytest.fixture
def solid(page: Page, tmp_path: Path) -> Locator:
    """A canvas in three dimensions, drawn."""
    plane = open_canvas(page, tmp_path, "solid", "turn-20,30,1~height-0.5")
    expect(page.locator(SPACE)).to_be_visible()
    return plane


def test_the_plane_moves_and_the_nearest_code_takes_its_place(solid: Locator, page: Page) -> None:
    slider = page.get_by_role("slider")
    expect(page.get_by_text("Plane at z₃ = 2.50")).to_be_visible()
    slider.fill("1")
    expect(page.get_by_text("Plane at z₃ = 3.0")).to_be_visible()
    point_at(solid, EMPTY_SPOT)
    expect(page.locator(".readout")).to_contain_text(re.compile(r"3\.0\d\)"))
    page.get_by_role("button", name="Decode the nearest code").click()
    expect(slider).to_be_disabled()
    box = solid.bounding_box()
    assert box is not None
    for step in range(8):
        point_at(solid, (0.2 + 0.08 * step, 0.5))
        page.evaluate(TWO_FRAMES)
        if title(page).inner_text() == "Decoded here":
            break
    expect(page.locator(".nearest .note")).to_contain_text("0.00 away")
    click_at(solid, (0.2 + 0.08 * step, 0.5))
    expect(page.locator(".pinned .note")).to_have_text(PINNED)
    expect(page.get_by_role("button", name="Turn slowly")).to_be_disabled()
    page.get_by_role("button", name="Three dimensions").click()
    expect(page.locator(SPACE)).to_have_count(0)
