"""The page of applications without a browser: every view on the digits models, and what it says when it cannot."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.mask import mask_text

OpenPage = Callable[..., AppTest]
SHIPPED = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture
def open_applications(open_app_page: OpenPage) -> OpenPage:
    def open_page(**query: Any) -> AppTest:
        app = open_app_page("applications", timeout_s=180, **{"model": "digits-vae-2d"} | query)
        assert not app.exception
        return app

    return open_page


def figures(app: AppTest) -> dict[str, Any]:
    """The plotly figures of a page by their names."""
    return {chart.proto.id.rpartition("figure-")[2]: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception
    assert not app.error
    return app


def notes(figure: dict[str, Any]) -> str:
    return " ".join(note["text"] for note in figure["layout"]["annotations"])


@pytest.mark.parametrize("model", ["digits-vae-2d", "digits-ae-2d", "digits-pca"])
def test_search_shows_hits_and_measures_when_asked(open_applications: OpenPage, model: str) -> None:
    app = open_applications(view="Search", model=model)
    assert list(figures(app)) == ["search"]
    assert "by pixels, D = 64" in notes(figures(app)["search"])
    app = press(app, "Measure")
    assert sorted(figures(app)) == ["search", "search-classes"]
    precision = {metric.label: float(metric.value) for metric in app.metric}
    assert precision["by pixels"] > 0.9
    assert 0.3 < precision["by codes"] <= 1


def test_pca_takes_as_many_components_as_one_likes(open_applications: OpenPage) -> None:
    app = open_applications(view="Search", model="digits-pca", components="5")
    assert "digits-pca, K = 5" in notes(figures(app)["search"])
    assert "digits-pca, K = 16" in notes(figures(open_applications(view="Search", model="digits-pca"))["search"])


def test_next_picture_of_a_class(open_applications: OpenPage) -> None:
    app = open_applications(view="Search")
    app.button_group(key="next_picture").set_value("3").run()
    assert "class 3" in notes(figures(app)["search"])


@pytest.mark.parametrize("model", ["digits-vae-2d", "digits-pca"])
def test_missing_pixels_are_filled_in_every_way(open_applications: OpenPage, model: str) -> None:
    app = open_applications(view="Missing pixels", model=model)
    shown = notes(figures(app)["filled"])
    for words in ("mean image", "PCA, K =", "projected again and again", "likeliest code", "MSE 0.0"):
        assert words in shown
    app = press(app, "Fill in")
    assert sorted(figures(app)) == ["filled", "filling-errors"]


@pytest.mark.parametrize(("fill", "words"), [(0, "None of the 64 pixels is hidden"), (1, "All 64 pixels are hidden")])
def test_empty_drawing_and_full_mask_are_one_sentence(open_applications: OpenPage, fill: int, words: str) -> None:
    app = open_applications(view="Missing pixels", mask=mask_text(np.full(64, fill, np.bool_)))
    assert len(app.error) == 1
    assert words in app.error[0].value
    assert [part.proto.component_name for part in app.get("bidi_component")].count("mask") == 1
    assert app.number_input(key="sample").value == 0


def test_mask_of_another_size_in_the_link_is_named(open_applications: OpenPage) -> None:
    app = open_applications(view="Missing pixels", mask="ff")
    assert "16 hexadecimal digits" in app.warning[0].value
    assert "filled" in figures(app)


def test_without_the_pictures_it_says_how_to_get_them(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert "ae-2d needs its pictures: MNIST is not on this machine" in open_applications(model="ae-2d").info[0].value
    default = open_applications(model="")
    assert not default.info
    assert str(default.selectbox(key="model").value).startswith("digits-")


def test_empty_library_says_what_to_do(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    app = open_app_page("applications")
    assert not app.exception
    assert "no model of pictures" in app.info[0].value


def test_broken_model_is_one_sentence(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clear_caches: None
) -> None:
    shutil.copytree(SHIPPED / "digits-ae-2d", tmp_path / "digits-ae-2d")
    weights = tmp_path / "digits-ae-2d" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert "torn" in open_applications(view="Search", model="digits-ae-2d").error[0].value
