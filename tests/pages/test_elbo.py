"""The page of the bound without a browser: every view on digits, what a library without a model says, and its words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from streamlit.testing.v1 import AppTest

from explorer.analysis.elbo import Approximation, ElboGap
from explorer.analysis.evidence import BoundsByDraws, TruePosterior
from explorer.analysis.forces import Forces
from explorer.figures.elbo import Estimates
from explorer.ui.views.elbo.forces import LECTURES, OWN, forces_words
from explorer.ui.views.elbo.panels import bounds_words, gap_words, prior_words, single_words
from explorer.ui.views.elbo.training import prior_grid

OpenPage = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    return " ".join(str(part.value) for part in [*app.markdown, *app.info, *app.warning, *app.error])


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("The gap", "nats are lost because one encoder"),
        ("Derivations", "The gap is a KL divergence"),
        ("One draw", "intervals by bootstrap"),
        ("More draws", "nats below log p(x)"),
        ("Prior draws", "after 20,000"),
        ("MCMC", "Each step of a chain runs the decoder once"),
        ("Two forces", "the sum is least at σ ="),
        ("In training", "nats per training sample"),
    ],
)
def test_every_view_shows_without_mnist(open_app_page: OpenPage, view: str, says: str) -> None:
    app = open_app_page("elbo", view=view)
    assert not app.exception
    assert app.selectbox(key="model").value == "digits-vae-2d"
    assert app.get("plotly_chart")
    assert says in texts(app)


def test_priors_need_no_model_and_open_with_what_is_shipped(open_app_page: OpenPage) -> None:
    app = open_app_page("elbo", view="Priors")
    assert not app.exception
    assert "model" not in {part.key for part in app.selectbox}
    assert "Change of the ELBO by a VampPrior: " in texts(app)
    assert "It helps with K = 8 and costs more than it saves with K = 2." in texts(app)
    names = [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")]
    assert names == ["bounds-of-priors", "pictures-of-priors"]


def test_the_bound_in_training_needs_no_sample_and_stands_beside_the_grid(open_app_page: OpenPage) -> None:
    app = open_app_page("elbo", view="In training")
    assert "sample" not in {part.key for part in app.number_input}
    assert "**digits-vae-2d** after 395,100 samples (300 epochs" in texts(app)
    names = [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")]
    assert names == ["training-bound", "prior-grid"]


def test_the_grid_lies_at_the_quantiles_of_the_prior() -> None:
    codes = prior_grid(4)
    assert codes.shape == (16, 2)
    np.testing.assert_allclose(norm.cdf(codes[:4, 0]), [0.125, 0.375, 0.625, 0.875], atol=1e-6)
    np.testing.assert_allclose(norm.cdf(codes[::4, 1]), [0.875, 0.625, 0.375, 0.125], atol=1e-6)


def test_a_derivation_is_shown_to_the_line_of_the_link(open_app_page: OpenPage) -> None:
    app = open_app_page("elbo", view="Derivations", proof="By Jensen's inequality", lines="3")
    assert [len(app.get("plotly_chart")), len(app.latex)] == [1, 3]
    assert "The logarithm is concave" in texts(app)


def test_a_library_without_a_usable_model_says_what_to_do(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    assert "train one on the Train page" in texts(open_app_page("elbo"))


def test_the_model_of_another_page_gives_way_and_the_sample_is_kept(open_app_page: OpenPage) -> None:
    app = open_app_page("elbo", view="More draws", model="digits-ae-2d", sample="5")
    assert app.selectbox(key="model").value == "digits-vae-2d"
    assert app.number_input(key="sample").value == 5


def gap(draws_nats: float) -> ElboGap:
    true = TruePosterior(np.zeros(2), np.zeros(2), np.zeros((2, 2)), -90.0, draws_nats, 5000, 800.0)
    own = [Approximation("q", np.zeros(2), np.eye(2), -90 - nats, nats) for nats in (2.0, 0.75, 0.25)]
    return ElboGap(true, *own)


def test_the_gap_is_told_in_its_parts() -> None:
    words = gap_words(gap(-90.02))
    assert "log p(x) = −90.00 nats" in words
    assert "lies 2.00 nats below it. The best diagonal Gaussian has a gap of 0.75: 1.25 nats are lost" in words
    assert "With a full covariance 0.25 nats remain." in words
    assert "weighted draws of q give the same within 0.02 nats" in words
    assert "The grid is the value to trust" not in words


def test_draws_that_miss_a_part_are_not_believed() -> None:
    words = gap_words(gap(-93.0))
    assert "weighted draws of q give −93.00 nats" in words
    assert "that these draws count as 800 of equal weight" in words
    assert "The grid is the value to trust" in words


@pytest.mark.parametrize(("scatter", "less"), [(0.1, "with log q"), (9.0, "with the KL in closed form")])
def test_the_form_that_scatters_less_is_the_one_with_the_smaller_variance(scatter: float, less: str) -> None:
    draws = np.array([-1.0, 1.0] * 50)
    assert f"here the form {less} scatters less" in single_words(scatter * draws, draws, 0.0)


def test_forms_whose_intervals_overlap_are_not_told_apart() -> None:
    draws = np.random.default_rng(1).standard_normal(400)
    assert "here neither form clearly scatters less" in single_words(1.02 * draws, draws, 0.0)


def test_bounds_are_told_with_their_intervals() -> None:
    words = bounds_words(BoundsByDraws((1, 500), np.array([-91.0, -90.1]), np.array([0.5, 0.05])), -90.0)
    assert "With 1 draw the bound lies 1.000 nats below log p(x), with 500 draws 0.100 ± 0.050 nats" in words


@pytest.mark.parametrize("last", [-90.03, -89.97])
def test_a_distance_within_its_interval_is_not_said_to_lie_below(last: float) -> None:
    words = bounds_words(BoundsByDraws((1, 500), np.array([-91.0, last]), np.array([0.5, 0.05])), -90.0)
    left = f"{-90 - last:.3f}".replace("-", "−")
    assert f"with 500 draws no measurable distance is left, {left} ± 0.050 nats" in words


def test_estimates_are_told_as_the_median_of_the_runs() -> None:
    values = np.full((5, 1000), -100.0)
    values[:, -1] = [-91, -92, -93, -94, -95]
    words = prior_words([Estimates("vae-2d, K = 2", values, -90.0)])
    assert "vae-2d, K = 2: −10.00 nats after 100 draws, −3.00 after 1,000" in words


@pytest.mark.parametrize(
    ("after_few", "after_all", "sentence"),
    [
        (-20, -9, "stays low until one of them does, and some are low after all of these draws."),
        (-20, 0.1, "an estimate stays low until one of them does, and then jumps."),
        (0.3, 0.0, "Here no estimate is low by more than 0.5 nats after 100 draws."),
    ],
)
def test_estimates_are_called_low_where_they_are(after_few: float, after_all: float, sentence: str) -> None:
    values = np.full((5, 200), -90.0 + after_few)
    values[:, -1] = -90.0 + after_all
    near = Estimates("vae-2d, K = 2", np.full((5, 200), -90.0), -90.0)
    assert sentence in prior_words([near, Estimates("vae-20d, K = 20", values, -90.0)])


def test_the_parts_of_the_gap_add_up_as_they_are_written() -> None:
    true = TruePosterior(np.zeros(2), np.zeros(2), np.zeros((2, 2)), -90.0, -90.0, 5000, 800.0)
    q, diagonal, full = (Approximation("q", np.zeros(2), np.eye(2), -90 - nats, nats) for nats in (0.026, 0.0149, 0.01))
    assert "lies 0.03 nats below it. The best diagonal Gaussian has a gap of 0.01: 0.02 nats are lost" in gap_words(
        ElboGap(true, q, diagonal, full)
    )


def test_the_forces_are_told_with_the_loss_that_the_encoder_had() -> None:
    found = Forces(np.array([0.01, 0.1]), np.array([0.0, 1.0]), np.array([9.0, 4.0]), 0.2)
    own = forces_words(found, "z₁", 1.0, OWN)
    assert "With β = 1 the sum is least at σ = 0.1. The trained encoder gives σ = 0.2 for z₁" in own
    assert "need not meet the minimum of one sample" in own
    assert "was not trained with this loss" in forces_words(found, "z₁", 1.0, LECTURES)


def test_without_the_kl_the_place_of_the_least_sum_is_said_as_it_is() -> None:
    sigma, kl = np.array([0.01, 0.1]), np.zeros(2)
    falls = forces_words(Forces(sigma, np.array([0.0, 1.0]), kl, 0.2), "z₁", 0.0, OWN)
    assert "With β = 0 the sum is least at the smallest σ shown, 0.01. Nothing holds σ up." in falls
    rises = forces_words(Forces(sigma, np.array([1.0, 0.0]), kl, 0.2), "z₁", 0.0, OWN)
    assert "With β = 0 the sum is least at σ = 0.1. The trained encoder" in rises


@pytest.mark.parametrize(
    ("distortion", "says"),
    [
        ([0.0, 0.005, 2.0], "The distortion pulls σ towards 0; the KL pulls σ towards 1."),
        ([0.005, 0.0, 2.0], "The distortion pulls σ towards 0; the KL pulls σ towards 1."),
        ([0.5, 0.0, 2.0], "The distortion of this sample is least at σ = 0.5; the KL pulls σ towards 1."),
        ([0.0, 0.009, 0.0], "The distortion changes by less than 0.01 nats with σ; the KL pulls σ towards 1."),
    ],
)
def test_the_pull_of_the_distortion_is_that_of_the_sample(distortion: list[float], says: str) -> None:
    found = Forces(np.array([0.1, 0.5, 1.0]), np.array(distortion), np.array([1.0, 0.2, 0.0]), 0.2)
    assert forces_words(found, "z₁", 1.0, OWN).startswith(says)
