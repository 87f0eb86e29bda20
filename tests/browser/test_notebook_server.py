"""A running notebook server: the widget draws in a cell and tells its pin, and an exported notebook runs to its end."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from explorer.export.notebook import notebook
from explorer.store import load_checkpoint
from tests.browser.conftest import free_port
from tests.browser.servers import stop, wait_until_up
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(map(find_spec, ("notebook", "anywidget"))),
        reason="there is no notebook server: pip install --group widget --group notebook",
    ),
]
PATIENCE_MS = 90_000
SHOW = """
from explorer.export.widget import latent_canvas_widget
from explorer.store import load_checkpoint
widget = latent_canvas_widget(load_checkpoint("digits-vae-2d"), 500)
widget
"""
CELLS = (SHOW.strip(), "print('pinned', *(f'{value:.3f}' for value in widget.pin))")


def as_notebook(cells: tuple[str, ...]) -> str:
    """Cells of code as the text of a notebook."""
    empty: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    listed = [{**empty, "id": f"cell-{number}", "source": source} for number, source in enumerate(cells)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": listed, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with two notebooks: one with the widget, and one that the explorer exported."""
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "widget.ipynb").write_text(as_notebook(CELLS), "utf-8")
    (folder / "export.ipynb").write_bytes(notebook(load_checkpoint("digits-vae-2d"), [0.5, -1.0]))
    port, log = free_port(), folder / "log"
    command = [sys.executable, "-m", "notebook", "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    own = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "EXPLORER_CHECKPOINTS": str(ROOT / "checkpoints")}
    with log.open("ab") as output:
        server = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **own}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until_up(f"http://127.0.0.1:{port}", server, log, "api")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield page
    page.close()


def opened(page: Page, notebooks: str, name: str) -> Locator:
    """The cells of code of a notebook, once its kernel waits for them."""
    page.goto(f"{notebooks}/notebooks/{name}")
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=PATIENCE_MS)
    wait_for(lambda: any(each["path"] == name and is_idle(each) for each in sessions(notebooks)))
    return page.locator(".jp-CodeCell")


def sessions(notebooks: str) -> list[dict[str, Any]]:
    """What the server says of the notebooks that are open."""
    with urllib.request.urlopen(f"{notebooks}/api/sessions") as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def is_idle(session: dict[str, Any]) -> bool:
    return bool(session["kernel"]["execution_state"] == "idle")


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_MS / 1000
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.2)


def run(page: Page, what: str) -> None:
    """Press an entry of the menu Run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text=what).first.click()


def test_plane_draws_in_a_cell_and_the_next_one_knows_its_pin(notebooks: str, page: Page) -> None:
    cells = opened(page, notebooks, "widget.ipynb")
    cells.nth(0).locator(".cm-content").click()
    run(page, "Run Selected Cell")
    page.locator(".canvas[data-state=drawn]").wait_for(timeout=PATIENCE_MS)
    page.locator(".canvas .plane").click(position={"x": 200, "y": 120})
    pinned = page.locator(".pinned .note")
    expect(pinned).to_contain_text("(")
    cells.nth(1).locator(".cm-content").click()
    run(page, "Run Selected Cell")
    said = cells.nth(1).locator(".jp-OutputArea-output")
    expect(said).to_contain_text("pinned", timeout=PATIENCE_MS)
    shown = pinned.inner_text().replace("−", "-").strip("()").split(",")
    u, v = (float(number) for number in said.inner_text().split()[1:])
    assert [u, v] == pytest.approx([float(number) for number in shown], abs=0.006)


def test_exported_notebook_runs_to_its_end(notebooks: str, page: Page) -> None:
    cells = opened(page, notebooks, "export.ipynb")
    run(page, "Run All Cells")
    expect(cells.last.locator(".jp-InputPrompt").first).to_have_text(f"[{cells.count()}]:", timeout=PATIENCE_MS)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
