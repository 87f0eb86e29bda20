"""How a latent canvas starts: from a link, without WebGL, decoded by the server, in three dimensions, on a phone."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser.conftest import VIEWPORT, find_chromium
from tests.browser.test_canvas import (
    EMPTY_SPOT,
    MEASURED_SPOT,
    OTHER_SPOT,
    SPACE,
    class_pictures,
    click_at,
    coloured_pixels,
    drawn_plane,
    leave,
    opaque_share,
    pixels,
    point_at,
    readout,
    scene_pixels,
    text_in_address,
    title,
    view_in_address,
    wait_for_grid,
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
WATCH_CONTEXTS = """
  const plain = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = plain.call(this, kind, ...rest);
    if (kind === "webgl2") globalThis.pointsContext = context;
    return context;
  };
"""
NO_WEBGL = """
  const plain = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : plain.call(this, kind, ...rest);
  };
"""


@pytest.fixture
def plane(canvas_app: str, page: Page) -> Locator:
    """The plane of a canvas in a page of its own, drawn."""
    page.goto(canvas_app)
    return drawn_plane(page)


def test_without_webgl_the_points_are_drawn_all_the_same(canvas_app: str, fresh_page: Page) -> None:
    fresh_page.add_init_script(NO_WEBGL)
    fresh_page.goto(canvas_app)
    plane = drawn_plane(fresh_page)
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-renderer", "2d")
    everything = plane.screenshot()
    fresh_page.get_by_role("button", name="Show points").click()
    assert plane.screenshot() != everything


def test_a_lost_context_falls_back_and_goes_on(canvas_app: str, fresh_page: Page) -> None:
    fresh_page.add_init_script(WATCH_CONTEXTS)
    fresh_page.goto(canvas_app)
    plane = drawn_plane(fresh_page)
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


def test_the_address_restores_grid_window_classes_and_points(
    canvas_app: str, plane: Locator, page: Page, elsewhere: Page
) -> None:
    page.get_by_role("button", name="Latent grid by range").click()
    page.get_by_role("button", name="Show points").click()
    page.locator(".class", has_text="7").click()
    page.locator(".class", has_text="3").click(modifiers=["Shift"])
    point_at(plane, OTHER_SPOT)
    page.mouse.wheel(0, -600)
    text = view_in_address(page, r"grid-range~view-2\.\d+,-?[\d.]+,-?[\d.]+~classes-3,7~points-off")
    point_at(plane, MEASURED_SPOT)
    expect(page.locator(".canvas")).to_have_attribute("data-grid", "whole")
    elsewhere.goto(f"{canvas_app}/?view={quote(text)}")
    twin = drawn_plane(elsewhere)
    expect(elsewhere.get_by_role("button", name="Latent grid by range")).to_have_attribute("aria-pressed", "true")
    expect(elsewhere.get_by_role("button", name="Show points")).to_have_attribute("aria-pressed", "false")
    expect(elsewhere.locator(".class[aria-pressed=true]")).to_have_text(["3", "7"])
    point_at(twin, MEASURED_SPOT)
    expect(title(elsewhere)).to_have_text("Decoded here")
    here, there = (re.findall(r"[\d.]+", readout(one).replace("−", "-")) for one in (page, elsewhere))
    assert [float(number) for number in here] == pytest.approx([float(number) for number in there], abs=0.02)


def test_a_view_as_at_first_leaves_the_address(canvas_app: str, page: Page) -> None:
    page.goto(f"{canvas_app}/?view=view-3,1,1~points-off")
    plane = drawn_plane(page)
    page.get_by_role("button", name="Show points").click()
    view_in_address(page, "view-3,1,1")
    plane.press("0")
    view_in_address(page, "")


# Which texts Python lets through is tested without a browser.
@pytest.mark.parametrize(
    "text",
    [
        "classes-99",
        "<b>",
        *(pytest.param(t, marks=pytest.mark.slow) for t in ("grid-lines", "view-0,0,0", "points-on~")),
    ],
)
def test_another_text_in_the_address_draws_the_canvas_as_at_first(canvas_app: str, page: Page, text: str) -> None:
    page.goto(f"{canvas_app}/?view={quote(text)}")
    drawn_plane(page)
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


def test_a_browser_without_webgl_draws_as_many_points(canvas_app: str, page: Page, browser: Browser) -> None:
    page.goto(canvas_app)
    drawn_plane(page)
    with_gl = coloured_pixels(page)
    # The browser's own switch, in a process of its own.
    plain = browser.browser_type.launch(
        executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-webgl", "--disable-3d-apis"]
    )
    try:
        bare = plain.new_page(viewport=VIEWPORT)
        assert bare.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        bare.goto(canvas_app)
        drawn_plane(bare)
        expect(bare.locator(".canvas")).to_have_attribute("data-renderer", "2d")
        assert coloured_pixels(bare) > 0.5 * with_gl
    finally:
        plain.close()


def test_what_the_browser_cannot_do_is_said_in_place(canvas_app: str, browser: Browser) -> None:
    page = browser.new_page()  # not watched: the failure is meant to be logged
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(canvas_app)
    expect(page.get_by_text("The plane could not be drawn: DecompressionStream is not defined.")).to_be_visible()
    page.close()


def test_a_series_is_drawn_as_a_curve_and_says_what_is_missing(canvas_app: str, page: Page) -> None:
    page.goto(f"{canvas_app}/?kind=curve")
    plane = drawn_plane(page)
    expect(page.locator(".nearest .note")).to_have_text("The series are not on this machine.")
    expect(page.get_by_role("button", name="Latent grid by range")).to_be_hidden()
    before = pixels(page, ".decoded")
    point_at(plane, OTHER_SPOT)
    expect(page.locator(".readout")).to_contain_text("(u, v) =")
    expect(page.locator(".readout")).to_contain_text("0.50)")
    assert pixels(page, ".decoded") != before


def test_linked_canvases_follow_by_the_same_sample(canvas_app: str, page: Page) -> None:
    page.goto(f"{canvas_app}/?kind=linked")
    first, _ = drawn_plane(page, 0), drawn_plane(page, 1)
    point_at(first, OTHER_SPOT)
    expect(title(page, 1)).to_have_text("Decoded here")
    first_note = page.locator(".nearest .note").nth(0).inner_text()
    expect(page.locator(".nearest .note").nth(1)).to_have_text(re.compile(f"^{first_note.split(',')[0]}, 0.00 away"))
    leave(page)
    expect(title(page, 1)).to_have_text("Decoded at the median")


@pytest.mark.parametrize("kind", ["slow", "large"])
def test_what_is_too_much_for_the_browser_comes_from_the_server(canvas_app: str, page: Page, kind: str) -> None:
    page.goto(f"{canvas_app}/?kind={kind}")
    plane = drawn_plane(page)
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


def test_a_question_that_was_lost_is_asked_again(canvas_app: str, page: Page) -> None:
    page.goto(f"{canvas_app}/?kind=large")
    plane = drawn_plane(page)
    mark = page.locator(".decoded .mark")
    expect(mark).to_have_text("decoded on the server")
    page.evaluate(LOSE_ONE_QUESTION)
    point_at(plane, OTHER_SPOT)
    expect(mark).to_have_text("decoding on the server …")
    page.wait_for_function("globalThis.lost === 1")
    expect(mark).to_have_text("decoded on the server")


def test_the_server_decodes_pin_classes_and_grid(canvas_app: str, page: Page) -> None:
    page.goto(f"{canvas_app}/?kind=large")
    plane = drawn_plane(page)
    click_at(plane, OTHER_SPOT)
    expect(page.get_by_text("Python knows Pin(u=")).to_be_visible()
    page.get_by_role("radio", name="5").click()
    expect(title(page)).to_have_text("5, decoded at the pin")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert pixels(page, ".pinned") == class_pictures(page)[5] == pixels(page, ".decoded")
    assert len(set(class_pictures(page))) == 10
    page.get_by_role("button", name="Latent grid by range").click()
    wait_for_grid(page)


def test_the_server_draws_what_the_browser_would(canvas_app: str, fresh_page: Page) -> None:
    fresh_page.goto(f"{canvas_app}/?kind=conditional")
    drawn_plane(fresh_page)
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-decoder", "browser")
    expect(fresh_page.locator(".decoded .mark")).to_be_hidden()
    local = fresh_page.locator(".decoded canvas").evaluate(LEVELS)
    fresh_page.add_init_script("performance.now = ((now) => () => (now += 20))(0)")
    fresh_page.reload()
    drawn_plane(fresh_page)
    expect(fresh_page.locator(".canvas")).to_have_attribute("data-decoder", "server")
    expect(fresh_page.locator(".decoded .mark")).to_have_text("decoded on the server")
    remote = fresh_page.locator(".decoded canvas").evaluate(LEVELS)
    assert max(abs(a - b) for a, b in zip(local, remote, strict=True)) <= 1


def test_codes_and_weights_travel_once(canvas_app: str, fresh_page: Page) -> None:
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: sizes.append(len(payload)))

    fresh_page.on("websocket", listen)
    fresh_page.goto(canvas_app)
    plane = drawn_plane(fresh_page)
    expect(fresh_page.get_by_text("Python knows None")).to_be_visible()
    assert max(sizes) > 1_000_000
    sizes.clear()
    click_at(plane, EMPTY_SPOT)
    expect(fresh_page.get_by_text("Python knows Pin(u=")).to_be_visible()
    assert 0 < sum(sizes) < 20_000


@pytest.mark.parametrize("loses", [False, True])
def test_three_dimensions_without_webgl(canvas_app: str, fresh_page: Page, loses: bool) -> None:
    fresh_page.add_init_script(WATCH_CONTEXTS if loses else NO_WEBGL)
    fresh_page.goto(f"{canvas_app}/?kind=solid&view=turn-20,30,1")
    drawn_plane(fresh_page)
    if loses:
        expect(fresh_page.locator(SPACE)).to_have_attribute("data-cloud", "webgl2")
        before = opaque_share(fresh_page)
        fresh_page.evaluate("pointsContext.getExtension('WEBGL_lose_context').loseContext()")
    expect(fresh_page.locator(SPACE)).to_have_attribute("data-cloud", "2d")
    assert opaque_share(fresh_page) > (0.7 * before if loses else 0.005)


def test_slow_rotation_turns_until_it_is_stopped(canvas_app: str, browser: Browser) -> None:
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{canvas_app}/?kind=solid&view=turn-20,30,1~spin-on")
    drawn_plane(page)
    before = scene_pixels(page)
    expect(page.get_by_role("button", name="Turn slowly")).to_have_attribute("aria-pressed", "true")
    for _ in range(100):
        if scene_pixels(page) != before:
            break
        page.wait_for_timeout(50)
    assert scene_pixels(page) != before
    text_in_address(page, "turn-20,30,1~spin-on")
    page.get_by_role("button", name="Turn slowly").click()
    expect(page).not_to_have_url(re.compile("spin-on"))
    context.close()
