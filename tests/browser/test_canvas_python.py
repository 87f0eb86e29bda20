"""What passes between the latent canvas and Python: pins, the view in the address, and pictures from the server."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.test_canvas import (
    EMPTY_SPOT,
    MEASURED_SPOT,
    OTHER_SPOT,
    SPACE,
    class_pictures,
    click_at,
    decoded_at,
    drawn_plane,
    open_canvas,
    pixels,
    point_at,
    readout,
    scene_pixels,
    title,
    wait_for_grid,
    wait_until_moved,
)

pytestmark = pytest.mark.browser

LEVELS = "el => [...el.getContext('2d').getImageData(0, 0, el.width, el.height).data]"
HOLD_QUESTIONS = """() => {
  const send = latentCanvasServers.get("plane");
  const held = [];
  latentCanvasServers.set("plane", (...question) => held.push(question));
  globalThis.releaseQuestions = () => {
    latentCanvasServers.set("plane", send);
    for (const question of held) send(...question);
  };
}"""
LOSE_ONE_QUESTION = """() => {
  const send = latentCanvasServers.get("plane");
  globalThis.lost = 0;
  latentCanvasServers.set("plane", () => {
    globalThis.lost++;
    latentCanvasServers.set("plane", send);
  });
}"""
VIEW = re.compile(r"[?&]view=([^&]*)")


def view_in_address(page: Page, pattern: str) -> str:
    """What the address says of the view once it is as the pattern says."""
    page.wait_for_url(lambda url: bool(re.fullmatch(pattern, unquote(found[1] if (found := VIEW.search(url)) else ""))))
    found = VIEW.search(page.url)
    return unquote(found[1]) if found else ""


def text_in_address(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(quote(text)) + "|" + re.escape(text)))


def open_app(page: Page, address: str) -> Locator:
    """The plane of the app's canvas, drawn, in a session of its own: Python knows nothing of it yet."""
    page.goto(address)
    return drawn_plane(page)


def test_python_is_told_of_pins_and_pins_itself(canvas_app: str, page: Page) -> None:
    plane = open_app(page, canvas_app)
    expect(page.get_by_text("Python knows None")).to_be_visible()
    click_at(plane, EMPTY_SPOT)
    expect(page.get_by_text("Python knows Pin(u=")).to_be_visible()
    plane.press("Escape")
    expect(page.get_by_text("Python knows None")).to_be_visible()
    page.get_by_role("button", name="Pin the origin").click()
    expect(page.locator(".pinned .note")).to_have_text("(0.00, 0.00)")
    expect(title(page)).to_have_text("Decoded at the pin")


def test_the_address_restores_grid_window_classes_and_points(canvas_app: str, page: Page) -> None:
    plane = open_app(page, canvas_app)
    page.get_by_role("button", name="Latent grid by range").click()
    page.get_by_role("button", name="Show points").click()
    page.locator(".class", has_text="7").click()
    page.locator(".class", has_text="3").click(modifiers=["Shift"])
    point_at(plane, OTHER_SPOT)
    page.mouse.wheel(0, -600)
    text = view_in_address(page, r"grid-range~view-2\.\d+,-?[\d.]+,-?[\d.]+~classes-3,7~points-off")
    expect(page.locator(".canvas")).to_have_attribute("data-grid", "whole")
    before = decoded_at(plane, MEASURED_SPOT)
    twin = open_app(page, f"{canvas_app}/?view={quote(text)}")
    expect(page.get_by_role("button", name="Latent grid by range")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Show points")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".class[aria-pressed=true]")).to_have_text(["3", "7"])
    assert decoded_at(twin, MEASURED_SPOT) == pytest.approx(before, abs=0.02)


def test_a_view_that_python_says_later_is_followed_and_then_moved_by_hand(canvas_app: str, page: Page) -> None:
    plane = open_app(page, canvas_app)
    whole = decoded_at(plane, MEASURED_SPOT)
    point_at(plane, OTHER_SPOT)
    page.mouse.wheel(0, -300)
    view_in_address(page, r"view-[\d.]+,-?[\d.]+,-?[\d.]+")
    page.get_by_role("button", name="Lead", exact=True).click()
    expect(page.get_by_role("button", name="Latent grid by range")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".class[aria-pressed=true]")).to_have_text(["7"])
    led = decoded_at(plane, MEASURED_SPOT)
    text_in_address(page, "grid-range~view-3,1,1~classes-7")
    page.get_by_role("button", name="Show points").click()
    text_in_address(page, "grid-range~view-3,1,1~classes-7~points-off")
    page.get_by_role("button", name="Lead back").click()
    expect(page.locator(".class[aria-pressed=true]")).to_have_count(10)
    assert decoded_at(plane, MEASURED_SPOT) == pytest.approx(whole, abs=0.02) != led


def test_a_view_as_at_first_leaves_the_address(canvas_app: str, page: Page) -> None:
    plane = open_app(page, f"{canvas_app}/?view=view-3,1,1~points-off")
    page.get_by_role("button", name="Show points").click()
    view_in_address(page, "view-3,1,1")
    plane.press("0")
    view_in_address(page, "")


