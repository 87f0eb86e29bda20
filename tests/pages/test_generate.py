"""The page of generation without a browser, on the digits models."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d", ".classifiers"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_generate(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    for key, value in {"left": "digits-ae-2d", "right": "digits-vae-2d", **query}.items():
        app.query_params[key] = value
    app.switch_page("pages/generate.py").run()
    assert not app.exception
    return app


def test_it_opens_on_samples_of_two_models() -> None:
    app = open_generate()
    assert len(app.get("plotly_chart")) == 2
    assert not app.error


def test_quality_stands_beside_held_out_images() -> None:
    app = open_generate(left_sampler="kde")
    next(button for button in app.button if button.label.startswith("Judge")).click().run()
    assert not app.exception
    table = app.dataframe[0].value
    assert sorted(set(table["model and sampler"])) == ["digits-ae-2d with kde", "digits-vae-2d with standard_normal"]
    assert len(table) == 8
    assert "Copying of images" in set(table["quantity"])


def test_without_a_classifier_the_page_says_how_to_train_one(library: Path) -> None:
    shutil.rmtree(library / ".classifiers")
    app = open_generate()
    next(button for button in app.button if button.label.startswith("Judge")).click().run()
    assert "train-classifier --dataset digits" in app.error[0].value
    assert len(app.get("plotly_chart")) == 2


def test_contours_of_both_densities() -> None:
    app = open_generate()
    app.toggle(key="contours").set_value(True).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4


@pytest.mark.parametrize("dimensions", ["1-D", "2-D"])
@pytest.mark.parametrize("density", ["gaussian", "mixture", "kde"])
def test_toy_densities(dimensions: str, density: str) -> None:
    app = open_generate(view="Toy data", dimensions=dimensions, density=density, gaussians="4")
    assert len(app.get("plotly_chart")) == 1
    assert not app.error


def test_one_draw_step_by_step() -> None:
    app = open_generate(view="Step by step", seed_of_draws="3")
    assert sum("z ~ p(z)" in text.value for text in app.markdown) == 2
    assert sum("no third step" in text.value for text in app.markdown) == 1
    assert sum("Each pixel is drawn" in text.value for text in app.markdown) == 1
    assert len(app.get("plotly_chart")) == 2


def test_the_seed_changes_the_draw() -> None:
    def told(seed: str) -> list[str]:
        app = open_generate(view="Step by step", seed_of_draws=seed)
        return [text.value for text in app.markdown if "z ~ p(z)" in text.value]

    assert told("1") == told("1") != told("2")


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_generate().info[0].value
