"""Rows of the library under a real pointer: what is deleted is what the button names."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.ui.views.library.table import HEADER_PX, ROW_PX
from tests.browser.conftest import StartServer
from tests.browser.servers import ROOT
from tests.browser.test_history import IS_STILL

pytestmark = pytest.mark.browser
NAMES = ("digits-ae-2d", "digits-pca", "digits-vae-2d")


def click_row(page: Page, row: int) -> None:
    """Press the box of a row, once the table is drawn and nothing is about to take its place."""
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible()
    page.wait_for_function(IS_STILL)
    page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": HEADER_PX + (row + 0.5) * ROW_PX})


def test_two_clicks_delete_one_model_and_a_new_row_moves_nothing(
    start_server: StartServer, page: Page, tmp_path: Path
) -> None:
    for name in NAMES:
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    page.goto(f"{start_server(EXPLORER_CHECKPOINTS=str(tmp_path))}/library")
    click_row(page, 1)
    button = page.get_by_role("button", name="Delete digits-ae-2d")
    box = button.bounding_box()
    assert box is not None
    button.click()
    expect(button).to_have_count(0)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1500)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert {path.name for path in tmp_path.iterdir()} >= {"digits-pca", "digits-vae-2d"}
    page.get_by_text("Bin (1)").click()
    page.get_by_role("button", name="Bring back digits-ae-2d").click()
    expect(page.get_by_label("New name")).to_have_value("digits-ae-2d")
    expect(page.get_by_text("Bin (1)")).to_have_count(0)

    click_row(page, 2)
    # The field of the row before may stand beside it for a moment.
    expect(page.locator("input[aria-label='New name'][value='digits-vae-2d']")).to_be_visible()
    expect(page.get_by_label("New name")).to_have_count(1)
    shutil.copytree(ROOT / "checkpoints" / "digits-cvae-2d", tmp_path / "another")
    page.get_by_role("button", name="Delete digits-vae-2d").click()
    expect(page.get_by_label("New name")).to_have_count(0)
    assert {path.name for path in tmp_path.iterdir()} >= {"another", "digits-pca"}
    assert not (tmp_path / "digits-vae-2d").exists()
