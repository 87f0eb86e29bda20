"""The trade-off page in a browser: live curves that survive a reload, and scrubbers that move the plane."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, StartServer
from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser
# What moves may have come to rest before anybody looks.
KEEP_STATES = """stage => {
  window.statesSeen = [];
  new MutationObserver(() => statesSeen.push(stage.dataset.state)).observe(stage, { attributeFilter: ["data-state"] });
}"""
LATER = "reached => Number(document.body.innerText.match(/epoch ([\\d.]+) of/)?.[1]) > reached"
EPOCH = re.compile(r"epoch ([\d.]+) of")


def pixels(stage: Locator, name: str) -> str:
    url: str = stage.locator(f"canvas.{name}").evaluate("canvas => canvas.toDataURL()")
    return url


def open_stage(page: Page, url: str) -> Locator:
    page.goto(url)
    stage = page.locator(".latent-animation[data-state=still]")
    expect(stage).to_be_visible(timeout=60_000)
    return stage


def move(page: Page, slider: str, key: str, frame: str) -> None:
    page.get_by_role("slider", name=slider).focus()
    page.keyboard.press(key)
    expect(page.locator(f".latent-animation[data-state=still][data-frame='{frame}']")).to_be_visible()


def test_beta_moves_plane_pictures_curve_and_link(server: str, page: Page, elsewhere: OpenPage) -> None:
    stage = open_stage(page, f"{server}/tradeoff")
    before = {name: pixels(stage, name) for name in ("plane", "grid", "chart", "bars")}
    move(page, "Weight β of the KL term", "End", "4")
    after = {name: pixels(stage, name) for name in before}
    assert all(after[name] != before[name] for name in before)
    expect(page.locator(".latent-animation .caption")).to_contain_text("0 of 6 units active")
    page.wait_for_url(re.compile("kl_weight=30"))
    expect_saved(page.locator(".latent-animation"), says="0 of 6 units active", shapes=30)
    stranger = elsewhere()
    expect(open_stage(stranger, page.url)).to_have_attribute("data-frame", "4")


def test_replay_moves_plane_grid_and_curves_together(server: str, page: Page) -> None:
    stage = open_stage(page, f"{server}/tradeoff?view=Replay&model=vae-2d-beta1")
    before = {name: pixels(stage, name) for name in ("plane", "grid", "chart")}
    expect(stage).to_have_attribute("data-frame", "22")
    move(page, "Step of the training", "Home", "0")
    assert all(pixels(stage, name) != before[name] for name in before)
    expect(page.locator(".latent-animation .caption")).to_contain_text("Step 1 ·")


@pytest.mark.slow
def test_replay_plays_to_its_end(server: str, page: Page) -> None:
    open_stage(page, f"{server}/tradeoff?view=Replay&model=vae-2d-beta1&moment=8")
    page.locator(".latent-animation .play").click()
    expect(page.locator(".latent-animation .play")).to_have_text("Pause")
    expect(page.locator(".latent-animation")).to_have_attribute("data-frame", "22")
    expect(page.locator(".latent-animation .play")).to_have_text("Play")


def test_points_move_unless_the_system_asks_for_calm(server: str, page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    stage = open_stage(page, f"{server}/tradeoff?kl_weight=1")
    before = pixels(stage, "plane")
    page.locator(".latent-animation").evaluate(KEEP_STATES)
    page.get_by_role("slider", name="Weight β of the KL term").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".latent-animation[data-state=still][data-frame='2']")).to_be_visible()
    assert "moving" in page.evaluate("statesSeen")
    assert pixels(page.locator(".latent-animation"), "plane") != before


def wait_for_epoch_after(page: Page, reached: float) -> float:
    page.wait_for_function(LATER, arg=reached, timeout=120_000)
    found = EPOCH.search(page.locator("body").inner_text())
    return float(found[1]) if found else reached


@pytest.mark.slow
def test_a_live_run_grows_survives_a_reload_and_keeps_what_was_reached(start_server: StartServer, page: Page) -> None:
    page.goto(f"{start_server()}/tradeoff?view=Live")
    page.get_by_role("button", name="Start").click()
    second = wait_for_epoch_after(page, wait_for_epoch_after(page, 0))
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible()
    page.wait_for_url(re.compile("job="))
    page.reload()
    third = wait_for_epoch_after(page, second)
    page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("cancelled$"))).to_be_visible(timeout=60_000)
    assert wait_for_epoch_after(page, 0) >= third
    expect(page.get_by_role("button", name="Keep")).to_be_enabled()
