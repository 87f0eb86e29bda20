"""The figures of posteriors: what an ellipse is too small for is shown by a dot."""

import numpy as np

from explorer.figures.posterior import many_ellipses_figure


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
