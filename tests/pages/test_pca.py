"""The PCA page without a browser: every view, with the data, without them, and with links that are wrong."""

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import decomposition
from streamlit.testing.v1 import AppTest

from explorer.data import load_dataset
from explorer.scenes.reconstruction_tracks import frame_ks
from explorer.ui.views.pca.context import PCAContext, find_context, models_beside
from explorer.ui.views.pca.error import pictures_at
from tests.conftest import named

OpenPage = Callable[..., AppTest]
SHIPPED = Path(__file__).parents[2] / "checkpoints"
FIGURES = {
    "Eigendigits": ["pca-mean", "eigendigits"],
    "One image": ["pca-terms"],
    "Variance": ["pca-variance"],
    "Error": [],
    "The plane": ["pca-plane"],
    "Probabilistic": ["ppca-likelihood"],
}
# Views whose picture is a component of their own.
COMPONENTS = {"Error": "error_curve", "Why eigenvectors": "direction_dial"}
PARTS = {
    "Density": ["ppca-likelihood"],
    "Posterior": ["ppca-posterior", "ppca-draws"],
    "Samples": ["ppca-samples"],
}


@pytest.fixture
def open_pca(open_app_page: OpenPage) -> OpenPage:
    def open_page(**query: Any) -> AppTest:
        app = open_app_page("pca", **{"data": "digits"} | query)
        assert not app.exception
        return app

    return open_page


@pytest.fixture
def without_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return tmp_path / "checkpoints"


def figures(app: AppTest) -> dict[str, Any]:
    """The plotly figures of a page by their names."""
    return {chart.proto.id.rpartition("figure-")[2]: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def component(app: AppTest, name: str) -> Any:
    """What the page sends to its only component of that name."""
    (found,) = [part.proto for part in app.get("bidi_component") if part.proto.component_name == name]
    return found


def player(app: AppTest) -> dict[str, Any]:
    """The header of the page's frame player."""
    data = component(app, "frame_player").bytes
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    return header


def said(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.info, *app.caption, *app.warning))


@pytest.mark.parametrize("view", FIGURES)
def test_every_view_shows_its_picture(open_pca: OpenPage, view: str) -> None:
    app = open_pca(view=view)
    assert sorted(figures(app)) == sorted(FIGURES[view])
    assert not app.info
    assert not app.warning


def test_it_opens_on_eigendigits(open_pca: OpenPage) -> None:
    labels = [note["text"] for note in figures(open_pca())["eigendigits"]["layout"]["annotations"]]
    assert len(labels) == 15
    assert labels[0].startswith("w₁")


def test_any_range_of_components(open_pca: OpenPage) -> None:
    app = open_pca(first="21", count="10")
    labels = [note["text"] for note in figures(app)["eigendigits"]["layout"]["annotations"]]
    assert "w₂₁" in labels[0]
    assert "w₃₀" in labels[-1]


def test_top_five_against_bottom_five(open_pca: OpenPage) -> None:
    labels = [
        note["text"] for note in figures(open_pca(show="Top and bottom five"))["eigendigits"]["layout"]["annotations"]
    ]
    assert ["w₅" in labels[4], "w₆₀" in labels[5], len(labels)] == [True, True, 10]


def test_a_first_component_beyond_the_last_is_moved_back(open_pca: OpenPage) -> None:
    app = open_pca(first="50", count="10")
    app.button_group(key="count").set_value("40").run()
    assert not app.exception
    assert app.slider(key="first").value == 25


def test_the_player_starts_at_the_links_k_and_ends_with_the_image(open_pca: OpenPage) -> None:
    app = open_pca(view="One image", k="20", sample="7")
    header = player(app)
    assert header["labels"][header["start"]].startswith("k = 20: squared error ")
    assert header["labels"][-1].startswith("k = 64: squared error 0.00")
    assert app.query_params["k"] == "20"
    name = load_dataset("digits", "test").class_names[load_dataset("digits", "test").labels[7]]
    assert header["captions"][0] == f"Image x, class {name}"


