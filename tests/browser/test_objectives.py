"""The page of objectives in a browser: noise under the hand, planes that move, a model trained from the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, StartServer

pytestmark = pytest.mark.browser
DENOISING = "/objectives?data=digits"
PICTURE = "canvas => canvas.toDataURL()"
OPENING_MS = 60_000
TRAINING_MS = 240_000


def test_noise_follows_the_slider_and_the_link_keeps_it(server: str, page: Page, elsewhere: OpenPage) -> None:
    page.goto(server + DENOISING)
    label, slider = page.locator(".frame-player .caption"), page.get_by_role("slider", name="Level of the noise")
    expect(label).to_contain_text("σ = 0.5", timeout=OPENING_MS)
    clean, corrupted, restored = (page.locator(".frame-player canvas").nth(place) for place in (0, 1, 4))
    before = [canvas.evaluate(PICTURE) for canvas in (clean, corrupted, restored)]
    slider.focus()
    page.keyboard.press("End")
    expect(label).to_contain_text("σ = 0.9")
    after = [canvas.evaluate(PICTURE) for canvas in (clean, corrupted, restored)]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert after[2] != before[2]
    page.wait_for_url(re.compile("noise_level=0.9"))
    page.get_by_text("Masking", exact=True).click()
    expect(label).to_contain_text("p = 0.9")
    stranger = elsewhere()
    stranger.goto(page.url)
    expect(stranger.locator(".frame-player .caption")).to_have_text(label.inner_text(), timeout=OPENING_MS)


def test_planes_glide_between_weights_of_the_classifier(server: str, page: Page) -> None:
    page.goto(f"{server}/objectives?data=digits&view=Classifier")
    stage = page.locator(".latent-animation[data-state=still]")
    expect(stage).to_be_visible(timeout=OPENING_MS)
    before = stage.locator("canvas.plane").evaluate(PICTURE)
    page.get_by_role("slider", name="Weight λ of the classifier").focus()
    page.keyboard.press("End")
    expect(page.locator(".latent-animation[data-state=still][data-frame='3']")).to_be_visible()
    assert stage.locator("canvas.plane").evaluate(PICTURE) != before
    expect(page.locator(".latent-animation .caption")).to_contain_text("λ = 1 · 5-NN accuracy")
    page.wait_for_url(re.compile("label_weight=1"))


@pytest.mark.slow
def test_a_missing_model_is_trained_from_the_page(start_server: StartServer, page: Page) -> None:
    page.goto(f"{start_server()}/objectives?data=digits&view=Sparse&sparse=L1")
    page.get_by_role("button", name="Train", exact=True).click(timeout=OPENING_MS)
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text("What each unit draws alone")).to_be_visible(timeout=TRAINING_MS)
    expect(page.get_by_text("The code of test image 0")).to_be_visible()


@pytest.mark.slow
def test_another_views_model_leaves_the_link(server: str, page: Page) -> None:
    page.goto(f"{server}/objectives?data=digits&view=Contractive")
    views = page.get_by_test_id("stButtonGroup")
    expect(page.get_by_text("mean ‖∂z/∂x‖")).to_be_visible(timeout=OPENING_MS)
    for view, said in (("Classifier", "One autoencoder per value of λ"), ("Sparse", "What each unit draws alone")):
        views.get_by_text(view, exact=True).click()
        expect(page.get_by_text(said)).to_be_visible(timeout=OPENING_MS)
    page.wait_for_url(re.compile("view=Sparse"))
    assert "model=" not in page.url
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
