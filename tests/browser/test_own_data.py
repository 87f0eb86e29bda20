"""A newcomer's way: a zip of colour photographs is dropped, reported, kept, trained for an epoch, decoded in colour."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import StartServer
from tests.browser.test_canvas import drawn_plane, point_at
from tests.browser.test_drawing import begin_stroke
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


def take(page: Page, button: str) -> bytes:
    """The file that a button of a page gives."""
    with page.expect_download(timeout=LIMIT_MS) as download:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_bytes()


def check_colours(page: Page, url: str, model: str) -> None:
    """The posterior's machine has its sample and what it decodes in colour, and the replay its grid."""
    page.goto(f"{url}/posterior?model={model}")
    expect(page.locator(".machine[data-state=ready]")).to_be_visible(timeout=LIMIT_MS)
    assert saturation(page.locator(".machine .sample canvas")) > 20
    assert saturation(page.locator(".machine .made canvas")) > 5
    page.goto(f"{url}/tradeoff?view=Replay&model={model}&moment=23")
    expect(page.locator(".latent-animation[data-state=still]")).to_be_visible(timeout=LIMIT_MS)
    assert saturation(page.locator(".latent-animation .grid")) > 5


def check_outline(page: Page, url: str, model: str) -> None:
    """Samples within an outline are listed, and taken away with their codes."""
    page.goto(f"{url}/latent?model={model}&lasso=-50,-50,50,-50,50,50,-50,50")
    expect(page.get_by_text("400 of 400 training samples are marked (")).to_be_visible(timeout=LIMIT_MS)
    taken = np.load(io.BytesIO(take(page, "NPZ")))
    assert (taken["z"].shape, taken["x"].shape) == ((400, 2), (400, SIDE, SIDE, 3))


def check_model_of_a_file(page: Page, url: str, model: str, folder: Path) -> None:
    """The model, taken away as ONNX, is opened from that file and decodes as it did."""
    page.goto(f"{url}/latent?model={model}")
    drawn_plane(page)
    page.get_by_role("button", name="Take it away").click()
    with zipfile.ZipFile(io.BytesIO(take(page, "The model as ONNX"))) as archive:
        files = [archive.extract(name, folder) for name in archive.namelist() if re.search("-(en|de)coder.onnx", name)]
    page.goto(f"{url}/library")
    page.get_by_text("Add a model of your own").click(timeout=LIMIT_MS)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    expect(page.get_by_text("a sample is 16 × 16 × 3")).to_be_visible(timeout=LIMIT_MS)
    page.get_by_role("textbox", name="Name").fill("again")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text(re.compile("again.* is in the library"))).to_be_visible(timeout=LIMIT_MS)
    page.goto(f"{url}/latent?model=again")
    point_at(drawn_plane(page), (0.6, 0.4))
    assert saturation(page.locator(".decoded canvas")) > 5


def check_drawing(page: Page, url: str) -> None:
    """A drawing is encoded by the models of digits beside it."""
    page.goto(f"{url}/compare?view=Draw")
    notes = page.locator(".drawn-code[data-state=ready] .note")
    expect(notes).to_have_count(3, timeout=LIMIT_MS)
    before = notes.first.inner_text()
    begin_stroke(page)
    expect(notes.first).not_to_have_text(before)
    page.mouse.up()


@pytest.mark.slow
def test_a_zip_of_colour_photographs_becomes_a_model_for_every_page_that_takes_one(
    start_server: StartServer, page: Page, tmp_path: Path
) -> None:
    zip_file = tmp_path / "discs.zip"
    zip_file.write_bytes(photographs())
    report = "400 samples to train on and 80 to test on, each of 16 × 16 pixels, in colour."
    url = start_server(EXPLORER_DATA=str(tmp_path / "data"))
    steps = list(newcomers_way(page, url, zip_file, report, "channels=8-8&batch_size=16"))
    assert len(steps) == 5
    model = parse_qs(urlsplit(page.url).query)["model"][0]
    check_colours(page, url, model)
    check_outline(page, url, model)
    check_model_of_a_file(page, url, model, tmp_path)
    check_drawing(page, url)
