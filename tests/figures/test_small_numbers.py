"""Figures of small numbers have the scale of those of large ones, and figures of equal numbers have one at all."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.analysis.decoder_geometry import Metric
from explorer.figures import dataset, elbo, thumbnails, training
from explorer.figures.decoder_geometry import metric_figure
from explorer.figures.rooms import spread_figure
from explorer.rooms.summaries import PointDensity, spread_of
from tests.figures.test_decoder_geometry import METRIC, POINTS
from tests.figures.test_rooms import POINT

SMALL = 2.0**-20
CODES = np.random.default_rng(0).standard_normal((60, 2)).astype(np.float32)
LABELS = np.arange(60) % 3


def scaled(option: Any, by: float) -> list[float]:
    return [value * by for value in option.values()]


def losses(values: list[float]) -> pd.DataFrame:
    columns = ("loss", "reconstruction", "validation_loss", "validation_reconstruction")
    return pd.DataFrame({"epoch": np.arange(len(values)) + 1.0, **dict.fromkeys(columns, values)})


@pytest.mark.parametrize("by", [1e-4, 1e-6, 1e4])
def test_ticks_of_losses_are_as_round_for_small_losses(by: float) -> None:
    values = [9.0, 8.0, 7.4, 7.1]
    limits, small = (training._limits_of_the_later_part(losses(list(np.array(values) * one))) for one in (1.0, by))
    assert list(small.values()) == pytest.approx(scaled(limits, by))


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_losses_that_do_not_change_have_an_axis(value: float) -> None:
    limits = training._limits_of_the_later_part(losses([value] * 4))
    assert 0 < limits["interval"] <= max(0.01 * value, 1e-8)
    assert limits["min"] <= value <= limits["max"]


@pytest.mark.parametrize("by", [1e-3, 1e3])
def test_a_plane_of_small_codes_has_the_same_square(by: float) -> None:
    for usual, small in zip(training._square_limits(CODES), training._square_limits(CODES * by), strict=True):
        for key in ("min", "max", "interval"):
            assert small[key] == pytest.approx(by * usual[key])


def test_codes_on_one_point_have_a_square() -> None:
    for axis in training._square_limits(np.full((4, 2), 3.0, np.float32)):
        assert axis["min"] <= 3 <= axis["max"]
        assert 0 < axis["max"] - axis["min"] < 0.1
    for axis in training._square_limits(np.zeros((4, 2), np.float32)):
        assert 0 < axis["max"] - axis["min"] < 1e-4


def thumbnail(codes: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(thumbnails.latent_thumbnail(codes, LABELS))))


def test_a_thumbnail_of_small_codes_is_the_same_picture() -> None:
    # A power of two rounds alike.
    np.testing.assert_array_equal(thumbnail(CODES * np.float32(SMALL)), thumbnail(CODES))


def test_small_area_factors_have_the_same_colours() -> None:
    small = Metric(METRIC.u, METRIC.v, METRIC.values * 1e-6)
    usual, fine = (
        metric_figure(metric, POINTS, np.zeros(2, np.int64), ("", ""), 500).data[0] for metric in (METRIC, small)
    )
    np.testing.assert_allclose(fine.z, usual.z - 6, atol=1e-9)
    assert (fine.zmin, fine.zmax) == pytest.approx((usual.zmin - 6, usual.zmax - 6))


def test_a_decoder_that_stretches_alike_has_a_scale_of_colours() -> None:
    flat = Metric(METRIC.u, METRIC.v, np.broadcast_to(np.diag([4.0, 1.0]), METRIC.values.shape))
    heatmap = metric_figure(flat, POINTS, np.zeros(2, np.int64), ("", ""), 500).data[0]
    assert heatmap.zmin == pytest.approx(np.log10(2))
    assert 0 < heatmap.zmax - heatmap.zmin < 0.01


@pytest.mark.parametrize("height", [3e-4, 0.3, 300.0])
def test_the_densest_place_of_taps_has_the_full_colour(height: float) -> None:
    spread = spread_of(POINT, [(0.0, 0.0), (1.0, 1.0)])
    assert isinstance(spread, PointDensity)
    density = spread.density / spread.density.max() * height
    figure = spread_figure(replace(spread, density=density), with_truth=False, height=300)
    (heat,) = [trace for trace in figure.data if isinstance(trace, go.Heatmap)]
    assert (heat.zmin, heat.zmax) == (0, pytest.approx(height))


@pytest.mark.parametrize("by", [1e-6, 1.0])
def test_the_largest_variance_of_a_pixel_is_white(by: float, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(dataset, "mosaic_figure", lambda tiles, *_, **__: shown.append(tiles))
    variance = np.array([0.0, 0.1, 0.4, 0.2], np.float32)
    summary: Any = type("S", (), {"variance": variance * by, "mean": 0 * variance, "class_means": 0 * variance[None]})
    of: Any = type("D", (), {"sample_shape": (2, 2), "class_names": ("a",)})
    dataset._mean_images(of, summary, 300)
    *_, spread = shown[0]
    np.testing.assert_allclose(spread[..., 0].ravel(), np.array([0, 64, 255, 128]), atol=1)


@pytest.mark.parametrize("by", [1e-4, 1.0])
def test_single_draws_fall_into_sixty_bins(by: float) -> None:
    values = np.linspace(0, 1, 1000) * by
    figure = elbo.single_draws_figure(values, values, 0.5 * by, 300)
    for trace in figure.data:
        assert trace.xbins.size == pytest.approx(by / 60, rel=0.01)
        assert trace.xbins.end == pytest.approx(by, rel=1e-3)


def test_draws_that_are_alike_fall_into_a_bin() -> None:
    figure = elbo.single_draws_figure(np.ones(9), np.ones(9), 1.0, 300)
    assert 0 < figure.data[0].xbins.size < 1e-6
    assert figure.data[0].xbins.end > 1


@pytest.mark.parametrize(("gap_nats", "span"), [(4.0, 10.0), (0.01, 0.16)])
def test_bars_of_the_bound_begin_below_it_by_more_than_the_gap(gap_nats: float, span: float) -> None:
    own: Any = type("Q", (), {"elbo_nats": -90.0, "gap_nats": gap_nats})
    true: Any = type("P", (), {"log_evidence_nats": -90.0 + gap_nats})
    of: Any = type("G", (), {"encoder": own, "posterior": true})
    figure = elbo.bars_figure(of, 300)
    low, high = figure.layout.yaxis.range
    assert -90 + gap_nats - low == pytest.approx(span)
    assert high - low == pytest.approx(1.25 * span)
