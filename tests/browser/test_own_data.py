"""A newcomer's way: a zip of colour photographs is dropped, reported, kept, trained for an epoch, decoded in colour."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import StartServer
from tests.browser.test_canvas import drawn_plane, point_at
from tests.data.own.conftest import image_file, zipped

pytestmark = pytest.mark.browser
LIMIT_MS = 120_000
SIDE = 16


def photographs() -> bytes:
    """Red and blue discs of many sizes on green ground, in train and test folders by class."""
    rng = np.random.default_rng(0)
    files: dict[str, bytes] = {}
    for split, n_each in (("train", 200), ("test", 40)):
        for name, colour in (("red", (220, 30, 30)), ("blue", (30, 30, 220))):
            files |= {f"{split}/{name}/{n:03}.png": image_file(disc(colour, rng)) for n in range(n_each)}
    return zipped(files)


def disc(colour: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE]
    middle = rng.uniform(6, 10, 2)
    inside = (y - middle[0]) ** 2 + (x - middle[1]) ** 2 < rng.uniform(2, 6) ** 2
    image = np.where(inside[..., None], colour, (40, 160, 60)) + rng.integers(-10, 11, (SIDE, SIDE, 3))
    return np.clip(image, 0, 255).astype(np.uint8)


def saturation(picture: Locator) -> float:
    """How far red, green and blue lie apart, the mean over the pixels of a canvas, from 0 for grey to 255."""
    pixels = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("RGB")).astype(int)
    return float(np.ptp(pixels, axis=-1).mean())


def newcomers_way(
    page: Page, url: str, zip_file: Path, report: str, query: str, limit_ms: int = LIMIT_MS
) -> Iterator[str]:
    """From a zip of photographs to a plane that decodes in colour, a step at a time; yields what each step was.

    report: what the page must say of the file; query: the fields of the training's form;
    limit_ms: of each step.
    """
    page.goto(f"{url}/data?view=Add+your+own")
    expect(page.get_by_test_id("stFileUploaderDropzoneInput")).to_be_attached(timeout=limit_ms)
    yield "the page opens"
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(zip_file)
    expect(page.get_by_text(report)).to_be_visible(timeout=limit_ms)
    yield "the file is read and reported"
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text(re.compile("The train split has .* in colour in"))).to_be_visible(timeout=limit_ms)
    yield "kept and shown"
    page.goto(f"{url}/train?data={zip_file.stem}&family=conv_vae&n_epochs=1&latent_dim=2&{query}")
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible(timeout=limit_ms)
    page.get_by_test_id("stBaseButton-primary").click()
    expect(page.locator(".stMarkdownBadge", has_text="done")).to_be_visible(timeout=limit_ms)
    yield "a convolutional VAE is trained for one epoch"
    page.get_by_role("link", name="Open in the latent plane").click()
    page.wait_for_url(re.compile("/latent"), timeout=limit_ms)
    point_at(drawn_plane(page), (0.6, 0.4))
    # Grey has 0; after one epoch colours are pale.
    assert saturation(page.locator(".decoded canvas")) > 5
    yield "the plane decodes in colour under the pointer"


@pytest.mark.slow
def test_a_zip_of_colour_photographs_becomes_a_plane_that_decodes_in_colour(
    start_server: StartServer, page: Page, tmp_path: Path
) -> None:
    zip_file = tmp_path / "discs.zip"
    zip_file.write_bytes(photographs())
    report = "400 samples to train on and 80 to test on, each of 16 × 16 pixels, in colour."
    url = start_server(EXPLORER_DATA=str(tmp_path / "data"))
    steps = list(newcomers_way(page, url, zip_file, report, "channels=8-8&batch_size=16"))
    assert len(steps) == 5
