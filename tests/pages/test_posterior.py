"""The posterior page without a browser: every view, the numbered steps, and what a bad link does."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.data import load_dataset
from explorer.data.handwriting import StrokesText, drawn_sample
from explorer.models import VariationalModel
from explorer.models.layers import Dense
from explorer.models.written_numbers import with_minus
from explorer.store import load_checkpoint, load_codes, read_info
from explorer.ui.views.posterior.panels import (
    CAPTIONS_WITHOUT,
    DIRECTLY,
    gradient_words,
    gradients_of,
    posterior_model,
)
from tests.ui.components.message_reader import read_message

OpenPage = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    return " ".join(str(part.value) for part in [*app.markdown, *app.info, *app.warning])


def test_a_library_without_a_vae_says_what_to_do(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert "holds no VAE" in texts(open_app_page("posterior"))


@pytest.mark.parametrize("view", ["One posterior", "Reparameterisation", "Reconstruction alone", "All together"])
def test_every_view_of_the_posterior_shows(open_app_page: OpenPage, view: str) -> None:
    app = open_app_page("posterior", view=view)
    assert not app.exception
    assert app.get("plotly_chart") or machines(app)


def machines(app: AppTest) -> list[bytes]:
    return [part.proto.bytes for part in app.get("bidi_component") if part.proto.component_name == "posterior_machine"]


def test_the_machine_shows_the_followed_sample_and_keeps_its_z(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", model="digits-vae-2d", sample="7", z="0.5,-1")
    header, arrays = read_message(machines(app)[0])
    codes = load_codes("digits-vae-2d")
    np.testing.assert_allclose(header["mean"], codes.test[7], rtol=1e-6)
    np.testing.assert_allclose(header["std"], np.exp(codes.test_log_var[7] / 2), rtol=1e-6)
    pixels = load_dataset("digits", "test").pixels(np.array([7]))
    np.testing.assert_allclose(arrays["x"].reshape(1, 64) / 255, pixels, atol=0.5 / 255 + 1e-6)
    assert header["start"] == [0.5, -1.0]
    assert (header["encoder_name"], header["decoder_name"]) == ("64–256–64", "64–256–64")
    assert "Test sample" in app.number_input(key="sample").label
    app.number_input(key="sample").set_value(8).run()
    assert "z" not in app.query_params
    assert read_message(machines(app)[0])[0]["start"] is None


def test_the_machine_follows_an_address_that_changed(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", model="digits-vae-2d", sample="7", z="0.5,-1")
    app.query_params["z"] = "1,2"
    assert read_message(machines(app.run())[0])[0]["start"] == [1, 2]
    assert app.query_params["z"] == "1,2"
    # As the next scene of a lecture does: another sample with a z of its own.
    app.query_params["z"] = "-1,0.25"
    app.number_input(key="sample").set_value(9).run()
    assert read_message(machines(app)[0])[0]["start"] == [-1, 0.25]
    assert app.query_params["z"] == "-1,0.25"


def test_a_z_that_is_held_moves_no_machine_and_starts_the_one_that_comes_back() -> None:
    app = AppTest.from_function(held_script).run()
    first = app.text[0].value
    app.query_params["z"] = "0,0"
    began = app.run().text[0].value
    assert began != first
    app.button[0].click().run()
    assert app.query_params["z"] == "0.3333,2"
    assert app.text[0].value == began
    app.toggle[0].set_value(False).run()
    app.toggle[0].set_value(True).run()
    assert app.text[0].value.endswith("from (0.3333, 2.0)")


def held_script() -> None:
    import streamlit as st

    from explorer.ui.query_params import Vector
    from explorer.ui.views.posterior.machine import _SHOWN, _hold, _shown

    if st.toggle("Shown", True):
        shown = st.session_state[_SHOWN] = _shown("sample 7", Vector(2))
        st.text(f"{shown.key} from {shown.start}")
        # Stands for the machine: its key, and what a click holds.
        st.text_input("Machine", key=shown.key)
        st.button("Click", on_click=_hold, args=(shown, [1 / 3, 2.0]))


def test_a_drawing_is_the_machines_sample_with_its_own_posterior(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", model="digits-vae-2d", follow="drawing", ink="3030c030-c03070d0")
    assert not app.exception
    header, arrays = read_message(machines(app)[0])
    x = drawn_sample(StrokesText().parse("3030c030-c03070d0"), (8, 8))
    model = load_checkpoint("digits-vae-2d").model
    assert isinstance(model, VariationalModel)
    posterior = model.posterior(x.reshape(1, -1))
    np.testing.assert_allclose(header["mean"], posterior.mean[0], rtol=1e-5)
    np.testing.assert_allclose(header["std"], posterior.std[0], rtol=1e-5)
    np.testing.assert_allclose(arrays["x"].reshape(8, 8) / 255, x, atol=0.5 / 255 + 1e-6)
    assert not app.number_input
    assert (
        "Draw on the sheet"
        in open_app_page("posterior", model="digits-vae-2d", follow="drawing", ink="none").info[0].value
    )


def test_a_conditional_model_is_told_the_samples_class(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", model="digits-cvae-2d", sample="3")
    header, arrays = read_message(machines(app)[0])
    codes, checkpoint = load_codes("digits-cvae-2d"), load_checkpoint("digits-cvae-2d")
    first = checkpoint.model.decoder_layers(int(codes.test_labels[3]))[0]  # type: ignore[call-arg]
    assert isinstance(first, Dense)
    np.testing.assert_allclose(arrays[header["layers"][0]["bias"]], first.bias, rtol=1e-6)


def test_a_machine_without_its_data_says_what_is_missing(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    st.cache_resource.clear()
    app = open_app_page("posterior", model="vae-2d")
    header, arrays = read_message(machines(app)[0])
    assert header["missing"] == "The picture needs mnist"
    assert "x" not in arrays


def test_draws_and_scale_fold_out(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", model="digits-vae-2d")
    assert not app.get("plotly_chart")
    app.session_state["drawing"] = True
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2


def test_all_together_names_the_models_own_prior(open_app_page: OpenPage) -> None:
    plain = texts(open_app_page("posterior", view="All together", model="vae-2d"))
    assert "beside the prior N(0, I)." in plain
    assert "the prior draws z where codes seldom lie" in plain
    assert "Equal marginals do not exclude holes" in plain
    mixture = texts(open_app_page("posterior", view="All together", model="digits-gmvae"))
    assert "beside the prior that was learned, a mixture of 10 Gaussians" in mixture


def test_a_conditional_model_is_shown_class_by_class(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", view="All together", model="digits-cvae-2d", label="3")
    labels = load_codes("digits-cvae-2d").test_labels
    assert f"over {(labels == 3).sum():,} test samples" in texts(app)


def test_steps_are_numbered_and_come_round(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", view="Reparameterisation")
    seen = [texts(app)]
    for _ in range(6):
        next(button for button in app.button if button.label == "Next step").click()
        seen.append(texts(app.run()))
    assert ["#### 1 ·" in text for text in seen] == [False, True, False, False, False, False, False]
    for text in (seen[0], seen[6]):
        assert "back through the sum and the product" in text


def test_a_link_holds_the_step_of_the_slow_motion_and_how_z_is_drawn(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", view="Reparameterisation", motion_step="1")
    for _ in range(3):
        next(button for button in app.button if button.label == "Next step").click()
        app.run()
    assert app.query_params["motion_step"] in ("4", ["4"])
    again = open_app_page("posterior", view="Reparameterisation", motion_step="4", trick=DIRECTLY)
    assert again.segmented_control(key="trick").value == DIRECTLY
    assert f"#### {CAPTIONS_WITHOUT[3]}" in texts(again)
    assert "#### 6 ·" in texts(open_app_page("posterior", view="Reparameterisation", motion_step="7"))


def test_the_reparameterisation_has_the_numbers_of_the_followed_sample(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", view="Reparameterisation", model="digits-vae-2d", sample="7")
    graph, plane, _ = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    mean = float(load_codes("digits-vae-2d").test[7, 0])
    written = [note["text"] for note in graph["layout"]["annotations"]]
    assert with_minus(f"{mean:.3f}") in written
    z = next(note["x"] for note in plane["layout"]["annotations"] if note["text"] == "<b>z</b>")
    assert with_minus(f"{z:.3f}") in written


def test_backpropagation_ends_at_the_draw_but_a_gradient_exists(open_app_page: OpenPage) -> None:
    shown = texts(open_app_page("posterior", view="Reparameterisation"))
    assert "Both estimate the same gradient" in shown
    found = gradients_of(posterior_model(read_info("vae-2d")), 0)
    spread = (found.score.std() + found.pathwise.std()) / np.sqrt(len(found.score))
    assert abs(found.score.mean() - found.pathwise.mean()) < 4 * spread
    assert found.variance_ratio > 2
    assert f"{found.variance_ratio:,.1f} times as large" in gradient_words(found)


def test_the_model_box_of_reconstruction_alone_chooses_the_middle_panel(open_app_page: OpenPage) -> None:
    for name, titles in (("vae-2d-beta1", ["β = 0", "β = 1", "β = 8"]), ("vae-2d-beta4", ["β = 0", "β = 4", "β = 8"])):
        app = open_app_page("posterior", view="Reconstruction alone", model=name)
        spec = json.loads(app.get("plotly_chart")[0].proto.spec)
        assert [note["text"].split("<br>")[0] for note in spec["layout"]["annotations"]] == titles


def test_a_model_of_another_view_gives_way(open_app_page: OpenPage) -> None:
    app = open_app_page("posterior", view="One posterior", model="vae-2d")
    app.query_params["view"] = "Reconstruction alone"
    app.session_state["view"] = "Reconstruction alone"
    app.run()
    assert not app.exception
    assert app.selectbox(key="model").value == "vae-2d-beta1"


@pytest.mark.parametrize("sample", ["-1", "abc", "1e999"])
def test_bad_sample_is_named(open_app_page: OpenPage, sample: str) -> None:
    app = open_app_page("posterior", sample=sample)
    assert not app.exception
    assert "must be a whole number from 0" in texts(app)
