"""The figure of marked codes: which are solid, in which hues, and where the outline runs."""

import numpy as np

from explorer.figures.lasso import MARKED_ALPHA, OTHER_ALPHA, lasso_figure
from explorer.figures.theme import class_colour, with_alpha

POINTS = np.array([[0, 1], [2, 3], [4, 5]], np.float32)
LABELS = np.array([0, 1, 1])
MARKED = np.array([False, True, False])


def test_marked_codes_are_solid_in_the_hue_of_their_class_and_the_outline_is_closed() -> None:
    outline = np.array([[1, 2], [3, 2], [3, 4]], np.float32)
    figure = lasso_figure(POINTS, LABELS, MARKED, outline, ("z₁", "z₂"), 400)
    others, marked, line = figure.data
    assert (list(marked.x), list(marked.y)) == ([2], [3])
    assert list(marked.marker.color) == [with_alpha(class_colour(1), MARKED_ALPHA)]
    hues = dict(zip(others.x.tolist(), others.marker.color, strict=True))
    assert hues == {0: with_alpha(class_colour(0), OTHER_ALPHA), 4: with_alpha(class_colour(1), OTHER_ALPHA)}
    assert list(zip(line.x, line.y, strict=True)) == [(1, 2), (3, 2), (3, 4), (1, 2)]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("z₁", "z₂")
    assert figure.layout.dragmode == "lasso"


def test_without_an_outline_there_is_none() -> None:
    figure = lasso_figure(POINTS, LABELS, np.zeros(3, bool), None, ("z₁", "z₂"), 400)
    assert [trace.name for trace in figure.data] == ["others", "marked"]
