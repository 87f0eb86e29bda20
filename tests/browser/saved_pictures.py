"""What a component's "Save as a picture" saves: a PNG of what the page shows, and an SVG with its letters."""

import io
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator

RATIO = 4
SVG = "{http://www.w3.org/2000/svg}"
# The controls are on the page alone.
LEAST_CORRELATION = 0.9


def expect_saved(component: Locator, *, says: str, shapes: int = 0) -> None:
    """Save what a component shows, and compare it with the page.

    says: what the SVG holds as text; shapes: how many circles, lines and paths it has at least.
    """
    component.scroll_into_view_if_needed()
    png = Image.open(io.BytesIO(saved(component)))
    svg = ET.fromstring(saved(component, as_svg=True))
    seen = Image.open(io.BytesIO(component.screenshot()))
    np.testing.assert_allclose(np.array(png.size) / RATIO, seen.size, atol=1.5)
    assert np.corrcoef(greys(png).ravel(), greys(seen).ravel())[0, 1] > LEAST_CORRELATION
    assert says in " ".join(text.text or "" for text in svg.iter(f"{SVG}text"))
    kinds = [element.tag.removeprefix(SVG) for element in svg.iter()]
    assert sum(kinds.count(kind) for kind in ("circle", "line", "polyline", "path")) >= shapes


def saved(component: Locator, *, as_svg: bool = False) -> bytes:
    """The file that the component's button saves, which shows while the component is pointed to."""
    component.hover(position={"x": 2, "y": 2})
    with component.page.expect_download() as download:
        button = component.get_by_role("button", name="Save as a picture")
        button.click(modifiers=["Shift"] if as_svg else [])
    assert download.value.suggested_filename.endswith(".svg" if as_svg else ".png")
    return download.value.path().read_bytes()


def greys(picture: Image.Image) -> NDArray[np.float64]:
    """A picture at a size at which letters have no edges."""
    return np.asarray(picture.convert("L").resize((96, 64), Image.Resampling.BOX), float)
