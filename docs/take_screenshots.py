"""Takes the pictures of the README anew: `python -m docs.take_screenshots`."""

from pathlib import Path

from playwright.sync_api import Page

from benchmarks.canvas import browser_page
from benchmarks.pages import app_server

FOLDER = Path(__file__).parent / "screenshots"
SETTLED_MS = 4_000


def main() -> None:
    """The latent plane with a pinned point, the map of holes, a walk, restored images, missing pixels filled in."""
    FOLDER.mkdir(exist_ok=True)
    with app_server() as (address, *_), browser_page([]) as page:
        take(page, f"{address}/latent?model=vae-2d&z=1.2,-1.4", "latent", 1)
        take(page, f"{address}/holes?layer=sampler+against+codes", "holes", 2)
        take(page, f"{address}/interpolate?model=vae-2d&at=0.4", "interpolate", 1, ".interpolation-player[data-frame]")
        take(page, f"{address}/objectives?kind_of_noise=Salt+and+pepper", "objectives", 5, ".frame-player canvas")
        take(page, f"{address}/applications?view=Missing+pixels", "applications", 1, ".js-plotly-plot image")


def take(page: Page, address: str, name: str, n_canvases: int, drawn: str = ".canvas[data-state=drawn]") -> None:
    """One page at 1280 x 800 once its canvases are drawn, as many as match `drawn`."""
    page.goto(address)
    page.locator(drawn).nth(n_canvases - 1).wait_for(timeout=120_000)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
