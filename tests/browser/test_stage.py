"""Pictures fill the window at every size, planes side by side are square, and nothing moves when a view changes."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.test_canvas import drawn_plane

pytestmark = pytest.mark.browser

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PROJECTOR: ViewportSize = {"width": 1920, "height": 1080}
LARGE: ViewportSize = {"width": 3840, "height": 2160}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A figure's height and its smallest text, both in pixels of the screen, once it has the width of its place.
FIGURE = """figure => {
  const { width, height } = figure.getBoundingClientRect();
  const scale = width / figure.offsetWidth;
  const sizes = [...figure.querySelectorAll(".main-svg text")].map(text => parseFloat(getComputedStyle(text).fontSize));
  const room = figure.closest("[data-testid=stColumn]").getBoundingClientRect().width;
  return Math.abs(width - room) < 2 && { height, text: scale * Math.min(...sizes) };
}"""

# The value of the third point of the first curve, and its place in the window.
PLACE_OF_A_POINT = """figure => {
  const { left, top, width } = figure.getBoundingClientRect();
  const scale = width / figure.offsetWidth;
  const { xaxis, yaxis } = figure._fullLayout;
  const [{ x, y }] = figure._fullData;
  return [x[2], left + scale * (xaxis._offset + xaxis.d2p(x[2])), top + scale * (yaxis._offset + yaxis.d2p(y[2]))];
}"""

# Of the first figure: how much its bar's buttons lie on, of pictures, legend and titles; and words that lie on others.
OVERPRINTED = """() => {
  const figure = document.querySelector('.js-plotly-plot');
  const boxes = selector => [...figure.querySelectorAll(selector)]
    .map(part => [part.textContent, part.getBoundingClientRect()])
    .filter(([, { width, height }]) => width * height > 0);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const buttons = boxes('.modebar-btn'), shown = boxes('image, .legend, .gtitle, .annotation-text');
  const words = boxes('.annotation-text, .gtitle, .xtitle, .ytitle, .legendtext');
  return {
    n_shown: shown.length,
    under_bar: shown.filter(([, part]) => buttons.some(([, button]) => meet(part, button))).length,
    words: words.filter(([, word]) => words.some(([, other]) => word !== other && meet(word, other)))
      .map(([text]) => text),
  };
}"""


def figure_in(page: Page, window: ViewportSize) -> dict[str, float]:
    """The figure of a page in a window of that size."""
    page.set_viewport_size(window)
    figure = page.locator(".js-plotly-plot").first
    expect(figure.locator(".main-svg").first).to_be_visible()
    page.wait_for_function(f"() => ({FIGURE})(document.querySelector('.js-plotly-plot'))")
    measured: dict[str, float] = figure.evaluate(FIGURE)
    return measured


def box_of(part: Locator) -> dict[str, float]:
    """The place of what is shown, in pixels of the window."""
    box = part.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def test_a_figure_and_its_text_grow_with_the_window(server: str, page: Page) -> None:
    page.goto(f"{server}/data?data=digits")
    for window in (LAPTOP, PROJECTOR, LARGE):
        measured = figure_in(page, window)
        assert measured["height"] > 0.8 * window["height"]
        assert measured["text"] >= measured["height"] / 40
    assert figure_in(page, PHONE)["text"] >= 12


def test_the_pointer_meets_the_point_that_it_is_over_in_an_enlarged_figure(server: str, page: Page) -> None:
    page.goto(f"{server}/data?data=digits&view=Dimensions")
    figure_in(page, PROJECTOR)
    x, left, top = page.locator(".js-plotly-plot").evaluate(PLACE_OF_A_POINT)
    page.mouse.move(left, top)
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')._hoverdata?.length")
    assert page.locator(".js-plotly-plot").evaluate("figure => figure._hoverdata[0].x") == x


def test_planes_side_by_side_are_square_and_have_one_legend_and_one_toolbar(server: str, page: Page) -> None:
    page.goto(f"{server}/compare?models=digits-ae-2d&models=digits-vae-2d")
    planes = [drawn_plane(page, 0), drawn_plane(page, 1)]
    for window, least_px in ((LAPTOP, 420), (PROJECTOR, 700)):
        page.set_viewport_size(window)
        first, second = (box_of(plane) for plane in planes)
        assert first["height"] == pytest.approx(first["width"], abs=1)
        assert first["height"] >= least_px
        assert (first["y"], first["height"]) == pytest.approx((second["y"], second["height"]), abs=1)
        assert second["y"] + second["height"] <= window["height"]
        nearest, pinned = (box_of(page.locator(card).first) for card in (".nearest", ".pinned"))
        assert nearest["y"] + nearest["height"] <= pinned["y"]
    points = page.get_by_role("button", name="Show points")
    expect(points).to_have_count(1)
    points.click()
    pressed = page.locator("button[data-tool=points]").evaluate_all("all => all.map(one => one.ariaPressed)")
    assert pressed == ["false", "false"]
    page.get_by_role("group", name="Classes").get_by_role("button", name="3").click()
    isolated = page.locator(".legend .class[aria-pressed=true]").all_text_contents()
    assert isolated == ["3", "3"]


def test_the_title_and_what_is_below_it_stay_where_they_are_in_every_view(server: str, page: Page) -> None:
    page.goto(f"{server}/pca?data=digits")
    views = page.locator(".st-key-view button")
    expect(views.nth(1)).to_be_visible()
    row = page.locator(".st-key-title_row")
    places = set()
    for view in views.all():
        view.click()
        expect(view).to_have_attribute("aria-checked", "true")
        expect(page.locator("[data-testid=stColumn]").nth(1)).to_be_visible()
        page.wait_for_function("() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')")
        place = box_of(row)
        places.add((place["y"], place["height"], box_of(page.locator("[data-testid=stColumn]").first)["y"]))
    assert len(places) == 1


def test_the_menu_of_a_phone_closes_over_the_page_that_was_chosen(server: str, page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{server}/data?data=digits")
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()
    page.wait_for_function("history.pushState.name === 'go'")  # the frame's own script is there
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Manifold").click()
    expect(page.get_by_role("heading", name="Manifold", level=1)).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


@pytest.mark.parametrize("link", ["pca?data=digits", "data?data=digits", "tradeoff?view=KL+parts"])
def test_on_a_phone_neither_bar_nor_words_lie_on_a_figure(server: str, page: Page, link: str) -> None:
    page.goto(f"{server}/{link}")
    figure_in(page, PHONE)
    found = page.evaluate(OVERPRINTED)
    assert found["n_shown"] > 0
    assert (found["under_bar"], found["words"]) == (0, [])


def test_nothing_moves_when_the_model_or_beta_changes(server: str, page: Page) -> None:
    page.goto(f"{server}/latent?model=digits-ae-2d")
    plane = drawn_plane(page)
    before, address = box_of(plane), page.url
    page.locator(".st-key-model").get_by_role("combobox").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)
    drawn_plane(page)
    page.wait_for_function("() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')")
    assert box_of(plane) == before
    page.goto(f"{server}/tradeoff")
    parts = [page.locator(part) for part in (".plane", ".chart", ".slider")]
    expect(page.locator(".latent-animation[data-frame]")).to_be_visible()
    still = [box_of(part) for part in parts]
    for key in ("End", "Home", "ArrowRight"):
        parts[-1].press(key)
        assert [box_of(part) for part in parts] == still


def test_beside_a_form_the_plane_of_a_training_is_large_and_its_chart_lies_below(server: str, page: Page) -> None:
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{server}/train")
    expect(page.locator(".latent-animation[data-state=still][data-frame]")).to_be_visible()
    plane, grid, chart = (box_of(page.locator(f".latent-animation .{name}")) for name in ("plane", "grid", "chart"))
    assert plane["height"] == pytest.approx(plane["width"], abs=1)
    assert plane["height"] > 0.7 * PROJECTOR["height"]
    assert chart["y"] >= grid["y"] + grid["height"]
    assert chart["y"] + chart["height"] <= PROJECTOR["height"]


def test_below_a_form_in_a_row_a_training_has_all_of_the_width_and_on_a_phone_it_stands_above(
    server: str, page: Page
) -> None:
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{server}/tradeoff?view=Live")
    expect(page.locator(".latent-animation[data-state=still][data-frame='22']")).to_be_visible()
    start, plane, chart = page.get_by_role("button", name="Start"), page.locator(".plane"), page.locator(".chart")
    assert box_of(start)["y"] < box_of(plane)["y"]
    assert box_of(chart)["height"] > 0.6 * PROJECTOR["height"]
    assert box_of(chart)["y"] + box_of(chart)["height"] <= PROJECTOR["height"]
    page.set_viewport_size(PHONE)
    assert box_of(start)["y"] > box_of(plane)["y"]


def test_a_short_caption_stands_beside_the_slider(server: str, page: Page) -> None:
    page.goto(f"{server}/pca?data=digits&view=One+image")
    caption = page.locator(".frame-player .caption")
    expect(caption).to_contain_text("squared error")
    play = box_of(page.locator(".frame-player .play"))
    assert box_of(caption)["y"] < play["y"] + play["height"]
