"""The data page without a browser: every source, every view, what is missing, what the link says."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import load_dataset
from explorer.ui.views.data.dimensions import measured_distances

OpenPage = Callable[..., AppTest]
VIEWS = ("Samples", "Means", "Random", "Dimensions")


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any downloaded data set."""
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "none"))


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["digits", "arc", "swiss_roll"])
def test_every_view_of_every_kind_of_data(open_app_page: OpenPage, name: str, view: str) -> None:
    app = open_app_page("data", data=name, view=view)
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.usefixtures("no_data")
def test_without_any_download_it_opens_on_what_is_there(open_app_page: OpenPage) -> None:
    app = open_app_page("data")
    assert app.selectbox(key="data").value == "digits"
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("name", ["mnist", "fremont"])
def test_missing_data_set_says_how_to_get_it_and_offers_to(open_app_page: OpenPage, name: str) -> None:
    app = open_app_page("data", data=name)
    assert "not on this machine" in app.info[0].value
    assert not app.button(key=f"download_{name}").disabled
    assert not app.exception


HOSTILE_COUNTS = "Date,East,West\n0001-01-01T00:00,1,1\n9999-12-31T23:00,1,1\n"


@pytest.fixture
def bad_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clear_caches: None) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    (tmp_path / "FremontBridge.csv").write_text(HOSTILE_COUNTS)
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte").write_bytes(b"torn")


@pytest.mark.usefixtures("bad_files")
@pytest.mark.parametrize("slug", ["home", "data", "manifold", "train", "objectives"])
def test_bad_files_in_the_data_folder_take_no_page_down(open_app_page: OpenPage, slug: str) -> None:
    app = open_app_page(slug)
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("bad_files")
@pytest.mark.parametrize(
    ("name", "sentence"), [("fremont", "correct its year"), ("mnist", "is no IDX file of unsigned bytes; delete it")]
)
def test_bad_file_is_one_sentence_where_it_would_be_shown(open_app_page: OpenPage, name: str, sentence: str) -> None:
    app = open_app_page("data", data=name)
    assert not app.exception
    assert [sentence in info.value for info in app.info] == [True]


@pytest.mark.usefixtures("no_data")
def test_logarithmic_scale_reaches_all_dimensions(open_app_page: OpenPage) -> None:
    app = open_app_page("data", view="Dimensions", log="true")
    assert app.toggle(key="log").value
    assert "| 64 | 10<sup>" in "".join(text.value for text in app.markdown)


PARTS = {
    "Ball in a cube": "dimensions",
    "Distances": "distances",
    "Samples needed": "samples-needed",
    "Features": "peaking",
    "Corners": "corners",
}


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_many_dimensions_shows_its_picture(open_app_page: OpenPage, part: str) -> None:
    app = open_app_page("data", view="Dimensions", part=part)
    assert not app.exception
    assert not app.warning
    assert [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")] == [PARTS[part]]


@pytest.mark.usefixtures("no_data")
def test_distances_tell_the_dimension_of_the_data_from_that_of_shuffled_ones(open_app_page: OpenPage) -> None:
    app = open_app_page("data", view="Dimensions", part="Distances")
    own, shuffled, uniform = measured_distances(load_dataset("digits"))
    text = "".join(element.value for element in app.markdown)
    assert f"about {own.like_uniform_in:.0f} dimensions" in text
    assert own.like_uniform_in < shuffled.like_uniform_in < uniform[64].like_uniform_in


@pytest.mark.usefixtures("no_data")
def test_corners_follow_the_number_of_dimensions(open_app_page: OpenPage) -> None:
    app = open_app_page("data", view="Dimensions", part="Corners", latent_dims="2")
    assert f"uniform draws {100 - 25 * math.pi:.1f} % lie outside" in "".join(element.value for element in app.markdown)
    app.slider(key="latent_dims").set_value(20).run()
    assert "uniform draws nearly 100 % lie outside" in "".join(element.value for element in app.markdown)


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize(("key", "value"), [("data", "cifar"), ("view", "Everything"), ("draw", "1e999")])
def test_bad_link_is_named_and_the_default_shown(open_app_page: OpenPage, key: str, value: str) -> None:
    app = open_app_page("data", **{key: value})
    assert f"{key}={value}" in app.warning[0].value
    assert len(app.get("plotly_chart")) == 1
