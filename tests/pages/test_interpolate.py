"""The page of walks without a browser: every view, with and without the data set, ends of all kinds, bad links."""

import json
import re
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from explorer.analysis.interpolation import nearest_code_distance
from explorer.data import load_dataset
from explorer.jobs.save_run import finish
from explorer.models import make_spec
from explorer.models.mixture import standard_normal
from explorer.store import Codes, load_codes
from explorer.store.codes import parse_codes
from explorer.training import RunSpec, start, train
from explorer.ui.models.at_hand import usable_models
from explorer.ui.views.interpolate.panels import _capital, attribute_words, norm_words, with_prior
from tests.conftest import named

ROOT = Path(__file__).parents[2]
VIEWS = ("Between two samples", "Attributes", "One axis")
OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Digits models, whose images are always there, and two of MNIST on a machine without it."""
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d", "ae-2d", "vae-20d", ".classifiers"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    return tmp_path


@pytest.fixture(autouse=True, scope="module")
def _nothing_from_other_modules() -> None:
    """Data sets that other tests loaded are not on this machine."""
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_walk(open_app_page: OpenPage) -> Callable[..., AppTest]:
    def open_page(**query: str) -> AppTest:
        app = open_app_page("interpolate", **{"model": "digits-vae-2d", **query})
        assert not app.exception
        return app

    return open_page


def stage(app: AppTest) -> dict[str, Any]:
    """What travels to the browser, without the arrays."""
    (blob,) = [
        element.proto.bytes
        for element in app.get("bidi_component")
        if element.proto.component_name == "interpolation_player"
    ]
    header: dict[str, Any] = json.loads(blob[4 : 4 + struct.unpack("<I", blob[:4])[0]])
    return header


def shows_stage(app: AppTest) -> bool:
    return "interpolation_player" in [element.proto.component_name for element in app.get("bidi_component")]


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.info, *app.caption))


def titles(app: AppTest) -> list[str]:
    return [row["title"] for row in stage(app)["rows"]]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", ["digits-ae-2d", "digits-pca", "digits-vae-2d", "ae-2d", "vae-20d"])
def test_every_view_shows_every_model_with_and_without_its_images(open_walk: OpenPage, view: str, model: str) -> None:
    app = open_walk(view=view, model=model)
    assert not app.error
    assert not app.warning
    assert len(stage(app)["ticks"]) == 7
    assert ("MNIST is not on this machine" in text(app)) == (not model.startswith("digits") and view != "One axis")


def test_it_opens_without_a_link_on_a_shipped_model_without_its_data_set(open_app_page: OpenPage) -> None:
    app = open_app_page("interpolate")
    assert app.selectbox(key="model").value == "ae-2d"
    assert titles(app) == ["linear", "spherical", "pixels"]
    assert stage(app)["rows"][2]["note"] == "decoded ends blended"


def test_rows_stand_step_for_step_beside_their_plane_and_their_distance(open_walk: OpenPage) -> None:
    header = stage(open_walk())
    assert [f"points{i}" in header["arrays"] for i in range(3)] == [True, True, False]
    assert [row["readings"] is None for row in header["rows"]] == [False, False, True]
    assert [band["name"] for band in header["chart"]["bands"]] == ["held-out"]
    assert header["plane"]["axis_labels"] == ["z₁", "z₂"]
    assert header["rows"][2]["note"] == "the samples blended"
    assert {len(row["notes"]) for row in header["rows"]} == {61}
    assert header["captions"][30] == "50 % of the path"


def test_distances_of_pictures_have_all_three_rows_and_both_nulls(open_walk: OpenPage) -> None:
    header = stage(open_walk(below="distance of pictures"))
    assert all(row["readings"] is not None for row in header["rows"])
    assert [band["name"] for band in header["chart"]["bands"]] == ["decoded", "tests"]


def test_distances_of_pictures_need_the_images_and_the_strips_go_on(open_walk: OpenPage) -> None:
    app = open_walk(model="ae-2d", below="distance of pictures")
    assert "MNIST is not on this machine" in app.info[0].value
    assert stage(app)["chart"] is None


def test_the_classifier_is_asked_where_there_is_one(open_walk: OpenPage, library: Path) -> None:
    header = stage(open_walk(below="classifier"))
    assert header["chart"]["top"] == 1
    assert header["chart"]["bands"][0]["middle"] == pytest.approx(0.1)
    shutil.rmtree(library / ".classifiers")
    app = open_walk(below="classifier")
    assert "train-classifier --dataset digits" in app.info[0].value
    assert stage(app)["rows"][0]["notes"] == []


def test_more_steps_and_other_ends(open_walk: OpenPage) -> None:
    assert load_dataset("digits", "test").labels[14] == 5
    app = open_walk()
    before = stage(app)["signature"]
    app.number_input(key="n").set_value(9).run()
    assert len(stage(app)["ticks"]) == 9
    app.selectbox(key="walk_class_to").set_value("5").run()
    assert "to test sample 14, class 5" in text(app)
    assert app.query_params["to"] in ("14", ["14"])
    app.number_input(key="from").set_value(0).run()
    assert "From test sample 0, class 7" in text(app)
    assert stage(app)["signature"] != before


def test_points_of_the_link_are_the_ends_until_a_class_is_chosen(open_walk: OpenPage) -> None:
    app = open_walk(start="0.5,-1", end="-1,1")
    assert "From the point (0.5, -1) to the point (-1, 1)" in text(app)
    assert app.number_input(key="from").disabled
    assert stage(app)["rows"][2]["note"] == "decoded ends blended"
    app.selectbox(key="walk_class_from").set_value("4").run()
    assert "From test sample" in text(app)
    assert "start" not in app.query_params
    assert "end" in app.query_params


def test_identical_ends_are_one_sentence_and_the_page_goes_on(open_walk: OpenPage) -> None:
    app = open_walk(**{"from": "5", "to": "5"})
    assert "two different samples" in app.error[0].value
    app.number_input(key="to").set_value(6).run()
    assert not app.error
    assert shows_stage(app)


def test_ends_on_one_line_with_the_centre_say_so(open_walk: OpenPage) -> None:
    app = open_walk(start="1,1", end="-1,-1")
    assert "one line with the centre" in app.info[0].value


def test_an_attribute_says_how_many_samples_stand_behind_it(open_walk: OpenPage) -> None:
    app = open_walk(view="Attributes", plus="8", minus="3")
    assert "(mean of class 8 − mean of class 3)" in text(app)
    labels = load_dataset("digits").labels
    assert f"over {(labels == 8).sum()} and {(labels == 3).sum()} training samples" in text(app)
    assert titles(app) == ["codes", "pixels"]
    header = stage(app)
    assert header["ticks"] == ["−1", "−0.5", "0", "0.5", "1", "1.5", "2"]
    assert header["captions"][header["start"]] == "strength 0.00"


def test_without_images_the_arithmetic_is_in_codes_alone(open_walk: OpenPage) -> None:
    assert titles(open_walk(view="Attributes", model="ae-2d")) == ["codes"]


def test_a_class_less_itself_is_refused(open_walk: OpenPage) -> None:
    app = open_walk(view="Attributes", plus="3", minus="3")
    assert "choose two different classes" in app.error[0].value
    app.selectbox(key="plus").set_value("5").run()
    assert not app.error


@pytest.mark.usefixtures("clear_caches")
def test_a_class_with_two_samples_is_one_sentence(open_walk: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    few = np.where(load_dataset("digits").labels == 8, 3, load_dataset("digits").labels)
    few[:2] = 8
    monkeypatch.setattr("explorer.store.checkpoints.parse_codes", with_labels(few))
    app = open_walk(view="Attributes", plus="8", minus="3")
    assert "Class 8 has 2 training samples, too few for a mean" in app.error[0].value
    app.selectbox(key="plus").set_value("5").run()
    assert not app.error
    assert shows_stage(app)


def with_labels(labels: NDArray[np.int64]) -> Callable[..., Codes]:
    """Codes as they are read, with other labels of the training samples."""

    def read(*given: Any) -> Codes:
        return replace(parse_codes(*given), train_labels=labels)

    return read


def test_axes_stand_by_falling_kl_and_have_a_pager(open_walk: OpenPage) -> None:
    app = open_walk(view="One axis", model="vae-20d")
    first = stage(app)
    assert len(first["rows"]) == 16
    assert first["columns"] == 2
    assert first["plane"] is None
    nats = [float(row["note"].split("KL ")[1].split()[0]) for row in first["rows"]]
    assert nats == sorted(nats, reverse=True)
    app.selectbox(key="axes").set_value("17 to 20").run()
    assert len(stage(app)["rows"]) == 4


def test_axes_of_two_dimensions_stand_in_their_plane(open_walk: OpenPage) -> None:
    header = stage(open_walk(view="One axis", model="digits-pca"))
    assert header["plane"] is not None
    assert [row["title"] for row in header["rows"]] == ["z₁", "z₂"]
    assert "variance" in header["rows"][0]["note"]


def test_more_dimensions_show_principal_components_and_say_their_share(open_walk: OpenPage) -> None:
    plane = stage(open_walk(model="vae-20d"))["plane"]
    assert plane["axis_labels"] == ["PC 1 of the codes", "PC 2"]
    assert "of the codes' variance" in plane["note"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "9999", "to": "abc", "start": "1,2,3", "end": "nan,0", "n": "2", "below": "luck", "at": "2"},
        {"n": "1e999"},
        {"view": "Sideways", "model": "gone"},
    ],
    ids=str,
)
def test_what_a_link_may_not_say_is_named_and_left_out(open_walk: OpenPage, query: dict[str, str]) -> None:
    app = open_walk(**query)
    assert named(query, app) == dict.fromkeys(query, 1)
    assert shows_stage(app)


def test_a_point_of_another_dimension_is_forgotten_with_the_model(open_walk: OpenPage) -> None:
    app = open_walk(start="0.5,-1")
    app.selectbox(key="model").set_value("vae-20d").run()
    assert not app.warning
    assert "start" not in app.query_params


def train_tiny(family: str, dataset: str, **fields: object) -> None:
    """Keep a model of that family as "tiny" after one epoch."""
    state = start(RunSpec(make_spec(family, fields), dataset, n_epochs=1), load_dataset(dataset))
    finish(state, list(train(state)), "tiny")


@pytest.mark.usefixtures("clear_caches")
@pytest.mark.parametrize("view", VIEWS)
def test_one_dimension_is_a_line(open_walk: OpenPage, view: str) -> None:
    train_tiny("pca", "digits", latent_dim=1)
    app = open_walk(model="tiny", view=view)
    assert not app.error
    assert stage(app)["plane"]["axis_labels"] == ["z₁", ""]


@pytest.mark.parametrize("view", VIEWS)
def test_a_conditional_model_is_told_one_class(open_walk: OpenPage, view: str) -> None:
    train_tiny("cvae", "digits", hidden="8")
    app = open_walk(model="tiny", view=view, told="4", below="distance of pictures")
    assert not app.error
    assert "given class 4 throughout" in text(app)
    before = stage(app)["signature"]
    app.selectbox(key="told").set_value("5").run()
    assert stage(app)["signature"] != before


def test_the_distance_of_a_conditional_model_is_to_codes_of_the_class_that_it_is_told(open_walk: OpenPage) -> None:
    train_tiny("cvae", "digits", hidden="8")
    shown = stage(open_walk(model="tiny", told="4", below="distance of codes"))["chart"]["bands"][0]
    codes = load_codes("tiny")
    nearest = nearest_code_distance(codes.train[codes.train_labels == 4])
    assert shown["middle"] == pytest.approx(np.median(nearest.distance(codes.test[codes.test_labels == 4])))


def test_a_mixture_as_prior_turns_around_the_mean_code_and_orders_axes_by_variance(open_walk: OpenPage) -> None:
    train_tiny("gmvae", "digits", hidden="8")
    assert "is an arc around the mean code" in text(open_walk(model="tiny"))
    assert "variance" in stage(open_walk(model="tiny", view="One axis"))["rows"][0]["note"]
    assert "is an arc around 0" in text(open_walk())


def test_samples_like_points_are_refused_in_a_sentence(open_walk: OpenPage) -> None:
    train_tiny("pca", "swiss_roll", latent_dim=2)
    app = open_walk(model="tiny")
    assert "swiss_roll are points" in app.error[0].value


def test_the_place_on_the_way_comes_from_the_link(open_walk: OpenPage) -> None:
    assert stage(open_walk(at="0.5"))["start"] == 30


def test_an_empty_library_says_what_to_do(open_app_page: OpenPage, library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_app_page("interpolate").info[0].value


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (0, 2, "sees class a (0.80) at strength 0 and class c (0.80) at strength 1: the arithmetic leads to the class"),
        (2, 2, "the decoded sample was of the class that was added before"),
        (0, 1, "the arithmetic does not lead to class c here."),
    ],
)
def test_what_attribute_arithmetic_did_is_said_by_the_classifier(before: int, after: int, sentence: str) -> None:
    verdicts = np.full((2, 3), 0.1, np.float32)
    verdicts[0, before] = verdicts[1, after] = 0.8
    assert sentence in attribute_words(verdicts, ("a", "b", "c"), 2)


def test_names_of_classes_are_shown_as_they_are() -> None:
    verdicts = np.eye(2, dtype=np.float32)
    assert r"class \*a\* (1.00) at strength 0 and class B (1.00)" in attribute_words(verdicts, ("*a*", "B"), 1)
    assert _capital("test sample 3, class Weekend") == "Test sample 3, class Weekend"


def test_two_draws_of_the_prior_are_walked_between(open_walk: OpenPage) -> None:
    app = open_walk(view="Between two draws", draw="3")
    assert [one for one in app.selectbox(key="model").options if "VAE" not in one] == []
    assert len(stage(app)["ticks"]) == 10
    assert "The ends lie" in text(app)
    assert "From a draw of p(z) to another draw of p(z)" in text(app)
    other = text(open_walk(view="Between two draws", draw="4")).partition("The ends lie")[2]
    assert other[:20] != text(app).partition("The ends lie")[2][:20]


def test_draws_begin_with_the_vae_of_most_dimensions() -> None:
    assert list(with_prior(usable_models())) == ["vae-20d", "digits-vae-2d"]


def test_the_middle_of_the_straight_way_is_told_beside_the_priors_shell() -> None:
    ends = np.zeros((2, 20), np.float32)
    ends[0, 0], ends[1, 1] = 4, 4
    told = norm_words(ends, standard_normal(20))
    assert "The ends lie 4.00 and 4.00 from 0, the middle of the straight path 2.83" in told
    assert "of the straight path 2.83, that of the spherical path 4.00. In 20 dimensions" in told
    assert "In 20 dimensions 95 % of the draws from N(0, I) lie between 3.10 and 5.85 from 0" in told


@pytest.mark.parametrize(
    ("n_dims", "length", "sentence"),
    [
        (20, 4.0, "in the middle the straight path is nearer to 0 than they are, the spherical path is not."),
        (20, 2.0, "in the middle both paths are nearer to 0 than they are."),
        (2, 2.0, "the straight path keeps this distance here. In more dimensions it comes nearer to 0"),
    ],
)
def test_which_path_keeps_to_the_priors_shell_is_said_from_its_middle(
    n_dims: int, length: float, sentence: str
) -> None:
    ends = np.zeros((2, n_dims), np.float32)
    ends[0, 0] = ends[1, 1] = length
    assert sentence in norm_words(ends, standard_normal(n_dims))


def test_beside_a_learned_prior_stand_draws_of_that_prior() -> None:
    ends = np.zeros((2, 20), np.float32)
    ends[0, 0], ends[1, 1] = 4, 4
    wide = replace(standard_normal(20), log_vars=np.full((1, 20), 2 * np.log(3), np.float32))
    words = norm_words(ends, wide)
    low, high = re.findall(r"between ([\d.]+) and ([\d.]+) from 0", words)[0]
    assert (float(low), float(high)) == pytest.approx((3 * 3.10, 3 * 5.85), rel=0.01)
    assert "N(0, I)" not in words
    assert "shell" not in words


def test_the_shortest_way_stands_beside_the_straight_one_and_the_cross_fade(open_walk: Callable[..., AppTest]) -> None:
    app = open_walk(view="Geometry")
    assert titles(app) == ["linear", "geodesic", "pixels"]
    linear, bent, fade = (np.array(row["readings"]) for row in stage(app)["rows"])
    assert fade.mean() <= bent[:-1].mean() <= linear[:-1].mean()
    np.testing.assert_allclose(bent, bent.mean(), rtol=0.05)
    assert np.ptp(linear) > 0.2 * linear.mean()
    assert "Its steps change the picture by nearly equal amounts" in text(app)


def test_the_decoder_stretches_its_plane(open_walk: Callable[..., AppTest]) -> None:
    app = open_walk(view="Geometry", geometry="stretching")
    assert "stretches more where classes meet" in text(app)
    assert "50 %: no difference" in text(app)


def test_no_plane_is_stretched_of_another_number_of_dimensions(open_walk: Callable[..., AppTest]) -> None:
    app = open_walk(view="Geometry", geometry="stretching", model="vae-20d")
    assert "choose a model with K = 2" in app.error[0].value


def test_directions_are_walked_with_what_they_change_beside_chance(open_walk: Callable[..., AppTest]) -> None:
    app = open_walk(view="Directions", model="vae-20d")
    assert len(titles(app)) == 5
    said = text(app)
    assert "How far the picture moves per standard deviation" in said
    assert "Random directions: " in said
    app = open_walk(view="Directions", model="vae-20d", found_by="class contrasts")
    assert all(title.endswith("against all") for title in titles(app))


def test_a_kind_of_directions_that_there_is_not_is_named(open_walk: Callable[..., AppTest]) -> None:
    app = open_walk(view="Directions", model="vae-20d", found_by="luck")
    assert "`found_by=luck`, but how the directions were found must be" in app.warning[0].value
