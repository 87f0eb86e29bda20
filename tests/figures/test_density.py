"""Curves and contours of densities show the densities themselves."""

import numpy as np
from scipy.stats import norm

from explorer.analysis.density import fit_sampler
from explorer.figures.density import density_contours_figure, density_curves_figure

RNG = np.random.default_rng(0)


def test_the_curve_is_the_gaussians_density() -> None:
    values = (2 + 3 * RNG.standard_normal((4000, 1))).astype(np.float32)
    fig = density_curves_figure(values, {"gaussian": fit_sampler("gaussian", values, 0)}, 400)
    histogram, curve = fig.data
    assert histogram.histnorm == "probability density"
    expected = norm.pdf(curve.x, values.mean(), values.std())
    np.testing.assert_allclose(curve.y, expected, rtol=1e-3)


def test_contours_cover_points_and_draws_at_equal_scale() -> None:
    points = RNG.standard_normal((500, 2)).astype(np.float32)
    draws = np.float32(5) * points
    fig = density_contours_figure(points, fit_sampler("gaussian", points, 0), draws, 400)
    observed, drawn, contour = fig.data
    assert (len(observed.x), len(drawn.x)) == (500, 500)
    assert contour.x[0] < draws[:, 0].min() < draws[:, 0].max() < contour.x[-1]
    assert fig.layout.yaxis.scaleanchor == "x"
