"""The animation of a flow: where its points, arrows and lines are, and what the chart says."""

import numpy as np
import pytest

from explorer.analysis.euler import N_EULER, EulerQuality
from explorer.analysis.flow import FLOW, Flow
from explorer.analysis.measure import Interval
from explorer.analysis.whitening import fit_whitening
from explorer.models.latent_model import LatentModel
from explorer.models.layers import Dense
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.scenes.flow_animation import N_CODES, N_DRAWS, N_FRAMES, N_PATHS, SIDE, flow_animation, flow_view
from explorer.scenes.latent_animation import LatentAnimation, pack_latent_animation
from tests.ui.components.message_reader import read_message

DRIFT = 2.0
QUALITY = EulerQuality(
    tuple(Interval(0.9 - place / 20, 0.5, 1.0) for place in range(len(N_EULER))), Interval(0.51, 0.48, 0.54), 1_000
)


def drifting(latent_dim: int, n_steps: int = 4, model: LatentModel | None = None) -> LatentAnimation:
    """A flow that carries all noise by (2, 0, …), and codes about (5, …)."""
    codes = (np.random.default_rng(0).standard_normal((2_000, latent_dim)) + 5).astype(np.float32)
    bias = np.zeros(latent_dim, np.float32)
    bias[0] = DRIFT
    layer = Dense(np.zeros((latent_dim, latent_dim + 1), np.float32), bias)
    flow = Flow(FLOW, fit_whitening(codes), (layer,))
    return flow_animation(flow_view(flow, codes, QUALITY), n_steps, 0, model)


def test_codes_stand_still_and_draws_move_from_noise_along_the_field() -> None:
    animation = drifting(2)
    codes, draws = animation.points[:, :N_CODES], animation.points[:, N_CODES:]
    assert animation.points.shape == (N_FRAMES, N_CODES + N_DRAWS, 2)
    np.testing.assert_array_equal(animation.labels, [0] * N_CODES + [1] * N_DRAWS)
    assert animation.class_names == ("codes", "draws")
    np.testing.assert_array_equal(codes[0], codes[-1])
    np.testing.assert_allclose(codes[0].mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(draws[0].mean(axis=0), 0, atol=0.15)
    np.testing.assert_allclose(draws[8] - draws[0], np.broadcast_to((DRIFT / 2, 0), (N_DRAWS, 2)), atol=1e-5)
    np.testing.assert_allclose(draws[-1] - draws[0], np.broadcast_to((DRIFT, 0), (N_DRAWS, 2)), atol=1e-5)
    assert animation.shows_prior
    assert animation.axis_labels == ("z₁, whitened", "z₂, whitened")
    assert animation.captions[4] == "t = 0.25 · 4 Euler steps"


def test_arrows_point_along_the_field_and_lines_begin_at_the_same_noise() -> None:
    animation = drifting(2)
    lines = animation.flow_lines
    assert lines is not None
    shift = lines.arrows[:, :, 1] - lines.arrows[:, :, 0]
    assert (shift[..., 0] > 0).all()
    np.testing.assert_allclose(shift[..., 1], 0, atol=1e-6)
    begin = animation.points[0, N_CODES : N_CODES + N_PATHS]
    np.testing.assert_array_equal(lines.straight[:, 0], begin)
    np.testing.assert_array_equal(lines.straight[:, 1], animation.points[0, :N_PATHS])
    np.testing.assert_allclose(lines.curved[:, 0], begin)
    np.testing.assert_allclose(lines.curved[:, -1], begin + np.array((DRIFT, 0)), atol=1e-5)
    assert lines.curved.shape == (N_PATHS, 5, 2)


def test_the_chart_stands_at_the_number_of_steps_beside_the_null() -> None:
    chart = drifting(2).chart
    assert chart.curves[0].x == tuple(map(float, N_EULER))
    assert chart.curves[0].y == pytest.approx([90, 85, 80, 75, 70, 65])
    np.testing.assert_allclose(chart.dots, [[(4, 80)]] * N_FRAMES)
    (null,) = chart.marks
    assert (null.name, null.x) == ("training codes", None)
    assert null.y == pytest.approx(51)
    assert (chart.x_title, chart.y_title) == ("Euler steps", "two-sample accuracy, %")


def test_more_dimensions_are_projected_without_arrows() -> None:
    animation = drifting(4)
    assert animation.flow_lines is not None
    assert animation.flow_lines.arrows.shape == (N_FRAMES, 0, 2, 2)
    assert not animation.shows_prior
    assert animation.axis_labels == ("PC 1", "PC 2")
    assert animation.points.shape == (N_FRAMES, N_CODES + N_DRAWS, 2)


def test_some_draws_are_decoded_at_every_time() -> None:
    pictures = np.random.default_rng(0).random((50, 9)).astype(np.float32)
    model = fit_pca(pictures, (3, 3), PCASpec(latent_dim=2))
    images = drifting(2, model=model).images
    assert images is not None
    assert images.shape == (N_FRAMES, 3 * SIDE, 3 * SIDE)
    assert (images[0] != images[-1]).any()


def test_lines_travel_with_the_message() -> None:
    animation = drifting(2)
    header, arrays = read_message(pack_latent_animation(animation, 3))
    assert animation.flow_lines is not None
    assert header["line_color"] == animation.flow_lines.color
    for name in ("arrows", "straight", "curved"):
        np.testing.assert_array_equal(arrays[name], getattr(animation.flow_lines, name))
    assert animation.extent is not None
    np.testing.assert_allclose(header["extents"], [animation.extent] * N_FRAMES)
