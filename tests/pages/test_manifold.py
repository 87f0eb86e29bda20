"""The manifold page without a browser: training in the page, what is kept, the bridge's file in every state."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis import manifold
from explorer.lessons.keys import stages_key
from explorer.lessons.precompute import LINEAR_EPOCHS

OpenPage = Callable[..., AppTest]
EPOCHS = dict(manifold.EPOCHS)


@pytest.fixture(autouse=True)
def short_trainings(monkeypatch: pytest.MonkeyPatch, clear_caches: None) -> None:
    """Two epochs at most, and nothing kept from other tests."""
    monkeypatch.setattr(manifold, "EPOCHS", dict.fromkeys(manifold.EPOCHS, 1))


@pytest.fixture
def no_bridge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    return tmp_path


def write_days(folder: Path, n_days: int) -> None:
    lines = [
        f"2018-05-{day:02}T{hour:02}:00:00.000,{(day * hour) % 7},{hour}"
        for day in range(1, n_days + 1)
        for hour in range(24)
    ]
    (folder / "FremontBridge.csv").write_text("\n".join(["Date,East,West", *lines]))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.usefixtures("no_bridge")
def test_ten_losses_open_without_mnist(open_app_page: OpenPage) -> None:
    app = open_app_page("manifold", view="Linear", part="Ten losses")
    assert not app.exception
    assert not app.error
    names = [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")]
    assert names == ["ten-losses", "linear-pictures", "linear-axes"]
    said = " ".join(element.value for element in app.markdown)
    assert "from 0.19154 (above the chart) to 0.06488. The mean image alone has 0.06731" in said
    assert "has covered 21 % of the distance" in said


@pytest.mark.parametrize("shape", ["arc", "spiral", "circles", "s_curve", "swiss_roll"])
def test_it_opens_with_the_training_that_came_with_it(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setattr(manifold, "EPOCHS", EPOCHS)
    app = open_app_page("manifold", shape=shape, view="Layer by layer")
    assert not app.exception
    assert float(metrics(app)["Autoencoder"]) < 0.9 * float(next(iter(metrics(app).values())))
    steps = app.select_slider(key="layer_step")
    assert int(str(steps.value)) == max(map(int, steps.options))
    first = open_app_page("manifold", shape=shape, view="Layer by layer", layer_step=steps.options[0])
    assert first.select_slider(key="layer_step").value == steps.options[0]


def test_the_linear_autoencoder_opens_with_its_angles_closed(open_app_page: OpenPage) -> None:
    app = open_app_page("manifold", view="Linear")
    assert not app.exception
    assert max(float(value.rstrip("°")) for value in metrics(app).values()) < 5
    assert "Not trained yet" not in " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("shape", ["arc", "spiral", "circles", "s_curve", "swiss_roll"])
def test_another_network_opens_on_pca_and_trains_nothing_unasked(open_app_page: OpenPage, shape: str) -> None:
    app = open_app_page("manifold", shape=shape)
    assert not app.exception
    assert [label.split(",")[0] for label in metrics(app)] == ["PCA"]
    assert len(app.get("plotly_chart")) == 1


def test_trained_in_the_page_and_kept_for_whoever_asks_again(open_app_page: OpenPage) -> None:
    app = open_app_page("manifold", shape="arc", net="8-8")
    app.button(key="learn").click().run()
    assert not app.exception
    assert float(metrics(app)["Autoencoder"]) < float(metrics(app)["PCA, K = 1"])
    again = open_app_page("manifold", shape="arc", net="8-8", view="Layer by layer")
    assert metrics(again)["Autoencoder"] == metrics(app)["Autoencoder"]
    assert again.button(key="learn").label == "Watch it learn (2 s)"
    assert len(again.get("plotly_chart")) == 1


def test_another_network_is_another_training(open_app_page: OpenPage) -> None:
    app = open_app_page("manifold", shape="arc", net="8-8")
    app.button(key="learn").click().run()
    app.selectbox(key="act").set_value("tanh").run()
    assert "Autoencoder" not in metrics(app)


def test_training_that_was_stopped_keeps_what_it_reached(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app_page("manifold", shape="arc", net="8-8")
    shape = manifold.known_shape("arc")
    run = manifold.shape_run("arc", 1, (8, 8), "leaky_relu")
    stages = manifold.learn(run, shape.dataset, shape.test, shape.linear)
    app.session_state["_stopped_training"] = (stages_key(run), [next(stages), next(stages)])
    app.run()
    assert "Autoencoder" in metrics(app)
    assert app.button(key="learn").label == "Watch it learn (2 s)"


def test_divergence_is_one_sentence(open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifold, "SHAPE_RUN", replace(manifold.SHAPE_RUN, learning_rate=1e8))
    app = open_app_page("manifold", shape="arc", net="8-8", act="relu")
    app.button(key="learn").click().run()
    assert not app.exception
    assert "diverged" in app.error[0].value


def test_linear_autoencoder_shows_both_angles(open_app_page: OpenPage) -> None:
    app = open_app_page("manifold", view="Linear", subject="s_curve")
    app.button(key="learn").click().run()
    assert not app.exception
    assert list(metrics(app)) == ["Angle 1", "Angle 2"]


def test_without_the_counts_it_says_how_to_get_them(open_app_page: OpenPage, no_bridge: Path) -> None:
    app = open_app_page("manifold", view="Fremont Bridge")
    assert not app.exception
    assert "data.seattle.gov" in app.info[0].value
    assert not app.button(key="download_fremont").disabled


def test_without_the_counts_the_planes_that_come_along_are_shown(open_app_page: OpenPage, no_bridge: Path) -> None:
    app = open_app_page("manifold", view="Fremont Bridge")
    assert [metric.label for metric in app.metric] == ["PCA, K = 2: RMSE", "Autoencoder, K = 2"]
    linear, bent = (float(metric.value) for metric in app.metric)
    assert bent < linear
    assert len(app.get("plotly_chart")) == 1
    app.button_group(key="map").set_value("PCA").run()
    app.selectbox(key="tint").set_value("month").run()
    assert not app.exception


def test_bridge_shows_its_plane_and_a_day(open_app_page: OpenPage, no_bridge: Path) -> None:
    write_days(no_bridge, 30)
    app = open_app_page("manifold", view="Fremont Bridge", walks="48, east and west", tint="month")
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 1
    assert len(app.get("bidi_component")) >= 2
    app.button(key="learn").click().run()
    assert "Autoencoder, K = 2" in metrics(app)
    assert app.session_state["map"] == "Autoencoder"


@pytest.mark.parametrize(
    ("text", "words"), [("a,b\n1,2\n", "no column"), ("Date,East,West\n2018-05-01,1,1\n", "a date with an hour")]
)
def test_torn_counts_are_one_sentence(open_app_page: OpenPage, no_bridge: Path, text: str, words: str) -> None:
    (no_bridge / "FremontBridge.csv").write_text(text)
    app = open_app_page("manifold", view="Fremont Bridge")
    assert not app.exception
    assert words in "".join(element.value for element in (*app.error, *app.info))


def test_three_days_are_too_few(open_app_page: OpenPage, no_bridge: Path) -> None:
    write_days(no_bridge, 3)
    app = open_app_page("manifold", view="Fremont Bridge")
    assert "at least 5" in app.error[0].value


def test_dropped_file_that_is_none_is_named_and_the_page_goes_on(open_app_page: OpenPage, no_bridge: Path) -> None:
    write_days(no_bridge, 30)
    app = open_app_page("manifold", view="Fremont Bridge")
    app.file_uploader(key="bridge_file").upload("mine.csv", b"a,b\n1,2\n", "text/csv").run()
    assert "mine.csv: The file has no column" in app.error[0].value
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize(("view", "shown"), [("Layer by layer", None), ("Linear", "Angle 1")])
def test_before_training_step_0_is_shown_and_said(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, view: str, shown: str | None
) -> None:
    monkeypatch.setitem(LINEAR_EPOCHS, "digits", 1)  # a training that does not come with the app
    app = open_app_page("manifold", view=view)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any("step 0, with random weights" in caption.value for caption in app.caption)
    assert shown is None or float(metrics(app)[shown].removesuffix("°")) > 1
    assert app.button(key="learn").label.startswith("Train the autoencoder")
