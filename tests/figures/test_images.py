"""Images keep their values, their signs and their places."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.figures.images import (
    columns_of_largest_tiles,
    data_uri,
    diverging_palette,
    grey,
    grey_palette,
    mosaic,
    mosaic_figure,
    png_bytes,
    signed,
    signed_levels,
)
from tests.figures.frames import frames_of


def test_grey_clips_and_rounds() -> None:
    np.testing.assert_array_equal(grey(np.array([[[-0.5, 0.0, 0.5, 1.0, 2.0]]]))[0, 0, :, 0], [0, 0, 128, 255, 255])


@pytest.mark.parametrize(
    ("n_tiles", "width", "height", "n_columns"),
    [(12, 1236, 546, 6), (12, 600, 546, 4), (12, 300, 900, 2), (1, 90, 40, 1)],
)
def test_tiles_are_as_large_as_their_place_allows(n_tiles: int, width: int, height: int, n_columns: int) -> None:
    assert columns_of_largest_tiles(n_tiles, width, height) == n_columns
    rows_of = {columns: -(-n_tiles // columns) for columns in range(1, n_tiles + 1)}
    sides = {c: min(width / c, height / rows - 26) for c, rows in rows_of.items()}
    assert sides[n_columns] == max(sides.values())


def test_grey_palette_is_the_identity() -> None:
    np.testing.assert_array_equal(grey_palette()[[0, 7, 255]], [[0] * 3, [7] * 3, [255] * 3])


def test_zero_is_white_below_is_blue_above_is_orange() -> None:
    below, zero, above = signed(np.array([[[-2.0, 0.0, 2.0]]]))[0, 0].astype(int)
    assert zero.tolist() == [255, 255, 255]
    assert below[2] > below[0]
    assert above[0] > above[2]


def test_each_signed_image_has_its_own_scale_unless_one_is_given() -> None:
    images = np.array([[[1.0, 0.5]], [[4.0, 2.0]]])
    own = signed(images)
    np.testing.assert_array_equal(own[0], own[1])
    shared = signed(images, scale=4.0)
    assert (shared[0] != shared[1]).any()


def test_an_image_of_zeros_is_white() -> None:
    assert (signed(np.zeros((1, 2, 2))) == 255).all()


def test_signed_levels_are_symmetric() -> None:
    levels = signed_levels(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]), np.array(1.0)).astype(int)
    np.testing.assert_array_equal(levels - 128, -(levels - 128)[::-1])


def test_palette_ends_in_the_strongest_colours() -> None:
    palette = diverging_palette()
    assert palette.shape == (256, 3)
    assert palette[128].tolist() == [255, 255, 255]
    assert palette[255].tolist() == [0xA6, 0x4B, 0x00]
    assert palette[1].tolist() == [0x0B, 0x4A, 0x8F]


def test_mosaic_puts_each_tile_where_it_belongs() -> None:
    tiles = np.arange(1, 4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    sheet = mosaic(tiles, n_columns=2, gap=1, head=3)
    assert sheet.shape == (2 * (3 + 2) + 1, 2 * 2 + 1, 4)
    assert sheet[3, 0].tolist() == [1, 1, 1, 255]
    assert sheet[4, 3].tolist() == [2, 2, 2, 255]
    assert sheet[9, 1].tolist() == [3, 3, 3, 255]
    assert (sheet[:3, :, 3] == 0).all()
    assert sheet[9, 4, 3] == 0


def test_a_sheet_is_smaller_than_at_the_usual_level() -> None:
    greys = np.random.default_rng(0).integers(0, 60, (200, 200, 1), dtype=np.uint8)
    usual = io.BytesIO()
    Image.fromarray(np.repeat(greys, 3, axis=2)).save(usual, "png")
    assert len(png_bytes(np.repeat(greys, 3, axis=2))) < len(usual.getvalue())


def test_data_uri_is_a_png_of_the_same_pixels() -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    head, encoded = data_uri(image).split(",")
    assert head == "data:image/png;base64"
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded)))), image)


def test_mosaic_figure_labels_every_tile() -> None:
    fig = mosaic_figure(np.zeros((5, 8, 8, 3), np.uint8), list("abcde"), 3, height=300)
    assert [note.text for note in fig.layout.annotations] == list("abcde")
    assert fig.layout.height == 300


def test_mosaic_figure_without_labels_leaves_no_room_for_them() -> None:
    fig = mosaic_figure(np.zeros((4, 8, 8, 3), np.uint8), [], 2, height=300)
    encoded = fig.data[0].source.split(",")[1]
    assert Image.open(io.BytesIO(base64.b64decode(encoded))).size == (17, 17)


def test_more_labelled_rows_than_the_height_has_room_for_are_drawn_small() -> None:
    fig = mosaic_figure(np.zeros((200, 8, 8, 3), np.uint8), ["label"] * 200, 10, height=300)
    assert len(fig.layout.annotations) == len(frames_of(fig)) == 200


def test_each_tile_has_its_frame_and_the_middle_of_its_label_above_it() -> None:
    fig = mosaic_figure(np.zeros((3, 8, 10, 3), np.uint8), ["a", "b", "c"], 2, height=300, gap=2)
    first, second, third = frames_of(fig)
    assert [(frame.x1 - frame.x0, frame.y1 - frame.y0) for frame in frames_of(fig)] == [(10, 8)] * 3
    assert (second.x0 - first.x0, second.y0 - first.y0) == (12, 0)
    assert third.x0 == first.x0 == -0.5
    assert [(note.x, note.y) for note in fig.layout.annotations] == [
        (frame.x0 + 5, frame.y0) for frame in (first, second, third)
    ]
