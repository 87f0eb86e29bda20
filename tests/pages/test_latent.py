"""The latent page without a browser: what the link says, what is missing, and what is shown all the same."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import load_dataset
from explorer.data.handwriting import StrokesText, drawn_sample
from explorer.models.spec import VAESpec
from explorer.models.written_numbers import with_minus
from explorer.store import load_checkpoint, load_codes
from explorer.ui.plane.marked_samples import MarkedSamples, taken_samples
from explorer.ui.views.latent.lasso import decoded_along
from explorer.ui.views.latent.panels import describe
from tests.conftest import ROOT, app_page

SHIPPED = ROOT / "checkpoints"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the three digits models in a folder of its own, on a machine without MNIST."""
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "nothing"))
    return tmp_path


def open_latent(**query: str) -> AppTest:
    app = app_page("latent", **query).run()
    assert not app.exception
    return app


def shows_canvas(app: AppTest) -> bool:
    """Whether the latent canvas stands on the page."""
    names = [element.proto.component_name for element in app.get("bidi_component")]
    return "latent_canvas" in names


@pytest.mark.usefixtures("library")
def test_it_opens_on_a_model_with_its_figures() -> None:
    app = open_latent()
    assert app.selectbox(key="model").value == "digits-ae-2d"
    assert shows_canvas(app)
    assert any("test MSE 0.03" in text.value and "1,437 training samples" in text.value for text in app.markdown)


@pytest.mark.usefixtures("library")
def test_everything_that_a_model_gives_can_be_taken_away() -> None:
    app = open_latent(model="digits-vae-2d", z="0.5,-1")
    names = [button.proto.label for button in app.get("download_button")]
    for label in ("This scene as one HTML file", "The model as ONNX", "The training for TensorBoard"):
        assert label in names


@pytest.mark.usefixtures("library")
def test_a_model_in_closed_form_offers_no_training() -> None:
    names = [button.proto.label for button in open_latent(model="digits-pca").get("download_button")]
    assert "The model as ONNX" in names
    assert "The training for TensorBoard" not in names


@pytest.mark.usefixtures("library")
def test_the_link_chooses_the_model_and_the_pin() -> None:
    app = open_latent(model="digits-vae-2d", z="0.5,-1")
    assert app.selectbox(key="model").value == "digits-vae-2d"
    assert not app.warning
    assert app.query_params["z"] == "0.5,-1"


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("z", ["abc", "1e999,0", "nan,0", "1", "1,2,3", "2e6,0"])
def test_a_pin_that_is_no_point_is_named_and_left_out(z: str) -> None:
    app = open_latent(z=z)
    assert [f"z={z}" in warning.value and "must be 2 numbers" in warning.value for warning in app.warning] == [True]
    assert shows_canvas(app)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("canvas", ["grid-lines", "view-0,0,0", "classes-10", "points-on", "<b>"])
def test_a_view_that_is_none_is_named_and_left_out(canvas: str) -> None:
    app = open_latent(canvas=canvas)
    assert [f"canvas={canvas}" in warning.value.replace("\\", "") for warning in app.warning] == [True]
    assert "the view of the plane must be any of grid-range or grid-quantile" in app.warning[0].value
    assert "canvas" not in app.query_params
    assert shows_canvas(app)


@pytest.mark.usefixtures("library")
def test_a_model_that_is_not_there_is_named() -> None:
    app = open_latent(model="gone")
    assert "model=gone" in app.warning[0].value
    assert "digits-ae-2d" in app.warning[0].value
    assert shows_canvas(app)


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    app = open_latent()
    assert "Train one" in app.info[0].value


def test_a_torn_model_is_not_offered_and_the_others_show(library: Path) -> None:
    weights = library / "digits-ae-2d" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    app = open_latent()
    assert "digits-ae-2d" not in str(app.selectbox(key="model").options)
    assert shows_canvas(app)


def test_a_plane_through_one_dimension_twice_is_refused(library: Path) -> None:
    shutil.copytree(SHIPPED / "vae-20d", library / "vae-20d")
    app = open_latent(model="vae-20d", plane="two axes", i="3", j="3")
    assert "span no plane" in app.error[0].value
    app.number_input(key="j").set_value(4).run()
    assert not app.error
    assert shows_canvas(app)


def test_without_its_data_set_a_model_still_shows(library: Path, clear_caches: None) -> None:
    shutil.copytree(SHIPPED / "ae-2d", library / "ae-2d")
    app = open_latent(model="ae-2d", sample="0")
    assert shows_canvas(app)
    assert any("MNIST is not on this machine" in info.value for info in app.info)


