"""The page of applications without a browser: every view on the digits models, and what it says when it cannot."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis import anomaly as anomaly_analysis
from explorer.analysis.inpainting import random_half
from explorer.data import Dataset, SourceState, load_dataset
from explorer.data.corruptions import corrupted_pixels
from explorer.data.handwriting import StrokesText, drawn_sample
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.ui.components.pixel_mask.component import mask_text
from explorer.ui.views.applications import anomaly, denoising

OpenPage = Callable[..., AppTest]
SHIPPED = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture
def open_applications(open_app_page: OpenPage) -> OpenPage:
    def open_page(**query: Any) -> AppTest:
        app = open_app_page("applications", **{"model": "digits-vae-2d"} | query)
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


def test_a_drawing_is_searched_for_and_its_hits_are_neither_right_nor_wrong(open_applications: OpenPage) -> None:
    app = open_applications(view="Search", follow="drawing", ink="3030c030-c03070d0")
    said = notes(figures(app)["search"])
    assert said.startswith("<b>your drawing, by codes, ")
    assert "right" not in said
    x = drawn_sample(StrokesText().parse("3030c030-c03070d0"), (8, 8)).reshape(1, -1)
    train = load_dataset("digits")
    nearest = np.argsort(np.linalg.norm(train.pixels() - x, axis=1))[:10]
    labels = " ".join(train.class_names[label] for label in train.labels[nearest])
    assert labels in said
    assert "Draw on the sheet" in open_applications(view="Search", follow="drawing", ink="none").info[0].value


INK = "3030c030-c03070d0"


def drawn_digit() -> np.ndarray[Any, np.dtype[np.float32]]:
    return drawn_sample(StrokesText().parse(INK), (8, 8)).reshape(1, -1)


def test_a_drawing_under_noise_is_restored_again_and_again(open_applications: OpenPage) -> None:
    app = open_applications(follow="drawing", ink=INK, noise="masking", level="0.5")
    shown = notes(figures(app)["denoised"])
    x = np.repeat(drawn_digit(), 14, axis=0)
    noisy = np.clip(corrupted_pixels(x, "masking", 0.5, 0), 0, 1)
    assert f"with noise: MSE {np.square(noisy - x).mean():.4f}" in shown


def test_pixels_of_a_drawing_are_filled_in(open_applications: OpenPage) -> None:
    app = open_applications(view="Missing pixels", follow="drawing", ink=INK)
    train, x = load_dataset("digits"), drawn_digit()
    hidden = random_half(64, 0)[None]
    expected = np.square(x - train.pixels().mean(axis=0))[hidden].mean()
    assert f"mean image<br>MSE {expected:.4f}" in notes(figures(app)["filled"])
    empty = open_applications(view="Missing pixels", follow="drawing", ink="none")
    assert "Draw on the sheet" in empty.info[0].value


def test_a_drawing_is_compressed(open_applications: OpenPage) -> None:
    app = open_applications(view="Compression", model="digits-pca", components="6", follow="drawing", ink=INK)
    x = drawn_digit()
    pca = fit_pca(load_dataset("digits").pixels(), (8, 8), PCASpec(6))
    error = np.square(x - np.clip(pca.decode(pca.encode(x)), 0, 1)).mean()
    assert f"digits-pca<br>24 bytes<br>MSE {error:.4f}" in notes(figures(app)["compressed"])


def test_the_error_of_a_drawing_stands_among_those_of_the_test_pictures(open_applications: OpenPage) -> None:
    app = open_applications(view="Anomalies", model="digits-pca", components="6", foreign="A drawing", ink=INK)
    pca = fit_pca(load_dataset("digits").pixels(), (8, 8), PCASpec(6))
    x, of_test = drawn_digit(), load_dataset("digits", "test").pixels()
    error, errors = (np.square(part - pca.decode(pca.encode(part))).sum(axis=1) for part in (x, of_test))
    said = " ".join(text.value for text in app.markdown)
    assert f"error {error[0]:.2f}, more than that of {100 * (errors < error[0]).mean():.0f} % of the 360" in said
    assert sorted(figures(app)) == ["drawn-errors", "foreign"]
    assert "Draw on the sheet" in open_applications(view="Anomalies", foreign="A drawing", ink="none").info[0].value


@pytest.mark.parametrize(
    ("view", "figure"), [("Search", "search-classes"), ("Missing pixels", "filling-errors"), ("Compression", "bytes")]
)
def test_a_view_opens_with_what_was_measured_beforehand(open_applications: OpenPage, view: str, figure: str) -> None:
    app = open_applications(view=view, model="")
    assert figure in figures(app)
    assert "measure" not in {button.key for button in app.button}


def test_pca_takes_as_many_components_as_one_likes(open_applications: OpenPage) -> None:
    app = open_applications(view="Search", model="digits-pca", components="5")
    assert "digits-pca, K = 5" in notes(figures(app)["search"])
    assert "digits-pca, K = 16" in notes(figures(open_applications(view="Search", model="digits-pca"))["search"])


def test_next_picture_of_a_class(open_applications: OpenPage) -> None:
    app = open_applications(view="Search")
    app.button_group(key="next_of_class").set_value("3").run()
    assert "class 3" in notes(figures(app)["search"])


@pytest.mark.parametrize("model", ["digits-vae-2d", "digits-pca"])
def test_missing_pixels_are_filled_in_every_way(open_applications: OpenPage, model: str) -> None:
    app = open_applications(view="Missing pixels", model=model)
    shown = notes(figures(app)["filled"])
    for words in ("mean image", "PPCA, K =", "repeated projection", "MAP code", "MSE 0.0"):
        assert words in shown
    app = press(app, "Fill in")
    assert sorted(figures(app)) == ["filled", "filling-errors"]


@pytest.mark.parametrize(("model", "components"), [("digits-pca", "41"), ("digits-conv-ae-8d", "16")])
def test_filled_in_by_convolutions_and_by_the_pca_that_stands_beside(
    open_applications: OpenPage, model: str, components: str
) -> None:
    app = open_applications(view="Missing pixels", model=model, components=components)
    assert not app.error
    assert "MAP code" in notes(figures(app)["filled"])


@pytest.mark.parametrize(("fill", "words"), [(0, "None of the 64 pixels is hidden"), (1, "All 64 pixels are hidden")])
def test_empty_drawing_and_full_mask_are_one_sentence(open_applications: OpenPage, fill: int, words: str) -> None:
    app = open_applications(view="Missing pixels", mask=mask_text(np.full(64, fill, np.bool_)))
    assert len(app.error) == 1
    assert words in app.error[0].value
    assert [part.proto.component_name for part in app.get("bidi_component")].count("pixel_mask") == 1
    assert app.number_input(key="sample").value == 0


def test_mask_of_another_size_in_the_link_is_named(open_applications: OpenPage) -> None:
    app = open_applications(view="Missing pixels", mask="ff")
    assert "16 hexadecimal digits" in app.warning[0].value
    assert "filled" in figures(app)


def test_without_the_pictures_it_says_how_to_get_them(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    app = open_applications(model="ae-2d")
    assert "ae-2d needs the pictures of its data set: MNIST is not on this machine" in app.info[0].value
    assert any("With it, the models of 28 × 28 pictures" in caption.value for caption in app.caption)
    assert "download_mnist" in {button.key for button in app.button}
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
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert "damaged" in open_applications(view="Search", model="digits-ae-2d").error[0].value


def test_noise_is_restored_and_measured_at_once(open_applications: OpenPage) -> None:
    app = open_applications(noise="masking", level="0.5")
    shown = notes(figures(app)["denoised"])
    assert "PCA, K = 2: MSE 0.0" in shown
    assert "PCA, best K = " in shown
    assert "with noise: MSE 0." in shown
    assert sorted(figures(app)) == ["denoised", "noise"]
    assert any("was never trained on noise" in text.value for text in app.markdown)


def test_denoising_opens_with_a_model_trained_to_denoise_on_its_own_noise(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    app = open_applications(model="")
    assert app.selectbox(key="model").value == "digits-dae-32d"
    assert app.slider(key="level").value == 0.3
    shown = notes(figures(app)["denoised"])
    assert "digits-ae-32d, trained without noise: MSE" in shown
    assert any(text.value.startswith("**digits-dae-32d, K = 32** comes closest") for text in app.markdown)


@pytest.mark.parametrize(
    ("n_components", "titles"), [(8, ["PCA, best K = 8"]), (16, ["PCA, K = 8", "PCA, best K = 8"])]
)
def test_pca_is_not_ranked_against_itself(n_components: int, titles: list[str]) -> None:
    ways: Any = {"PCA, K = 8": 1, "PCA, best K = 8": 2}
    assert list(denoising.rivals(ways, n_components)) == titles


@pytest.mark.mnist
def test_on_mnist_the_denoising_model_beats_pca_at_its_best_number_of_components(open_applications: OpenPage) -> None:
    app = open_applications(model="")
    assert app.selectbox(key="model").value == "dae-16d"
    assert any(text.value.startswith("**dae-16d, K = 16** comes closest") for text in app.markdown)


def test_conditional_models_are_not_offered(open_applications: OpenPage) -> None:
    app = open_applications(model="digits-cvae-2d")
    assert "cvae" not in str(app.selectbox(key="model").options)


def test_class_left_out_is_trained_when_asked_and_kept(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anomaly_analysis, "SMALL_RUN", replace(anomaly_analysis.SMALL_RUN, n_epochs=5))
    app = open_applications(view="Anomalies", left_out="4")
    assert list(figures(app)) == ["foreign"]
    assert "anomalies: class 4" in notes(figures(app)["foreign"])
    assert any("a best one cannot be chosen without anomalies" in text.value for text in app.markdown)
    app = press(app, "Train without class 4")
    assert sorted(figures(app)) == ["foreign", "roc"]
    assert any("| AE |" in text.value and "| PCA |" in text.value for text in app.markdown)
    again = open_applications(view="Anomalies", left_out="4")
    assert sorted(figures(again)) == ["foreign", "roc"]


def test_no_other_data_set_is_said_in_place(open_applications: OpenPage) -> None:
    app = open_applications(view="Anomalies", foreign="Another data set")
    assert "No other data set of 8 × 8 pictures is at hand" in app.info[0].value
    assert not figures(app)


def test_another_data_set_is_judged_by_the_model_itself(
    open_applications: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = load_dataset("digits", "test")
    inverted = Dataset("inverted", "test", 1 - digits.samples, digits.labels, digits.class_names)
    at_hand = SourceState("inverted", "Inverted", True, 0, len(inverted), (8, 8), 10, "")
    monkeypatch.setattr(anomaly, "list_sources", lambda: (at_hand,))
    monkeypatch.setattr(anomaly, "cached_dataset", lambda *_: inverted)
    app = press(open_applications(view="Anomalies", foreign="Another data set"), "Score")
    assert "by error, AUC 1.000" in str(figures(app)["roc"])


@pytest.mark.parametrize("model", ["digits-ae-2d", "digits-pca"])
def test_compression_shows_a_picture_and_measures_when_asked(open_applications: OpenPage, model: str) -> None:
    app = open_applications(view="Compression", model=model, bits="6")
    k = 2 if model == "digits-ae-2d" else 16
    assert f"6 bits per number<br>{k * 6 / 8:g} bytes<br>MSE" in notes(figures(app)["compressed"])
    app = press(app, "Measure")
    assert sorted(figures(app)) == ["bytes", "compressed"]
    assert any(f"**{k * 6 / 8:g} bytes** per image" in text.value for text in app.markdown)