def test_next_image_of_a_class(open_pca: OpenPage) -> None:
    labels = load_dataset("digits", "test").labels
    threes = np.flatnonzero(labels == 3)
    app = open_pca(view="One image", sample=str(threes[0]))
    app.button_group(key="next_of_class").set_value("3").run()
    assert app.number_input(key="sample").value == threes[1]
    app.number_input(key="sample").set_value(len(labels) - 1).run()
    app.button_group(key="next_of_class").set_value("3").run()
    assert app.number_input(key="sample").value == threes[0]


def test_another_data_set_with_fewer_images_begins_anew(open_pca: OpenPage, without_data: None) -> None:
    app = open_pca(view="One image", data="mnist", sample="9000")
    app.selectbox(key="data").select("digits").run()
    assert not app.exception


@pytest.mark.parametrize("n_pixels", [1, 5, 64, 160, 161, 784])
def test_the_slider_stops_at_no_component_and_at_all(n_pixels: int) -> None:
    ks = frame_ks(n_pixels)
    assert (ks[0], ks[-1]) == (0, n_pixels)
    assert (np.diff(ks) > 0).all()


def context_of(name: str) -> PCAContext:
    context = find_context(name)
    assert isinstance(context, PCAContext)
    return context


def test_errors_mark_the_models_of_the_same_data_only() -> None:
    names = [model.name for model in models_beside(context_of("digits"))]
    assert {"digits-ae-2d", "digits-vae-2d"} <= set(names)
    assert {"ae-2d", "digits-pca"}.isdisjoint(names)


def test_the_curve_opens_clean_with_the_picture_at_the_k_of_the_link(open_pca: OpenPage) -> None:
    app = open_pca(view="Error", k="3", sample="4")
    assert not app.exception
    assert app.query_params["k"] == "3"
    assert app.session_state["player error_curve"].start == 2  # k = 1 comes first
    assert "Drag the handle along the curve" in said(app)
    assert "diamond" not in said(app)


def test_the_pictures_are_the_image_and_what_k_components_make_of_it() -> None:
    digits = context_of("digits")
    assert digits.test is not None
    x = digits.test.pixels(np.array([4]))
    image, sums = pictures_at(digits, np.array([1, 2, 64]), 4)
    of_two = digits.model.truncated(2)
    for levels, expected in (
        (image.levels[0], x),
        (sums.levels[1], of_two.decode(of_two.encode(x))),
        (sums.levels[2], x),
    ):
        np.testing.assert_allclose(levels.ravel() / 255, np.clip(expected[0], 0, 1), atol=0.003)


@pytest.mark.usefixtures("without_data", "clear_caches")
def test_without_the_images_the_error_is_that_of_train(open_pca: OpenPage) -> None:
    app = open_pca(view="Error", beside="Classes", data="mnist")
    assert not app.exception
    assert "Without the images only the error on the whole train split is known." in said(app)
    assert pictures_at(context_of("mnist"), np.array([1, 2]), None) == ()


@pytest.mark.usefixtures("without_data", "clear_caches")
def test_one_image_without_mnist_opens_on_digits(open_pca: OpenPage) -> None:
    app = open_pca(view="One image")
    assert app.selectbox(key="data").value == "digits"
    assert "needs the images themselves" not in said(app)


def test_errors_without_other_models(open_pca: OpenPage, without_models: Path) -> None:
    app = open_pca(view="Error", beside="Models")
    assert "The library has no other model of these data" in said(app)


def test_two_classes_in_the_plane(open_pca: OpenPage) -> None:
    app = open_pca(view="The plane")
    app.button_group(key="classes").set_value(["1", "7"]).run()
    assert [trace["name"] for trace in figures(app)["pca-plane"]["data"]] == ["1", "7"]


def test_no_class_in_the_plane(open_pca: OpenPage) -> None:
    app = open_pca(view="The plane")
    app.button_group(key="classes").set_value([]).run()
    assert [info.value for info in app.info] == ["No class is chosen; press one or more of them."]


@pytest.mark.parametrize(("pick", "n_images"), [("By range", 1), ("By quantile", 1), ("None", 0)])
def test_images_picked_from_the_plane(open_pca: OpenPage, pick: str, n_images: int) -> None:
    layout = figures(open_pca(view="The plane", pick=pick))["pca-plane"]["layout"]
    assert len(layout.get("images", [])) == n_images


