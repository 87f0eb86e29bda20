"""A mask as text and back, and what the browser is believed."""

import numpy as np
import pytest

from explorer.ui.components.pixel_mask.component import PixelMask, _mask_within, mask_data, mask_text

HIDDEN = np.array([1, 0, 0, 0, 0, 0, 0, 1, 0, 1], np.bool_)


def test_text_is_a_bit_a_pixel_row_by_row() -> None:
    assert mask_text(HIDDEN) == "8140"
    np.testing.assert_array_equal(PixelMask(10).parse("8140"), HIDDEN)


@pytest.mark.parametrize("n_pixels", [1, 8, 64, 784])
def test_there_and_back(n_pixels: int) -> None:
    hidden = np.random.default_rng(0).random(n_pixels) < 0.5
    np.testing.assert_array_equal(PixelMask(n_pixels).parse(mask_text(hidden)), hidden)


@pytest.mark.parametrize("text", ["", "81", "814000", "zz40", "8141", "81 40", None, 8140])
def test_another_text_is_no_mask(text: object) -> None:
    if text == 8140:
        np.testing.assert_array_equal(PixelMask(10).parse(text), HIDDEN)
        return
    with pytest.raises(ValueError):  # noqa: PT011 - the message is never shown
        PixelMask(10).parse(text)


def test_allowed_says_how_long() -> None:
    assert str(PixelMask(784)) == "196 hexadecimal digits, one bit for each of 784 pixels"


def test_only_a_mask_of_this_picture_is_believed() -> None:
    start = np.zeros(10, np.bool_)
    np.testing.assert_array_equal(_mask_within("8140", start), HIDDEN)
    for sent in (None, "81", "8141", 3.5, "<script>"):
        np.testing.assert_array_equal(_mask_within(sent, start), start)


def test_what_the_browser_draws() -> None:
    image = np.array([[0, 0.5, 2], [1, -1, 0.2]])
    data = mask_data(image, np.array([1, 0, 0, 0, 0, 1], np.bool_), {"All": np.ones(6, np.bool_)}, "A picture")
    assert (data["width"], data["height"], data["levels"]) == (3, 2, [0, 128, 255, 255, 0, 51])
    assert data["start"] == "84"
    assert data["patterns"] == [{"name": "All", "mask": "fc"}]
    assert data["n_channels"] == 1


def test_a_picture_in_colour_has_three_levels_for_each_pixel() -> None:
    image = np.array([[[0, 0.5, 1], [1, 0, 0]]])
    data = mask_data(image, np.zeros(2, np.bool_), {}, "A picture")
    assert (data["width"], data["height"], data["n_channels"]) == (2, 1, 3)
    assert data["levels"] == [0, 128, 255, 255, 0, 0]