@pytest.mark.usefixtures("library")
def test_a_sample_is_followed_through_the_model() -> None:
    app = open_latent(sample="7")
    assert app.number_input(key="sample").value == 7
    assert any("Squared error summed over the 64 pixels" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("library")
def test_a_sample_is_followed_only_when_that_is_asked_for() -> None:
    app = open_latent()
    assert not app.number_input
    assert not app.get("plotly_chart")
    app.session_state["following"] = True
    assert app.run().number_input(key="sample").value == 0
    assert len(app.get("plotly_chart")) == 1
    app.number_input(key="sample").set_value(3).run()
    assert app.number_input(key="sample").value == 3


SEVEN = "3030c030-c03070d0"
ALL_CODES = "-1000,-1000,1000,-1000,1000,1000,-1000,1000"
UPPER_HALF = "-1000,0,1000,0,1000,1000,-1000,1000"


@pytest.mark.usefixtures("library")
def test_the_link_holds_the_outline_and_what_it_marks() -> None:
    app = open_latent(model="digits-vae-2d", lasso=UPPER_HALF)
    codes = load_codes(str(SHIPPED / "digits-vae-2d"))
    n_marked = int((codes.train[:, 1] > 0).sum())
    said = " ".join(str(text.value) for text in app.markdown)
    assert f"{n_marked:,} of 1,437 training samples are marked" in said
    assert len(app.get("plotly_chart")) == 3
    names = {button.proto.label for button in app.get("download_button")}
    assert {"CSV", "PARQUET", "NPZ"} <= names


@pytest.mark.usefixtures("library")
def test_an_outline_around_everything_leaves_no_others() -> None:
    app = open_latent(model="digits-vae-2d", lasso=ALL_CODES)
    assert any("of the others has 0 training samples, too few for a mean" in info.value for info in app.info)


@pytest.mark.usefixtures("library")
def test_an_outline_that_is_none_is_named_and_one_is_invited() -> None:
    app = open_latent(model="digits-vae-2d", lasso="1,2,3")
    assert "`lasso=1,2,3`, but the outline around codes must be 3 to 48 points" in app.warning[0].value
    assert any("Draw an outline around codes" in info.value for info in app.info)


@pytest.mark.usefixtures("library")
def test_marked_samples_are_saved_as_a_class_and_the_outline_is_cleared() -> None:
    app = open_latent(model="digits-vae-2d", lasso=UPPER_HALF)
    app.text_input(key="marked_name").set_value("upper").run()
    app.button(key="save_marked").click().run()
    assert any("The data set digits_marked has the classes others and upper" in said.value for said in app.success)
    assert load_dataset("digits_marked", "test").class_names == ("others", "upper")
    next(button for button in app.button if button.label == "Clear the outline").click().run()
    assert "lasso" not in app.query_params


@pytest.mark.usefixtures("library")
def test_the_direction_leads_from_the_others_to_the_marked_ones() -> None:
    checkpoint = load_checkpoint(str(SHIPPED / "digits-ae-2d"))
    codes = checkpoint.codes
    is_marked = codes.train_labels == 4
    marked = MarkedSamples(checkpoint, is_marked, codes.test_labels == 4, None)
    means = [codes.train[rows].mean(axis=0, dtype=np.float64) for rows in (~is_marked, is_marked)]
    along = decoded_along(marked, 4)  # strengths -1, 0, 1, 2
    expected = checkpoint.model.decode(np.array([2 * means[0] - means[1], *means, 2 * means[1] - means[0]], np.float32))
    np.testing.assert_allclose(along, expected, atol=1e-5)
    taken = taken_samples(marked)
    np.testing.assert_array_equal(taken.columns["sample"], np.flatnonzero(is_marked))
    assert set(taken.classes) == {"4"}
    assert set(taken.arrays) == {"z"}


@pytest.mark.usefixtures("library")
def test_a_drawing_is_followed_in_place_of_a_test_sample_and_its_code_is_pinned() -> None:
    app = open_latent(model="digits-vae-2d", follow="drawing", ink=SEVEN)
    x = drawn_sample(StrokesText().parse(SEVEN), (8, 8)).reshape(1, -1)
    z = load_checkpoint(str(SHIPPED / "digits-vae-2d")).model.encode(x)[0]
    assert any(caption.value.startswith(with_minus(f"Code z = ({z[0]:.3f}, {z[1]:.3f})")) for caption in app.caption)
    assert not app.number_input
    next(button for button in app.button if button.label == "Show its code in the plane").click().run()
    assert [float(number) for number in str(app.query_params["z"]).split(",")] == pytest.approx(z.tolist(), rel=1e-3)


@pytest.mark.usefixtures("library")
def test_an_empty_sheet_is_offered() -> None:
    app = open_latent(model="digits-vae-2d", follow="drawing", ink="none")
    assert any("Draw on the sheet" in info.value for info in app.info)


@pytest.mark.usefixtures("library")
def test_a_conditional_model_follows_test_samples_alone(library: Path) -> None:
    shutil.copytree(SHIPPED / "digits-cvae-2d", library / "digits-cvae-2d")
    app = open_latent(model="digits-cvae-2d", follow="drawing", ink=SEVEN)
    assert app.number_input(key="sample").value == 0


@pytest.mark.parametrize(
    ("shape", "said"),
    [((8, 8), "(mean over pixels) · test rate 1.00 + distortion 2.0 nats per image"), ((24,), "values")],
)
def test_a_model_of_no_pictures_has_no_pixels(shape: tuple[int, ...], said: str) -> None:
    metrics = {"mse": 0.5, "rate_nats": 1.0, "distortion_nats": 2.0}
    run = SimpleNamespace(dataset="mine", trained_here=True, model=VAESpec(latent_dim=2))
    header = SimpleNamespace(metrics=metrics, sample_shape=shape, class_names=("a",))
    checkpoint: Any = SimpleNamespace(run=run, header=header, info=SimpleNamespace(title="VAE, K = 2"))
    assert said in describe(checkpoint)
    assert ("pixel" in describe(checkpoint)) == (len(shape) > 1)