def test_another_scene_keeps_grid_and_classes(canvas_app: str, page: Page) -> None:
    open_app(page, canvas_app)
    by_quantile = page.get_by_role("button", name="Latent grid by quantile")
    by_quantile.click()
    page.locator(".class", has_text="7").click()
    before = readout(page)
    page.get_by_role("button", name="Another model").click()
    wait_until_moved(page, before)
    expect(by_quantile).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".class[aria-pressed=true]")).to_have_text(["7"])


def test_three_dimensions_turn_by_drag_wheel_and_keys(canvas_app: str, page: Page) -> None:
    """The angle stands in the address; what the pointer decodes lies on the plane."""
    solid = open_app(page, f"{canvas_app}/?kind=solid&view=turn-20,30,1~height-0.5")
    expect(page.locator(SPACE)).to_be_visible()
    before = scene_pixels(page)
    point_at(solid, EMPTY_SPOT)
    expect(page.locator(".readout")).to_contain_text("2.50)")
    page.mouse.down()
    page.mouse.move(*(part + 50 for part in middle_of(solid)))
    page.mouse.up()
    text_in_address(page, "turn-40,50,1~height-0.5")
    assert scene_pixels(page) != before
    page.mouse.wheel(0, 300)
    text_in_address(page, "turn-40,50,0.6188~height-0.5")
    solid.press("ArrowLeft")
    solid.press("Shift+ArrowUp")
    solid.press("+")
    text_in_address(page, "turn-35,20,0.8663~height-0.5")
    expect(page.get_by_text("Python knows None")).to_be_visible()
    solid.press("0")
    text_in_address(page, "turn-30,22,1")


def middle_of(plane: Locator) -> tuple[float, float]:
    box = plane.bounding_box()
    assert box is not None
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


@pytest.mark.parametrize("kind", ["slow", "large"])
def test_what_is_too_much_for_the_browser_comes_from_the_server(canvas_app: str, page: Page, kind: str) -> None:
    plane = open_app(page, f"{canvas_app}/?kind={kind}")
    expect(page.locator(".canvas")).to_have_attribute("data-decoder", "server")
    mark = page.locator(".decoded .mark")
    expect(mark).to_have_text("decoded on the server")
    before = pixels(page, ".decoded")
    page.evaluate(HOLD_QUESTIONS)
    point_at(plane, OTHER_SPOT)
    expect(mark).to_have_text("decoding on the server …")
    expect(page.locator(".decoded")).to_have_attribute("data-waiting", "")
    assert pixels(page, ".decoded") == before
    page.evaluate("releaseQuestions()")
    expect(mark).to_have_text("decoded on the server")
    assert pixels(page, ".decoded") != before
    answered = pixels(page, ".decoded")
    page.evaluate(LOSE_ONE_QUESTION)
    point_at(plane, MEASURED_SPOT)
    page.wait_for_function("globalThis.lost === 1")
    expect(mark).to_have_text("decoded on the server")
    assert pixels(page, ".decoded") != answered


def test_the_server_decodes_pin_classes_and_grid(canvas_app: str, page: Page) -> None:
    plane = open_app(page, f"{canvas_app}/?kind=large")
    click_at(plane, OTHER_SPOT)
    expect(page.get_by_text("Python knows Pin(u=")).to_be_visible()
    page.get_by_role("radio", name="5").click()
    expect(title(page)).to_have_text("5, decoded at the pin")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert pixels(page, ".pinned") == class_pictures(page)[5] == pixels(page, ".decoded")
    assert len(set(class_pictures(page))) == 10
    page.get_by_role("button", name="Latent grid by range").click()
    wait_for_grid(page)


def test_the_server_draws_what_the_browser_would(canvas_app: str, fresh_page: Page, tmp_path: Path) -> None:
    open_canvas(fresh_page, tmp_path, "conditional")
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-decoder", "browser")
    expect(fresh_page.locator(".decoded .mark")).to_be_hidden()
    local = fresh_page.locator(".decoded canvas").evaluate(LEVELS)
    fresh_page.add_init_script("performance.now = ((now) => () => (now += 20))(0)")
    open_app(fresh_page, f"{canvas_app}/?kind=conditional")
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-decoder", "server")
    expect(fresh_page.locator(".decoded .mark")).to_have_text("decoded on the server")
    remote = fresh_page.locator(".decoded canvas").evaluate(LEVELS)
    assert max(abs(a - b) for a, b in zip(local, remote, strict=True)) <= 1


def test_codes_and_weights_travel_once(canvas_app: str, fresh_page: Page) -> None:
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: sizes.append(len(payload)))

    fresh_page.on("websocket", listen)
    plane = open_app(fresh_page, canvas_app)
    expect(fresh_page.get_by_text("Python knows None")).to_be_visible()
    assert max(sizes) > 1_000_000
    sizes.clear()
    click_at(plane, EMPTY_SPOT)
    expect(fresh_page.get_by_text("Python knows Pin(u=")).to_be_visible()
    assert 0 < sum(sizes) < 20_000
