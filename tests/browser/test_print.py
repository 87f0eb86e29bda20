"""The plane saved for print: a PNG as sharp as paper, and an SVG whose discs, axes and letters stay what they are."""

import io
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.canvas_scenes import COLORS, SIZES, make_scene
from tests.browser.test_canvas import EMPTY_SPOT, click_at, leave, open_canvas, wait_for_grid

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
RATIO = 4


@pytest.fixture
def page(lasting_page: Page) -> Page:
    leave(lasting_page)
    lasting_page.set_viewport_size({"width": 1280, "height": 800})
    return lasting_page


def saved(page: Page, *, as_svg: bool = False) -> Path:
    """The file that the tool of the first canvas saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").first.click(modifiers=["Shift"] if as_svg else [])
    return download.value.path()


def size_of(plane: Locator) -> tuple[int, int]:
    width, height = plane.evaluate("el => [el.clientWidth, el.clientHeight]")
    return width, height


def greys(path: Path | io.BytesIO) -> NDArray[np.float64]:
    return np.asarray(Image.open(path).convert("L"), float)


def of_svg(path: Path) -> tuple[ET.Element, Counter[str], list[str]]:
    """An SVG, how many elements of each kind it has, and its texts."""
    root = ET.parse(path).getroot()
    kinds = Counter(element.tag.removeprefix(SVG) for element in root.iter())
    return root, kinds, [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", ["plain", "crowd", "solid"])
def test_png_is_four_times_as_sharp_as_the_page(kind: str, page: Page, tmp_path: Path) -> None:
    plane = open_canvas(page, tmp_path, kind, "turn-20,30,1" if kind == "solid" else "")
    before = size_of(plane)
    picture = Image.open(saved(page))
    width, height = size_of(plane)
    assert (width, height) == before
    assert picture.width == RATIO * width
    assert RATIO * height < picture.height < RATIO * (height + 60)
    shades = np.asarray(picture.convert("RGB").resize((64, 64)), int)
    assert shades.std() > 10
    assert page.locator(".scene").evaluate("el => [el.width, el.height]") == [width, height]


def test_svg_has_a_disc_for_each_code_in_view_and_axes_and_names_as_text(page: Page, tmp_path: Path) -> None:
    plane = open_canvas(page, tmp_path)
    click_at(plane, EMPTY_SPOT)
    leave(page)
    root, kinds, texts = of_svg(saved(page, as_svg=True))
    width, _ = size_of(plane)
    assert float(root.attrib["width"]) == width
    # The letters of a page outside of the app have 16 pixels where those of the layout have 18.
    in_layout = width * 18 / 16
    discs = list(root.iter(f"{SVG}circle"))
    assert 0.99 * SIZES["small"] < len(discs) <= SIZES["small"]
    # A palette of bytes with an alpha keeps a colour to a few steps of 256.
    classes = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in COLORS])
    colors = np.array([[int(value) for value in re.findall(r"\d+", disc.attrib["fill"])] for disc in discs])
    distances = np.abs(colors[:, None] - classes).max(axis=2)
    assert distances.min(axis=1).max() <= 3
    in_view, of_classes = (np.bincount(labels) for labels in (distances.argmin(axis=1), make_scene("small").labels))
    assert np.all((0.95 * of_classes < in_view) & (in_view <= of_classes))
    assert kinds["image"] == 0
    assert {"z₁", "z₂", *"0123456789"} <= set(texts)
    # Beyond the plane nothing is drawn.
    assert all(0 < float(disc.attrib["cx"]) < in_layout for disc in discs)


def test_svg_shows_what_the_png_shows(page: Page, tmp_path: Path) -> None:
    open_canvas(page, tmp_path)
    png = greys(saved(page))
    svg = tmp_path / "plane.svg"
    svg.write_bytes(saved(page, as_svg=True).read_bytes())
    page.goto(svg.as_uri())
    height, width = (round(side / RATIO) for side in png.shape)
    seen = greys(io.BytesIO(page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})))
    one, other = (quartered(picture, (height // 4, width // 4)) for picture in (png, seen))
    assert np.abs(one - other).mean() < 2.5
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.95


def quartered(picture: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """A picture at a size at which letters and discs have no edges."""
    small = Image.fromarray(picture.astype(np.uint8)).resize(shape[::-1], Image.Resampling.BOX)
    return np.asarray(small, float)


def test_pictures_of_a_grid_and_too_many_discs_are_pictures_in_an_svg(page: Page, tmp_path: Path) -> None:
    open_canvas(page, tmp_path, view="grid-range")
    wait_for_grid(page)
    _, kinds, _ = of_svg(saved(page, as_svg=True))
    assert kinds["image"] >= 15 * 15
    open_canvas(page, tmp_path, "crowd")
    _, kinds, texts = of_svg(saved(page, as_svg=True))
    assert (kinds["image"], kinds["circle"]) == (1, 0)
    assert "z₁" in texts


def test_camera_of_a_figure_saves_png_and_with_shift_svg(server: str, page: Page) -> None:
    page.goto(f"{server}/data?data=digits&view=Dimensions")
    figure = page.locator(".js-plotly-plot").first
    for as_svg in (False, True, False):
        figure.hover()
        with page.expect_download() as download:
            camera = figure.locator("[data-title='Save as PNG, with shift as SVG']")
            camera.click(modifiers=["Shift"] if as_svg else [])
        assert download.value.suggested_filename.endswith(".svg" if as_svg else ".png")
        assert (b"<svg" in download.value.path().read_bytes()[:200]) == as_svg
