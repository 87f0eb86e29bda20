"""Small pictures of latent spaces."""

import io

import numpy as np
import pytest
from PIL import Image

from explorer.figures.theme import class_colour
from explorer.figures.thumbnails import SIZE, latent_thumbnail


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 20])
def test_picture_is_a_square_on_a_clear_ground(latent_dim: int) -> None:
    codes = np.random.default_rng(1).standard_normal((200, latent_dim), dtype=np.float32)
    picture = pixels(latent_thumbnail(codes, np.zeros(200, np.int64)))
    assert picture.shape == (SIZE, SIZE, 4)
    assert 0 < (picture[..., 3] > 0).mean() < 0.5


def test_classes_keep_their_colours_and_places() -> None:
    codes = np.array([[-1, 1], [1, -1]] * 50, np.float32)
    picture = pixels(latent_thumbnail(codes, np.array([0, 3] * 50)))
    half = SIZE // 2
    for corner, label in ((picture[:half, :half], 0), (picture[half:, half:], 3)):
        seen = {tuple(colour) for colour in corner[corner[..., 3] == 255][:, :3]}
        assert seen == {tuple(bytes.fromhex(class_colour(label)[1:]))}
    assert not picture[:half, half:, 3].any()


def test_both_axes_have_one_scale() -> None:
    codes = np.random.default_rng(0).uniform((-4, -1), (4, 1), (5000, 2)).astype(np.float32)
    seen = pixels(latent_thumbnail(codes, np.zeros(5000, np.int64)))[..., 3] > 0
    width, height = np.ptp(np.nonzero(seen.any(axis=0))[0]), np.ptp(np.nonzero(seen.any(axis=1))[0])
    assert width / height == pytest.approx(4, rel=0.1)


def test_codes_far_from_the_origin_are_drawn_in_the_middle() -> None:
    codes = np.random.default_rng(0).uniform(99, 101, (500, 2)).astype(np.float32)
    rows, columns = np.nonzero(pixels(latent_thumbnail(codes, np.zeros(500, np.int64)))[..., 3])
    assert (rows.mean(), columns.mean()) == pytest.approx((SIZE / 2, SIZE / 2), abs=SIZE / 20)


@pytest.mark.parametrize("n", [1, 2])
def test_codes_in_one_place_are_drawn(n: int) -> None:
    assert pixels(latent_thumbnail(np.zeros((n, 2), np.float32), np.zeros(n, np.int64)))[..., 3].any()
