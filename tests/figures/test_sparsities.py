"""The picture of sparse codes shows each way in its row."""

import numpy as np
import pytest

from explorer.analysis.measure import Interval
from explorer.analysis.sparsities import SparseNetwork, Sparsities
from explorer.figures import theme
from explorer.figures.sparsities import HEADS, sparsities_figure


def test_codes_and_bars_of_a_way_stand_in_one_row() -> None:
    hidden, code, sse = Interval(0.3, 0.2, 0.5), Interval(0.6, 0.5, 0.65), Interval(2, 1.5, 2.5)
    one = SparseNetwork("L1", hidden, code, sse, 0.0, 0.5, np.array([1, -2], np.float32))
    other = SparseNetwork("KL", code, hidden, sse, 0.0, 0.0, np.array([0, 3], np.float32))
    fig = sparsities_figure(Sparsities((one, other), 5.0, 0.22, 9), 400)
    first, second, of_hidden, of_code, errors = fig.data
    assert (list(first.y), list(second.y)) == ([1, -2], [0, 3])
    assert (list(of_hidden.x), list(of_code.x), list(errors.x)) == ([0.3, 0.6], [0.6, 0.3], [2, 2])
    assert (of_code.marker.color, errors.marker.color) == (theme.Z, theme.ERROR)
    assert (of_code.error_x.array[0], of_code.error_x.arrayminus[0]) == (pytest.approx(0.05), pytest.approx(0.1))
    # The first way is the upper one, as among the codes.
    assert list(fig.layout.yaxis2.categoryarray) == ["KL", "L1"]
    names, heads = fig.layout.annotations[:2], fig.layout.annotations[2:]
    assert [note.text for note in names] == ["L1", "KL"]
    for note, axis in zip(names, (fig.layout.yaxis, fig.layout.yaxis4), strict=True):
        assert axis.domain[0] < note.y < axis.domain[1]
    assert [note.text for note in heads] == [f"<b>{head}</b>" for head in HEADS]
    assert [shape.x0 for shape in fig.layout.shapes] == [0.22, 5.0]
