"""The picture of a decoder's metric shows its area factor, ellipses where codes are, and equal units on both axes."""

import numpy as np
import pytest

from explorer.analysis.decoder_geometry import Metric
from explorer.figures import theme
from explorer.figures.decoder_geometry import HALF_AXIS, N_ELLIPSES, change_of_ellipses, metric_figure

SIDE = 27
AXIS = np.linspace(-2, 2, SIDE, dtype=np.float32)
# A step along u moves the picture four times as far as one along v, on the right ten times as far as on the left.
FACTOR = np.where(AXIS > 0, 10.0, 1.0)[None, :, None, None]
METRIC = Metric(AXIS, AXIS, FACTOR**2 * np.broadcast_to(np.diag([16.0, 1.0]), (SIDE, SIDE, 2, 2)))
POINTS = np.array([[-1.0, 0.5], [-1.1, 0.4]], np.float32)


def test_colour_is_the_logarithm_of_the_area_factor_and_the_bar_says_it_in_full() -> None:
    heatmap, codes, *_ = metric_figure(METRIC, POINTS, np.array([3, 4]), ("z₁", "z₂"), 500).data
    np.testing.assert_allclose(heatmap.z[0], np.log10(np.where(AXIS > 0, 400, 4)))
    assert dict(zip(heatmap.colorbar.ticktext, heatmap.colorbar.tickvals, strict=True))["10"] == 1
    assert list(codes.marker.color) == [theme.class_colour(3), theme.class_colour(4)]


def test_ellipses_stand_where_codes_are_four_times_as_high_as_wide() -> None:
    fig = metric_figure(METRIC, POINTS, np.zeros(2, np.int64), ("z₁", "z₂"), 500)
    *_, white, black = fig.data
    x, y = (np.asarray(axis, np.float64) for axis in (black.x, black.y))
    outlines = np.split(np.column_stack([x, y]), np.flatnonzero(np.isnan(x)))
    sizes = [np.ptp(outline[~np.isnan(outline[:, 0])], axis=0) for outline in outlines if len(outline) > 2]
    assert 0 < len(sizes) < 20
    np.testing.assert_allclose([height / width for width, height in sizes], 4, rtol=0.02)
    assert np.nanmax(x) < 0
    assert (white.line.color, black.line.color) == ("white", "black")
    assert fig.layout.yaxis.scaleanchor == "x"


def test_the_change_of_ellipses_is_that_of_the_places_with_codes() -> None:
    assert change_of_ellipses(METRIC, POINTS) == pytest.approx(HALF_AXIS * 4 / N_ELLIPSES * 4)
    assert change_of_ellipses(METRIC, -POINTS) == pytest.approx(HALF_AXIS * 4 / N_ELLIPSES * 40)
