"""What tests share: the app without a browser, and whether real data are at hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def open_app_page() -> Callable[..., AppTest]:
    """`open_app_page("pca", k="50")` runs the app and then a page with a query, without a browser."""

    def open_page(slug: str = "home", *, timeout_s: float = 60, **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=timeout_s)
        app.run()
        for key, value in query.items():
            app.query_params[key] = value
        return app.run() if slug == "home" else app.switch_page(f"pages/{slug}.py").run()

    return open_page
