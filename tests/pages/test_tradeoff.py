"""The trade-off page without a browser: what they show, and what a bad link does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.measure import Interval
from explorer.analysis.tradeoff import NATS_OF_A_DRAW, SQUARED_ERROR_OF_THE_MEAN, Distortion
from explorer.analysis.two_images import STEPS, Frame
from explorer.data import list_sources
from explorer.figures.theme import MODEL_HUES
from explorer.scenes import training_animations
from explorer.scenes.latent_animation import LatentAnimation
from explorer.scenes.training_animations import above_zero, shows_standard_normal, sweeps_of_beta
from explorer.store import list_checkpoints, load_checkpoint, read_info
from explorer.training.changes import Change
from explorer.ui.runs.finished import replay_animation, replayable, turned_in_words
from explorer.ui.views.tradeoff.animations import sweep_animation, sweep_references
from explorer.ui.views.tradeoff.panels import same_optimum
from explorer.ui.views.tradeoff.two_images import finding
from tests.ui.components.message_reader import read_message

OpenPage = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.warning, *app.caption, *app.error]
    return " ".join(str(part.value) for part in parts)


def animation_of(sweep_title: str, distortion: Distortion) -> LatentAnimation:
    """The animation of a shipped sweep, as the page shows it."""
    sweep = next(sweep for sweep in sweeps_of_beta(list_checkpoints()) if sweep.title == sweep_title)
    keys = {info.name: (info.fingerprint, str(info.path)) for info in list_checkpoints()}
    others = tuple((keys[reference.name], reference.name) for reference in sweep_references(sweep, distortion))
    return sweep_animation(tuple(keys[name] for name in sweep.names), others, distortion)


def test_the_first_sweep_is_one_where_the_trade_off_shows(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff")
    assert not app.exception
    assert "the line is a rate–distortion curve of this network" in texts(app)
    assert "of the test split" in texts(app)
    assert "these nats are a loss and not a likelihood" in texts(app)
    assert any(str(part.key).startswith("sweep mnist, 200-6") for part in app.get("bidi_component"))


def test_a_sweep_whose_reconstruction_pays_nothing_is_called_no_curve(open_app_page: OpenPage) -> None:
    shown = texts(open_app_page("tradeoff", sweep="mnist, 64-32-2, bernoulli"))
    assert "without being a rate–distortion curve" in shown
    assert "the dashed circles are the prior N(0, I)" in shown


def test_the_chart_has_rate_across_distortion_up_and_rates_as_they_are() -> None:
    animation = animation_of("mnist, 64-32-2, bernoulli", NATS_OF_A_DRAW)
    (curve,) = animation.chart.curves
    metrics = [read_info(f"vae-2d-beta{beta}").metrics for beta in ("0", "0.1", "0.5", "1", "2", "4", "8", "100")]
    assert curve.x == tuple(row["rate_nats"] for row in metrics)
    assert curve.y == tuple(row["distortion_nats"] for row in metrics)
    assert curve.x[-1] < 1e-5
    assert not animation.chart.log_x
    assert animation.chart.dots == tuple(((x, y),) for x, y in zip(curve.x, curve.y, strict=True))
    assert (animation.chart.x_title, animation.chart.y_title) == (
        "rate: KL, nats per image",
        "distortion of one draw, nats per image",
    )
    assert curve.color == MODEL_HUES["vae"]
    assert animation.chart.marks == ()


def test_on_squared_error_the_references_stand_at_their_own_error_in_their_own_hue() -> None:
    animation = animation_of("mnist, 64-32-2, bernoulli", SQUARED_ERROR_OF_THE_MEAN)
    marks = {mark.name: mark for mark in animation.chart.marks}
    assert set(marks) == {"pca", "ae-2d-lambda0"}
    assert marks["ae-2d-lambda0"].y == read_info("ae-2d-lambda0").metrics["sse"]
    assert (marks["ae-2d-lambda0"].color, marks["ae-2d-lambda0"].x) == (MODEL_HUES["ae"], None)
    assert animation.chart.curves[0].y[0] == read_info("vae-2d-beta0").metrics["sse"]
    assert "error" in animation.captions[0]


def test_bars_are_nats_of_each_dimension_under_the_models_own_prior() -> None:
    animation = animation_of("mnist, 64-32-2, bernoulli", NATS_OF_A_DRAW)
    assert animation.bars is not None
    rates = [read_info(f"vae-2d-beta{beta}").metrics["rate_nats"] for beta in ("0", "1", "100")]
    assert animation.bars.sum(axis=1)[[0, 3, 7]] == pytest.approx(rates, rel=0.01, abs=0.01)
    assert animation.shows_prior


def test_only_the_prior_that_is_a_standard_normal_has_circles() -> None:
    for name, shows in (("vae-2d", True), ("digits-gmvae", False), ("ae-2d", False)):
        assert shows_standard_normal(load_checkpoint(name)) is shows


def test_the_circles_of_a_sweep_and_of_a_replay_are_asked_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = load_checkpoint("digits-vae-2d")

    def shown() -> list[bool]:
        sweep = training_animations.sweep_animation([checkpoint], [], NATS_OF_A_DRAW)
        return [sweep.shows_prior, training_animations.replay_animation(checkpoint).shows_prior]

    assert shown() == [True, True]
    monkeypatch.setattr(training_animations, "shows_standard_normal", lambda _: False)
    assert shown() == [False, False]


def test_bars_are_the_cost_under_the_models_own_prior_and_add_up_to_its_rate() -> None:
    for name in ("digits-vae-2d", "digits-gmvae"):
        checkpoint = load_checkpoint(name)
        bars = training_animations.sweep_animation([checkpoint], [], NATS_OF_A_DRAW).bars
        assert bars is not None
        assert float(bars.sum()) == pytest.approx(checkpoint.header.metrics["rate_nats"], rel=0.02)


def test_only_models_that_kept_moments_are_offered_for_a_replay(open_app_page: OpenPage) -> None:
    names = list(replayable())
    assert {"pca", "digits-pca", "digits-gmvae", "ae-16d"}.isdisjoint(names)
    assert all(len(load_checkpoint(name).codes.snapshots) > 1 for name in names)
    app = open_app_page("tradeoff", view="Replay", model="digits-gmvae")
    assert not app.exception
    assert "digits-gmvae" in texts(app)


def test_the_replay_of_a_vae_on_mnist_opens_at_its_end_with_pictures_and_holds_its_first_step(
    open_app_page: OpenPage,
) -> None:
    app = open_app_page("tradeoff", view="Replay")
    assert not app.exception
    assert "moment" not in app.query_params
    (component,) = [one for one in app.get("bidi_component") if str(one.key).startswith("replay")]
    header, _ = read_message(component.proto.bytes)
    assert header["start"] == len(header["captions"]) - 1
    info = next(iter(replayable().values()))
    assert (info.run.dataset, info.run.model.family, info.run.model.latent_dim) == ("mnist", "vae", 2)
    animation = replay_animation(info.fingerprint, str(info.path))
    assert animation.images is not None
    assert animation.captions[0].startswith("Step 1 · epoch 0.00 · reconstruction ")


def test_on_the_scale_of_the_replay_both_terms_are_seen() -> None:
    info = read_info("vae-2d-beta1")
    chart = replay_animation(info.fingerprint, str(info.path)).chart
    assert [curve.name for curve in chart.curves] == ["reconstruction + KL", "reconstruction", "KL"]
    assert chart.y_title == "nats per image"
    ends = [curve.y[-1] for curve in chart.curves]
    assert ends[0] == pytest.approx(ends[1] + ends[2], rel=0.01)
    assert chart.y_least is not None
    highest = max(chart.curves[0].y)
    reached = [np.log(end / chart.y_least) / np.log(highest / chart.y_least) for end in ends]
    assert min(reached) > 0.3  # the KL term ends well above the axis


def test_live_opens_at_the_end_of_a_training_until_one_is_started(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", view="Live")
    assert not app.exception
    said = texts(app)
    assert (
        "This is the training of `vae-2d-beta1` on mnist, 20 epochs, at its end; Play shows it from its first step on."
        in said
    )
    (component,) = [one for one in app.get("bidi_component") if str(one.key).startswith("finished")]
    header, arrays = read_message(component.proto.bytes)
    assert header["start"] == 22
    assert len(header["captions"]) == 23
    assert arrays["images"].shape[0] == 23


@pytest.mark.parametrize(("at_hand", "first"), [(("digits", "mnist"), "mnist"), (("digits",), "digits")])
def test_live_trains_on_mnist_where_it_is_at_hand(
    at_hand: tuple[str, ...], first: str, open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [replace(source, available=source.name in at_hand) for source in list_sources()]
    monkeypatch.setattr("explorer.ui.views.tradeoff.live.list_sources", lambda: sources)
    app = open_app_page("tradeoff", view="Live")
    assert app.selectbox(key="live_data").value == first


def test_a_replay_marks_what_was_turned_and_its_code_collapses_and_comes_back() -> None:
    info = read_info("digits-vae-2d-turned")
    chart = replay_animation(info.fingerprint, str(info.path)).chart
    assert [(mark.name, mark.x, mark.y) for mark in chart.marks] == [("β 20", 1000.0, None), ("β 1", 2200.0, None)]
    assert [curve.name for curve in chart.curves] == ["weighted sum", "reconstruction", "KL"]
    kl = dict(zip(chart.curves[2].x, chart.curves[2].y, strict=True))
    before, under, later = (np.mean([kl[step + more] for more in range(50)]) for step in (900, 2100, 4150))
    assert before > 1.5
    assert under < 0.01
    assert later > 1
    assert not replay_animation(*_place("vae-2d-beta1")).chart.marks


def _place(name: str) -> tuple[str, str]:
    info = read_info(name)
    return info.fingerprint, str(info.path)


def test_of_very_many_changes_a_replay_names_none() -> None:
    info = read_info("digits-vae-2d-turned")
    many = replace(info.run, changes=tuple(Change(step, "beta", step / 20) for step in range(1, 21)))
    assert turned_in_words(replace(info, run=many)) == (
        " Dashed lines mark the 20 changes that were made while it trained."
    )
    assert turned_in_words(read_info("vae-2d-beta1")) == ""


def test_a_logarithmic_axis_draws_small_values_as_they_are() -> None:
    np.testing.assert_array_equal(above_zero(np.array([5.0, 0.0, 2e-6])), [5.0, 2e-6, 2e-6])
    np.testing.assert_array_equal(above_zero(np.zeros(2)), [1.0, 1.0])


@pytest.mark.parametrize(
    ("beta", "variance", "sentence"),
    [
        (1.0, 0.1, "The model of β = 1 and σ² = 0.1 has the same optimum as β = 0.1 and σ² = 1; only"),
        (0.5, 0.4, "has the same optimum as β = 0.2 and σ² = 1 or β = 1 and σ² = 0.2; only"),
        (1.0, 1.0, "Here both are 1: the ELBO with unit variance."),
    ],
)
def test_one_knob_never_says_that_a_model_is_itself(beta: float, variance: float, sentence: str) -> None:
    assert sentence in same_optimum(beta, variance)


def test_link_opens_the_sweep_at_its_beta(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", kl_weight="10")
    assert app.query_params["kl_weight"] == "10"
    assert app.session_state["player sweep mnist, 200-6, bernoulli nats"].start == 3


def test_references_are_of_the_same_network_and_only_on_the_axis_that_they_were_trained_on(
    open_app_page: OpenPage,
) -> None:
    assert "ae-2d" not in texts(open_app_page("tradeoff"))
    shown = texts(open_app_page("tradeoff", unit="squared error", sweep="mnist, 64-32-2, bernoulli"))
    assert "`ae-2d-lambda0` (AE, trained on squared error instead of Bernoulli nats)" in shown
    assert "`pca` (PCA, trained on squared error instead of Bernoulli nats)" in shown


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"kl_weight": "3.3"}, "must be one of 0.1, 1, 4"),
        ({"kl_weight": "nan"}, "must be one of 0.1, 1, 4"),
        ({"kl_weight": "abc"}, "must be one of 0.1, 1, 4"),
        ({"view": "Nothing"}, "must be β sweep or Live or Replay or Two images or Decoders"),
        ({"view": "Replay", "moment": "1e999"}, "must be a whole number from 0"),
        ({"view": "Replay", "model": "gone"}, "the model's name in the library"),
        ({"view": "Two images", "second_class": "2"}, "the class of the second image must be"),
        ({"view": "Decoders", "pictures": "faces"}, "must be chain or digits"),
        ({"view": "Two images", "turns_beta": "3"}, "must be 0 or 1 or 4 or 20"),
    ],
)
def test_bad_link_is_named(open_app_page: OpenPage, query: dict[str, str], sentence: str) -> None:
    app = open_app_page("tradeoff", **query)
    assert not app.exception
    assert sentence in texts(app)


def test_two_images_open_parted_with_what_was_computed_beforehand(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", view="Two images")
    assert not app.exception
    assert app.query_params["moment"] == str(len(STEPS) - 1)
    shown = texts(app)
    assert "whether it was drawn for 2 or 3 is right for 51" in shown
    assert "chance is 50 %. While they overlap, the decoder draws the mean" in shown
    assert not app.get("button")  # nothing was computed


@pytest.mark.parametrize(
    ("value", "beta", "sentence"),
    [
        (0.99, 1.0, "the reconstruction pushes them apart"),
        (0.99, 0.0, "the distance of their means goes from 0 to 5, their standard deviation from 0 to 1."),
        (0.51, 20.0, "both clouds stay near the prior (collapse)"),
        (0.75, 4.0, "The clouds still overlap"),
    ],
)
def test_what_is_said_of_two_clouds_follows_their_numbers(value: float, beta: float, sentence: str) -> None:
    apart = np.array([[[-1, -1], [1, 1]], [[2, 3], [4, 5]]], np.float32)
    judged = Interval(0.5, 0.49, 0.51), Interval(value, value - 0.01, value + 0.01)
    ends = [
        Frame(step, codes, np.zeros((2, 1, 1), np.uint8), 1.0, np.zeros(2, np.float32), told)
        for step, codes, told in zip((1, STEPS[-1]), (0 * apart, apart), judged, strict=True)
    ]
    said = finding(tuple(ends), beta, ("4", "9"))
    assert said.startswith(
        "The best guess from z alone whether it was drawn for 4 or 9 is right for 50.0 % of the draws"
    )
    assert f"for {100 * value:.1f} % [{100 * value - 1:.1f} %, {100 * value + 1:.1f} %] after" in said
    assert sentence in said


def test_empty_library_says_what_to_do(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))
    assert "holds no sweep yet" in texts(open_app_page("tradeoff"))
    assert "holds no trained autoencoder yet" in texts(open_app_page("tradeoff", view="Replay"))
    assert "Press Start" in texts(open_app_page("tradeoff", view="Live"))


@pytest.mark.parametrize(
    ("view", "key", "first", "then"),
    [("β sweep", "kl_weight", "0.1", "4"), ("Replay", "moment", "0", "8"), ("Two images", "moment", "0", "8")],
)
def test_the_frame_follows_an_address_that_changed(
    open_app_page: Callable[..., AppTest], view: str, key: str, first: str, then: str
) -> None:
    app = open_app_page("tradeoff", view=view, **{key: first})
    assert app.query_params[key] == first
    app.query_params[key] = then
    assert app.run().query_params[key] == then


def test_known_factors_open_with_what_is_shipped_and_say_what_the_axes_are_worth(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", view="Known factors")
    assert not app.exception
    said = texts(app)
    assert "Highest MIG: " in said
    assert "its codes rotated " in said
    assert "with 3 seeds" in said
    assert len(app.get("plotly_chart")) == 2
    assert str(app.selectbox(key="axes_of").value) in said


def test_the_parts_of_the_kl_open_with_what_is_shipped(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", view="KL parts")
    assert not app.exception
    said = texts(app)
    assert "At nearly the same distortion, " in said
    assert "with each dimension shuffled among the samples" in said
    assert "3 seeds" in said
    assert len(app.get("plotly_chart")) == 2


def test_the_link_chooses_whose_axes_are_walked(open_app_page: OpenPage) -> None:
    assert open_app_page("tradeoff", view="Known factors", axes_of="PCA").selectbox(key="axes_of").value == "PCA"
    warned = open_app_page("tradeoff", view="Known factors", axes_of="none").warning[0].value
    assert "`axes_of=none`, but the model of bars whose axes are walked must be" in warned


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_draws_of_the_prior_are_replayed_without_their_data(open_app_page: OpenPage, name: str) -> None:
    app = open_app_page("tradeoff", view="Replay", part="Prior draws", data=name, moment="0")
    assert not app.exception
    assert not app.warning
    assert "The Fréchet distance of the draws falls from" in " ".join(part.value for part in app.markdown)
    assert app.query_params["moment"] == "0"
