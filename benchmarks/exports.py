"""How soon a scene of one file shows its first picture, opened from the disk: `python -m benchmarks exports`.

Chromium is offline and draws without a GPU. A plane is asked for a point in its middle as soon as its codes are drawn;
what moves shows its first frame by itself.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from explorer.errors import ExplorerError
from explorer.export.formats import export
from tests.browser.conftest import CHROMIUM_ARGS, VIEWPORT, find_chromium

N_OPENED = 5
# A scene's name, its models, its kind, and how many codes it has at most.
SCENES: tuple[tuple[str, tuple[str, ...], str, int | None], ...] = (
    ("a plane, 60,000 codes", ("vae-2d",), "plane", None),
    ("… 10,000 codes", ("vae-2d",), "plane", 10_000),
    ("… a convolutional decoder, 10,000 codes", ("conv-vae-2d",), "plane", 10_000),
    ("two linked planes, 10,000 codes each", ("ae-2d", "vae-2d"), "plane", 10_000),
    ("… 60,000 codes each", ("ae-2d", "vae-2d"), "plane", None),
    ("interpolation", ("vae-2d",), "interpolate", None),
    ("eigenvectors with the slider of k", ("pca",), "eigenvectors", None),
    ("posterior", ("vae-2d",), "posterior", None),
    ("replay", ("vae-2d",), "replay", None),
    ("sweep over β", ("vae-2d-beta0.5", "vae-2d-beta1", "vae-2d-beta4", "vae-2d-beta8"), "sweep", None),
)
# Resolves with the milliseconds from the opening to the first canvas with a picture; of a plane, its decoded one.
FIRST_PICTURE = """
globalThis.firstPicture = new Promise((resolve) => {
  const scratch = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
  const hasPicture = (canvas) => {
    if (!canvas.width || !canvas.height) return false;
    scratch.clearRect(0, 0, 28, 28);
    scratch.drawImage(canvas, 0, 0, 28, 28);
    const { data } = scratch.getImageData(0, 0, 28, 28);
    return data.some((value, i) => value !== data[i % 4]);
  };
  const look = () => {
    const trees = [...document.querySelectorAll("[data-component]")].map((place) => place.shadowRoot).filter(Boolean);
    for (const tree of trees) {
      const plane = tree.querySelector(".canvas[data-state=drawn] .plane");
      if (plane) {
        const box = plane.getBoundingClientRect();
        const [clientX, clientY] = [box.x + box.width / 2, box.y + box.height / 2];
        plane.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true, composed: true }));
      }
    }
    const isPlane = trees.some((tree) => tree.querySelector(".decoded canvas"));
    const canvases = trees.flatMap((tree) => [...tree.querySelectorAll(isPlane ? ".decoded canvas" : "canvas")]);
    if (canvases.some(hasPicture)) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  addEventListener("DOMContentLoaded", look);
});
"""


def opened_s(browser: Browser, page_file: Path) -> tuple[float, int]:
    """The seconds from the opening of a file to its first picture, and how many requests left it."""
    context = browser.new_context(viewport=VIEWPORT, offline=True)
    try:
        page, asked = context.new_page(), list[str]()
        page.add_init_script(FIRST_PICTURE)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri(), wait_until="commit")
        spent_ms: float = page.evaluate("() => globalThis.firstPicture")
        return spent_ms / 1000, len(asked) - 1
    finally:
        context.close()


def table() -> Iterator[str]:
    """Bytes, seconds to the first picture and requests of each kind of scene."""
    load = os.getloadavg()[0]
    yield f"Median and longest of {N_OPENED} openings, software rendering, load average {load:.1f} at the beginning."
    yield ""
    yield "| scene of one file | MB | seconds to its first decoded image | requests that leave it |"
    yield "|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        for name, models, scene, n_codes in SCENES:
            yield row(browser, name, written(Path(folder), models, scene, n_codes))
        browser.close()


def written(folder: Path, models: tuple[str, ...], scene: str, n_codes: int | None) -> Path | str:
    """The file of a scene, or why there is none."""
    try:
        return export(models, "html", folder / "scene.html", scene=scene, n_codes=n_codes, replace=True)
    except ExplorerError as error:
        return str(error)


def row(browser: Browser, name: str, page_file: Path | str) -> str:
    """One line of the table."""
    if isinstance(page_file, str):
        return f"| {name} | | {page_file} | |"
    found = [opened_s(browser, page_file) for _ in range(N_OPENED)]
    seconds, n_requests = [spent for spent, _ in found], sum(n for _, n in found)
    size = page_file.stat().st_size / 1e6
    return f"| {name} | {size:.2f} | {median(seconds):.2f}, {max(seconds):.2f} | {n_requests} |"
