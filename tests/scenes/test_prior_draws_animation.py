"""The animation of draws of the prior: dots, pictures, bars and captions of each epoch."""

import numpy as np

from explorer.analysis.measure import Interval, exactly
from explorer.analysis.prior_draws import SIDE, Moment, PriorDraws
from explorer.figures.theme import model_hue
from explorer.scenes.prior_draws_animation import prior_draws_animation

SHAPE = (2, 3)
CODES = np.array([[-2, 0, 0], [2, 0, 0], [0, 1, 0], [0, -1, 0]], np.float32)


def moment(epoch: int, size: float, grey: int) -> Moment:
    draws = np.full((SIDE**2, 6), grey, np.uint8)
    frechet = Interval(10 - epoch, 9 - epoch, 11 - epoch)
    return Moment(
        epoch, CODES * np.float32(size), draws, np.full(3, epoch, np.float32), exactly(100.0 - epoch), frechet
    )


def test_frames_follow_the_epochs() -> None:
    moments = (moment(0, 0.5, 0), moment(4, 1, 255))
    found = PriorDraws(moments, np.arange(4, dtype=np.uint8) % 2, ("a", "b"), SHAPE, exactly(2.0), 9)
    animation = prior_draws_animation(found)
    assert animation.axis_labels == ("PC1", "PC2")
    np.testing.assert_allclose(np.abs(animation.points[1]), [[2, 0], [2, 0], [0, 1], [0, 1]], atol=1e-5)
    np.testing.assert_allclose(animation.points[0], animation.points[1] / 2, atol=1e-5)
    assert animation.images is not None
    assert (animation.images[0].max(), animation.images[1].min()) == (0, 255)
    assert animation.images.shape == (2, SIDE * 2, SIDE * 3)
    assert animation.bars is not None
    np.testing.assert_array_equal(animation.bars, [[0] * 3, [4] * 3])
    (curve,) = animation.chart.curves
    assert (curve.x, curve.y, curve.color) == ((0, 4), (10, 6), model_hue("vae"))
    assert [(mark.name, mark.y) for mark in animation.chart.marks] == [("test images", 2.0)]
    assert animation.captions[1] == (
        "Epoch 4 · −ELBO 96.0 nats per test image · Fréchet distance of the draws 6.0 [5.0, 7.0]"
    )
