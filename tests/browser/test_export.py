"""Pages of one file, opened from the disk by a browser that is offline: they draw, decode and follow as in the app."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from explorer.export.formats import export
from explorer.export.plane_pages import planes_of
from explorer.export.site_pages import export_site
from explorer.export.widget import widget_script
from explorer.scenes.canvas_message import pack
from explorer.scenes.message import for_file
from explorer.store import load_checkpoint

Requests = list[str]
CHECKPOINTS = str(Path(__file__).parents[2] / "checkpoints")


@pytest.fixture
def offline(browser: Browser) -> Iterator[tuple[Page, Requests]]:
    """A page without a network, and the addresses that it asked for; errors on its console fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True, color_scheme="light")
    page, asked, problems = context.new_page(), Requests(), []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page, asked
    context.close()
    assert problems == []


def written(tmp_path: Path, *names: str, scene: str = "plane") -> Path:
    return export([f"{CHECKPOINTS}/{name}" for name in names], "html", tmp_path / "scene.html", scene=scene)


def hover(plane: Locator, across: float, down: float) -> None:
    box = plane.bounding_box()
    assert box is not None
    plane.hover(position={"x": across * box["width"], "y": down * box["height"]})


def pixels(canvas: Locator) -> list[int]:
    values: list[int] = canvas.evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    )
    return values


@pytest.mark.browser
def test_a_plane_decodes_under_the_pointer_without_a_request(offline: tuple[Page, Requests], tmp_path: Path) -> None:
    page, asked = offline
    page.goto(written(tmp_path, "digits-vae-2d").as_uri())
    page.locator(".canvas[data-state=drawn]").wait_for()
    assert page.locator(".canvas").get_attribute("data-decoder") == "browser"
    plane, decoded = page.locator(".plane"), page.locator(".decoded canvas")
    hover(plane, 0.3, 0.5)
    page.locator(".nearest .note", has_text="away").wait_for()
    first = pixels(decoded)
    hover(plane, 0.7, 0.4)
    page.wait_for_function(
        "before => document.querySelector('[data-component]').shadowRoot"
        ".querySelector('.decoded figcaption').textContent !== before",
        arg="",
    )
    assert pixels(decoded) != first
    plane.click(position={"x": 300, "y": 200})
    page.locator(".pinned:not([data-empty])").wait_for()
    plane.press("Escape")
    page.locator(".pinned[data-empty]").wait_for()
    assert len(asked) == 1


@pytest.mark.browser
def test_it_turns_dark_with_the_system_and_by_its_button(offline: tuple[Page, Requests], tmp_path: Path) -> None:
    page, _ = offline
    page.goto(written(tmp_path, "digits-ae-2d").as_uri())
    page.locator(".canvas[data-state=drawn]").wait_for()

    def ground() -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    assert ground() == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert ground() == "rgb(16, 23, 26)"
    page.get_by_role("button", name="Light or dark").click()
    assert ground() == "rgb(255, 255, 255)"


@pytest.mark.browser
def test_linked_planes_follow_the_same_sample(offline: tuple[Page, Requests], tmp_path: Path) -> None:
    page, asked = offline
    page.goto(written(tmp_path, "digits-ae-2d", "digits-vae-2d").as_uri())
    planes = page.locator(".canvas[data-state=drawn]")
    planes.nth(1).wait_for()
    hover(planes.nth(0).locator(".plane"), 0.5, 0.5)
    note = planes.nth(1).locator(".nearest .note", has_text=re.compile(r" 0\.0+ away"))
    note.wait_for(state="attached")
    assert pixels(planes.nth(0).locator(".nearest canvas")) == pixels(planes.nth(1).locator(".nearest canvas"))
    assert len(asked) == 1


@pytest.mark.browser
def test_in_a_frame_the_scene_stands_alone(offline: tuple[Page, Requests], tmp_path: Path) -> None:
    page, _ = offline
    page.goto(f"{written(tmp_path, 'digits-vae-2d').as_uri()}?embed=true")
    page.locator(".canvas[data-state=drawn]").wait_for()
    assert not page.locator("h1").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("names", "scene", "canvas"),
    [
        (("digits-vae-2d",), "interpolate", "canvas"),
        (("digits-pca",), "eigenvectors", "canvas"),
        (("digits-vae-2d",), "replay", ".plane"),
    ],
)
def test_a_scene_that_moves_follows_its_slider_without_a_request(
    offline: tuple[Page, Requests], tmp_path: Path, names: tuple[str, ...], scene: str, canvas: str
) -> None:
    page, asked = offline
    page.goto(written(tmp_path, *names, scene=scene).as_uri())
    slider, caption = page.locator("input[type=range]"), page.locator(".caption")
    slider.wait_for()
    before = caption.text_content()
    slider.press("ArrowRight")
    expect(caption).not_to_have_text(str(before))
    assert page.locator(canvas).first.is_visible()
    assert len(asked) == 1


@pytest.mark.browser
def test_the_widget_draws_and_tells_its_pin(offline: tuple[Page, Requests], tmp_path: Path) -> None:
    """The module of the anywidget with a model as a notebook hands it over: get, set, save_changes."""
    page, asked = offline
    plane = planes_of([load_checkpoint(f"{CHECKPOINTS}/digits-vae-2d")])[0]
    message = b64encode(for_file(pack(plane.scene, "widget", has_server=False))).decode()
    script = json.dumps(widget_script()).replace("<", "\\u003c")
    host = f"""<!doctype html><body><div id="el"></div><script type="module">
    const bytes = Uint8Array.from(atob("{message}"), (one) => one.charCodeAt(0));
    window.told = {{}};
    const values = {{ message: new DataView(bytes.buffer) }};
    const model = {{
      get: (key) => values[key],
      set: (key, value) => (values[key] = value),
      save_changes: () => (told.pin = values.pin),
    }};
    const text = new Blob([{script}], {{ type: "text/javascript" }});
    (await import(URL.createObjectURL(text))).default.render({{ model, el: document.getElementById("el") }});
    </script>"""
    (tmp_path / "notebook.html").write_text(host, "utf-8")
    page.goto((tmp_path / "notebook.html").as_uri())
    page.locator(".canvas[data-state=drawn]").wait_for()
    page.locator(".plane").click(position={"x": 300, "y": 200})
    page.wait_for_function("told.pin?.length === 2")
    page.locator(".plane").press("Escape")
    page.wait_for_function("told.pin === null")
    assert [url for url in asked if not url.startswith("blob:")] == [(tmp_path / "notebook.html").as_uri()]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", ["article", "beyond", "chapman", "oregon", "representation", "wisconsin"])
def test_a_lecture_is_walked_by_its_links_with_the_network_off(
    offline: tuple[Page, Requests], tmp_path: Path, name: str
) -> None:
    page, asked = offline
    folder = export_site(name, tmp_path / "site")
    page.goto((folder / "index.html").as_uri())
    page.locator("ol a").first.click()
    seen = [page.url]
    while page.locator("a[rel=next]").count():
        for component in page.locator("[data-component]").all():
            expect(component.locator("canvas").filter(visible=True).first).to_be_visible()
        page.locator("a[rel=next]").click()
        seen.append(page.url)
    assert {Path(url).name for url in seen} == {path.name for path in folder.glob("[0-9]*.html")}
    assert all(url.startswith(folder.as_uri()) for url in asked)
