"""Every view of every page opens with and without data, in light and dark, and shows something in it."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Literal
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from explorer.ui.page_entries import PAGES, page_entry
from explorer.ui.query_params import parameter
from tests.browser.conftest import BARE, Profile, StartServer
from tests.browser.menu import expect_page, press_in_menu
from tests.pages.shown import Shown, kept

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000
# To look for faults costs more than to draw a frame.
BETWEEN_LOOKS_MS = 250
# What is asked for of a page at rest; shadow roots are looked into, as components may live in one.
FAULTS = """() => {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  if (state !== "notRunning") return [`the script is ${state}`];
  const rootsFrom = root => [
    root,
    ...[...root.querySelectorAll("*")].filter(el => el.shadowRoot).flatMap(el => rootsFrom(el.shadowRoot)),
  ];
  const all = (roots, selector) => roots.flatMap(root => [...root.querySelectorAll(selector)]);
  const roots = rootsFrom(document);
  const shown = selector => all(roots, selector).filter(el => el.checkVisibility());
  if (shown("[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]").length)
    return ["still under way", ...shown("[data-testid=stException]").map(el => `exception: ${el.innerText}`)];
  const LEAST_CONTRAST = 3;
  const sized = el => el.getBoundingClientRect().width > 1 && el.getBoundingClientRect().height > 1;
  const marks = ".trace path, .points path, .point path, .im image, .imagelayer image, .shapelayer path, "
    + ".contourlayer path, .heatmaplayer image, .slice path, .gl-container canvas, #scene canvas";
  const drawn = el => el.getBoundingClientRect().width > 1 || el.getBoundingClientRect().height > 1;
  const name = el => (el.getAttribute("aria-label") || el.alt || el.className || el.tagName).toString().slice(0, 60);
  const colour = text => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(level => level / 255);
  };
  const luminance = text => {
    const linear = colour(text).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = luminance(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
  const contrast = text => {
    const levels = [luminance(text), ground];
    return (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
  };
  const figures = shown(".js-plotly-plot");
  const components = shown("[data-testid=stBidiComponentRegular], [data-testid=stBidiComponentIsolated]")
    .filter(el => !el.closest(".st-key-full_screen")).map(el => el.shadowRoot ?? el)
    .filter(root => root.querySelector("canvas, svg, img"));
  const canvases = components.flatMap(root => all(rootsFrom(root), "canvas"))
    .filter(el => el.checkVisibility() && !el.matches(".scene, .marks, [data-empty] canvas"));
  const blank = canvas => {
    const context = canvas.width && canvas.height && canvas.getContext("2d");
    if (!context) return true;
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return pixels.every(pixel => pixel === pixels[0]);
  };
  const pictures = shown("[data-testid=stMain] img");
  const tables = shown("[data-testid=stDataFrame]");
  const charts = shown("[data-testid=stEChartsChart] :is(canvas, svg)").filter(sized);
  const notes = shown("[data-testid=stAlert]");
  const headings = shown("[data-testid=stMain] h4");
  const doors = shown("[data-testid=stFileUploaderDropzone], [data-testid=stMain] [data-testid=stPageLink], h2, h3");
  const faults = [];
  for (const el of shown("[data-testid=stException]")) faults.push(`exception: ${el.innerText}`);
  for (const el of shown("[data-testid=stAlertContentError]")) faults.push(`error: ${el.innerText}`);
  for (const el of figures) {
    if (!el.data?.length) faults.push("figure without a trace");
    else if (!sized(el)) faults.push("figure without a size");
    else if (![...el.querySelectorAll(marks)].some(drawn)) faults.push("figure without a mark");
    else if (contrast(el._fullLayout.font.color) < LEAST_CONTRAST) faults.push("figure with text that does not show");
  }
  for (const el of shown(".canvas"))
    if (el.dataset.state !== "drawn") faults.push(`latent canvas is ${el.dataset.state}`);
  for (const root of components) {
    const parts = [...root.querySelectorAll("*")].filter(el => !el.matches("style"));
    if (!parts.some(sized)) faults.push(`component without a size: ${parts.map(name)}`);
  }
  for (const el of canvases) {
    if (!sized(el)) faults.push(`canvas without a size: ${name(el)}`);
    else if (blank(el)) faults.push(`blank canvas: ${name(el)}`);
  }
  for (const el of pictures) if (!el.complete || !el.naturalWidth) faults.push(`torn picture: ${name(el)}`);
  if (![figures, charts, components, pictures, tables, notes, headings, doors].some(found => found.length))
    faults.push("nothing to see");
  return faults;
}"""


def faults_now(page: Page) -> list[str]:
    """What is wrong with a page at this moment, be it only that it is still under way."""
    faults: list[str] = page.evaluate(FAULTS)
    return faults


def faults_of(page: Page) -> list[str]:
    """What stays wrong with a page; a page that has nothing wrong is not waited for any longer."""
    try:
        page.wait_for_function(f"() => ({FAULTS})().length === 0", timeout=PATIENCE_MS, polling=BETWEEN_LOOKS_MS)
    except PlaywrightTimeoutError:
        return faults_now(page)
    return []


def is_end_of_run(frame: str | bytes) -> bool:
    """Whether a message from the server says that the script has come to its end."""
    return isinstance(frame, bytes) and ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"


VIEW = re.compile(r"view=([^&]+)$")


def kinds(shows: list[Shown]) -> set[str]:
    """What a view draws with: kinds of elements, names of components, kinds of traces."""
    return {kind for kind, said in shows} | {
        word
        for _, said in shows
        for path, leaf in said.items()
        if path == "componentName" or path.endswith("].type")
        for word in re.findall(r"\w+", str(leaf))
    }


def views_of_a_kind_of_their_own() -> dict[str, set[str]]:
    """By page, the views with something in them that neither a page as it opens nor a view before draws with.

    What every view shows is looked at without a browser, see tests/pages/test_shown.py; what a browser makes of it
    differs by kind.
    """
    met = set[str]().union(*(kinds(kept(entry.slug)[""]) for entry in PAGES))
    chosen: dict[str, set[str]] = {}
    for entry in PAGES:
        for query, shows in kept(entry.slug).items():
            if (view := VIEW.match(query)) and not kinds(shows) <= met:
                chosen.setdefault(entry.slug, set()).add(unquote_plus(view[1]))
                met |= kinds(shows)
    return chosen


class Tour:
    """A browser page that goes through the app and keeps what its profile complained about.

    is_thorough: whether it goes to all views, each in both schemes, and not only to those with a kind of their own.
    """

    def __init__(self, profile: Profile, address: str, *, is_thorough: bool) -> None:
        self.problems = profile.problems
        self.is_thorough = is_thorough
        self.address = address
        self.page = profile.context.new_page()
        self.scheme: Literal["light", "dark"] = "light"
        self.sockets: list[WebSocket] = []
        self.page.on("websocket", self.connected)

    def connected(self, socket: WebSocket) -> None:
        """Keep the line on which the server answers."""
        self.sockets.append(socket)

    def visit(self, slug: str, query: str = "") -> list[str]:
        """The faults of each view of a page, and what the browser complained about meanwhile."""
        self.open(slug, query)
        buttons = self.views(slug)
        found = [f"opened: {fault}" for fault in self.faults(in_both=not buttons)]
        heights = [self.height_of_the_title_row()]
        for button in buttons:
            with self.run():
                button.click()
            found += [f"{button.inner_text()}: {fault}" for fault in self.faults(in_both=button is buttons[-1])]
            heights.append(self.height_of_the_title_row())
        if len(set(heights)) > 1:
            found.append(f"the row of the title is {heights} px high in the page's views")
        found += self.problems
        self.problems.clear()
        return found

    def open(self, slug: str, query: str) -> None:
        """Go to a page: by its link where all is looked at, else by the menu, which spares the browser a new start."""
        if self.is_thorough or slug == "home" or not self.sockets:
            self.page.goto(f"{self.address}/{'' if slug == 'home' else slug}{query}")
            expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_MS)
        else:
            press_in_menu(self.page, page_entry(slug))
            expect_page(self.page, page_entry(slug))

    def faults(self, *, in_both: bool) -> list[str]:
        """The faults of what is open as it is, and perhaps in the other scheme too, which then stays."""
        found = [f"{self.scheme}: {fault}" for fault in faults_of(self.page)]
        if not in_both and not self.is_thorough:
            return found
        self.turn()
        return [*found, *(f"{self.scheme}: {fault}" for fault in faults_of(self.page))]

    def height_of_the_title_row(self) -> float:
        """What a view may not change, or all below it jumps; of the page at rest, in px."""
        row = self.page.locator(".st-key-title_row")
        box = row.bounding_box() if row.count() else None
        return box["height"] if box else 0.0

    def turn(self) -> None:
        """Change the system's scheme under the open page, which the page follows and tells the server."""
        # What hears of the turn is mounted after the rest of the page.
        expect(self.page.get_by_role("button", name="Full screen", exact=True)).to_be_visible(timeout=PATIENCE_MS)
        self.scheme = "dark" if self.scheme == "light" else "light"
        with self.run():
            self.page.emulate_media(color_scheme=self.scheme)

    def views(self, slug: str) -> list[Locator]:
        """The buttons of the views that a page does not open on."""
        if slug not in parameter("view").pages:
            return []
        buttons = self.page.locator(".st-key-view button")
        expect(buttons.nth(1)).to_be_visible()
        others = buttons.all()[1:]
        if self.is_thorough:
            return others
        chosen = views_of_a_kind_of_their_own().get(slug, set())
        return [button for button in others if button.inner_text() in chosen]

    def run(self) -> AbstractContextManager[object]:
        """What is done within it makes the server run the page again, and is over once all of it was sent."""
        return self.sockets[-1].expect_event("framereceived", is_end_of_run, timeout=PATIENCE_MS)


TOURS = (
    "no data",
    pytest.param("no data, all views", marks=pytest.mark.slow),
    pytest.param("data, all views", marks=[pytest.mark.mnist, pytest.mark.slow]),
)


@pytest.fixture(scope="module", params=TOURS)
def tour(
    request: pytest.FixtureRequest, shared_profile: Profile, start_server: StartServer, server: str
) -> Iterator[Tour]:
    """The app with the data folder as it is, or with an empty one, without a GPU and with a dead end for a network."""
    has_data = request.param.startswith("data")
    shared_profile.problems.clear()
    is_thorough = request.param.endswith("all views")
    tour = Tour(shared_profile, start_server(**BARE) if has_data else server, is_thorough=is_thorough)
    yield tour
    tour.page.close()


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
def test_every_view_of_a_page_opens_in_light_and_dark(tour: Tour, slug: str) -> None:
    assert tour.visit(slug) == []
    expect_page(tour.page, page_entry(slug))


PLANTED = {
    "error": "error: A planted sentence.",
    "no-traces": "figure without a trace",
    "no-marks, hidden-traces": "figure without a mark",
    "blank": "blank canvas",
    "no-size": "component without a size",
    "complaint": "a planted complaint",
    "thrown": "a planted exception",
    "internet": "asked the internet for http://192.0.2.1/",
    "pale": "figure with text that does not show",
    "picture": "torn picture: torn",
    "exception": "exception: ZeroDivisionError",
}


def found_on(page: Page, problems: list[str], planted: Iterable[str]) -> list[str]:
    """The faults of a page once those that were planted are among them, or patience is at its end."""
    deadline_s = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline_s:
        found = [*problems, *faults_now(page)]
        if all(any(words in fault for fault in found) for words in planted):
            return found
        page.wait_for_timeout(BETWEEN_LOOKS_MS)
    return [*problems, *faults_now(page)]


@pytest.fixture(scope="module")
def found(small_apps: str, lasting_page: Page, shared_profile: Profile) -> list[str]:
    """What is found on a page with all the faults that can be on one page."""
    lasting_page.goto(f"{small_apps}/?fault={','.join(PLANTED).replace(' ', '')}")
    faults = found_on(lasting_page, shared_profile.problems, PLANTED.values())
    shared_profile.problems.clear()
    return faults


@pytest.mark.parametrize(("fault", "words"), PLANTED.items())
def test_a_planted_fault_is_found(found: list[str], fault: str, words: str) -> None:
    n_found = sum(words in one for one in found)
    # A component that does not draw has a blank canvas too.
    assert n_found >= 1 if fault == "blank" else n_found == len(fault.split(","))


def test_an_empty_page_is_found(small_apps: str, page: Page, profile: Profile) -> None:
    page.goto(f"{small_apps}/?fault=nothing")
    assert "nothing to see" in found_on(page, profile.problems, ["nothing to see"])


def test_a_sound_page_has_no_fault(small_apps: str, profile: Profile) -> None:
    assert Tour(profile, small_apps, is_thorough=True).visit("home", "?fault=none") == []
