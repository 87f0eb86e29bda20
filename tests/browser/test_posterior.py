"""The posterior machine in a real browser: the decoder follows the pointer, a click holds z in the link."""

import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.store import load_checkpoint
from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser

LEVELS = "el => [...el.getContext('2d').getImageData(0, 0, el.width, el.height).data].filter((_, i) => i % 4 === 0)"

IN_LINK = """(z) => {
  const held = (new URLSearchParams(location.search).get("z") ?? "").split(",").map(Number);
  return held.length === z.length && z.every((value, k) => Math.abs(value - held[k]) < 0.006);
}"""


def z_in_link(page: Page) -> list[float]:
    page.wait_for_url(re.compile(r"[?&]z="))
    found = re.search(r"[?&]z=([^&]*)", page.url)
    assert found is not None
    return [float(part) for part in found[1].replace("%2C", ",").split(",")]


def test_all_of_the_plane_is_under_the_pointer_on_a_projector(server: str, page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{server}/posterior?model=digits-vae-2d&sample=7")
    expect(page.locator(".machine")).to_have_attribute("data-state", "ready")
    z, plane = page.locator("output.z"), page.locator(".machine .plane")
    at_first, box = z.inner_text(), plane.bounding_box()
    assert box is not None
    plane.hover(position={"x": box["width"] - 12, "y": 40})
    expect(z).not_to_have_text(at_first)


def test_the_decoder_follows_the_pointer_and_a_click_holds_z(server: str, page: Page) -> None:
    page.goto(f"{server}/posterior?model=digits-vae-2d&sample=7")
    machine = page.locator(".machine")
    expect(machine).to_have_attribute("data-state", "ready")
    z, made = page.locator("output.z"), page.locator(".made canvas")
    at_first = z.inner_text()
    plane = page.locator(".machine .plane")
    plane.hover(position={"x": 250, "y": 100})
    expect(z).not_to_have_text(at_first)
    pointed = z.inner_text()
    page.mouse.move(5, 5)
    expect(z).to_have_text(at_first)
    plane.click(position={"x": 250, "y": 100})
    expect(z).to_have_text(pointed)
    held = z_in_link(page)
    model = load_checkpoint("digits-vae-2d").model
    expected = model.decode(np.array([held], np.float32))[0]
    np.testing.assert_allclose(np.array(made.evaluate(LEVELS)) / 255, expected, atol=0.02)

    page.get_by_role("button", name="Draw ε").click()
    expect(z).not_to_have_text(pointed)
    drawn = z.inner_text()
    plane.press("ArrowRight")
    expect(z).not_to_have_text(drawn)
    values = [float(part) for part in re.findall(r"-?\d+\.\d+", z.inner_text().replace("−", "-"))]
    plane.press("Enter")
    page.wait_for_function(IN_LINK, arg=values)
    page.reload()
    expect(machine).to_have_attribute("data-state", "ready")
    expect(z).to_have_text(re.compile(re.escape(f"({values[0]:.2f}".replace("-", "−"))))


def test_the_sum_of_mu_and_sigma_epsilon_is_z_and_the_numbers_fold_out(server: str, page: Page) -> None:
    page.goto(f"{server}/posterior?model=digits-vae-2d&sample=3")
    expect(page.locator(".machine")).to_have_attribute("data-state", "ready")
    page.locator(".machine summary").click()
    rows = page.locator(".machine tbody tr")
    expect(rows).to_have_count(2)
    for row in rows.all():
        mu, sigma, epsilon, z = (float(text.replace("−", "-")) for text in row.locator("td").all_inner_texts()[1:])
        assert mu + sigma * epsilon == pytest.approx(z, abs=0.002)
    hues = [
        page.locator(f".machine .{name}").first.evaluate("el => getComputedStyle(el).color") for name in ["z", "mu"]
    ]
    assert all(one != other for one, other in pairwise(hues))
    page.locator(".machine summary").click()
    expect_saved(page.locator(".machine"), says="decoder", shapes=20)


def test_names_in_code_have_the_colours_of_formulas(server: str, page: Page) -> None:
    page.goto(f"{server}/posterior?model=digits-vae-2d&view=Reparameterisation")
    page.get_by_text("Show the code").click()
    page.wait_for_function("() => CSS.highlights.get('epsilon')?.size")
    painted = page.evaluate("() => [...CSS.highlights].map(([name, places]) => [name, ...[...places].map(String)])")
    words = {name: set(names) for name, *names in painted}
    assert words == {"mu": {"mean"}, "sigma": {"std"}, "epsilon": {"epsilon"}, "z": {"z"}}
