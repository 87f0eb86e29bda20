"""Three parts lie one after the other in each bar; total correlation stands over distortion beside its null."""

from dataclasses import replace

import pytest

from explorer.analysis.measure import Interval, without_negative
from explorer.figures.kl_parts import NULL, correlation_figure, correlation_of, distortion_of, kl_parts_figure
from explorer.figures.theme import ERROR, MODEL_HUES, MUTED, Z
from explorer.ui.views.tradeoff.kl_parts import protocol
from tests.figures.cases import bars_by_beta, bars_by_weight


def test_each_bar_is_the_sum_of_the_parts() -> None:
    models = bars_by_beta()
    fig = kl_parts_figure(models, 500)
    assert [trace.name for trace in fig.data] == [
        "mutual information",
        "total correlation",
        "dimension-wise",
    ]
    assert [trace.marker.color for trace in fig.data] == [MUTED, ERROR, Z]
    assert fig.layout.barmode == "stack"
    assert list(fig.data[0].y) == [model.title for model in models]
    sums = [sum(trace.x[place] for trace in fig.data) for place in range(2)]
    kl = [sum(terms.parts.kl_nats for terms in model.terms) / 3 for model in models]
    assert sums == pytest.approx(kl)
    assert fig.layout.xaxis.title.text == "KL, nats per image"


def test_correlation_falls_along_both_ways_with_the_seeds_intervals_and_the_null_below() -> None:
    by_beta, by_weight = bars_by_beta(), bars_by_weight()
    of_beta, of_weight, null = correlation_figure(by_beta, by_weight, 500).data
    assert (of_beta.line.color, of_weight.line.color) == (MODEL_HUES["vae"], ERROR)
    assert list(of_beta.x) == pytest.approx([30.0, 33.0])
    assert list(of_beta.y) == pytest.approx([0.51, 0.11])
    assert list(of_weight.y) == pytest.approx([0.51, 0.03])
    interval = correlation_of(by_beta[0])
    assert of_beta.error_y.array[0] == pytest.approx(interval.high - interval.value)
    assert of_beta.error_y.arrayminus[0] == pytest.approx(interval.value - interval.low)
    assert null.name == NULL
    assert list(null.y) == pytest.approx([0.05, 0.01, 0.05, 0.002])
    assert list(null.x) == pytest.approx([distortion_of(model).value for model in (*by_beta, *by_weight)])


def test_no_interval_of_a_total_correlation_reaches_below_0() -> None:
    model = bars_by_weight()[-1]
    parts = [replace(model.terms[0].parts, total_correlation_nats=value) for value in (0.001, 0.02, 0.004)]
    seeds = replace(model, terms=tuple(replace(model.terms[0], parts=one) for one in parts))
    interval = correlation_of(seeds)
    # Student's t of two degrees of freedom at 97.5 % is 4.3027, and the standard error 0.0059.
    assert (interval.value, interval.low, interval.high) == pytest.approx((0.00833, 0.0, 0.03371), abs=1e-5)
    assert "cut off at 0" in protocol()


def test_an_estimate_below_0_is_within_its_interval() -> None:
    assert without_negative(Interval(-0.001, -0.003, 0.001)) == Interval(-0.001, -0.001, 0.001)
    assert without_negative(Interval(0.3, 0.1, 0.5)) == Interval(0.3, 0.1, 0.5)
