"""Drawings become samples as the digits of MNIST and of UCI did; MNIST's own test digits are the first oracle."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass

from explorer.data import handwriting, load_dataset
from explorer.data.handwriting import (
    MOST_CHARACTERS,
    PAPER_PIXELS,
    ROUNDING,
    StrokesText,
    drawn_sample,
    like_mnist,
    like_uci_digits,
    on_paper,
    strokes_text,
)
from explorer.errors import DatasetError

SEVEN = "3030c030-c03070d0"
DOT = "8080"


@pytest.mark.mnist
def test_mnist_digits_are_fixed_points_and_a_few_move_by_one_pixel() -> None:
    images = load_dataset("mnist", "test").pixels().reshape(-1, 28, 28)
    moved = [image for image in images if not np.array_equal(like_mnist(image), image)]
    assert len(moved) <= 3
    for image in moved:
        shifts = [np.roll(image, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
        assert min(np.abs(like_mnist(image) - shifted).mean() for shifted in shifts) < 0.02


@pytest.mark.mnist
def test_a_digit_scaled_and_moved_on_a_larger_sheet_comes_back() -> None:
    for image in load_dataset("mnist", "test").pixels(np.arange(50)).reshape(-1, 28, 28):
        sheet = np.zeros((300, 400), np.float32)
        sheet[90:202, 17:129] = image.repeat(4, 0).repeat(4, 1)
        np.testing.assert_allclose(like_mnist(sheet), image, atol=1e-6)


def test_the_longer_side_has_20_pixels_and_the_centre_of_mass_lies_in_the_middle() -> None:
    rng = np.random.default_rng(0)
    for height, width in ((40, 90), (90, 40), (7, 7), (300, 20)):
        ink = np.zeros((400, 400), np.float32)
        ink[30 : 30 + height, 50 : 50 + width] = rng.random((height, width)) + 0.1
        image = like_mnist(ink)
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        sides = (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1)
        assert max(sides) == 20
        assert min(sides) == max(1, round(20 * min(height, width) / max(height, width)))
        assert all(13.5 <= place < 14.5 for place in center_of_mass(image))


def test_uci_digits_count_the_ink_in_blocks() -> None:
    image = like_uci_digits(on_paper(StrokesText().parse(SEVEN), 0.185))
    counts = image * 16
    assert image.shape == (8, 8)
    assert np.array_equal(counts, np.rint(counts))
    assert image.max() == 1
    assert (image.max(axis=1) > 0).all()  # as high as the bitmap, like every digit of the data set


def test_a_bitmap_of_32_pixels_is_counted_by_hand() -> None:
    bitmap = (np.random.default_rng(0).random((32, 32)) > 0.4).astype(np.float32)
    bitmap[[0, -1]], bitmap[:, [0, -1]] = 1, 1
    by_hand = [
        [sum(bitmap[4 * row + i, 4 * column + j] for i in range(4) for j in range(4)) / 16 for column in range(8)]
        for row in range(8)
    ]
    np.testing.assert_array_equal(like_uci_digits(bitmap), np.array(by_hand, np.float32))


@pytest.mark.parametrize("shape", [(28, 28), (8, 8)])
def test_size_and_place_of_a_drawing_do_not_matter(shape: tuple[int, int]) -> None:
    strokes = StrokesText().parse(SEVEN)
    smaller = tuple((stroke // 2 + 20).astype(np.uint8) for stroke in strokes)
    np.testing.assert_allclose(drawn_sample(smaller, shape), drawn_sample(strokes, shape), atol=0.02)


def test_a_seven_is_neither_turned_nor_mirrored() -> None:
    image = drawn_sample(StrokesText().parse(SEVEN), (28, 28))
    inked = np.flatnonzero(image.any(axis=1))
    widths = image[inked].sum(axis=1)
    columns = image[inked] @ np.arange(28) / widths
    assert widths[1] > 3 * widths[-3]  # the bar is above
    assert columns[-1] < columns[10] < columns[5]  # and the stem leads down to the left


def test_a_dot_is_a_disc() -> None:
    image = drawn_sample(StrokesText().parse(DOT), (28, 28))
    assert image[14, 14] == 1
    np.testing.assert_allclose(image, image.T, atol=0.1)


def test_paper_without_ink_and_other_shapes_are_refused() -> None:
    blank = np.zeros((50, 50), np.float32)
    for prepare in (like_mnist, like_uci_digits):
        with pytest.raises(DatasetError, match="There is no ink on the paper; draw something first"):
            prepare(blank)
    with pytest.raises(DatasetError, match="28 × 28 or 8 × 8 pixels, not 32 × 32 × 3"):
        drawn_sample(StrokesText().parse(DOT), (32, 32, 3))


def test_strokes_are_text_and_back() -> None:
    strokes = StrokesText().parse(SEVEN)
    assert [stroke.tolist() for stroke in strokes] == [[[0x30, 0x30], [0xC0, 0x30]], [[0xC0, 0x30], [0x70, 0xD0]]]
    assert strokes_text(strokes) == SEVEN


@pytest.mark.parametrize("text", ["", "30", "3030-", "zzzz", "3030 ", "30" * (MOST_CHARACTERS // 2 + 2)])
def test_what_is_no_strokes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - a text in the link has one error
        StrokesText().parse(text)


@pytest.mark.parametrize("grain", [1, 60])
def test_ink_is_where_a_pen_of_this_width_came(grain: int) -> None:
    rng = np.random.default_rng(grain)
    y, x = np.mgrid[:PAPER_PIXELS, :PAPER_PIXELS]
    for _ in range(10):
        strokes = tuple((rng.integers(0, 256, (4, 2)) // grain * grain).astype(np.uint8) for _ in range(3))
        places = np.concatenate(strokes).astype(float)
        scale = 0.9 * PAPER_PIXELS / max(np.ptp(places, axis=0).max(), 1)
        away = np.full(x.shape, np.inf)
        for stroke in strokes:
            line = (stroke - places.min(axis=0)) * scale + 0.05 * PAPER_PIXELS
            for (left, top), (across, down) in zip(line[:-1], np.diff(line, axis=0), strict=True):
                length2 = across**2 + down**2 or 1
                along = np.clip(((x - left) * across + (y - top) * down) / length2, 0, 1)
                away = np.minimum(away, np.hypot(x - left - along * across, y - top - along * down))
        np.testing.assert_array_equal(on_paper(strokes, 0.1) == 1, away <= 0.05 * PAPER_PIXELS + ROUNDING)


def test_long_lines_cost_their_rows_and_not_their_area(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest text that is taken has 2,000 places; it is drawn on a server that a class shares."""
    steps: list[int] = []
    side_of = handwriting._side

    def measured(*where: Any) -> NDArray[np.float64]:
        side = side_of(*where)
        steps.append(side.size)
        return side

    monkeypatch.setattr(handwriting, "_side", measured)
    on_paper(StrokesText().parse("0000ffff" * 1000), 0.1)
    assert len(steps) == 2 * 2000
    assert max(steps) <= PAPER_PIXELS
