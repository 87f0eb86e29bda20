"""What tests share: the app without a browser, and whether real data are at hand."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.data import list_sources

ROOT = Path(__file__).parents[1]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `mnist` are skipped, with the reason, where the real digits are not in the data folder."""
    mnist = next(source for source in list_sources() if source.name == "mnist")
    if item.get_closest_marker("mnist") and not mnist.available:
        pytest.skip(mnist.how_to_get)


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests read the checkpoints that come with the explorer and never touch a user's runs."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def full_disk() -> Iterator[pytest.MonkeyPatch]:
    """The disk is full when a checkpoint's codes are written, until this is undone."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "savez_compressed", refuse)
        yield patch


@pytest.fixture
def clear_caches() -> None:
    """Forget what other tests left in Streamlit's caches."""
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_app_page() -> Callable[..., AppTest]:
    """`open_app_page("pca", k="50")` runs the app and then a page with a query, without a browser."""

    def open_page(slug: str = "home", *, timeout_s: float = 60, **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=timeout_s)
        if slug != "home":
            # AppTest runs every page but the first alone, without the frame; a flag lets the page know it was there.
            app.run()
            app.switch_page(f"pages/{slug}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return open_page