def test_why_eigenvectors_needs_no_data(open_pca: OpenPage, without_data: None, without_models: Path) -> None:
    app = open_pca(view="Why eigenvectors", angle="45", data="mnist")
    assert json.loads(component(app, "direction_dial").json)["start"] == 45
    assert app.query_params["angle"] == "45"


def test_the_covariance_says_what_k_terms_keep_on_train_and_on_test(open_pca: OpenPage) -> None:
    app = open_pca(view="Variance", part="Covariance", rank="7")
    assert sorted(figures(app)) == ["pca-covariance", "pca-outer-products"]
    train = load_dataset("digits").pixels().astype(np.float64)
    share = decomposition.PCA(7, svd_solver="full").fit(train).explained_variance_ratio_.sum()
    assert f"The first 7 terms keep {100 * share:.1f} % of the total variance on train and " in said(app)
    assert f"drawn at random keep {700 / 64:.1f} %" in said(app)


@pytest.mark.usefixtures("without_data", "clear_caches")
def test_the_covariance_without_the_data(open_pca: OpenPage) -> None:
    app = open_pca(view="Variance", part="Covariance", data="mnist")
    assert "on train; 5 directions drawn at random" in said(app)
    assert "The picture shows 196 of the 784 pixels" in said(app)


def test_an_image_of_either_split_with_its_terms_one_by_one(open_pca: OpenPage) -> None:
    app = open_pca(view="One image", split="train", sample="1000", below="One term each")
    labels = [note["text"] for note in figures(app)["pca-terms"]["layout"]["annotations"]]
    assert labels[-1] == "x̄ + z₈w₈"
    assert app.number_input(key="sample").label == "Train image, by its number"
    assert app.number_input(key="sample").value == 1000
    app.button_group(key="split").set_value("test").run()
    assert app.number_input(key="sample").value == 0
    assert not app.exception


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_probabilistic_pca_shows_its_picture(open_pca: OpenPage, part: str) -> None:
    app = open_pca(view="Probabilistic", part=part)
    assert sorted(figures(app)) == sorted(PARTS[part])
    assert not app.warning


def test_the_marked_k_is_scikit_learns_score(open_pca: OpenPage) -> None:
    app = open_pca(view="Probabilistic", latent_dims="7")
    train, test = (load_dataset("digits", split).pixels() for split in ("train", "test"))
    oracle = decomposition.PCA(7, svd_solver="full").fit(train.astype(np.float64))
    assert [float(metric.value) for metric in app.metric] == [
        pytest.approx(oracle.score(split), abs=0.051) for split in (test, train)
    ]
    texts = [trace.get("text", [""])[0] for trace in figures(app)["ppca-likelihood"]["data"]]
    assert f"<b>k = 7: {app.metric[0].value}</b>" in texts


def test_the_best_k_is_told(open_pca: OpenPage) -> None:
    train, test = (load_dataset("digits", split).pixels() for split in ("train", "test"))
    scores = [decomposition.PCA(k, svd_solver="full").fit(train.astype(np.float64)).score(test) for k in range(1, 60)]
    assert f"highest at k = **{np.argmax(scores) + 1}** of 59" in said(open_pca(view="Probabilistic"))


def test_draws_of_the_posterior_follow_sample_and_seed(open_pca: OpenPage) -> None:
    app = open_pca(view="Probabilistic", part="Posterior")
    before = figures(app)["ppca-draws"]
    app.number_input(key="draw").set_value(1).run()
    other_draws = figures(app)["ppca-draws"]
    app.number_input(key="sample").set_value(3).run()
    assert len({json.dumps(figure) for figure in (before, other_draws, figures(app)["ppca-draws"])}) == 3
    assert "one and the same shape" in said(app)


def test_samples_say_how_much_noise_a_pixel_has(open_pca: OpenPage) -> None:
    app = open_pca(view="Probabilistic", part="Samples", latent_dims="20")
    train = load_dataset("digits").pixels().astype(np.float64)
    noise = decomposition.PCA(20, svd_solver="full").fit(train).noise_variance_
    assert f"**{np.sqrt(noise):.3f}**" in said(app)
    notes = [note["text"] for note in figures(app)["ppca-samples"]["layout"]["annotations"] if note["text"]]
    assert [note.split(":")[0] for note in notes] == ["<b>PCA", "<b>PPCA", "<b>PPCA", "<b>Real test images</b>"]


