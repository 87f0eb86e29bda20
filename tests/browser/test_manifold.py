"""An autoencoder learns inside the page, can be stopped, and a day is pinned on the bridge's plane."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


# Without a browser it is trained, shown and kept in tests/pages/test_manifold.py.
@pytest.mark.slow
def test_line_bends_while_one_watches(server: str, page: Page) -> None:
    page.goto(f"{server}/manifold?shape=arc&net=8-8")
    page.get_by_role("button", name="Train the autoencoder").click(timeout=60_000)
    expect(page.get_by_text("Autoencoder", exact=True).first).to_be_visible(timeout=120_000)
    expect(page.get_by_text("% of PCA's")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("step 1024 of 1024")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.slow
def test_training_can_be_stopped_and_keeps_what_it_reached(server: str, page: Page) -> None:
    page.goto(f"{server}/manifold?shape=spiral&net=8-8")
    page.get_by_role("button", name="Train the autoencoder").click(timeout=60_000)
    expect(page.get_by_text("Step ").first).to_be_visible(timeout=60_000)
    page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Watch it learn")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("% of PCA's")).to_be_visible()


def test_click_on_the_plane_of_days_pins_one(server: str, page: Page, data_folder: Path) -> None:
    hours = [
        f"2018-05-{day:02}T{hour:02}:00:00.000,{(day * hour) % 7},{hour}" for day in range(1, 32) for hour in range(24)
    ]
    file = data_folder / "FremontBridge.csv"
    file.write_text("\n".join(["Date,East,West", *hours]))
    try:
        page.goto(f"{server}/manifold?view=Fremont+Bridge")
        expect(page.locator(".canvas")).to_have_attribute("data-state", "drawn", timeout=60_000)
        page.locator(".plane").click(position={"x": 200, "y": 200})
        page.wait_for_url("**z=**", timeout=60_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    finally:
        file.unlink()
