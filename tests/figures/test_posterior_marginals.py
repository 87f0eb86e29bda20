"""The aggregate posterior beside the prior: which line is which, from the data of the figure."""

import numpy as np

from explorer.analysis.gradient_estimators import GradientEstimates
from explorer.analysis.tradeoff import Aggregate
from explorer.figures.posterior import aggregate_figure, gradients_figure
from explorer.figures.theme import EPSILON, MODEL_HUES, MUTED, Z

PLACES = np.array([-1, 0, 1], np.float32)
DENSITY = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)


def aggregate(prior: list[list[float]]) -> Aggregate:
    ones = np.ones(2, np.float32)
    return Aggregate(PLACES, DENSITY, np.array(prior, np.float32), np.array([0.5, -1.5], np.float32), ones, ones)


def test_one_prior_for_all_dimensions_is_filled_once_under_their_lines() -> None:
    fig = aggregate_figure(aggregate([[1, 2, 3], [1, 2, 3]]), [0, 1], 300)
    assert [trace.name for trace in fig.data] == [
        "prior",
        "q(z₁): mean 0.50, std 1.00",
        "q(z₂): mean −1.50, std 1.00",
    ]
    np.testing.assert_array_equal(fig.data[0].y, [1, 2, 3])
    np.testing.assert_array_equal(fig.data[2].y, DENSITY[1])
    np.testing.assert_array_equal(fig.data[2].x, PLACES)
    assert [trace.line.color for trace in fig.data] == [MUTED, MODEL_HUES["vae"], MODEL_HUES["vae"]]
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("z", "density")


def test_a_learned_prior_is_drawn_for_each_dimension_in_its_dash() -> None:
    fig = aggregate_figure(aggregate([[1, 2, 3], [3, 2, 1]]), [0, 1], 300)
    assert [trace.name for trace in fig.data[:2]] == ["prior of z1", "prior of z2"]
    np.testing.assert_array_equal(fig.data[1].y, [3, 2, 1])
    assert [trace.line.dash for trace in fig.data] == ["solid", "dash", "solid", "dash"]


def test_each_estimate_has_its_row_its_hue_and_its_mean() -> None:
    fig = gradients_figure(GradientEstimates(np.array([1.0, 3.0]), np.array([-10.0, 14.0])), 200)
    pathwise, of_pathwise, score, of_score = fig.data
    np.testing.assert_array_equal(pathwise.x, [1, 3])
    np.testing.assert_array_equal(score.x, [-10, 14])
    assert np.abs(np.asarray(pathwise.y) - 0).max() < 0.3
    assert np.abs(np.asarray(score.y) - 1).max() < 0.3
    assert (pathwise.marker.color, score.marker.color) == (Z, EPSILON)
    assert (list(of_pathwise.x), list(of_score.x)) == ([2, 2], [2, 2])
    assert list(fig.layout.yaxis.ticktext) == ["through the draw", "score function"]
    assert fig.layout.xaxis.title.text == "∂/∂μ of the squared error, from one draw"