@pytest.mark.usefixtures("without_data", "clear_caches")
@pytest.mark.parametrize("part", PARTS)
def test_probabilistic_pca_without_the_data(open_pca: OpenPage, part: str) -> None:
    app = open_pca(view="Probabilistic", part=part, data="mnist")
    assert sorted(figures(app)) == sorted(PARTS[part])
    assert "MNIST is not on this machine" in said(app)
    if part == "Density":
        assert "Without the images only train is known." in said(app)


@pytest.mark.usefixtures("without_data", "clear_caches")
def test_a_dimension_too_many_is_moved_back(open_pca: OpenPage) -> None:
    app = open_pca(view="Probabilistic", data="mnist", latent_dims="700")
    app.selectbox(key="data").select("digits").run()
    assert not app.exception
    assert app.number_input(key="latent_dims").value == 59


@pytest.mark.usefixtures("without_data", "clear_caches")
@pytest.mark.parametrize("view", [view for view in FIGURES if view != "One image"])
def test_without_the_data_the_shipped_pca_shows_what_it_can(open_pca: OpenPage, view: str) -> None:
    assert sorted(figures(open_pca(view=view, data="mnist"))) == sorted(FIGURES[view])


@pytest.mark.usefixtures("without_data", "clear_caches")
@pytest.mark.parametrize("view", ["One image", "Error", "The plane"])
def test_what_is_missing_is_said_with_how_to_get_it(open_pca: OpenPage, view: str) -> None:
    assert "MNIST is not on this machine: download it" in said(open_pca(view=view, data="mnist"))


@pytest.mark.usefixtures("without_data")
def test_without_data_and_model_the_page_says_how_to_get_them(open_pca: OpenPage, without_models: Path) -> None:
    app = open_pca(data="kmnist")
    assert "KMNIST is not on this machine" in said(app)
    assert not app.get("plotly_chart")


@pytest.mark.usefixtures("without_data")
def test_what_can_be_shown_comes_first(open_app_page: OpenPage, without_models: Path) -> None:
    assert open_app_page("pca").selectbox(key="data").value == "digits"


@pytest.mark.usefixtures("without_data", "clear_caches")
def test_without_data_a_torn_pca_counts_as_none(open_pca: OpenPage, without_models: Path) -> None:
    shutil.copytree(SHIPPED / "pca", without_models / "pca")
    (without_models / "pca" / "weights.safetensors").write_bytes(b"torn")
    app = open_pca(data="mnist")
    assert not app.exception
    assert ["MNIST is not on this machine" in info.value for info in app.info] == [True]


@pytest.mark.usefixtures("clear_caches")
def test_a_torn_data_set_is_one_sentence(open_pca: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte").write_bytes(b"torn")
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    app = open_pca(view="One image", data="mnist")
    assert not app.exception
    assert f"{raw / 'train-images-idx3-ubyte'} is no IDX file of unsigned bytes; delete it" in said(app)


@pytest.mark.parametrize(
    ("view", "query"),
    [
        ("Eigendigits", {"view": "Nothing", "first": "0", "count": "11", "show": "all"}),
        ("Eigendigits", {"data": "cifar"}),
        ("One image", {"k": "abc", "sample": "-1"}),
        ("One image", {"split": "validation", "below": "All"}),
        ("Variance", {"part": "Half"}),
        ("One image", {"k": "65", "sample": "360"}),
        ("The plane", {"classes": "eleven", "pick": "By luck", "cells": "25"}),
        ("Error", {"beside": "Nobody"}),
        ("Probabilistic", {"part": "Faith", "latent_dims": "60"}),
        ("Why eigenvectors", {"angle": "360"}),
    ],
    ids=str,
)
def test_a_wrong_link_is_named_and_the_page_goes_on(open_pca: OpenPage, view: str, query: dict[str, str]) -> None:
    app = open_pca(**{"view": view} | query)
    assert named(query, app) == dict.fromkeys(query, 1)
    assert len(app.warning) == len(query)
    assert component(app, COMPONENTS[view]) if view in COMPONENTS else figures(app)
