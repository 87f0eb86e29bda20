"""Grid and zoom of a plane as a user sets them, and where in latent space its parts are then."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_canvas import point_at
from tests.browser.test_history import IS_STILL

CORNERS = ((0.2, 0.2), (0.8, 0.8))


def zoom_with_grid(plane: Locator) -> None:
    """Once the page has come to rest, turn the grid by range on and the wheel above the plane."""
    plane.page.wait_for_function(IS_STILL)
    plane.page.get_by_role("button", name="Latent grid by range").first.click()
    point_at(plane, (0.6, 0.4))
    plane.page.mouse.wheel(0, -600)


def places(page: Page, plane: Locator, position: int = 0) -> list[float]:
    """What the readout says of two places of a plane."""
    found: list[float] = []
    readout = page.locator(".readout").nth(position)
    for corner in CORNERS:
        before = readout.inner_text()
        point_at(plane, corner)
        expect(readout).not_to_have_text(before)
        found += [float(number) for number in re.findall(r"-?\d+\.\d+", readout.inner_text().replace("−", "-"))]
    return found
