"""The view of a decoder's geometry: how fast pictures change, what a way costs, and where its plane is measured."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.analysis.decoder_geometry import Borders
from explorer.analysis.measure import Interval
from explorer.models import ConditionalModel
from explorer.models.layers import Dense, apply_layers
from explorer.store import load_checkpoint
from explorer.ui.views.interpolate import geometry
from explorer.ui.views.interpolate.endpoints import End
from explorer.ui.views.interpolate.panels import InterpolationRow

# A corner: 3 to the right in one step, then 4 up in two.
CORNER = np.array([[0, 0], [3, 0], [3, 2], [3, 4]], np.float32)


def test_the_mean_change_of_the_picture_is_the_length_of_the_way() -> None:
    measured = geometry._speed(5.0)
    read = measured.read(CORNER, None)
    assert read is not None
    assert read == pytest.approx((9, 6, 6, 6))
    assert np.mean(read[:-1]) == pytest.approx(7)
    (band,) = measured.chart.bands
    assert (band.low, band.middle, band.high) == (5, 5, 5)


def test_a_way_has_its_length_its_turning_and_its_farthest_code() -> None:
    way = InterpolationRow("linear", "", "solid", CORNER, CORNER)
    numbers = geometry.WayNumbers.of(way, np.array([0.5, 2.0, 1.0, 0.0]))
    assert (numbers.title, numbers.farthest) == ("linear", 2.0)
    assert (numbers.length, numbers.turning_degrees) == pytest.approx((7, 90))


@pytest.mark.parametrize(
    ("length", "farthest", "part"),
    [
        (9.0, 1.0, "The geodesic saves 10 % of it."),
        (9.94, 1.0, "The geodesic saves 1 % of it."),
        (9.96, 1.0, "The geodesic saves less than 1 % of it"),
        (10.5, 1.0, "The geodesic saves less than 1 % of it"),
        (9.0, 2.1, "2.10 standard deviations from the nearest training code, farther from the data"),
        (9.0, 2.0, "2.00 standard deviations from the nearest training code, nearer to the data"),
    ],
)
def test_what_a_geodesic_saves_and_where_it_leads_are_said(length: float, farthest: float, part: str) -> None:
    said = geometry.way_words(
        geometry.WayNumbers("linear", 10.0, 1_310.0, 2.0),
        geometry.WayNumbers("geodesic", length, 75.4, farthest),
        8,
        0.5,
    )
    assert part in said
    assert "turns through 1,310° along the straight path and through 75° along the geodesic" in said


def areas(low: float, high: float) -> Borders:
    return Borders(Interval((low + high) / 2, low, high), 2.0, 1.0, 300, 700)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.51, 0.6, "more"),
        (0.4, 0.49, "less"),
        (0.5, 0.6, "neither more nor less"),
        (0.4, 0.5, "neither more nor less"),
    ],
)
def test_a_decoder_stretches_more_where_the_interval_of_the_area_leaves_one_half(
    low: float, high: float, verdict: str
) -> None:
    said = geometry.border_words(areas(low, high), np.array([1.0, 2.0]))
    assert f"stretches {verdict} where classes meet" in said
    assert "Of 1,000 test codes 300 have" in said


@pytest.mark.parametrize(("spread", "is_linear"), [(0.0, True), (0.0009, True), (0.0011, False)])
def test_a_decoder_that_stretches_alike_everywhere_is_linear(spread: float, is_linear: bool) -> None:
    said = geometry.border_words(areas(0.5, 0.6), np.array([1.0, 1.0 - spread]))
    assert ("This decoder is linear" in said) == is_linear


@pytest.mark.parametrize(("name", "label"), [("digits-cvae-2d", 3), ("digits-vae-2d", None)])
def test_the_decoder_of_a_conditional_model_is_that_of_the_class_that_is_given(name: str, label: int | None) -> None:
    checkpoint = load_checkpoint(name)
    of: Any = SimpleNamespace(checkpoint=checkpoint, label=label)
    z = np.array([[0.5, -1]], np.float32)
    if isinstance(checkpoint.model, ConditionalModel):
        decoded = checkpoint.model.decode(z, np.array([label]))
    else:
        decoded = checkpoint.model.decode(z)
    np.testing.assert_allclose(apply_layers(geometry.decoder_layers(of), z), decoded, atol=1e-5)


def test_another_end_is_another_geodesic() -> None:
    of: Any = SimpleNamespace(key=("fingerprint", "path"), label=None)
    start, end = (End(np.array(code, np.float32), None, "") for code in ((0, 1), (2, 3)))
    keys = {geometry._key(of, *ends) for ends in ((start, end), (end, start), (start, start))}
    assert len(keys) == 3
    assert geometry._key(of, start, end)[:4] == ("geodesic", "fingerprint", "path", None)


def test_the_metric_is_measured_over_the_square_of_the_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    # A decoder that doubles the first coordinate: areas become twice as large everywhere.
    layers = (Dense(np.diag([2, 1]).astype(np.float32), np.zeros(2, np.float32)),)
    train, test = np.array([[-1, 0], [3, 1]], np.float32), np.zeros((5, 2), np.float32)
    plane = SimpleNamespace(project=lambda codes: codes, axes=np.eye(2, dtype=np.float32))
    of: Any = SimpleNamespace(checkpoint=SimpleNamespace(codes=SimpleNamespace(train=train, test=test)), plane=plane)
    monkeypatch.setattr(geometry, "decoder_layers", lambda _: layers)
    monkeypatch.setattr(geometry, "metric_map", lambda _layers, _plane, u, v: (u, v))
    measured: Any = geometry._metric(of)
    (u, v), factor = measured
    np.testing.assert_allclose(factor, 2, rtol=1e-6)
    assert len(u) == len(v) == geometry.RESOLUTION
    assert np.ptp(u) == pytest.approx(np.ptp(v))
    assert ((u[0] + u[-1]) / 2, (v[0] + v[-1]) / 2) == pytest.approx((1, 0.5))
    assert (u[0] < -1, u[-1] > 3) == (True, True)
