"""The figures of posteriors: what an ellipse is too small for is shown by a dot."""

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.posterior import Neighbourhood, draws_figure, many_ellipses_figure


def test_every_sample_has_an_ellipse_and_a_dot_at_its_mean() -> None:
    mean = np.array([[0, 1], [2, 3], [4, 5]], np.float32)
    std = np.full((3, 2), 1e-6, np.float32)
    fig = many_ellipses_figure([("β = 0", mean, std, np.array([7, 7, 2]))], ("z₁", "z₂"), 300)
    dots = {trace.name: trace for trace in fig.data if trace.mode == "markers"}
    assert {name: list(zip(trace.x, trace.y, strict=True)) for name, trace in dots.items()} == {
        "2": [(4, 5)],
        "7": [(0, 1), (2, 3)],
    }
    assert sum(trace.mode == "lines" for trace in fig.data) == 2
    assert all(trace.xaxis == "x" for trace in fig.data)
    # A square around means from 0 to 4 across and 1 to 5 up.
    assert fig.layout.xaxis.range == pytest.approx((-0.1, 4.1), abs=1e-4)
    assert fig.layout.yaxis.range == pytest.approx((0.9, 5.1), abs=1e-4)


def test_draws_stand_in_the_ellipses_of_their_posterior_and_the_first_is_named_z() -> None:
    mean, std = np.array([0.5, -1.0], np.float32), np.array([0.1, 0.02], np.float32)
    draws = mean + std * np.array([[0.5, -1.5], [1, 0], [-2, 1]], np.float32)
    others = np.array([[0.52, -1.1], [9, 9]], np.float32)
    fig = draws_figure(Neighbourhood(others, 0 * others, np.array([0, 1]), mean, std, draws, ("z₁", "z₂")), 300)
    by_name = {trace.name: np.stack([trace.x, trace.y], axis=1) for trace in fig.data}
    np.testing.assert_array_equal(by_name[""], others[:1])
    np.testing.assert_array_equal(by_name["draws of z"], draws)
    for n_sigma in (1, 2):
        distances = np.hypot(*((by_name[f"{n_sigma}σ"] - mean) / std).T)
        np.testing.assert_allclose(distances, n_sigma, rtol=1e-4)
    named = {note.text: (note.x, note.y, note.font.color) for note in fig.layout.annotations}
    assert named["<b>z</b>"] == (*map(float, draws[0]), theme.Z)
    assert named["<b>μ</b>"] == (*map(float, mean), theme.MU)
    assert named["<b>2σ</b>"][:2] == pytest.approx((0.5, -0.96))
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("z₁", "z₂")
