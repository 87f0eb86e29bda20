"""The figures of nonsense: which picture stands where with which numbers, and both axes towards more."""

import numpy as np
import pytest

from explorer.analysis.measure import Interval
from explorer.analysis.overconfidence import Judged, Separation
from explorer.figures.overconfidence import confidence_figure, judged_pictures_figure
from explorer.ui.views.generate.why_generative import table, words


def judged(title: str, level: float, confidence: float, nats: float) -> Judged:
    x, labels = np.full((5, 4), level, np.float32), np.arange(5) % 2
    return Judged(title, x, labels, np.full(5, confidence), np.full(5, nats, np.float64))


REAL, NOISE = judged("test image", 1.0, 0.75, -100), judged("noise", 0.5, 1.0, -3_000.4)


def test_each_kind_is_a_column_under_its_numbers() -> None:
    fig = judged_pictures_figure([REAL, NOISE], ("a", "b"), (2, 2), 400)
    texts = [note.text for note in fig.layout.annotations]
    assert texts[:2] == ["test image<br>a: 0.75<br>−100", "noise<br>a: 1.00<br>−3,000"]
    assert texts[2:4] == ["b: 0.75<br>−100", "b: 1.00<br>−3,000"]
    assert len(texts) == 8
    first, second = (note.x for note in fig.layout.annotations[:2])
    assert first < second


def test_likely_pictures_stand_on_the_right_and_sure_ones_above() -> None:
    fig = confidence_figure([REAL, NOISE], 400)
    real, noise = fig.data
    assert (real.name, noise.name) == ("test image", "noise")
    np.testing.assert_allclose(real.x, 100)
    np.testing.assert_allclose(real.y, 0.25)
    np.testing.assert_allclose(noise.x, 3000.4)
    np.testing.assert_allclose(noise.y, 1e-6)
    x, y = fig.layout.xaxis, fig.layout.yaxis
    assert (x.type, x.autorange, y.type, y.autorange) == ("log", "reversed", "log", "reversed")
    assert x.ticktext[0].startswith("−")
    assert dict(zip(y.tickvals, y.ticktext, strict=True))[0.01] == "0.99"
    assert "nats" in x.title.text
    assert fig.layout.shapes[0].y0 == pytest.approx(0.1)
    assert real.marker.symbol != noise.marker.symbol
    assert real.marker.color != noise.marker.color


def found(low: float) -> Separation:
    return Separation("noise", Interval(0.5, 0.4, 0.6), Interval(0.8, 0.7, 0.9), Interval(0.95, low, 1.0))


def test_the_sentences_follow_the_numbers() -> None:
    likely, unlikely = judged("blank", 0, 0.4, -50), judged("blank", 0, 0.4, -500)
    says = words([REAL, NOISE], [found(0.92)], likely)
    assert "sure (p(y|x) ≥ 0.9) of 50 % of the pictures of the kind “noise”, and of 0 % of the test images" in says
    assert "log p(x) tells every kind from test images better" in says
    assert "log p(x) = −50 nats, above 100 % of the test images: a likelihood measures what is probable" in says
    says = words([REAL, NOISE], [found(0.85)], unlikely)
    assert "tells 0 of the 1 kinds" in says
    assert says.endswith("log p(x) = −500 nats, above 0 % of the test images.")


def test_the_table_has_every_interval() -> None:
    rows = table(REAL, [found(0.92)]).splitlines()
    assert rows[2] == "| noise | 50 [40, 60] | 0.800 [0.700, 0.900] | 0.950 [0.920, 1.000] |"
    assert "5 pictures each" in rows[0]
    assert "0.5 is guessing" in rows[-1]
