"""Every component under the pointer: at the same place of a larger window it shows and says the same."""

import base64
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, ViewportSize

from explorer.analysis.pca import example_cloud
from explorer.scenes.canvas_message import pack
from explorer.scenes.component_files import component_files
from explorer.scenes.error_curve import error_scene, pack_error_scene
from explorer.scenes.interpolation_view import pack_interpolation
from explorer.scenes.linked_planes import linked_planes_message
from explorer.scenes.posterior_machine import build_machine, machine_message
from explorer.store import load_checkpoint
from explorer.ui.components.direction_dial.component import dial_data
from explorer.ui.components.pixel_mask.component import mask_data
from explorer.ui.components.plane_ballot.component import ballot_data
from tests.browser.canvas_scenes import make_scene, make_solid_scene
from tests.scenes.test_error_curve import CURVES, KS
from tests.scenes.test_linked_planes import PLANES
from tests.ui.components.test_interpolation_player import a_view
from tests.ui.components.test_plane_ballot import CLOUD

pytestmark = pytest.mark.browser

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PROJECTOR: ViewportSize = {"width": 1920, "height": 1200}
LARGE: ViewportSize = {"width": 3840, "height": 2400}
# As Streamlit mounts a component, on a page whose letters grow with the window as those of the app do.
MOUNT = """async ([files, data, isBytes]) => {
  // Screen readers hear of the pointer a while later, of one place or another.
  const hidden = ".spoken { display: none !important }";
  const parentElement = document.createElement("div");
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  document.body.style = "margin: 0";
  document.documentElement.style.fontSize = `${18 * innerWidth / 1280}px`;
  host.attachShadow({ mode: "open" }).append(parentElement);
  parentElement.innerHTML = `<style>${files.css} ${hidden}</style>${files.html}`;
  const script = URL.createObjectURL(new Blob([files.js], { type: "text/javascript" }));
  const { default: mount } = await import(script);
  globalThis.told = [];
  const tell = (name, value) => told.push([name, value]);
  const given = isBytes ? Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)) : data;
  mount({ data: given, parentElement, key: "", setStateValue: tell, setTriggerValue: tell });
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Which part of each canvas has ink, as shares of its width and height: left, top, right, bottom.
INK = """root => [...root.querySelectorAll("canvas")].filter((canvas) => canvas.checkVisibility()).map((canvas) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = [1, 1, 0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (!data[i]) continue;
    const place = [((i >> 2) % width) / width, Math.floor((i >> 2) / width) / height];
    for (const k of [0, 1]) {
      found[k] = Math.min(found[k], place[k]);
      found[k + 2] = Math.max(found[k + 2], place[k]);
    }
  }
  return found;
})"""


def numbers_in(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text.replace("−", "-"))]


def bytes_in(text: str) -> list[float]:
    """The last text of hexadecimal digits, byte by byte."""
    return [float(byte) for byte in bytes.fromhex(re.findall(r"[0-9a-f-]{8,}", text)[-1].replace("-", ""))]


@dataclass(frozen=True)
class Case:
    """A component, what it shows, the part of it that is pointed at, and the numbers in what it then says."""

    component: str
    data: Callable[[], bytes | dict[str, Any]]
    part: str
    read: Callable[[str], list[float]] = numbers_in
    controls: str = ""


def mask() -> dict[str, Any]:
    return mask_data(np.zeros((8, 8)), np.zeros(64, np.bool_), {}, "A picture")


def pad() -> dict[str, Any]:
    return {"ink": "", "is_example": False, "most_characters": 4000, "side": None, "pen": 0, "seen": ""}


CASES = {
    "plane": Case("latent_canvas", lambda: pack(make_scene("small"), "plane", has_server=False), ".plane"),
    "space": Case(
        "latent_canvas",
        lambda: pack(make_solid_scene("small"), "plane", has_server=False),
        ".plane",
        controls="turn-20,30,1~height-0.5",
    ),
    "machine": Case(
        "posterior_machine",
        lambda: machine_message(build_machine(load_checkpoint("digits-vae-2d"), 7, (0, 1))).to_bytes(start=None),
        ".plane",
    ),
    "linked planes": Case(
        "linked_planes",
        lambda: linked_planes_message(PLANES).to_bytes(start={"sample": None, "plane": None, "corners": ()}),
        ".plane",
    ),
    "interpolation": Case("interpolation_player", lambda: pack_interpolation(a_view(), 3), ".plane"),
    "error curve": Case("error_curve", lambda: pack_error_scene(error_scene(CURVES, KS), 0), ".chart"),
    "ballot": Case("plane_ballot", lambda: ballot_data(CLOUD, (-2, 2), None) | {"heard": 0}, "canvas"),
    "dial": Case("direction_dial", lambda: dial_data(example_cloud(seed=1), [], 0, "A cloud"), "rect.plane"),
    "mask": Case("pixel_mask", mask, "canvas", bytes_in),
    "pad": Case("drawing_pad", pad, ".sheet", bytes_in),
}


def mount(page: Page, case: Case, window: ViewportSize) -> Locator:
    """The component on an empty page in a window of that size; returns the part that is pointed at."""
    page.goto("about:blank")
    page.set_viewport_size(window)
    controls = {"name": "plane", "pinned": None, "grid": None, "grid_size": 15, "label": None}
    controls |= {"view_state": case.controls, "reports_view": False}
    page.evaluate("one => { window.latentCanvasControls = new Map([['plane', one]]); }", controls)
    data = case.data()
    sent = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    page.evaluate(MOUNT, [asdict(component_files(case.component)), sent, isinstance(data, bytes)])
    part = page.locator(case.part).first
    part.wait_for()
    page.wait_for_function("() => !document.body.firstChild.shadowRoot.querySelector('[data-state=waiting]')")
    page.evaluate(TWO_FRAMES)
    return part


def drag_and_click(page: Page, part: Locator) -> str:
    """Click in the middle, drag near the right edge and click there; returns what was told and what is read then."""
    box = part.bounding_box()
    assert box is not None

    def go(across: float, down: float) -> None:
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])

    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    go(0.9, 0.3)
    page.mouse.down()
    go(0.93, 0.7)
    page.mouse.up()
    page.mouse.click(box["x"] + 0.95 * box["width"], box["y"] + 0.4 * box["height"])
    page.evaluate(TWO_FRAMES)
    return f"{page.evaluate('JSON.stringify(told)')} {page.locator('body > div > div').inner_text()}"


@pytest.mark.parametrize("name", CASES)
def test_the_same_place_of_a_larger_window_is_the_same_place(lasting_page: Page, name: str) -> None:
    case, page = CASES[name], lasting_page
    at_first = case.read(drag_and_click(page, mount(page, case, LAPTOP)))
    ink = page.locator("body > div > div").evaluate(INK)
    assert at_first
    for window in (PROJECTOR, LARGE):
        said = drag_and_click(page, mount(page, case, window))
        assert case.read(said) == pytest.approx(at_first, rel=0.02, abs=0.06), said
        if window == PROJECTOR:
            np.testing.assert_allclose(page.locator("body > div > div").evaluate(INK), ink, atol=0.03)
