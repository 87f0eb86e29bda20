"""What a class answered, drawn: data, order, axes, the truth, and text that is not obeyed."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.figures import theme
from explorer.figures.rooms import spread_figure
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.rooms.question import RoomQuestion
from explorer.rooms.summaries import NumberHistogram, PointDensity, spread_of

CHOOSE = RoomQuestion("c", "pca", "choose", "Which?", "A.", "B.", 1, ("<img>", "B", "C"))
POINT = RoomQuestion("p", "latent", "point", "Where?", "There.", "Here.", (1.0, -0.5), low=-2, high=2)
NUMBER = RoomQuestion("n", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components")


def test_bars_of_choices_stand_in_their_order_from_the_top_with_counts_and_shares() -> None:
    figure = spread_figure(spread_of(CHOOSE, [1, 1, 1, 0]), with_truth=False, height=300)
    (bars,) = figure.data
    assert list(bars.x) == [1, 3, 0]
    assert list(bars.text) == ["1 (25 %)", "3 (75 %)", "0 (0 %)"]
    assert list(figure.layout.yaxis.ticktext) == ["&lt;img&gt;", "B", "C"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.xaxis.title.text == "answers"
    assert figure.layout.height == 300
    assert set(bars.marker.color) == {theme.MUTED}


def test_right_choice_has_the_colour_of_the_truth_once_it_is_revealed() -> None:
    figure = spread_figure(spread_of(CHOOSE, [0]), with_truth=True, height=300)
    assert list(figure.data[0].marker.color) == [theme.MUTED, theme.TEST, theme.MUTED]


def test_histogram_has_a_bar_for_each_bin_in_the_unit_and_a_line_at_the_truth() -> None:
    spread = spread_of(NUMBER, [100, 120, 700])
    assert isinstance(spread, NumberHistogram)
    hidden, shown = (spread_figure(spread, with_truth=truth, height=300) for truth in (False, True))
    (bars,) = hidden.data
    filled = {float(x): int(y) for x, y in zip(bars.x, bars.y, strict=True) if y}
    assert filled == {124.5: 2, 724.5: 1}
    assert (hidden.layout.xaxis.title.text, hidden.layout.yaxis.title.text) == ("components", "answers")
    assert not hidden.layout.shapes
    assert not hidden.layout.annotations
    (line,) = shown.layout.shapes
    assert (line.x0, line.x1, line.line.color) == (154, 154, theme.TEST)
    assert shown.layout.annotations[0].text == "154 components"


def colours_of(points: go.Scatter) -> list[str]:
    """The colour of each point, by the steps of a scale in which no two colours mix."""
    marker = points.marker
    stops = [(float(stop), colour) for stop, colour in marker.colorscale]
    assert [colour for _, colour in stops[::2]] == [colour for _, colour in stops[1::2]]
    places = [(number - marker.cmin) / (marker.cmax - marker.cmin) for number in map(float, marker.color)]
    return [next(colour for stop, colour in stops[1::2] if place < stop) for place in places]


def test_places_lie_on_the_codes_under_their_density_and_beside_the_truth_once_it_is_revealed() -> None:
    labels = np.array([0, 1, 1], np.uint8)
    codes = np.array([[0, 0], [1, 1], [1, 3]], np.float32)
    cloud = PlaneCloud(codes, labels, ("<b>", "b"), ("#3f90da", "#ffa90e"), ("z₁", "z₂"))
    spread = spread_of(POINT, [(1, 0), (-1, 1)])
    assert isinstance(spread, PointDensity)
    hidden = spread_figure(spread, with_truth=False, height=300, cloud=cloud)
    points, heat, taps = hidden.data
    assert (list(points.x), list(points.y)) == ([0, 1, 1], [0, 1, 3])
    assert colours_of(points) == ["#3f90da", "#ffa90e", "#ffa90e"]
    assert (np.array(heat.z) == np.array(spread.density)).all()
    assert (list(heat.x), list(heat.y)) == (list(spread.mesh), list(spread.mesh))
    assert (list(taps.x), list(taps.y)) == ([1, -1], [0, 1])
    assert [(note.text, note.x, note.y) for note in hidden.layout.annotations] == [("&lt;b&gt;", 0, 0), ("b", 1, 2)]
    assert (hidden.layout.xaxis.title.text, hidden.layout.yaxis.title.text) == ("z₁", "z₂")
    assert list(hidden.layout.xaxis.range) == list(hidden.layout.yaxis.range) == [-2, 2]
    assert hidden.layout.yaxis.scaleanchor == "x"
    star = spread_figure(spread, with_truth=True, height=300).data[-1]
    assert (list(star.x), list(star.y), star.text[0], star.marker.color) == ([1], [-0.5], "(1, -0.5)", theme.TEST)


@pytest.mark.parametrize(("truth", "side"), [(154, "left"), (399, "left"), (400, "right"), (700, "right")])
def test_the_words_of_the_truth_stand_where_the_axis_has_room(truth: float, side: str) -> None:
    """Left of its line in the right half of the axis, else right of it; the bars end below the axis' end."""
    spread = spread_of(replace(NUMBER, truth=truth, low=0), [100, 120, 700])
    figure = spread_figure(spread, with_truth=True, height=300)
    # The text is anchored by the side that touches the line.
    assert (figure.layout.annotations[0].xanchor, figure.layout.annotations[0].yanchor) == (side, "top")
    assert tuple(figure.layout.xaxis.range) == (-0.5, 799.5)
    assert tuple(figure.layout.yaxis.range) == (0, 2.5)


def test_axis_that_counts_has_whole_ticks_and_room_above_the_longest_bar() -> None:
    for n, tick in ((0, 1), (3, 1), (12, 5), (300, 100)):
        figure = spread_figure(spread_of(CHOOSE, [0] * n), with_truth=False, height=300)
        assert figure.layout.xaxis.dtick == tick
        assert figure.layout.xaxis.range[1] > max(n, 1)
