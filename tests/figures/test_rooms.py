"""What a class answered, drawn: data, order, axes, the truth, and text that is not obeyed."""

from explorer.figures import theme
from explorer.figures.rooms import spread_figure
from explorer.rooms.question import RoomQuestion
from explorer.rooms.summaries import NumberHistogram, spread_of

CHOOSE = RoomQuestion("c", "pca", "choose", "Which?", "A.", "B.", 1, ("<img>", "B", "C"))
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


def test_axis_that_counts_has_whole_ticks_and_room_above_the_longest_bar() -> None:
    for n, tick in ((0, 1), (3, 1), (12, 5), (300, 100)):
        figure = spread_figure(spread_of(CHOOSE, [0] * n), with_truth=False, height=300)
        assert figure.layout.xaxis.dtick == tick
        assert figure.layout.xaxis.range[1] > max(n, 1)
