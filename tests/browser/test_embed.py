"""`?embed=true`: a page within a frame of another one shows its picture alone, as high as the frame."""

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_in_a_frame_the_plane_alone_fills_it(page: Page, server: str) -> None:
    page.goto(f"{server}/latent?model=digits-vae-2d&embed=true")
    canvas = page.locator(".canvas[data-state=drawn]")
    canvas.wait_for()
    for text in ("Latent plane", "Take it away", "Every dot is the code"):
        assert not page.get_by_text(text, exact=False).locator("visible=true").count(), text
    box = canvas.bounding_box()
    assert box is not None
    assert box["y"] < 40
    assert 740 < box["height"] <= 800
