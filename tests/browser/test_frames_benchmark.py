"""A page measures the frames of its own canvas while the pointer moves, the wheel turns and the view turns."""

import pytest
from playwright.sync_api import Browser

from benchmarks import frames
from benchmarks.frames import ask, probing_page, served
from tests.browser.canvas_scenes import make_solid_scene


def test_a_page_measures_its_own_frames(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "N_FRAMES", 3)
    with served([probing_page(make_solid_scene("small"))]) as (port, answers):
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/0/")
        found = ask(answers, 60)
        page.close()
    assert list(found.paces) == ["nothing happens", "the pointer moves", "the wheel turns", "the view turns"]
    assert all(pace["median_ms"] <= pace["p95_ms"] <= pace["longest_ms"] for pace in found.paces.values())
    assert "SwiftShader" in found.renderer
