"""The animation of a training on two images: whose dots and pictures stand where, and what chart and captions say."""

import numpy as np

from explorer.analysis.measure import Interval
from explorer.analysis.two_images import N_DECODED, N_POINTS, Frame, TwoImages
from explorer.figures.theme import class_colour
from explorer.scenes.two_images_animation import GAP_GREY, SIDE, two_images_animation

SHAPE, PADDED = (2, 3), (4, 5)


def frame(step: int, value: float) -> Frame:
    codes = np.stack([np.full((N_POINTS, 2), side * step, np.float32) for side in (-1, 1)])
    decoded = np.stack([np.full((N_DECODED, 6), level, np.uint8) for level in (51, 255)])
    return Frame(step, codes, decoded, 12.34, np.array([0.5, 1.5], np.float32), Interval(value, value, value))


def test_both_images_have_their_own_dots_pictures_bars_and_hues() -> None:
    images = np.stack([np.zeros(6, np.float32), np.full(6, 0.6, np.float32)])
    animation = two_images_animation(TwoImages(images, (frame(1, 0.52), frame(2, 0.9))), SHAPE, ("two", "three"))
    np.testing.assert_array_equal(animation.points[1, :N_POINTS], -2)
    np.testing.assert_array_equal(animation.points[1, N_POINTS:], 2)
    np.testing.assert_array_equal(animation.labels, [0] * N_POINTS + [1] * N_POINTS)
    assert animation.class_names == ("two", "three")
    assert animation.colors == (class_colour(0), class_colour(1))
    assert animation.bars is not None
    np.testing.assert_array_equal(animation.bars, [[0.5, 1.5]] * 2)
    assert animation.shows_prior
    assert animation.images is not None
    assert animation.images.shape == (2, SIDE * PADDED[0], SIDE * PADDED[1])
    middles = animation.images[0, 1 :: PADDED[0], 1 :: PADDED[1]]
    np.testing.assert_array_equal(middles[:3].ravel(), [0] + [51] * N_DECODED)
    np.testing.assert_array_equal(middles[3:].ravel(), [153] + [255] * N_DECODED)
    assert (animation.images[0, 0] == round(255 * GAP_GREY)).all()


def test_the_chart_has_chance_and_certainty_as_levels_and_each_caption_its_step() -> None:
    images = np.zeros((2, 6), np.float32)
    animation = two_images_animation(TwoImages(images, (frame(1, 0.52), frame(10, 0.9))), SHAPE, ("two", "three"))
    (curve,) = animation.chart.curves
    assert (curve.x, curve.y) == ((1.0, 10.0), (52.0, 90.0))
    assert animation.chart.dots == (((1.0, 52.0),), ((10.0, 90.0),))
    assert {mark.name: mark.y for mark in animation.chart.marks} == {"chance": 50.0, "always": 100.0}
    assert animation.chart.y_title == "right guesses from a draw, %"
    assert animation.captions == (
        "Step 1 · two goes through · reconstruction 12.3, KL 2.0 nats · the best guess from a draw is right in 52 %",
        "Step 10 · three goes through · reconstruction 12.3, KL 2.0 nats · the best guess from a draw is right in 90 %",
    )
