"""Training in a real browser: the chart grows in place while a worker trains, and a reload finds it again."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from explorer.figures.training import RECONSTRUCTION_COLOUR

pytestmark = pytest.mark.browser

LIMIT_MS = 120_000
NEAR = 40


def open_train(page: Page, server: str, query: str = "") -> None:
    page.goto(f"{server}/train?{query}")
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible(timeout=LIMIT_MS)


def start(page: Page) -> None:
    page.get_by_test_id("stBaseButton-primary").click()
    page.wait_for_url(re.compile(r"[?&]job=\d+"), timeout=LIMIT_MS)


def curves(page: Page) -> Locator:
    return page.locator(".st-key-curves [_echarts_instance_] svg")


def badge(page: Page, state: str) -> Locator:
    return page.locator(".stMarkdownBadge", has_text=state)


def curve_pixels(page: Page) -> int:
    """How many pixels of the chart have the colour of the reconstruction term."""
    image = np.asarray(Image.open(io.BytesIO(curves(page).screenshot())).convert("RGB")).astype(int)
    colour = [int(RECONSTRUCTION_COLOUR[start : start + 2], 16) for start in (1, 3, 5)]
    # The label in that colour stands in the upper right part.
    drawn = np.abs(image - colour).max(axis=-1) < NEAR
    drawn[: len(drawn) // 6] = False
    return int(drawn.sum())


@pytest.mark.slow
def test_digits_train_for_two_epochs_and_a_reload_keeps_the_chart(server: str, page: Page) -> None:
    open_train(page, server, "data=digits&n_epochs=2")
    start(page)
    expect(curves(page)).to_be_visible(timeout=LIMIT_MS)
    expect(badge(page, "done")).to_be_visible(timeout=LIMIT_MS)
    expect(page.get_by_text("epoch 2.0 of 2")).to_be_visible()
    expect(page.locator(".st-key-codes [_echarts_instance_] svg")).to_be_visible()
    drawn = curve_pixels(page)
    assert drawn > 0
    page.reload()
    expect(badge(page, "done")).to_be_visible(timeout=LIMIT_MS)
    expect(curves(page)).to_be_visible()
    assert curve_pixels(page) > 0
    expect(page.get_by_role("link", name="Open in the latent plane")).to_be_visible()


def test_chart_and_pictures_move_with_a_run_that_pauses_and_stops(server: str, page: Page) -> None:
    """The chart grows in place, a pause survives a reload, and the pictures are those of the step that is shown."""
    watch_a_run(server, page)


@pytest.mark.slow
def test_a_stopped_run_goes_on_and_is_removed(server: str, page: Page) -> None:
    watch_a_run(server, page)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Stop")).to_be_visible(timeout=LIMIT_MS)
    stop(page)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(badge(page, "cancelled")).to_have_count(0, timeout=LIMIT_MS)


def watch_a_run(server: str, page: Page) -> None:
    open_train(page, server, "data=digits&n_epochs=3000")
    start(page)
    rows = page.locator(".live-rows")
    expect(rows.locator("img")).to_have_count(3, timeout=LIMIT_MS)
    watch_it_grow(page)
    first = rows.get_attribute("data-step")
    expect(rows).not_to_have_attribute("data-step", first or "", timeout=LIMIT_MS)
    pause_and_go_step_by_step(page)
    stop(page)
    expect(rows.locator("img")).to_have_count(3)


def watch_it_grow(page: Page) -> None:
    """The chart of a run that goes on shows more after a while, and is the same element."""
    expect(page.get_by_text(re.compile(r"epoch \d+\.\d of 3000"))).to_be_visible(timeout=LIMIT_MS)
    expect(curves(page)).to_be_visible()
    # The run of the page that the press began has ended when the numbers move on.
    begun = page.get_by_text(" of 3000").inner_text()
    expect(page.get_by_text(" of 3000")).not_to_have_text(begun, timeout=LIMIT_MS)
    curves(page).evaluate("chart => { chart.dataset.first = 'yes' }")
    early, said = curves(page).screenshot(), page.get_by_text(" of 3000").inner_text()
    expect(page.get_by_text(" of 3000")).not_to_have_text(said, timeout=LIMIT_MS)
    expect(badge(page, "running")).to_be_visible()
    assert curve_pixels(page) > 0
    assert curves(page).screenshot() != early
    expect(curves(page)).to_have_attribute("data-first", "yes")


def pause_and_go_step_by_step(page: Page) -> None:
    rows = page.locator(".live-rows")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused after step")).to_be_visible(timeout=LIMIT_MS)
    page.reload()
    expect(page.get_by_text("paused after step")).to_be_visible(timeout=LIMIT_MS)
    step = int(re.sub(r"\D", "", page.get_by_text("paused after step").inner_text().rsplit("step", 1)[1]))
    expect(rows).to_have_attribute("data-step", str(step), timeout=LIMIT_MS)
    page.get_by_role("button", name="One step").click()
    expect(page.get_by_text(f"paused after step {step + 1:,}")).to_be_visible(timeout=LIMIT_MS)
    expect(rows).to_have_attribute("data-step", str(step + 1), timeout=LIMIT_MS)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=LIMIT_MS)


def stop(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
    expect(badge(page, "cancelled")).to_be_visible(timeout=LIMIT_MS)
