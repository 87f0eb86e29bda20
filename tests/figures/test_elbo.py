"""The figures of the evidence lower bound: outlines, bars that add up, curves to one scale."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.elbo import Approximation, ElboGap
from explorer.analysis.evidence import BoundsByDraws, TruePosterior
from explorer.analysis.forces import Forces
from explorer.analysis.mcmc import Chains
from explorer.analysis.measure import Interval
from explorer.analysis.training_bound import TrainingBound
from explorer.figures import elbo as pictures
from explorer.figures import theme
from explorer.figures.theme import MU, SIGMA

PLACES = np.linspace(-1, 1, 5)
DENSITY = np.arange(25.0).reshape(5, 5)
TRUE = TruePosterior(PLACES, PLACES + 3, DENSITY, -90.0, -90.1, 5000, 800.0)
FULL = np.array([[0.5, 0.0], [0.2, 0.1]])


def approximation(title: str, gap_nats: float, factor: np.ndarray = FULL) -> Approximation:
    return Approximation(title, np.array([0.1, 3.2]), factor, -90.0 - gap_nats, gap_nats)


GAP = ElboGap(TRUE, approximation("encoder", 2.0), approximation("diagonal", 1.0), approximation("full", 0.25))


def test_the_plane_holds_the_density_and_each_q_at_two_sigma() -> None:
    fig = pictures.posterior_figure(GAP, 400)
    heat, *outlines, mean = fig.data
    np.testing.assert_array_equal(heat.z, DENSITY)
    np.testing.assert_array_equal(heat.y, TRUE.y)
    assert [line.name for line in outlines] == ["encoder", "diagonal", "full"]
    for line, own in zip(outlines, GAP.approximations, strict=True):
        np.testing.assert_allclose(np.stack([line.x, line.y], axis=1), pictures.outline(own, 2))
    assert {line.line.color for line in outlines} == {SIGMA}
    assert len({line.line.dash for line in outlines}) == 3
    assert (mean.x[0], mean.y[0], mean.marker.color) == (0.1, 3.2, MU)
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("z₁", "z₂")
    assert fig.layout.yaxis.scaleanchor == "x"


def test_the_plane_encloses_what_matters_of_the_posterior_and_every_q_and_little_else() -> None:
    density = np.full((161, 161), 1e-9)
    density[60:64, 100:103] = 1
    places = np.linspace(-5, 5, 161)
    narrow = Approximation("q", np.array([1.5, -1.0]), 0.05 * np.eye(2), -90.0, 1.0)
    true = TruePosterior(places, places, density, -90.0, -90.1, 5000, 800.0)
    (left, low), (right, high) = pictures.part_that_matters(true, [narrow])
    assert (left, low) == pytest.approx((places[100], places[60]), abs=1e-9)
    assert (right, high) == pytest.approx((1.6, -0.9), abs=1e-3)
    axes = pictures.posterior_figure(ElboGap(true, narrow, narrow, narrow), 400).layout
    assert axes.xaxis.range == pytest.approx((left - 0.05 * (right - left), right + 0.05 * (right - left)))
    assert axes.yaxis.range == pytest.approx((low - 0.05 * (high - low), high + 0.05 * (high - low)))


def test_an_outline_lies_at_its_distance_from_the_mean() -> None:
    points = pictures.outline(GAP.encoder, 2)
    epsilon = np.linalg.solve(FULL, (points - GAP.encoder.mean).T)
    np.testing.assert_allclose(np.linalg.norm(epsilon, axis=0), 2)


def test_the_bars_add_up_and_grey_is_what_is_not_spoken_of() -> None:
    fig = pictures.bars_figure(GAP, 400, (pictures.GAP_BAR,))
    tops = {bar.x[0]: bar.base[0] + bar.y[0] for bar in fig.data}
    assert tops == pytest.approx({pictures.EVIDENCE_BAR: -90, pictures.ELBO_BAR: -92, pictures.GAP_BAR: -90})
    assert fig.data[2].base[0] == -92
    assert [bar.text for bar in fig.data] == ["−90.00", "−92.00", "2.00"]
    colours = [bar.marker.color for bar in fig.data]
    assert colours[2] == pictures.GAP
    assert colours[0] == colours[1] != pictures.ELBO
    assert fig.layout.yaxis.range[0] == fig.data[0].base[0] < -92
    assert "does not begin at 0" in fig.layout.yaxis.title.text


def test_the_gaps_stand_in_their_order_from_zero() -> None:
    (bar,) = pictures.gaps_figure(GAP, 200).data
    assert (bar.x, bar.y) == ((2.0, 1.0, 0.25), ("encoder", "diagonal", "full"))
    assert pictures.gaps_figure(GAP, 200).layout.xaxis.range[0] == 0


def test_both_forms_share_their_bins_and_the_elbo_is_marked() -> None:
    fig = pictures.single_draws_figure(np.array([-3.0, -1.0]), np.array([-2.5, -2.0]), -2.1, 300)
    closed, with_log_q = fig.data
    assert "closed" in closed.name
    np.testing.assert_array_equal(with_log_q.x, [-3, -1])
    assert closed.xbins == with_log_q.xbins
    assert fig.layout.shapes[0].x0 == -2.1
    assert "nats" in fig.layout.xaxis.title.text


def test_bounds_stand_between_the_elbo_and_log_p() -> None:
    bounds = BoundsByDraws((1, 10), np.array([-92.0, -91.0]), np.array([0.1, 0.05]))
    fig = pictures.bounds_figure(bounds, -90.0, -92.1, 300)
    np.testing.assert_allclose(fig.data[0].error_y.array, [0.1, 0.05])
    assert fig.data[0].x == (1, 10)
    assert {line.y0: line.line.color for line in fig.layout.shapes} == {-90.0: theme.Z, -92.1: theme.MUTED}
    assert fig.layout.xaxis.type == "log"


def test_estimates_are_shown_below_their_own_log_p_on_one_scale() -> None:
    values = np.tile(np.linspace(-200, -100, 50), (2, 1))
    panels = [pictures.Estimates("a", values, -90.0), pictures.Estimates("b", values, -95.0)]
    fig = pictures.estimates_figure(panels, 300)
    first, _, other, _ = fig.data
    assert (first.x[0], first.x[-1]) == (1, 50)
    assert (first.y[0], first.y[-1]) == (-110, -10)
    assert other.y[-1] == -5
    assert fig.layout.yaxis.range == fig.layout.yaxis2.range
    assert [note.text for note in fig.layout.annotations] == ["a", "b"]


def test_the_sum_of_both_forces_is_drawn_with_its_least_point_and_the_encoders_sigma() -> None:
    found = Forces(np.array([0.01, 0.1, 1.0]), np.array([0.0, 1.0, 40.0]), np.array([9.0, 4.0, 0.5]), 0.2)
    fig = pictures.forces_figure(found, 2.0, 300)
    distortion, kl, total, least = fig.data
    np.testing.assert_array_equal(total.y, np.add(distortion.y, kl.y))
    assert (least.x[0], least.y[0]) == (0.1, 5.0)
    assert fig.layout.shapes[0].x0 == 0.2
    assert 10 ** fig.layout.annotations[0].x == pytest.approx(0.2)
    assert fig.layout.shapes[0].line.color == SIGMA
    assert "β = 2" in kl.name
    assert fig.layout.yaxis.range[1] > 3 * 5


def test_bounds_in_training_are_solid_for_train_and_dashed_for_what_is_held_out() -> None:
    seen = np.array([10.0, 100, 1000])
    with_part = TrainingBound(seen, np.array([-90.0, -60, -50]), seen[1:], np.array([-65.0, -55]))
    without = TrainingBound(seen, np.array([-80.0, -40, -30]), seen[:0], seen[:0])
    hues = {"vae": "#111111", "conv": "#222222"}
    figure = pictures.training_bound_figure({"vae": with_part, "conv": without}, hues, 400)
    assert [trace.name for trace in figure.data if trace.visible] == ["vae, train", "vae, held out", "conv, train"]
    assert [trace.line.dash for trace in figure.data[:2]] == ["solid", "dash"]
    assert {trace.line.color for trace in figure.data[2:]} == {"#222222"}
    np.testing.assert_array_equal(figure.data[1].y, [-65, -55])
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.title.text == "training samples seen"
    assert "nats per sample" in figure.layout.yaxis.title.text
    assert figure.layout.yaxis.range[0] == -75
    assert figure.layout.yaxis.range[1] == pytest.approx(-30 + 0.04 * 45)


CHAINS = Chains(
    TRUE,
    np.array([0, 1, 10]),
    np.arange(12, dtype=np.float32).reshape(3, 2, 2),
    (Interval(0.9, 0.8, 1.0), Interval(0.5, 0.4, 0.7), Interval(0.2, 0.1, 0.25)),
    Interval(0.3, 0.2, 0.4),
    Interval(0.1, 0.05, 0.15),
    0.4,
)


def test_the_last_places_of_chains_lie_over_the_posterior_beside_the_encoders_q() -> None:
    fig = pictures.chains_figure(CHAINS, GAP, 400)
    heat, dots, ellipse = fig.data
    np.testing.assert_array_equal(heat.z, DENSITY)
    assert (list(dots.x), list(dots.y)) == ([8, 10], [9, 11])
    assert dots.name == "2 chains after 10 steps, 0 at p(z|x)"
    there = replace(CHAINS, places=np.array([[[0.1, 3.2], [5, 5]]], np.float32))
    assert pictures.chains_figure(there, GAP, 400).data[1].name == "2 chains after 10 steps, 1 at p(z|x)"
    np.testing.assert_allclose(np.stack([ellipse.x, ellipse.y], axis=1), pictures.outline(GAP.encoder, 2))
    assert (ellipse.line.color, dots.marker.color) == (SIGMA, theme.ERROR)


def test_the_distance_of_chains_falls_between_the_levels_of_q_and_of_exact_draws() -> None:
    fig = pictures.chain_distances_figure(CHAINS, 400)
    (curve,) = fig.data
    # The start has no place on a logarithmic axis.
    assert (list(curve.x), list(curve.y)) == ([1, 10], [0.5, 0.2])
    np.testing.assert_allclose(curve.error_y.array, [0.2, 0.05])
    np.testing.assert_allclose(curve.error_y.arrayminus, [0.1, 0.1])
    assert [shape.y0 for shape in fig.layout.shapes] == [0.3, 0.1]
    assert [note.text for note in fig.layout.annotations] == ["q(z|x)", "exact draws"]
    assert fig.layout.yaxis.title.text == "total variation from p(z|x)"
