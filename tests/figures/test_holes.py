"""The map's and the numbers' pictures show what the results hold."""

import numpy as np
import pytest

from explorer.analysis.density import fit_sampler
from explorer.analysis.hole_map import CONFIDENCE, DISTANCE, LOG_RATIO, HoleMap, Layer, Subject, map_holes
from explorer.analysis.holes import COVERAGE, HOLE_RATE
from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.measure import Interval, Measure, exactly
from explorer.analysis.toy_codes import toy_codes
from explorer.figures.holes import (
    CLIPPED_NATS,
    NumberSeries,
    hole_map_figure,
    hole_numbers_figure,
    layer_pixels,
    map_scale_figure,
)
from explorer.figures.points import MOST_POINTS

CODES = toy_codes("ring", 15_000, np.random.default_rng(0))
LABELS = np.zeros(len(CODES), np.int64)


@pytest.fixture(scope="module")
def ring_map() -> HoleMap:
    sampler = fit_sampler("gaussian", CODES, 0)
    *_, last = map_holes(Subject(CODES), sampler, axis_plane(np.zeros(2, np.float32), 0, 1), 0, 24)
    assert last.result is not None
    return last.result


def test_map_shows_layer_codes_contours_and_worst_hole(ring_map: HoleMap) -> None:
    fig = hole_map_figure(ring_map, "log_ratio", CODES, LABELS, 600)
    heatmap, codes, *contours, halo, worst = fig.data
    reached = ring_map.reached
    np.testing.assert_array_equal(heatmap.z[reached], ring_map.layers[0].values[reached])
    assert np.isnan(heatmap.z[~reached]).all()
    assert (heatmap.zmin, heatmap.zmax) == (-CLIPPED_NATS, CLIPPED_NATS)
    assert heatmap.colorbar.title.text == "nats"
    assert MOST_POINTS / 2 < len(codes.x) <= MOST_POINTS
    assert tuple(contour.contours.start for contour in contours) == ring_map.contour_nats
    assert ring_map.worst is not None
    assert (worst.x[0], worst.y[0]) == ring_map.worst.point
    assert [(ring.marker.color, ring.marker.line.width) for ring in (halo, worst)] == [("white", 7), ("black", 3)]
    assert fig.layout.yaxis.scaleanchor == "x"
    assert fig.layout.xaxis.title.text == "z₁"


def test_every_layer_is_orange_where_the_hole_is(ring_map: HoleMap) -> None:
    result = HoleMap(**{**vars(ring_map), "layers": (Layer(CONFIDENCE, ring_map.layers[1].values), *ring_map.layers)})
    scales = {
        kind: hole_map_figure(result, kind.key, CODES, LABELS, 600).data[0].colorscale
        for kind in (LOG_RATIO, DISTANCE, CONFIDENCE)
    }
    orange = scales[LOG_RATIO][-1][1]
    assert scales[DISTANCE][-1][1] == orange
    assert scales[CONFIDENCE][0][1] == orange


def test_pixels_are_orange_in_the_hole_clear_where_nothing_is_and_have_their_first_row_on_top(
    ring_map: HoleMap,
) -> None:
    pixels = layer_pixels(ring_map, "log_ratio")
    middle = pixels[len(pixels) // 2, pixels.shape[1] // 2]
    assert middle[:3].tolist() == [0xA6, 0x4B, 0x00]
    assert middle[3] > 150
    assert (pixels[::-1][~ring_map.reached][:, 3] == 0).all()
    assert pixels[::-1][ring_map.reached][:, 3].max() > 150


def test_map_without_a_worst_hole(ring_map: HoleMap) -> None:
    fig = hole_map_figure(HoleMap(**{**vars(ring_map), "worst": None}), "distance", CODES, LABELS, 600)
    assert "worst hole" not in [trace.text for trace in fig.data if trace.type == "scatter"]


def test_numbers_are_filled_where_they_depart_and_read_with_their_null() -> None:
    measures = (
        Measure(HOLE_RATE, Interval(0.068, 0.06, 0.076), exactly(0.01)),
        Measure(COVERAGE, Interval(0.96, 0.95, 0.97), Interval(0.967, 0.962, 0.972)),
    )
    fig = hole_numbers_figure([NumberSeries("AE", "#c2417f", measures), NumberSeries("VAE", "#5b62d9", measures)])
    nulls, dots, *_ = fig.data
    assert list(dots.marker.symbol) == ["circle", "circle-open"]
    np.testing.assert_allclose(dots.error_x.arrayminus, [0.008, 0.01])
    np.testing.assert_allclose(nulls.error_x.array, [0.0025, 0.005])
    np.testing.assert_allclose(nulls.x, [0.01, 0.967])
    np.testing.assert_allclose(dots.x, [0.068, 0.96])
    texts = [annotation.text for annotation in fig.layout.annotations]
    assert texts[:2] == ["<b>6.8%</b>, null 1.0%", "<b>96.0%</b>, null 96.7%"]
    assert len({annotation.y for annotation in fig.layout.annotations}) == 4
    assert list(fig.layout.yaxis.ticktext) == ["Hole rate", "Coverage"]
    assert [trace.name for trace in fig.data if trace.name] == ["AE", "VAE"]


@pytest.mark.parametrize("layer_key", ["log_ratio", "distance"])
def test_the_bar_under_a_map_has_the_colours_and_the_unit_of_its_layer(layer_key: str, ring_map: HoleMap) -> None:
    fig, drawn = map_scale_figure(ring_map, layer_key), hole_map_figure(ring_map, layer_key, CODES, LABELS, 300).data[0]
    bar = fig.data[0]
    assert (bar.zmin, bar.zmax, bar.colorscale) == (drawn.zmin, drawn.zmax, drawn.colorscale)
    assert (bar.x[0], bar.x[-1]) == (bar.zmin, bar.zmax)
    np.testing.assert_array_equal(bar.z[0], bar.x)
    kind = next(layer.kind for layer in ring_map.layers if layer.kind.key == layer_key)
    assert kind.unit in fig.layout.xaxis.title.text
