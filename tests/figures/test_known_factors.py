"""Scores of known factors stand over their models beside rotated codes; walks stand a row an axis."""

import pytest

from explorer.figures.known_factors import NULL, axis_walks_figure, factor_scores_figure
from explorer.figures.theme import MUTED, Z
from tests.figures.cases import bar_models


def test_each_panel_has_both_kinds_of_points_with_their_intervals() -> None:
    models = tuple(bar_models())
    fig = factor_scores_figure(models, 500)
    assert len(fig.data) == 6
    for panel, measure in enumerate(("mig", "sap", "dci")):
        null, own = fig.data[2 * panel : 2 * panel + 2]
        assert (null.name, own.name) == (NULL, "its axes")
        assert (null.marker.color, own.marker.color) == (MUTED, Z)
        assert list(own.x) == ["PCA", "VAE"]
        assert list(own.y) == pytest.approx([one.interval(measure).value for one in models])
        assert list(null.y) == pytest.approx([one.null(measure).value for one in models])
        highs = [one.interval(measure).high - one.interval(measure).value for one in models]
        lows = [one.null(measure).value - one.null(measure).low for one in models]
        assert list(own.error_y.array) == pytest.approx(highs)
        assert list(null.error_y.arrayminus) == pytest.approx(lows)
    titles = [fig.layout[f"yaxis{number}"].title.text for number in ("", 2, 3)]
    assert titles == ["MIG", "SAP", "DCI"]
    assert [trace.showlegend for trace in fig.data] == [True, True, False, False, False, False]


def test_walks_are_named_by_axis_in_the_middle_and_by_deviation_in_the_first_row() -> None:
    labels = [one.text for one in axis_walks_figure(bar_models()[1], 400).layout.annotations]
    assert [text for text in labels if text] == ["−2.0 σ", "−1.3 σ", "−0.7 σ", "z₁", "+0.7 σ", "+1.3 σ", "+2.0 σ", "z₂"]
