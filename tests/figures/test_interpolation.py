"""Strips of tiles: grey levels of images, profiles of curves, and the sheet that is taken away."""

import io

import numpy as np
from PIL import Image

from explorer.figures.interpolation import CURVE_HEIGHT, CURVE_WIDTH, strips_png, tiles


def test_images_keep_their_shape_and_are_clipped() -> None:
    samples = np.array([[-0.5, 0, 0.5, 1, 2, 0.25]], np.float32)
    assert tiles(samples, (2, 3)).tolist() == [[[0, 0, 128], [255, 255, 64]]]


def test_a_curve_is_filled_from_below_up_to_its_value() -> None:
    samples = np.array([[0, 5, 10]], np.float32)
    (tile,) = tiles(samples, (3,), top=10)
    assert tile.shape == (CURVE_HEIGHT, CURVE_WIDTH)
    filled = (tile == 255).sum(axis=0)
    assert filled[[0, CURVE_WIDTH // 2, -1]].tolist() == [0, CURVE_HEIGHT // 2, CURVE_HEIGHT]
    assert tile[-1, CURVE_WIDTH // 2] == 255
    assert tile[0, CURVE_WIDTH // 2] < 255


def test_strips_stand_below_one_another_as_large_as_print_asks() -> None:
    strips = [np.full((3, 4, 4), level, np.uint8) for level in (50, 200)]
    with Image.open(io.BytesIO(strips_png(strips))) as image:
        sheet = np.asarray(image)
    zoom = 28
    assert sheet.shape == ((2 * 4 + 2) * zoom, (3 * 4 + 2 * 2) * zoom, 4)
    assert sheet[0, 0].tolist() == [50, 50, 50, 255]
    assert sheet[-1, -1].tolist() == [200, 200, 200, 255]
    assert sheet[0, 4 * zoom, 3] == 0


def test_tiles_that_do_not_divide_the_least_height_are_enlarged_beyond_it() -> None:
    with Image.open(io.BytesIO(strips_png([np.zeros((1, 5, 4), np.uint8)]))) as image:
        assert image.size == (4 * 23, 5 * 23)


def test_colours_stay_in_tiles_and_strips() -> None:
    samples = np.array([[1, 0.5, 0, 0, 0, 2] * 2], np.float32)
    (tile,) = tiles(samples, (2, 2, 3))
    assert tile[0].tolist() == [[255, 128, 0], [0, 0, 255]]
    with Image.open(io.BytesIO(strips_png([tile[None], tile[None]]))) as image:
        assert np.asarray(image)[0, 0].tolist() == [255, 128, 0, 255]
