"""The pictures of many dimensions show the numbers they are given."""

import numpy as np
import pytest

from explorer.analysis.dimensions import Distances, Peaking, Radii, dimensions_for, log10_samples_needed
from explorer.analysis.measure import Interval
from explorer.figures import theme
from explorer.figures.dimensions import distances_figure, peaking_figure, radii_figure, samples_needed_figure


def distances(spread: float) -> Distances:
    relative = np.linspace(0.9, 1.1, 100)
    return Distances(relative, Interval(spread, 0.9 * spread, 1.2 * spread))


def test_the_data_stand_where_a_cube_has_the_same_spread() -> None:
    own = distances(0.1)
    fig = distances_figure(
        {d: distances(spread) for d, spread in ((2, 0.5), (10, 0.2), (100, 0.06))}, own, "digits", 400
    )
    assert [trace.name for trace in fig.data[2:4]] == ["uniform, d = 100", "digits"]
    limit, cubes, mark = fig.data[4:]
    assert (list(mark.x), list(mark.y), mark.text[0]) == ([pytest.approx(35)], [0.1], "d ≈ 35")
    assert (mark.error_y.array[0], mark.error_y.arrayminus[0]) == (pytest.approx(0.02), pytest.approx(0.01))
    assert mark.marker.color == fig.data[3].line.color == theme.TEST
    assert (list(cubes.x), list(cubes.y)) == ([2, 10, 100], [0.5, 0.2, 0.06])
    np.testing.assert_allclose(limit.y, np.sqrt(0.35 / limit.x))
    # The area under a density is 1.
    assert fig.data[3].y.sum() * (fig.data[3].x[1] - fig.data[3].x[0]) == pytest.approx(1)
    assert (fig.layout.xaxis.title.text, fig.layout.xaxis2.type) == ("distance / mean distance", "log")


def test_samples_needed_meet_those_there_are() -> None:
    fig = samples_needed_figure((0.5, 0.1), 1000, "own: 1,000", 8, 400)
    half, tenth, marks = fig.data
    np.testing.assert_allclose(np.log10(tenth.y), log10_samples_needed(np.arange(1, 9), 0.1))
    assert (half.name, tenth.name) == ("within 0.5", "within 0.1")
    assert list(marks.x) == [dimensions_for(1000, 0.5), dimensions_for(1000, 0.1)]
    assert set(marks.y) == {1000}
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("dimension d", "samples n")
    assert fig.layout.yaxis.type == "log"


def test_the_least_error_is_marked_and_the_known_means_are_dotted() -> None:
    learned = np.array([0.3, 0.2, 0.4])
    of = Peaking(np.array([1, 10, 100]), learned / 2, learned, learned - 0.01, learned + 0.01)
    line, mark, known = peaking_figure({10: of}, 400).data
    assert (line.name, list(line.y)) == ("means of 10 samples", [0.3, 0.2, 0.4])
    assert (list(mark.x), list(mark.y), mark.text[0]) == ([10], [0.2], "10")
    assert (known.name, known.line.dash, list(known.y)) == ("true means", "dot", [0.15, 0.1, 0.2])


def test_draws_outside_the_ball_are_orange_whatever_two_coordinates_are_shown() -> None:
    of = Radii(np.arange(5.0), np.ones(5), np.zeros(5), 1.0, 2.0)
    within, outside, uniform, normal = radii_figure(of, np.array([[0.5, 0.0, 0.0], [0.4, 0.1, 2.0]]), 400).data
    assert (list(within.x), list(outside.x), list(outside.y)) == ([0.5], [0.4], [0.1])
    assert (outside.marker.color, uniform.line.color, normal.line.color) == (theme.ERROR, theme.ERROR, theme.Z)
    assert (list(uniform.y), list(normal.y)) == ([1] * 5, [0] * 5)
