"""The worst hole is where the map says the log-ratio is largest."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_canvas import drawn_plane, leave, title
from tests.browser.views_of_planes import places, zoom_with_grid

pytestmark = pytest.mark.browser


def test_the_worst_hole_is_pinned_where_the_log_ratio_is_largest(server: str, page: Page) -> None:
    page.goto(f"{server}/holes?left=digits-ae-2d&right=digits-vae-2d&layer=sampler+against+codes")
    for i in range(2):
        drawn_plane(page, i)
    page.get_by_role("button", name="Take me to the worst hole").click()
    for i in range(2):
        expect(title(page, i)).to_have_text("Decoded at the pin")
    assert pinned_z(page) == pytest.approx(worst_z(), rel=0.01, abs=0.01)


def pinned_z(page: Page) -> list[float]:
    numbers = re.findall(r"[−\d.]+", page.locator(".readout").first.inner_text().split("(", 1)[1])
    return [float(number.replace("−", "-")) for number in numbers]


def worst_z() -> list[float]:
    """The place found from scratch: the largest log-ratio of a fresh map within the sampler's support."""
    from explorer.analysis.density import fit_sampler
    from explorer.analysis.hole_map import RESOLUTION, log_ratio_map
    from explorer.analysis.latent_plane import axis_plane
    from explorer.store import load_codes

    codes = load_codes("checkpoints/digits-ae-2d").train
    plane = axis_plane(codes.mean(axis=0), 0, 1)
    result = log_ratio_map(codes, fit_sampler("gaussian", codes, 0), plane, 0, RESOLUTION)
    ratio = result.sampler_nats - result.codes_nats
    ratio[result.sampler_nats < result.contour_nats[1]] = -float("inf")
    row, column = divmod(int(ratio.argmax()), ratio.shape[1])
    return [float(result.u[column]), float(result.v[row])]


# Planes keep their grid and zoom by the same key; test_compare.py looks at two of them in every run.
@pytest.mark.slow
def test_a_copied_link_shows_grid_zoom_and_pin_elsewhere(server: str, page: Page, elsewhere: OpenPage) -> None:
    page.goto(f"{server}/holes?left=digits-ae-2d&right=digits-vae-2d")
    left, _ = drawn_plane(page, 0), drawn_plane(page, 1)
    zoom_with_grid(left)
    page.wait_for_url(re.compile(r"[?&]canvas_left=grid-range(~|%7E)view-[\d.]+"))
    page.get_by_role("button", name="Take me to the worst hole").click()
    page.wait_for_url(re.compile("[?&]z_right="))
    leave(page)
    stranger = elsewhere()
    stranger.goto(page.url)
    twin, _ = drawn_plane(stranger, 0), drawn_plane(stranger, 1)
    for i in range(2):
        expect(title(stranger, i)).to_have_text("Decoded at the pin")
        expect(stranger.locator(".readout").nth(i)).to_have_text(page.locator(".readout").nth(i).inner_text())
    expect(stranger.get_by_role("button", name="Latent grid by range").first).to_have_attribute("aria-pressed", "true")
    assert places(stranger, twin) == pytest.approx(places(page, left), abs=0.02)
